use crate::model::{Suppressions, Version};
use crate::rules::internal::BEYOND_SUPPRESSION;
use crate::rules::{ALL, Check, FileCx, InteractionCx, Sink, resolve_selector, rule};
use crate::text::nearest;

rule! {
    /// A suppression in the pact cannot be understood.
    ///
    /// It suppresses nothing then. An interaction of a V4 pact may say `{"pactlens": {"ignore":
    /// ["a-rule"], "reason": "why"}}` or `{"pactlens": "ignore a-rule: why"}` in its `comments`,
    /// `pactlens-ignore a-rule: why` in `comments.text`, or `a-rule` in
    /// `comments.references.pactlens.ignore`; a file says it under `pactlens` in its `metadata`.
    /// Rules are named with or without their group, a group stands for all its rules, and several
    /// names are separated by commas.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"description": "d", "type": "Synchronous/HTTP",
    ///  "comments": {"pactlens": {"ignore": ["missing-content-typ"]}},
    ///  "request": {"method": "GET", "path": "/"}, "response": {"status": 204}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"description": "d", "type": "Synchronous/HTTP",
    ///  "comments": {"pactlens": {"ignore": ["missing-content-type"], "reason": "a stub"}},
    ///  "request": {"method": "GET", "path": "/"}, "response": {"status": 204}}
    /// ```
    "invalid-suppression", "internal", Warning, Recommended, Test, Check::Both(check, check_file)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if cx.version() == Version::V4 && cx.is_read() {
        report(&Suppressions::of_interaction(cx.root), out);
    }
}

fn check_file(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    if let Some(root) = cx.spine {
        report(&Suppressions::of_file(root), out);
    }
}

fn report(found: &Suppressions, out: &mut Sink<'_>) {
    for flaw in &found.flaws {
        out.report(flaw.span, flaw.what).help(flaw.help);
    }
    for one in &found.all {
        let name = &one.selector;
        if BEYOND_SUPPRESSION.contains(&name.as_str()) {
            let message =
                format!("'{name}' cannot be suppressed: the rest of the file is guesswork after it");
            out.report(one.span, message).help("mend what it finds");
        } else if resolve_selector(name).is_empty() {
            let near = nearest(name, ALL.iter().map(|rule| rule.meta.name));
            let message =
                format!("'{name}' is neither a rule nor a group of rules, so this suppresses nothing");
            out.report(one.span, message).help(match near {
                Some(near) => format!("did you mean '{near}'?"),
                None => "`pactlens rules` lists them".to_owned(),
            });
        }
    }
}
