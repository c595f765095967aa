use serde::de::IgnoredAny;

use crate::diagnostic::Severity;
use crate::model::{Body, BodyShape, Category, Content, Format, Part, RuleGroup, Target, sniffs_as_json};
use crate::rules::structure::v4_body_extra_keys;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A rule has a path into a body that is compared as plain text or bytes.
    ///
    /// The official core takes the content type of a body to decide how to compare it. What is not
    /// JSON, XML, a form or a multipart is text or bytes, where only a rule at `$` counts: all
    /// others do nothing, and the body is compared by equality. `text/json` and
    /// `application/javascript` are not JSON to it, and a JSON text in quotes is one string.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "text/json"}, "body": {"id": 1},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/json"}, "body": {"id": 1},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `BODY_MATCHERS` and `match_text` in pact_matching, lib.rs; pact-js issue 1107.
    "json-rule-on-text-body", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in &cx.it.parts {
        let Some(body) = &part.body else { continue };
        let mut deep = part.rules.iter().flat_map(|rules| &rules.groups).filter(|group| is_deep(group));
        let Some(first) = deep.next() else { continue };
        let Some(why) = why(cx, part, body) else { continue };
        if cx.has_plugins() {
            return;
        }
        if v4_body_extra_keys::has_extra(cx, body) {
            continue;
        }
        let more = deep.count();
        let rules = match more {
            0 => "this rule does".to_owned(),
            1 => "this rule and another do".to_owned(),
            n => format!("this rule and {n} others do"),
        };
        let report = out
            .report(cx.node(first.key).span(), format!("{}: {rules} nothing", why.message))
            .help(why.help)
            .at_most(why.severity);
        if let Some(node) = body.declared.or(body.header) {
            report.label(cx.node(node).span(), "decides how the body is compared");
        }
    }
}

/// Whether a rule of the body is for something below its root.
fn is_deep(group: &RuleGroup) -> bool {
    let below = matches!(&group.target, Target::Path(path) if !path.steps.is_empty());
    group.category == Category::Body && group.is_live() && below
}

struct Why {
    severity: Severity,
    message: String,
    help: &'static str,
}

/// Why no rule below the root counts; `None` if some may.
fn why(cx: &InteractionCx<'_>, part: &Part, body: &Body) -> Option<Why> {
    let node = cx.node(body.example()?);
    match body.format {
        Format::Json => {
            let quoted = matches!(body.content, Content::Json(_)) && body.shape == BodyShape::Wrapped;
            let text = node.as_str().filter(|_| quoted)?;
            let json = serde_json::from_str::<IgnoredAny>(&text).is_ok();
            Some(Why {
                severity: Severity::Warning,
                message: "The content is one JSON string, which has no nodes".to_owned(),
                help: if json {
                    "write the JSON itself as the content, not a text of it"
                } else {
                    "write the value as JSON, or give the rule to '$'"
                },
            })
        }
        Format::Text | Format::Binary => {
            // Bodies that are stored as bytes have a rule of their own.
            if crate::rules::http::opaque_json_body::is_opaque_json(cx, body) {
                return None;
            }
            let kind = body.declared.or(body.header).map(|id| cx.text(id));
            let kind =
                kind.as_deref().map_or("this type", |kind| kind.split(';').next().unwrap_or(kind).trim());
            let foreign =
                body.format == Format::Binary && !kind.contains("json") && !kind.contains("javascript");
            let how = if body.format == Format::Text { "plain text" } else { "bytes" };
            let json = node.is_container() || node.as_str().is_some_and(|text| sniffs_as_json(&text));
            let ruled = part.rules.iter().flat_map(|rules| &rules.groups).any(|group| {
                group.category == Category::Body
                    && group.is_live()
                    && matches!(&group.target, Target::Path(path) if path.steps.is_empty())
            });
            let rest = if ruled { "only the rule at '$' counts" } else { "it is compared by equality" };
            Some(Why {
                // A format of its own, which pact-jvm can be told to read, is no slip.
                severity: if foreign { Severity::Info } else { Severity::Warning },
                message: format!("The official core takes a body of {kind} for {how}, so {rest}"),
                help: if json && foreign {
                    "if it is sent as JSON, say so by the content type; another format needs a plugin that reads it"
                } else if json {
                    "set a JSON content type, such as application/json"
                } else {
                    "describe the whole body by a rule at '$', or correct the content type"
                },
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn one_finding_a_body() {
        check(
            "json-rule-on-text-body",
            r#"
            {"description": "d", "request": {"method": "PUT", "path": "/",
              "headers": {"Content-Type": "text/plain; charset=utf-8"}, "body": "a,b",
              "matchingRules": {"body": {"$": {"matchers": [{"match": "type"}]},
                "$.a": {"matchers": [{"match": "type"}]}, "$.b": {"matchers": [{"match": "type"}]}}}},
                ^^^^^ warning body of text/plain for plain text, so only the rule at '$' counts: this rule and another do nothing
             "response": {"status": 200, "headers": {"Content-Type": "application/javascript"}, "body": {"a": 1},
              "matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}}}
                                         ^^^^^ warning for bytes, so it is compared by equality
            "#,
        );
        check(
            "json-rule-on-text-body",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "PUT", "path": "/",
              "body": {"content": "{\"a\": 1}", "contentType": "application/json", "encoded": false},
              "matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}},
                                         ^^^^^ warning one JSON string, which has no nodes
             "response": {"status": 200,
              "body": {"content": "{\"a\": 1}", "contentType": "application/json", "encoded": "json"},
              "matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}}}
            "#,
        );
    }

    #[test]
    fn other_bodies_and_the_root_are_fine() {
        check(
            "json-rule-on-text-body",
            r#"
            {"description": "d", "request": {"method": "PUT", "path": "/",
              "headers": {"Content-Type": "text/plain"}, "body": "a",
              "matchingRules": {"body": {"$": {"matchers": [{"match": "type"}]}}}},
             "response": {"status": 200, "headers": {"Content-Type": "application/xml"}, "body": "<a/>",
              "matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}}}
            "#,
        );
    }
}
