use crate::diagnostic::Severity;
use crate::model::{InteractionKind, Part, Role, Section, Version};
use crate::rules::structure::grammar::{MAX_FINDINGS, head, is_of_v4, kind_name, shown, slip};
use crate::rules::structure::unknown_key::has_alias;
use crate::rules::{Check, FileCx, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, Kind};

rule! {
    /// A known key has a value of the wrong type.
    ///
    /// The official core does not complain: it drops such a value, or writes it out as text and
    /// compares that. `"pending": "true"` is not pending, and headers in a list are no headers.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "headers": ["Accept: text/html"]},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "headers": {"Accept": "text/html"}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `from_json` in pact_models: sync_interaction.rs, request.rs, v4/synch_http.rs,
    /// v4/sync_message.rs; `headers_from_json` in json_utils.rs; query_strings.rs.
    "wrong-value-type", "structure", Error, Minimal, Test, Check::Both(check, check_file)
}

fn check_file(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let metadata = cx.spine.and_then(|root| root.get("metadata"));
    if let Some(metadata) = metadata.filter(|m| !is_map(*m)) {
        wrong(out, metadata, "an object", "it is ignored, and with it the version", Severity::Error);
    }
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || is_of_v4(cx) {
        return;
    }
    if !cx.root.is_object() {
        let what = if cx.it.section == Section::Messages { "message" } else { "interaction" };
        let effect = if cx.version() == Version::V4 {
            "the official core refuses the whole file"
        } else {
            "the official core makes up a request for '/' in its place"
        };
        let message = format!("This {what} is {}, not an object: {effect}", kind_name(cx.root.kind()));
        out.report(head(cx.root), message).help("remove it, or write the interaction as an object");
        return;
    }
    if cx.version() == Version::V4 {
        v4_keys(cx, out);
    }
    halves(cx, out);
    for part in &cx.it.parts {
        part_values(cx, part, out);
    }
}

/// An object, or what stands for "none": `null`, or the empty list that PHP writes for an
/// empty map.
fn is_map(value: Cursor<'_>) -> bool {
    value.is_object() || value.is_null() || value.is_array() && value.is_empty_container()
}

fn wrong(out: &mut Sink<'_>, value: Cursor<'_>, wanted: &str, effect: &str, severity: Severity) {
    let name = value.key().map_or_else(|| "This value".to_owned(), |key| format!("'{}'", key.name()));
    let message = format!("{name} is {}, not {wanted}: {effect}", kind_name(value.kind()));
    out.report(head(value), message).help(format!("write {wanted}")).at_most(severity);
}

fn v4_keys(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    use Severity::{Error, Warning};
    for member in cx.root.members() {
        let Some(value) = member.value else { continue };
        match &*member.key.name() {
            "pending" if value.as_bool().is_none() && !value.is_null() => {
                wrong(out, value, "true or false", "the interaction counts as not pending", Error);
            }
            "key" | "transport" if !value.is_string() && !value.is_null() => {
                wrong(out, value, "a text", "the official core reads it as if it were in quotes", Warning);
            }
            "comments" | "interactionMarkup" if !is_map(value) && value.raw() != "\"\"" => {
                wrong(out, value, "an object", "it is dropped", Warning);
            }
            "pluginConfiguration" if !is_map(value) => {
                wrong(out, value, "an object", "it is dropped, and the plugin gets none", Error);
            }
            "pluginConfiguration" => {
                for entry in value.members().filter_map(|m| m.value).filter(|entry| !is_map(*entry)) {
                    wrong(out, entry, "an object", "it is dropped, and the plugin gets none", Error);
                }
            }
            _ => {}
        }
    }
}

/// `request` and `response`.
fn halves(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let both = [("request", "GET /"), ("response", "status 200")];
    match cx.it.kind {
        InteractionKind::Http => {
            for (name, default) in both {
                let effect = format!("the official core puts {default} in its place");
                match cx.root.get(name) {
                    Some(value) if value.is_object() => {}
                    Some(value) => wrong(out, value, "an object", &effect, Severity::Error),
                    // A message under the type of HTTP lacks both, and that is told.
                    None if slip(cx.root, name).is_some() || cx.root.get("contents").is_some() => {}
                    None => missing(cx.root, name, &effect, Severity::Warning, out),
                }
            }
        }
        InteractionKind::SyncMessage => {
            let effect = "the official core refuses the whole file";
            for (name, wanted) in [("request", Kind::Object), ("response", Kind::Array)] {
                match cx.root.get(name) {
                    Some(value) if value.kind() == wanted => {}
                    Some(value) => wrong(out, value, kind_name(wanted), effect, Severity::Error),
                    None => missing(cx.root, name, effect, Severity::Error, out),
                }
            }
            let responses = cx.root.get("response").into_iter().flat_map(Cursor::elements);
            for item in responses.filter(|item| !item.is_object()) {
                wrong(out, item, "an object", effect, Severity::Error);
            }
        }
        InteractionKind::Message | InteractionKind::Untyped => {}
    }
}

