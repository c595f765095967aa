use crate::model::{Category, Role};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::{Span, shorten};

rule! {
    /// A request is for one thing by its id, but no provider state says that it exists.
    ///
    /// The provider is verified with the data that happens to be there. Sooner or later the id is
    /// missing, or has other values, and the verification fails for no reason of the contract.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/users/101"},
    ///  "response": {"status": 200, "body": {"id": 101}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "providerStates": [{"name": "a user exists", "params": {"id": 101}}],
    ///  "request": {"method": "GET", "path": "/users/101"}, "response": {"status": 200, "body": {"id": 101}}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact documentation, "Provider states".
    "missing-provider-state", "state", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read()
        || !cx.it.states.is_empty()
        || cx
            .it
            .states_node
            .is_some_and(|(id, _)| !cx.node(id).is_empty_container() && !cx.node(id).is_null())
    {
        return;
    }
    let Some(path) = cx.it.parts.iter().filter(|part| part.role == Role::Request).find_map(|part| part.path)
    else {
        return;
    };
    let response = cx.it.parts.iter().find(|part| part.role == Role::Response);
    let ruled = response.iter().filter_map(|part| part.rules.as_ref()).flat_map(|rules| &rules.groups);
    let status = response.and_then(|part| part.status).and_then(|id| cx.node(id).as_u64()).unwrap_or(200);
    let with_body = response.is_some_and(|part| part.body.is_some());
    let depends = (200..=299).contains(&status) && with_body || status == 404;
    if !depends || ruled.clone().any(|group| group.category == Category::Status) {
        return;
    }
    let node = cx.node(path);
    let text = node.to_text();
    let Some(span) = id(&text).filter(|_| node.is_string()) else { return };
    let id = &text[span.start as usize..span.end as usize];
    let message = format!(
        "No provider state says whether '{}' exists, so verification depends on whatever data is there",
        shorten(id)
    );
    out.report(node.span_within(span.start as usize..span.end as usize), message)
        .help("describe in a provider state what data the provider must have");
}

/// The last segment of a path that looks like an id: a number, a UUID, or a long mix of
/// hexadecimal digits.
fn id(path: &str) -> Option<Span> {
    let mut end = path.len();
    for segment in path.rsplit('/') {
        let start = end - segment.len();
        if is_id(segment) {
            return Some(Span::new(start as u32, end as u32));
        }
        end = start.saturating_sub(1);
    }
    None
}

fn is_id(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let hex = segment.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    digits > 0 && (digits == segment.len() || segment.len() >= 16 && hex)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn ids_only() {
        check(
            "missing-provider-state",
            r#"
{"description": "d", "request": {"path": "/u/3fa85f64-5717-4562-b3fc-2c963f66afa6/x"}, "response": {"status": 404}}
                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info whether
"#,
        );
        for fine in [
            r#""request": {"path": "/v1/users"}, "response": {"body": [1]}"#,
            r#""request": {"path": "/users/1"}, "response": {"status": 204}"#,
            r#""providerState": "s", "request": {"path": "/users/1"}, "response": {"status": 404}"#,
        ] {
            check("missing-provider-state", &format!("{{\"description\": \"d\", {fine}}}"));
        }
    }
}
