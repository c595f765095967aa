use rustc_hash::FxHashMap;

use crate::diagnostic::{Applicability, Severity};
use crate::model::Format;
use crate::rules::matching::outline_paths::each_dead_path;
use crate::rules::matching::ruled::head;
use crate::rules::matching::slip::{Dead, Slip, each_dead};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, Kind, NodeId, quote};
use crate::text::{Span, TextEdit};

rule! {
    /// A rule's path picks no node of the example.
    ///
    /// The official core says nothing about such a rule, and compares what it was meant for by
    /// equality: the provider must return exactly the example. It is an error where the example
    /// has a node that the path misses by one slip, such as a letter or a level; otherwise the
    /// rule is only idle, which is a warning. Paths below `eachKey`, `eachValue`, `values` and
    /// `arrayContains` rules are fine, and so are wildcards over an empty object. In a form,
    /// `$.a` is a parameter and `$.a[0]` its first value.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"userId": 1},
    ///   "matchingRules": {"body": {"$.userid": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"userId": 1},
    ///   "matchingRules": {"body": {"$.userId": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `DocPath::path_weight` in pact_models, path_exp.rs; pact-net issue 103.
    "rule-matches-nothing", "matching", Error, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    json(cx, out);
    form(cx, out);
}

/// Rules of forms: `$.a` is a parameter, `$.a[0]` one of its values.
fn form(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_dead_path(cx, Format::Form, &mut |body, dead| {
        let step = dead.step_text();
        // A rule for all values of a parameter lets more of them come.
        if dead.step > 1 || dead.step == 1 && dead.is_ruled(dead.at) {
            return;
        }
        let what = match dead.step {
            0 => format!("The form has no parameter '{step}', so this rule does nothing"),
            _ => format!("The parameter has no value '{step}', so this rule does nothing"),
        };
        let Some((path, node)) = dead.meant_parameter() else {
            out.report(dead.span(cx), what)
                .at_most(Severity::Warning)
                .help("remove the rule, or put into the example what it is about");
            return;
        };
        let report = out
            .report(dead.span(cx), format!("{what} and '{path}' is compared by equality"))
            .help(format!("did you mean '{path}'?"))
            .fix(
                Applicability::Unsafe,
                format!("Write '{path}', so that the rule holds there"),
                vec![TextEdit::replace(cx.node(dead.group.key).span(), quote(&path))],
            );
        if body.in_place {
            let range = &dead.outline.nodes[node as usize].range;
            report.label(body.span(cx.root, range), "compared by equality");
        }
    });
}

/// One slip above several paths, such as a misspelt object, is one finding.
struct Lost<'a> {
    /// Where the example ends, and the step that it lacks.
    at: NodeId,
    step: String,
    span: Span,
    what: String,
    meant: Option<(String, Cursor<'a>, bool)>,
    edits: Vec<TextEdit>,
    others: Vec<Span>,
}

fn json(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let mut found: Vec<Lost<'_>> = Vec::new();
    let mut known: FxHashMap<(NodeId, String), usize> = FxHashMap::default();
    each_dead(cx, &mut |dead, finder| {
        let Slip::Lost { step, at } = dead.slip else { return };
        let span = dead.span(cx, step, step);
        let meant = finder.meant(&dead, step, at);
        let edit = |path: &str| TextEdit::replace(cx.node(dead.group.key).span(), quote(path));
        let edits = meant.as_ref().map(|meant| edit(&meant.path)).into_iter().collect();
        let text = dead.step_text(step).to_owned();
        let lost = Lost {
            at: at.id(),
            what: missing(&dead, step, at),
            span,
            meant: meant.map(|meant| (meant.path, meant.target, meant.exact)),
            edits,
            others: Vec::new(),
            step: text,
        };
        match known.get(&(lost.at, lost.step.clone())).map(|first| &mut found[*first]) {
            // Each of them has to have a place where it belongs, or none of them.
            Some(first) if first.meant.is_some() == lost.meant.is_some() => {
                first.others.push(span);
                first.edits.extend(lost.edits);
            }
            _ => {
                known.insert((lost.at, lost.step.clone()), found.len());
                found.push(lost);
            }
        }
    });
    for lost in found {
        tell(lost, out);
    }
}