fn missing(node: Cursor<'_>, name: &str, effect: &str, severity: Severity, out: &mut Sink<'_>) {
    out.report(head(node), format!("'{name}' is missing: {effect}"))
        .help(format!("add \"{name}\""))
        .at_most(severity);
}

fn part_values(cx: &InteractionCx<'_>, part: &Part, out: &mut Sink<'_>) {
    let node = cx.node(part.node);
    let http = matches!(cx.it.kind, InteractionKind::Http);
    let defaults: &[(&'static str, &str)] = match part.role {
        Role::Request if http => &[("method", "GET"), ("path", "'/'")],
        Role::Response if http => &[("status", "200")],
        _ => &[],
    };
    // A slip of the key is told by `unknown-key`.
    let lacks = |name: &&'static str| {
        node.get(name).is_none() && slip(node, name).is_none() && !has_alias(node, name)
    };
    let lacking: Vec<&(&str, &str)> = defaults.iter().filter(|(name, _)| lacks(name)).collect();
    match lacking[..] {
        [] => {}
        [(name, default)] => {
            missing(node, name, &format!("the official core takes {default}"), Severity::Warning, out);
        }
        _ => {
            out.report(head(node), "'method' and 'path' are missing: the official core takes GET and '/'")
                .help("add \"method\" and \"path\"")
                .at_most(Severity::Warning);
        }
    }
    for value in [part.method, part.path].into_iter().flatten().map(|id| cx.node(id)) {
        if !value.is_string() {
            let effect =
                format!("the official core takes it for the text \"{}\"", shown(value).replace('"', "'"));
            wrong(out, value, "a text", &effect, Severity::Error);
        }
    }
    if let Some(headers) = part.headers.map(|id| cx.node(id)) {
        if is_map(headers) {
            header_values(headers, out);
        } else {
            wrong(out, headers, "an object", "the official core drops all headers", Severity::Error);
        }
    }
    if let Some(query) = part.query.map(|id| cx.node(id)) {
        query_values(cx, query, out);
    }
    if let Some(metadata) = part.metadata.map(|id| cx.node(id)).filter(|m| !is_map(*m)) {
        wrong(out, metadata, "an object", "the official core drops all of it", Severity::Error);
    }
    for name in ["matchingRules", "generators"] {
        if let Some(value) = node.get(name).filter(|value| !is_map(*value)) {
            wrong(out, value, "an object", "the official core drops all of them", Severity::Error);
        }
    }
    let declared = part.body.as_ref().and_then(|body| body.declared).map(|id| cx.node(id));
    if let Some(declared) = declared.filter(|d| !d.is_string()) {
        wrong(out, declared, "a text", "the type of the body is guessed from its content", Severity::Warning);
    }
}

fn header_values(headers: Cursor<'_>, out: &mut Sink<'_>) {
    let values = headers.members().filter_map(|m| m.value);
    let odd = values.filter_map(|value| if value.is_array() { odd_item(value, false) } else { Some(value) });
    for value in odd.filter(|value| !value.is_string()).take(MAX_FINDINGS) {
        let plain = matches!(value.kind(), Kind::Number | Kind::True | Kind::False);
        let severity = if plain { Severity::Warning } else { Severity::Error };
        wrong(
            out,
            value,
            "a text",
            &format!("the header is compared with {} as text", shown(value)),
            severity,
        );
    }
}

