use crate::diagnostic::Applicability;
use crate::model::StatesStyle;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, Kind};
use crate::text::{Span, shorten};

rule! {
    /// A provider state is written so that the official core drops or renames it.
    ///
    /// `providerStates` is a list of objects with `name` and, if there are any, `params`. A text
    /// in its place is dropped without a word, a list item without `name` becomes the state
    /// "unknown provider states", and params that are no object are dropped. The provider is then
    /// verified without the data that the interaction relies on. `"params": null` means none.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "providerStates": ["a user exists"],
    ///   "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "providerStates": [{"name": "a user exists"}],
    ///   "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `ProviderState::from_json` in pact_models, provider_states.rs.
    "provider-state-shape", "state", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let Some((states, style)) = cx.it.states_node else { return };
    if !cx.is_read() {
        return;
    }
    let states = cx.node(states);
    if style != StatesStyle::List {
        if !matches!(states.kind(), Kind::String | Kind::Null) {
            out.report(
                states.span(),
                format!(
                    "A provider state is a text; the official core takes '{}' for its name",
                    shorten(states.raw())
                ),
            )
            .help("write the name of the state");
        }
        return;
    }
    match states.kind() {
        Kind::Array => states.elements().for_each(|state| item(cx, state, out)),
        Kind::Null => {}
        _ => {
            let report = out
                .report(
                    states.span(),
                    "'providerStates' is not a list, so the official core drops it and sets up no state",
                )
                .help("write a list of objects with 'name'");
            let list = match states.kind() {
                Kind::String => format!("[{{\"name\": {}}}]", states.raw()),
                Kind::Object if states.get("name").is_some() => format!("[{}]", states.raw()),
                _ => return,
            };
            report.fix(
                Applicability::Unsafe,
                "Make it a list: the provider is set up from then on",
                vec![cx.editor().set(states, &list)],
            );
        }
    }
}

fn item(cx: &InteractionCx<'_>, state: Cursor<'_>, out: &mut Sink<'_>) {
    if !state.is_object() {
        let report = out.report(
            state.span(),
            "A provider state is an object with 'name'; the official core calls this one 'unknown provider states'",
        );
        let report = report.help("write {\"name\": ...}");
        if state.is_string() {
            let edits = vec![cx.editor().wrap(state, "name", &[])];
            report.fix(
                Applicability::Unsafe,
                "Make it an object: the provider is set up from then on",
                edits,
            );
        }
        return;
    }
    match state.get("name") {
        Some(name) if name.is_string() => {}
        Some(name) => {
            out.report(
                name.span(),
                format!(
                    "The name of a provider state is a text; the official core takes '{}' for it",
                    shorten(name.raw())
                ),
            )
            .help("write the name in quotes");
        }
        None => {
            let other = ["description", "state", "providerState"].iter();
            let other =
                other.filter_map(|key| state.get(key)).find(|value| value.is_string()).and_then(Cursor::key);
            // The bracket only, as the whole state may be long.
            let open = Span::new(state.span().start, state.span().start + 1);
            let report = out
                .report(
                    open,
                    "The provider state has no 'name'; the official core calls it 'unknown provider states'",
                )
                .help("give it the name that the provider's state handler knows");
            if let Some(key) = other {
                let edits = vec![cx.editor().rename(key, "name")];
                report.label(key.span(), "this may be meant").fix(
                    Applicability::Unsafe,
                    "Rename to 'name': the provider is set up from then on",
                    edits,
                );
            }
        }
    }
    if let Some(params) = state.get("params").filter(|p| !p.is_object() && !p.is_null()) {
        out.report(
            params.span(),
            "'params' is not an object, so the official core drops the parameters of this state",
        )
        .help("write an object of names and values");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn items() {
        check(
            "provider-state-shape",
            r#"
{"description": "d", "providerStates": [{"name": "fine", "params": null}, {"name": "fine", "params": {"a": 1}},
  "a text",
  ^^^^^^^^ error unknown provider states
  {"description": "x"},
  ^ error has no 'name'
  {"params": {}},
  ^ error has no 'name'
  {"name": 5},
           ^ error is a text
  {"name": "y", "params": ["a"]}],
                          ^^^^^ error drops the parameters
  "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
"#,
        );
    }

    #[test]
    fn not_a_list() {
        check(
            "provider-state-shape",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "providerStates": "a user exists",
                                                                   ^^^^^^^^^^^^^^^ error is not a list
  "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
"#,
        );
    }

    #[test]
    fn the_older_form() {
        check(
            "provider-state-shape",
            r#"@v2
{"description": "d", "providerState": ["a"],
                                      ^^^^^ error is a text
  "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
"#,
        );
        check(
            "provider-state-shape",
            r#"@v2
{"description": "d", "providerState": null,
  "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
"#,
        );
    }
}