fn tell(lost: Lost<'_>, out: &mut Sink<'_>) {
    let what = lost.what;
    let rules = match lost.others.len() {
        0 => "this rule does".to_owned(),
        1 => "this rule and another do".to_owned(),
        n => format!("this rule and {n} others do"),
    };
    let mut report = match &lost.meant {
        None => out
            .report(lost.span, format!("{what}, so {rules} nothing"))
            .at_most(Severity::Warning)
            .help("remove the rule, or put into the example what it is about"),
        Some((path, target, exact)) => {
            let held =
                if *exact { "is compared by equality" } else { "is only held by the rule of a parent" };
            let title = match lost.others.len() {
                0 => format!("Write '{path}', so that the rule holds there"),
                _ => format!("Write '{path}' and the like, so that the rules hold there"),
            };
            out.report(lost.span, format!("{what}, so {rules} nothing and '{path}' {held}"))
                .help(format!("did you mean '{path}'?"))
                .label(head(*target), if *exact { "compared by equality" } else { "not held by this rule" })
                .fix(Applicability::Unsafe, title, lost.edits)
        }
    };
    for other in lost.others.iter().take(MOST_LABELS) {
        report = report.label(*other, "the same here");
    }
}

/// Other paths with the same slip that are pointed at.
const MOST_LABELS: usize = 4;

