use crate::diagnostic::Applicability;
use crate::model::{
    Category, GroupShape, MatcherKind, Part, RuleGroup, RuleStyle, Target, Version, lower_matcher,
};
use crate::rules::matching::visit::is_known_category;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};
use crate::text::{TextEdit, nearest};

const PARTS: [&str; 5] = ["body", "headers", "query", "path", "status"];

rule! {
    /// A version 2 rule does not say which part it is about.
    ///
    /// Version 2 paths name the part first: `$.body`, `$.headers`, `$.query` or `$.path`. The
    /// official core takes any other name for the body without a word, and loses the rest of the
    /// path; a key that does not start with `$` is dropped.
    ///
    /// ## Invalid
    ///
    /// ```json v2
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"$.id": {"match": "type"}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v2
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"$.body.id": {"match": "type"}}}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact specification 2, "Matching Rules"; `MatchingRules::load_from_v2_map` in pact_models.
    "v2-path-without-part", "matching", Error, Minimal, Hand, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for (_, part, group) in cx.groups() {
        if group.shape != GroupShape::V2Rule {
            continue;
        }
        match group.target {
            Target::Nowhere => nowhere(cx, part, group, out),
            Target::Whole if group.category == Category::Header => {
                let key = cx.node(group.key);
                out.report(key.span(), "The path names no header: the official core refuses the whole file")
                    .help("add the name, as in $.headers.Accept");
            }
            _ => {}
        }
    }
    if cx.version() >= Version::V3 {
        return;
    }
    // Beside a full path the core reads such a key as one too, which is another rule's to say.
    let blocks = cx.it.parts.iter().filter_map(|p| p.rules.as_ref()).filter(|r| r.style != RuleStyle::Mixed);
    for key in blocks.flat_map(|r| &r.categories) {
        let key = cx.node(*key);
        let rule = key.value().filter(|value| value.is_object());
        let (Some(rule), false) = (rule, is_known_category(&key.name())) else { continue };
        if !matches!(lower_matcher(rule).kind, MatcherKind::Invalid(_)) {
            no_root(cx, key, out);
        }
    }
}

fn nowhere(cx: &InteractionCx<'_>, part: &Part, group: &RuleGroup, out: &mut Sink<'_>) {
    let key = cx.node(group.key);
    let text = key.name();
    let rest = text.strip_prefix('$').unwrap_or("");
    let first = rest.trim_start_matches(['.', '[', '\'']);
    let name = &first[..first.find(['.', '[', '\'']).unwrap_or(first.len())];
    if name.is_empty() {
        out.report(
            key.span(),
            "The path names no part of the message: the official core refuses the whole file",
        )
        .help("start it with $.body, $.headers, $.query or $.path");
        return;
    }
    let start = text.len() - first.len();
    let is_field = body_has(cx, part, name);
    let near = nearest(name, PARTS).filter(|_| !is_field);
    let path = match near {
        Some(near) => format!("${}", rest.replacen(name, near, 1)),
        None => format!("$.body{rest}"),
    };
    let report = out
        .report(
            key.span_within(start..start + name.len()),
            format!("'{name}' is no part of a request or response: the official core loses the path and takes the body"),
        )
        .help(if near.is_some() || is_field {
            format!("did you mean '{path}'?")
        } else {
            "start the path with $.body, $.headers, $.query or $.path".to_owned()
        });
    if near.is_some() || is_field {
        report.fix(
            Applicability::Unsafe,
            format!("Write '{path}', so that the rule holds there and nowhere else"),
            vec![TextEdit::replace(key.span(), quote(&path))],
        );
    }
}

fn body_has(cx: &InteractionCx<'_>, part: &Part, name: &str) -> bool {
    let root = part.body.as_ref().and_then(|b| b.json());
    root.is_some_and(|root| cx.node(root).get(name).is_some())
}

fn no_root(cx: &InteractionCx<'_>, key: Cursor<'_>, out: &mut Sink<'_>) {
    let name = key.name();
    let first = &name[..name.find(['.', '[']).unwrap_or(name.len())];
    let path = match Category::parse(first) {
        Some(_) => format!("$.{name}"),
        None => format!("$.body.{name}"),
    };
    let edit = cx.editor().rename(key, &path);
    out.report(
        key.span(),
        format!(
            "'{name}' does not start with '$', so the official core drops this rule and compares by equality"
        ),
    )
    .help(format!("did you mean '{path}'?"))
    .fix(
        Applicability::Unsafe,
        format!("Write '{path}', so that the rule holds instead of equality"),
        vec![edit],
    );
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn parts_are_needed() {
        check(
            "v2-path-without-part",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"id": 1},
              "matchingRules": {
                "$.id": {"match": "type"},
                   ^^ error 'id' is no part
                "$.bdoy.id": {"match": "type"},
                   ^^^^ error 'bdoy' is no part
                "$.headers": {"match": "type"},
                ^^^^^^^^^^^ error names no header
                "$": {"match": "type"},
                ^^^ error names no part
                "$.body": {"match": "type"}, "$.body.id": {"match": "type"}, "$.header.A": {"match": "type"},
                "$.query": {"match": "type"}, "$['body']['id']": {"match": "type"}, "$.path": {"match": "type"}
              }}}"#,
        );
    }

    #[test]
    fn the_root_is_needed() {
        check(
            "v2-path-without-part",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"id": 1},
              "matchingRules": {
                "body.id": {"match": "type"}
                ^^^^^^^^^ error does not start with '$'
              }}}"#,
        );
    }

    #[test]
    fn beside_full_paths_it_is_a_path() {
        check(
            "v2-path-without-part",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": 1, "b": 2},
              "matchingRules": {"$.body.a": {"match": "type"}, "body.b": {"match": "type"}}}}"#,
        );
    }
}