/// The first item of a list that is no text.
fn odd_item(list: Cursor<'_>, null_is_fine: bool) -> Option<Cursor<'_>> {
    list.elements().find(|item| !(item.is_string() || null_is_fine && item.is_null()))
}

fn query_values(cx: &InteractionCx<'_>, query: Cursor<'_>, out: &mut Sink<'_>) {
    if query.is_string() || query.is_null() || query.is_empty_container() {
        return;
    }
    if cx.version() < Version::V3 {
        let effect = format!("the official core ignores it in {} and expects no query", cx.version().name());
        wrong(out, query, "a text", &effect, Severity::Error);
        return;
    }
    if !query.is_object() {
        wrong(out, query, "an object", "the official core ignores it and expects no query", Severity::Error);
        return;
    }
    let values = query.members().filter_map(|m| m.value).filter(|value| !value.is_string());
    let odd = values.filter_map(|value| if value.is_array() { odd_item(value, true) } else { Some(value) });
    for value in odd.take(MAX_FINDINGS) {
        let (wanted, effect) = match value.key() {
            None => ("a text", "the official core compares with the whole list as text"),
            Some(_) => ("a list of texts", "the official core drops the parameter's values"),
        };
        wrong(out, value, wanted, effect, Severity::Error);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    const REQUEST: &str = r#""request": {"method": "GET", "path": "/"}"#;
    const RESPONSE: &str = r#""response": {"status": 200}"#;

    fn with(version: &str, line: &str, marks: &str) {
        check("wrong-value-type", &format!("@{version}\n{{\"description\": \"d\",\n{line}\n{marks}\n}}"));
    }

    #[test]
    fn halves() {
        let both = format!("{REQUEST}, {RESPONSE}");
        with("v3", &both, "");
        check(
            "wrong-value-type",
            &format!("{{\"description\": \"d\", {REQUEST}}}\n^ warning 'response' is missing"),
        );
        with(
            "v3",
            &format!("{RESPONSE}, \"request\": 5"),
            "                                        ^ error 'request' is a number",
        );
        with(
            "v3",
            &format!("{RESPONSE}, \"request\": {{\"method\": \"GET\"}}"),
            "                             ^^^^^^^^^ warning 'path' is missing",
        );
        with("v4", r#""type": "Asynchronous/Messages", "contents": {"content": 1}"#, "");
        with(
            "v4",
            r#""type": "Synchronous/Messages", "request": {}, "response": {}"#,
            r#"                                               ^^^^^^^^^^ error not a list: the official core refuses"#,
        );
        check(
            "wrong-value-type",
            "{\"interactions\": [\"x\"]}\n                  ^^^ error makes up a request",
        );
        check(
            "wrong-value-type",
            "{\"interactions\": [], \"metadata\": \"x\"}\n                                 ^^^ error the version",
        );
    }

    #[test]
    fn values() {
        let request = |version: &str, line: &str, marks: &str| {
            let open = r#"{"description": "d", "response": {"status": 200}, "request": {"method": "GET", "path": "/","#;
            check("wrong-value-type", &format!("@{version}\n{open}\n{line}\n{marks}\n}}}}"));
        };
        request("v3", r#""headers": []"#, "");
        request("v3", r#""headers": "a""#, r#"           ^^^ error 'headers' is a text, not an object"#);
        request("v3", r#""headers": {"A": 1}"#, r#"                 ^ warning compared with 1 as text"#);
        request("v3", r#""headers": {"A": [null]}"#, r#"                  ^^^^ error compared with null"#);
        request("v2", r#""query": {"a": ["b"]}"#, r#"^^^^^^^ error ignores it in V2"#);
        request("v3", r#""query": {"a": ["b", null], "c": "d"}"#, "");
        request("v3", r#""query": {"a": 1}"#, r#"               ^ error drops the parameter's values"#);
        request("v3", r#""query": {"a": [1]}"#, r#"                ^ error the whole list"#);
        request("v3", r#""matchingRules": "x""#, r#"                 ^^^ error drops all of them"#);
        request("v3", r#""matchingRules": [], "generators": null"#, "");
        let v4 = |line: &str, marks: &str| {
            with(
                "v4",
                &format!("\"type\": \"Asynchronous/Messages\", {line}"),
                &format!("{}{marks}", " ".repeat(33)),
            );
        };
        v4(r#""pending": "true""#, "           ^^^^^^ error counts as not pending");
        v4(r#""pending": null, "comments": null, "key": "k""#, "");
        v4(r#""key": 5"#, "       ^ warning a number, not a text");
        v4(r#""comments": "x""#, "            ^^^ warning it is dropped");
        v4(r#""pluginConfiguration": {"a": 1}"#, "                             ^ error the plugin gets none");
        v4(
            r#""contents": {"content": 1, "contentType": 5}"#,
            "                                          ^ warning guessed",
        );
    }

    #[test]
    fn another_word_for_a_key_is_told_elsewhere() {
        with("v3", r#""request": {"verb": "GET", "url": "/"}, "response": {"statusCode": 200}"#, "");
    }
}