/// What the example lacks at the step that fails.
fn missing(dead: &Dead<'_>, step: usize, at: Cursor<'_>) -> String {
    let text = dead.step_text(step);
    let text = text.strip_prefix('.').unwrap_or(text);
    match at.kind() {
        Kind::Object => format!("The example has no '{text}' here"),
        Kind::Array => format!("The example has an array here, without a '{text}'"),
        Kind::Null => format!("The example has null here, without a '{text}'"),
        _ => format!("The example has a plain value here, without a '{text}'"),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn slips_are_errors() {
        check(
            "rule-matches-nothing",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"userId": 1, "data": {"price": 2}, "items": [{"name": "n"}], "one": {"total": 3}},
              "matchingRules": {"body": {
                "$.userid": {"matchers": [{"match": "type"}]},
                  ^^^^^^^ error '$.userId' is compared by equality
                "$.price": {"matchers": [{"match": "type"}]},
                  ^^^^^^ error '$.data.price' is compared
                "$.items.name": {"matchers": [{"match": "type"}]},
                        ^^^^^ error '$.items[*].name' is compared
                "$.one[0].total": {"matchers": [{"match": "type"}]}
                      ^^^ error '$.one.total' is compared
              }}}}"#,
        );
    }

    #[test]
    fn idle_rules_are_warnings() {
        check(
            "rule-matches-nothing",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"userId": 1, "n": null, "item1": 1, "list": [1]},
              "matchingRules": {"body": {
                "$.userId": {"matchers": [{"match": "type"}]},
                "$.userid": {"matchers": [{"match": "type"}]},
                  ^^^^^^^ warning no 'userid' here
                "$.n.x": {"matchers": [{"match": "type"}]},
                    ^^ warning null here
                "$.list[3]": {"matchers": [{"match": "type"}]}
                       ^^^ warning an array here
              }}}}"#,
        );
    }

    #[test]
    fn what_other_rules_let_in_is_fine() {
        check(
            "rule-matches-nothing",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"m": {"a": {"x": 1}}, "e": {}, "list": ["a"], "none": []},
              "matchingRules": {"body": {
                "$.m": {"matchers": [{"match": "values"}]},
                "$.m.zz.x": {"matchers": [{"match": "type"}]},
                "$.e.*": {"matchers": [{"match": "type"}]},
                "$.list": {"matchers": [{"match": "type", "min": 1}]},
                "$.list[1]": {"matchers": [{"match": "regex", "regex": "b"}]},
                "$.list[*].*": {"matchers": [{"match": "type"}]},
                "$.none[*].id": {"matchers": [{"match": "type"}]}
              }}}}"#,
        );
    }

    #[test]
    fn forms() {
        check(
            "rule-matches-nothing",
            r#"
            {"description": "d", "request": {"method": "POST", "path": "/",
              "headers": {"Content-Type": "application/x-www-form-urlencoded"},
              "body": "userId=1&tag=a&tag=b&n%5B%5D=2",
              "matchingRules": {"body": {
                "$.userid": {"matchers": [{"match": "type"}]},
                  ^^^^^^^ error '$.userId' is compared by equality
                "$.tag[1]": {"matchers": [{"match": "type"}]},
                "$.tag[2]": {"matchers": [{"match": "type"}]},
                      ^^^ warning no value '[2]'
                "$['n[]']": {"matchers": [{"match": "type"}]},
                "$['n[]'][7]": {"matchers": [{"match": "type"}]},
                "$.other": {"matchers": [{"match": "type"}]}
                  ^^^^^^ warning no parameter 'other'
              }}}}"#,
        );
    }

    #[test]
    fn only_json_in_the_tree_is_judged() {
        for (kind, body) in [
            ("text/plain", "\"abc\""),
            ("application/xml", "\"<a/>\""),
            ("application/json", "\"{\\\"a\\\":1}\""),
        ] {
            let text = format!(
                r#"{{"description": "d", "request": {{"method": "GET", "path": "/"}}, "response": {{"status": 200,
                "headers": {{"Content-Type": "{kind}"}}, "body": {body},
                "matchingRules": {{"body": {{"$.b": {{"matchers": [{{"match": "type"}}]}}}}}}}}}}"#
            );
            assert_eq!(findings("rule-matches-nothing", &pact(&text, "v3")).len(), 0, "{kind}");
        }
    }

    #[test]
    fn one_rule_speaks_for_a_path() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
            "body": {"a.b": 1, "m": {"k": 1}, "e": []},
            "matchingRules": {"body": {
                "$.body.m": {"matchers": [{"match": "type"}]},
                "$.a.b": {"matchers": [{"match": "type"}]},
                "$.m[*]": {"matchers": [{"match": "type"}]},
                "$.e[*].x": {"matchers": [{"match": "type"}]},
                "$.zz": {"matchers": [{"match": "type"}]}}}}}"#;
        let mut found: Vec<_> = findings("matching", &pact(text, "v3")).iter().map(|f| f.rule).collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                "index-star-on-object",
                "rule-matches-nothing",
                "rule-on-empty-array-example",
                "rule-path-unquoted-dot",
                "v2-path-in-v3-body"
            ]
        );
    }

    #[test]
    fn paths_of_a_body_that_is_read_otherwise_are_not_blamed() {
        let part = |content: &str| {
            format!(
                r#"{{"type": "Synchronous/HTTP", "description": "d", "request": {{"method": "GET", "path": "/"}}, "response": {{"status": 200,
                "body": {{"{content}": {{"id": 1}}, "contentType": "application/json", "encoded": false}},
                "matchingRules": {{"body": {{"$.id": {{"matchers": [{{"match": "type"}}]}}}}}}}}}}"#
            )
        };
        for (version, content) in [("v3", "content"), ("v4", "contents"), ("v4", "content")] {
            let found = findings("rule-matches-nothing", &pact(&part(content), version));
            assert_eq!(found.len(), 0, "{version} {content}");
        }
    }

    #[test]
    fn inside_of_variants() {
        check(
            "rule-matches-nothing",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"contentType": "application/json", "encoded": false, "content": {
                "one": [{"kind": "a", "tags": [{"name": "x"}]}, {"rate": 2}],
                "two": [{"list": [{"k": 1}]}, {"list": [{"v": 1}]}]
              }},
              "matchingRules": {"body": {
                "$.one": {"matchers": [{"match": "arrayContains", "variants": [
                  {"index": 0, "rules": {
                    "$.kind": {"matchers": [{"match": "type"}]},
                    "$.knd": {"matchers": [{"match": "type"}]},
                      ^^^^ warning no 'knd' here
                    "$.tags": {"matchers": [{"match": "arrayContains", "variants": [
                      {"index": 0, "rules": {"$.nam": {"matchers": [{"match": "type"}]}}}
                                               ^^^^ error '$.name' is compared by equality
                    ]}]}
                  }},
                  {"index": 1, "rules": {"$.rat": {"matchers": [{"match": "number"}]}}},
                                           ^^^^ error '$.rate' is compared by equality
                  {"index": 9, "rules": {"$.rat": {"matchers": [{"match": "number"}]}}}
                ]}]},
                "$.two[*].list": {"matchers": [{"match": "arrayContains", "variants": [
                  {"index": 0, "rules": {
                    "$.v": {"matchers": [{"match": "type"}]},
                    "$.k": {"matchers": [{"match": "type"}]}
                  }}
                ]}]}
              }}}}"#,
        );
    }
}
