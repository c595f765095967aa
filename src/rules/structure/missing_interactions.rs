use crate::diagnostic::Applicability;
use crate::model::Version;
use crate::rules::structure::grammar::{head, is_pact, kind_name, slip};
use crate::rules::{Check, FileCx, Sink, rule};
use crate::syntax::Editor;

rule! {
    /// The pact has no list of interactions.
    ///
    /// The official core then loads a pact with no interaction, without a word, and verification
    /// passes because there is nothing to verify.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": {}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": []}
    /// ```
    ///
    /// ## References
    ///
    /// `parse_interactions` in pact_models, sync_pact.rs; `interactions_from_json`,
    /// v4/interaction.rs; `MessagePact::from_json`, message_pact.rs.
    "missing-interactions", "structure", Error, Minimal, Hand, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let Some(root) = cx.spine.filter(|_| is_pact(cx.spine)) else { return };
    let messages = root.get("messages");
    if let Some(list) = messages.filter(|m| !m.is_array() && cx.version() != Version::V4) {
        let message = format!(
            "'messages' is {}, not a list, so the official core refuses the whole file",
            kind_name(list.kind())
        );
        out.report(head(list), message).help("make it a list, with one object for each message");
        return;
    }
    // Where there are messages, other rules say what becomes of them.
    if messages.is_some() {
        return;
    }
    match root.get("interactions") {
        Some(list) if list.is_array() => {}
        Some(other) => {
            let message = format!(
                "'interactions' is {}, not a list, so the official core reads none and verification passes without a check",
                kind_name(other.kind())
            );
            out.report(head(other), message).help("make it a list, with one object for each interaction");
        }
        None => {
            let key = slip(root, "interactions");
            let place = key.map_or(cx.top(), |key| cx.in_spine(key.span()));
            let near = if key.is_some() { "; did you mean 'interactions'?" } else { "" };
            let message = format!(
                "There is no 'interactions', so the official core checks nothing and verification passes{near}"
            );
            let report = out.report_at(place, message).help("add \"interactions\": [...]");
            if let Some(key) = key {
                report.fix(
                    Applicability::Unsafe,
                    "Rename to 'interactions', so that they are checked",
                    vec![Editor::new(root).rename(key, "interactions")],
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn wants_a_list() {
        let rule = "missing-interactions";
        check(rule, "{\"consumer\": {}}\n^ error There is no 'interactions'");
        check(
            rule,
            "{\"consumer\": {}, \"interaction\": []}\n                 ^^^^^^^^^^^^^ error did you mean 'interactions'?",
        );
        check(rule, "{\"interactions\": null}\n                 ^^^^ error is null, not a list");
        check(rule, "{\"messages\": {}}\n ^^^^^^^^^^ error refuses the whole file");
        check(rule, "{\"messages\": []}\n");
        check(rule, "{\"interactions\": []}\n");
    }
}
