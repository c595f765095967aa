use std::ops::Range;

use crate::diagnostic::Applicability;
use crate::model::{Section, Version};
use crate::rules::regex::walk::each_generator;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::shorten;

rule! {
    /// The expression of a ProviderState generator is not written as `${name}`.
    ///
    /// The official core replaces each `${name}` by what the state handler returned under that
    /// name. An expression without any is looked up as a whole: for `/users/{id}` the core asks
    /// for a value called `/users/{id}`, finds none, and the provider is verified with the example,
    /// whose data it need not have. A bare name, as pact-jvm writes it, is fine.
    ///
    /// Whether a state has such a parameter is not judged: the handler may return more than the
    /// pact knows.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/users/1",
    ///   "generators": {"path": {"type": "ProviderState", "expression": "/users/{id}"}}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/users/1",
    ///   "generators": {"path": {"type": "ProviderState", "expression": "/users/${id}"}}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `generate_value_from_context` in pact_models, generators/mod.rs; `parse_expression` in
    /// expression_parser.rs; pact-reference issue 441.
    "state-expression-unresolved", "generator", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    // The core drops the generators of V3 messages when it reads them.
    if !cx.is_read() || cx.version() < Version::V3 || cx.it.section == Section::Messages {
        return;
    }
    each_generator(cx, &mut |generator| {
        if generator.kind.is_none_or(|kind| kind.raw() != "\"ProviderState\"") {
            return;
        }
        let Some(field) = generator.node.get("expression").filter(|field| field.is_string()) else { return };
        if !field.raw().contains(['{', '$', '}']) {
            return;
        }
        let text = field.to_text();
        let Some(slip) = slip(&text) else { return };
        let piece = shorten(&text[slip.range.clone()]).into_owned();
        let message = if slip.open {
            format!(
                "'{piece}' is not closed, so the official core cannot read the expression and keeps the example"
            )
        } else if text.contains("${") {
            format!("'{piece}' is plain text to the official core, which replaces only '${{...}}'")
        } else {
            format!(
                "'{piece}' is not replaced: the official core looks for a value called '{}' and keeps the example",
                shorten(&text)
            )
        };
        let report = out.report(field.span_within(slip.range.clone()), message);
        match &slip.meant {
            Some(meant) => {
                let mut whole = text.clone().into_owned();
                whole.replace_range(slip.range.clone(), meant);
                report.help(format!("write '{meant}'")).fix(
                    Applicability::Unsafe,
                    format!("Write '{meant}': the value of the state is sent from then on"),
                    vec![cx.editor().set(field, &quote(&whole))],
                );
            }
            None => {
                report.help("write ${name} for each value of the state");
            }
        }
    });
}

/// What is wrong with an expression.
struct Slip {
    range: Range<usize>,
    /// A brace is missing at the end.
    open: bool,
    meant: Option<String>,
}

/// The first slip: `{id}`, `$id`, `{{id}}`, `#{id}`, `$(id)`, `${id`.
fn slip(text: &str) -> Option<Slip> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = text[at..].find(['$', '{', '#']) {
        let start = at + found;
        let rest = &text[start..];
        if let Some(inner) = rest.strip_prefix("${") {
            let Some(length) = inner.find('}') else {
                let name = name_length(inner);
                let meant = (name > 0 && name == inner.len()).then(|| format!("${{{inner}}}"));
                return Some(Slip { range: start..text.len(), open: true, meant });
            };
            at = start + length + 3;
            continue;
        }
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        for (open, close) in [("{{", "}}"), ("#{", "}"), ("$(", ")"), ("{", "}"), ("$", "")] {
            let Some(inner) = rest.strip_prefix(open) else { continue };
            let name = name_length(inner);
            // JSON and prices are no expressions, and `<{id}>` is what pact-jvm can be told to read.
            let fits = name > 0 && inner[name..].starts_with(close) && before != Some(&b'<');
            if fits && (open != "$" || !text.contains("${")) {
                let end = start + open.len() + name + close.len();
                return Some(Slip {
                    range: start..end,
                    open: false,
                    meant: Some(format!("${{{}}}", &inner[..name])),
                });
            }
        }
        at = start + 1;
    }
    None
}

/// How many bytes of a name stand at the start.
fn name_length(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return 0;
    }
    text.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count()
}

#[cfg(test)]
mod tests {
    use super::slip;
    use crate::rules::testing::check;

    #[test]
    fn expressions() {
        for fine in [
            "${id}",
            "/a/${id}/b/${other}",
            "userId",
            "",
            "{\"a\": \"${b}\"}",
            "<{id}>",
            "costs $5",
            "{}",
            "${a b}",
        ] {
            assert!(slip(fine).is_none(), "{fine}");
        }
        for (text, piece, meant) in [
            ("/a/{id}", "{id}", Some("${id}")),
            ("/a/${x}/{id}", "{id}", Some("${id}")),
            ("{{user.id}}", "{{user.id}}", Some("${user.id}")),
            ("#{id}", "#{id}", Some("${id}")),
            ("$(id)", "$(id)", Some("${id}")),
            ("/a/$id/b", "$id", Some("${id}")),
            ("/a/${id", "${id", Some("${id}")),
            ("/a/${id/b", "${id/b", None),
        ] {
            let slip = slip(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((&text[slip.range], slip.meant.as_deref()), (piece, meant));
        }
    }

    #[test]
    fn marks_the_piece() {
        check(
            "state-expression-unresolved",
            r#"
{"description": "d", "request": {"path": "/a", "query": {"q": ["1"]}, "generators": {
  "path": {"type": "ProviderState", "expression": "/api/{id}"},
                                                        ^^^^ warning looks for a value called '/api/{id}'
  "query": {"q": {"type": "ProviderState", "expression": "${a}-{b}"}}}},
                                                               ^^^ warning plain text
 "response": {"status": 200, "generators": {"body": {"$.a": {"type": "ProviderState", "expression": "${id"}}}}}
                                                                                                     ^^^^ warning not closed
"#,
        );
    }
}
