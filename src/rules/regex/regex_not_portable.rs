use rustc_hash::FxHashSet;

use crate::diagnostic::{Applicability, Severity};
use crate::model::MatcherKind;
use crate::model::regex::{CompileError, Construct, Target, Targets, constructs};
use crate::rules::regex::misfit::pattern_of;
use crate::rules::regex::walk::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};
use crate::text::shorten;

rule! {
    /// A pattern is not understood by every engine that may have to judge values by it.
    ///
    /// The official core compiles patterns with Oniguruma, pact-jvm with `java.util.regex`,
    /// pact-ruby with Onigmo. A pattern that one of them cannot compile fails every value there: a
    /// warning. One that compiles and means something else is only noted.
    ///
    /// A pact does not tell what the provider is verified with. So patterns are held against the
    /// two that verify today, the official core and pact-jvm, and in pact-ruby's files against
    /// pact-ruby too. The engine of the consumer's own language does not count by default, because
    /// it judges nothing. `--regex-target`, or `regexTargets` among the initialization options of
    /// the language server, names others: `rust`, `jvm`, `ruby`, `js`, `python`, `wasm`. What the
    /// official core itself cannot compile is told by `regex-invalid`.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/users/{id}",
    ///   "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": "/users/{id}"}]}}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/users/{id}",
    ///   "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": "/users/\\{id\\}"}]}}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRule::Regex` in pact_matching, matchingrules.rs; `matchRegex` in pact-jvm,
    /// MatcherExecutor.kt; pact-specification issue 90.
    "regex-not-portable", "regex", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.targets == Targets::of(&[Target::Rust]) {
        return;
    }
    let mut told: FxHashSet<&str> = FxHashSet::default();
    each_matcher(cx.it, &mut |matcher, _| {
        let MatcherKind::Regex(node) = matcher.kind else { return };
        let node = cx.node(node);
        if !node.is_string() || !node.raw().contains(['\\', '(', '[', '{', '*', '+', '?']) {
            return;
        }
        let pattern = node.to_text();
        let found = constructs(&pattern, cx.targets);
        let Some(worst) = found.iter().find(|c| !c.fails.is_empty()).or(found.first()) else { return };
        if told.len() >= MOST || !told.insert(node.raw()) || is_explained(cx, node, &pattern, worst) {
            return;
        }
        report(cx, node, &pattern, &found, worst, out);
    });
}

/// So many different patterns of one interaction are told.
const MOST: usize = 64;

/// Whether something is to be said first: the core refuses the pattern, or its reading of the
/// pattern refuses the example.
fn is_explained(cx: &InteractionCx<'_>, node: Cursor<'_>, pattern: &str, worst: &Construct) -> bool {
    if matches!(&*cx.regexes.borrow_mut().compile(pattern), Err(CompileError::Invalid { .. })) {
        return true;
    }
    let mut mismatches = (0..cx.it.parts.len()).flat_map(|index| cx.mismatches(index));
    worst.fails.is_empty() && mismatches.any(|mismatch| pattern_of(cx, mismatch) == Some(node))
}

fn report(
    cx: &InteractionCx<'_>,
    node: Cursor<'_>,
    pattern: &str,
    found: &[Construct],
    worst: &Construct,
    out: &mut Sink<'_>,
) {
    let piece = shorten(&pattern[worst.range.clone()]).into_owned();
    let fails = !worst.fails.is_empty();
    let message = if fails {
        let engines: Vec<&str> = worst.fails.iter().map(Target::label).collect();
        format!(
            "'{piece}' does not compile in {}, which then refuses every value here",
            engines.join(" and ")
        )
    } else {
        let others: Vec<String> =
            worst.means.iter().map(|(target, what)| format!("{what} to {}", target.label())).collect();
        format!(
            "'{piece}' is {} to the official core and {}: they accept different values",
            worst.here,
            others.join(", ")
        )
    };
    let mut report = out.report(node.span_within(worst.range.clone()), message);
    if !fails {
        report = report.at_most(Severity::Info);
    }
    for other in found.iter().filter(|other| other.range != worst.range) {
        report = report.label(node.span_within(other.range.clone()), "not portable either");
    }
    let Some(instead) = &worst.instead else {
        report.help(if worst.advice.is_empty() { "spell it as all engines read it" } else { worst.advice });
        return;
    };
    let help = match &**instead {
        "" => "leave it out".to_owned(),
        instead => format!("write '{instead}', which all engines read alike"),
    };
    let report = report.help(help);
    // With several pieces the finding would stay, and each spelling is a change of its own.
    if found.len() == 1 {
        let mut portable = pattern.to_owned();
        portable.replace_range(worst.range.clone(), instead);
        let title = format!("Use '{}', which means the same to the official core", shorten(&portable));
        report.fix(Applicability::Safe, title, vec![cx.editor().set(node, &quote(&portable))]);
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::{Document, RunOptions, analyse};
    use crate::config::Settings;
    use crate::model::regex::Target;
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn points_into_the_string() {
        check(
            "regex-not-portable",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
  "body": {"a": "x", "b": "ff", "c": "aa", "d": "a", "e": "(", "f": "Q"},
  "matchingRules": {"body": {
    "$.a": {"matchers": [{"match": "regex", "regex": "\\w(?#one letter)"}]},
                                                         ^^^^^^^^^^^^^^ warning does not compile in pact-jvm
    "$.b": {"matchers": [{"match": "regex", "regex": "[\\h]{2}"}]},
                                                       ^^^ info 'hexadecimal digit' is
    "$.c": {"matchers": [{"match": "regex", "regex": "a{,3}"}]},
                                                       ^^^^ warning
    "$.d": {"matchers": [{"match": "regex", "regex": "(?<n>a)(?i:b)?"}]},
    "$.e": {"matchers": [{"match": "regex", "regex": "(?P<a>{"}]},
    "$.f": {"matchers": [{"match": "regex", "regex": "\\QQ\\E"}]}}}}}
"#
            .replace("info 'hexadecimal digit' is", "info is a hexadecimal digit to the official core")
            .as_str(),
        );
    }

    #[test]
    fn targets_can_be_chosen() {
        let text = pact(
            r#"{"description": "d", "request": {"method": "GET", "path": "/a", "matchingRules":
              {"path": {"matchers": [{"match": "regex", "regex": "(?i)/A"}]}}}, "response": {"status": 200}}"#,
            "v3",
        );
        let count = |targets: &[Target]| {
            let settings = Settings { targets: targets.to_vec(), ..Settings::default() };
            let levels = settings.resolve().expect("valid");
            let found = analyse(&Document::new(text.as_str()), &levels, RunOptions::default()).findings;
            found.iter().filter(|f| f.rule == "regex-not-portable").count()
        };
        assert_eq!(count(&[]), 0);
        assert_eq!(count(&[Target::Rust, Target::Python]), 0);
        assert_eq!(count(&[Target::Js]), 1);
    }

    #[test]
    fn the_library_of_the_consumer_counts() {
        let text = |metadata: &str| {
            format!(
                r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "interactions": [{{"description": "d",
                "request": {{"path": "/A", "matchingRules": {{"$.path": {{"match": "regex", "regex": "/\\x{{41}}"}}}}}}, "response": {{}}}}],
                "metadata": {{"pactSpecification": {{"version": "2.0.0"}}{metadata}}}}}"#
            )
        };
        assert_eq!(findings("regex-not-portable", &text("")).len(), 0);
        let ruby = findings("regex-not-portable", &text(r#", "pact-ruby": {"version": "1"}"#));
        assert_eq!(ruby.len(), 1);
        assert_eq!(ruby[0].fixes.len(), 1);
    }
}
