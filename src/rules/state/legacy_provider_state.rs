use crate::diagnostic::{Applicability, Severity};
use crate::model::{Source, StatesStyle, Version};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::TextEdit;

rule! {
    /// A provider state is spelt as older versions of the specification spell it.
    ///
    /// From V3 on states are a list under `providerStates`; `providerState` with one text is the
    /// form of V1 and V2, and `provider_state` that of old Ruby tools. The official core reads
    /// all of them, other readers only the one of the file's version. Beside `providerStates` the
    /// older keys are not read at all.
    ///
    /// Silent where the file does not say its version.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "providerState": "a user exists",
    ///   "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "providerStates": [{"name": "a user exists"}],
    ///   "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `ProviderState::from_json` in pact_models, provider_states.rs; specification V3, "Provider
    /// states".
    "legacy-provider-state", "state", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.facts.detected.source != Source::Declared {
        return;
    }
    let list = cx.version() >= Version::V3;
    for (name, style) in [("providerState", StatesStyle::Single), ("provider_state", StatesStyle::Snake)] {
        if style == StatesStyle::Single && !list {
            continue;
        }
        let Some(value) = cx.root.get(name).filter(|value| !value.is_null()) else { continue };
        let Some(key) = value.key() else { continue };
        let wanted = if list { "providerStates" } else { "providerState" };
        if cx.it.states_node.is_some_and(|(_, read)| read != style) {
            out.report(key.span(), format!("'{name}' is not read where '{wanted}' stands beside it"))
                .help("remove it")
                .fix(Applicability::Safe, format!("Remove '{name}'"), vec![cx.editor().remove(key)]);
            continue;
        }
        // What is no text is wrong under either spelling, and told so.
        if !value.is_string() {
            continue;
        }
        let report = out
            .report(
                key.span(),
                format!("'{name}' is the older spelling of '{wanted}', and some readers ignore it"),
            )
            .help(if list {
                "write a list: \"providerStates\": [{\"name\": ...}]"
            } else {
                "write 'providerState'"
            });
        // Nothing that reads older versions is known to ignore it.
        let report = if cx.version() == Version::V4 { report } else { report.at_most(Severity::Info) };
        let mut edits = vec![cx.editor().rename(key, wanted)];
        if list {
            let items = if value.to_text().is_empty() {
                "[]".to_owned()
            } else {
                format!("[{{\"name\": {}}}]", value.raw())
            };
            edits.push(TextEdit::replace(value.span(), items));
        }
        report.fix(Applicability::Safe, format!("Convert to '{wanted}'"), edits);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn by_version() {
        let text = |version: &str, key: &str| {
            format!(
                r#"@{version}
{{"description": "d", "{key}": "s", "request": {{"path": "/"}}, "response": {{"status": 200}}}}"#
            )
        };
        check("legacy-provider-state", &text("v2", "providerState"));
        let marked = format!(
            "{}\n                     {} info older spelling of 'providerState'",
            text("v2", "provider_state"),
            "^".repeat(16)
        );
        check("legacy-provider-state", &marked);
        let marked = format!(
            "{}\n                     {} info older spelling of 'providerStates'",
            text("v3", "providerState"),
            "^".repeat(15)
        );
        check("legacy-provider-state", &marked);
    }

    #[test]
    fn silent_without_a_version() {
        check(
            "legacy-provider-state",
            r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [
                {"description": "d", "providerState": "s", "request": {"path": "/"}, "response": {"status": 200}}]}"#,
        );
    }

    #[test]
    fn beside_the_list() {
        check(
            "legacy-provider-state",
            r#"
{"description": "d", "providerStates": [{"name": "s"}], "providerState": "s",
                                                        ^^^^^^^^^^^^^^^ warning is not read
  "request": {"path": "/"}, "response": {"status": 200}}
"#,
        );
    }
}
