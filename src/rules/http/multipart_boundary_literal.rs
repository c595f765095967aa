use crate::diagnostic::Applicability;
use crate::model::{
    Category, ContentType, Format, GroupShape, Part, RuleStyle, Version, header_name_eq, ruled_names,
};
use crate::rules::http::multipart::boundary;
use crate::rules::http::parts;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::TextEdit;

rule! {
    /// The boundary of a multipart body is expected to be always the same.
    ///
    /// Clients and servers invent a new boundary for every message. Without a rule for the header
    /// the official core wants the one of the example, so no real message ever matches, whatever
    /// is in its parts.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/",
    ///   "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    ///   "body": "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--\r\n"},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/",
    ///   "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    ///   "body": "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--\r\n",
    ///   "matchingRules": {"header": {"Content-Type": {"matchers": [
    ///     {"match": "regex", "regex": "multipart/form-data;\\s*boundary=.*"}]}}}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 2046, section 5.1; `match_parameter_header` in pact_matching, headers.rs.
    "multipart-boundary-literal", "http", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in parts(cx.it) {
        if part.body.as_ref().is_none_or(|body| body.format != Format::Multipart) {
            continue;
        }
        let Some(headers) = part.headers.map(|id| cx.node(id)) else { continue };
        let named = headers.members().filter(|m| header_name_eq(&m.key.name(), "content-type")).last();
        let Some((key, value)) = named.and_then(|m| Some((m.key, m.value?))) else { continue };
        let value = if value.is_array() { value.elements().next().unwrap_or(value) } else { value };
        let text = value.to_text();
        let Some(kind) = ContentType::parse(&text).filter(|kind| kind.format() == Format::Multipart) else {
            continue;
        };
        let ruled = ruled_names(part, Category::Header).any(|name| header_name_eq(name, "content-type"));
        let Some(boundary) = boundary(&kind).filter(|_| !ruled) else { continue };
        let span = match text.rfind(&boundary) {
            Some(at) => value.span_within(at..at + boundary.len()),
            None => value.span(),
        };
        let report = out
            .report(
                span,
                "Every message has a boundary of its own, so with this one expected no real message matches",
            )
            .help("give the header a regex rule that takes any boundary");
        if let Some(edit) = with_rule(cx, part, &key.name(), &kind) {
            report.fix(Applicability::Unsafe, "Add a rule to the header that takes any boundary", vec![edit]);
        }
    }
}

/// Adds a rule to the header, in the style of the rules that are there.
fn with_rule(cx: &InteractionCx<'_>, part: &Part, name: &str, kind: &ContentType) -> Option<TextEdit> {
    let editor = cx.editor();
    let pattern = format!(r"{}/{};(\\s*charset=[^;]*;)?\\s*boundary=.*", kind.main, kind.sub);
    let regex = format!(r#"{{"match": "regex", "regex": "{pattern}"}}"#);
    let group = format!(r#"{{"matchers": [{regex}]}}"#);
    let name_key = crate::syntax::quote(name);
    let holder = cx.node(part.node);
    if cx.version() <= Version::V2 {
        let path = format!("$.headers.{name}");
        return match &part.rules {
            Some(block) if matches!(block.style, RuleStyle::Empty | RuleStyle::V2) => {
                Some(editor.insert(cx.node(block.node), &path, &regex))
            }
            None if cx.version() == Version::V2 => Some(editor.insert(
                holder,
                "matchingRules",
                &format!("{{{}: {regex}}}", crate::syntax::quote(&path)),
            )),
            _ => None,
        };
    }
    let Some(block) = &part.rules else {
        return Some(editor.insert(
            holder,
            "matchingRules",
            &format!(r#"{{"header": {{{name_key}: {group}}}}}"#),
        ));
    };
    if !matches!(block.style, RuleStyle::Empty | RuleStyle::V3)
        || block.groups.iter().any(|group| group.shape == GroupShape::V2Rule)
    {
        return None;
    }
    let rules = cx.node(block.node);
    let category = rules.members().find(|m| Category::parse(&m.key.name()) == Some(Category::Header));
    match category.and_then(|m| m.value) {
        Some(existing) if Cursor::is_object(existing) => Some(editor.insert(existing, name, &group)),
        Some(_) => None,
        None => Some(editor.insert(rules, "header", &format!("{{{name_key}: {group}}}"))),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, fixed, pact};

    #[test]
    fn fixes_follow_the_style_of_the_rules() {
        let rule = "multipart-boundary-literal";
        let of = |version: &str, rules: &str| {
            pact(
                &format!(
                    r#"{{"description": "d", "request": {{"path": "/", "headers": {{"content-type": "multipart/mixed; boundary=\"x\""}}, "body": "a"{rules}}}}}"#
                ),
                version,
            )
        };
        let regex = r#"{"match": "regex", "regex": "multipart/mixed;(\\s*charset=[^;]*;)?\\s*boundary=.*"}"#;
        let group = format!(r#""content-type": {{"matchers": [{regex}]}}"#);
        for (version, before, after) in [
            ("v3", "", format!(r#", "matchingRules": {{"header": {{{group}}}}}"#)),
            ("v3", r#", "matchingRules": {}"#, format!(r#", "matchingRules": {{"header": {{{group}}}}}"#)),
            (
                "v4",
                r#", "matchingRules": {"header": {"A": {"matchers": [{"match": "type"}]}}}"#,
                format!(
                    r#", "matchingRules": {{"header": {{"A": {{"matchers": [{{"match": "type"}}]}}, {group}}}}}"#
                ),
            ),
            ("v2", "", format!(r#", "matchingRules": {{"$.headers.content-type": {regex}}}"#)),
        ] {
            let fixed = fixed(rule, &of(version, before));
            let squeezed = |text: &str| text.replace(['\n', ' '], "");
            assert_eq!(squeezed(&fixed), squeezed(&of(version, &after)), "{version} {before}");
        }
    }

    #[test]
    fn other_headers_are_fine() {
        check(
            "multipart-boundary-literal",
            r#"
{"description": "d", "request": {"path": "/", "headers": {"Content-Type": "multipart/mixed"}},
 "response": {"status": 200, "headers": {"Content-Type": "text/plain; boundary=x"}}}
"#,
        );
    }
}
