use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::Applicability;
use crate::model::example::{Mismatch, Problem, check_body, check_fields, check_outline};
use crate::model::{Category, GeneratorBlock, MatcherKind, Part, Role, RuleGroup, resolve_body};
use crate::rules::matching::contradicting_rules::contradicted;
use crate::rules::matching::dsl_marker_in_example::{holds_marker, may_hold_marker};
use crate::rules::matching::or_null_on_container::allows_null;
use crate::rules::matching::ruled::matcher_name;
use crate::rules::regex::misfit::{Misfit, misfit};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, NodeId, quote};
use crate::text::shorten;

rule! {
    /// An example does not satisfy the matching rule that stands beside it.
    ///
    /// The mock server plays the example to the consumer, and the provider is verified against
    /// the rule. Where the two disagree, the consumer's test has passed with a value that the
    /// provider is not allowed to send, and the official core, comparing the example with
    /// itself, reports a mismatch.
    ///
    /// Elements, attributes and texts of XML are judged, and parameters of forms. Not judged:
    /// values that a generator replaces, rules that only a plugin knows, the parts of multipart
    /// bodies, and media types that only the machine's own database could tell.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {
    ///   "description": "a request for a user",
    ///   "request": {"method": "GET", "path": "/users/1"},
    ///   "response": {
    ///     "status": 200,
    ///     "headers": {"Content-Type": "application/json"},
    ///     "body": {"id": "one"},
    ///     "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}
    ///   }
    /// }
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {
    ///   "description": "a request for a user",
    ///   "request": {"method": "GET", "path": "/users/1"},
    ///   "response": {
    ///     "status": 200,
    ///     "headers": {"Content-Type": "application/json"},
    ///     "body": {"id": 1},
    ///     "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// `compare_json` in pact_matching, json.rs; `compare_element`, xml.rs; `match_header_value`, `match_query_values`.
    "example-violates-rule", "matching", Error, Minimal, Test, Check::Interaction(check)
}

/// So many times a value is looked at on behalf of a generator.
const MOST_REPLACED: usize = 4_000_000;

/// Further examples that one rule refuses are labels, up to this many.
const MAX_LABELS: usize = 5;

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let mut marked = None;
    for (index, part) in cx.it.parts.iter().enumerate() {
        let all = cx.mismatches(index).iter();
        let mut mismatches: Vec<&Mismatch> =
            all.filter(|m| speaks_here(cx, m, *marked.get_or_insert_with(|| may_hold_marker(cx)))).collect();
        if mismatches.is_empty() {
            continue;
        }
        let contradicted = contradicted(cx, index);
        mismatches.retain(|m| contradicted.binary_search(&m.group).is_err() && !refuses_object(cx, part, m));
        // One rule that refuses many examples is one cause.
        let mut by_matcher: FxHashMap<NodeId, Vec<&Mismatch>> = FxHashMap::default();
        for mismatch in &mismatches {
            by_matcher.entry(mismatch.matcher).or_default().push(mismatch);
        }
        for mismatch in &mismatches {
            let Some(all) = by_matcher.remove(&mismatch.matcher) else { continue };
            let same = all.into_iter().filter(|m| !std::ptr::eq(*m, *mismatch));
            report(cx, part, mismatch, same, out);
        }
    }
}

/// All examples of a part that their rules refuse, values that a generator replaces left out.
pub(crate) fn mismatches(cx: &InteractionCx<'_>, index: usize) -> Vec<Mismatch> {
    let part = &cx.it.parts[index];
    let Some(rules) = &part.rules else { return Vec::new() };
    if rules.groups.is_empty() {
        return Vec::new();
    }
    let mut regexes = cx.regexes.borrow_mut();
    let mut found = check_fields(cx.root, part, &mut regexes);
    // A plugin may compare a text in its own way.
    if cx.has_plugins() {
        let text = part.body.as_ref().and_then(|body| body.example());
        found.retain(|m| Some(m.node) != text);
    }
    let body = part.body.as_ref().filter(|body| body.format == crate::model::Format::Json);
    if let (Some(json), Some(resolution)) = (body.and_then(|b| b.json()), cx.body(index)) {
        found.extend(check_body(cx.node(json), &rules.groups, resolution, &mut regexes));
    }
    // Generators count also in V3 messages, where the core drops them when it reads the file:
    // when it wrote the file, they had given the consumer its value.
    if let Some(outline) = cx.outline(index).filter(|_| !cx.has_plugins()) {
        let mut inside = check_outline(cx.root, part.role, outline, &rules.groups, &mut regexes);
        inside.retain(|m| !is_generated(cx, part, index, m));
        found.extend(inside);
    }
    if !found.is_empty()
        && let Some(generators) = &part.generators
    {
        // What so many generators leave of so large a body is not worth the time.
        let nodes = cx.body(index).map_or(0, |resolution| resolution.nodes.len());
        if generators.generators.len().saturating_mul(nodes) > MOST_REPLACED {
            return Vec::new();
        }
        let replaced = replaced_nodes(cx, part, generators);
        found.retain(|m| !replaced.contains(&m.node));
    }
    found
}

/// Whether a generator replaces a value inside of an XML or form body.
fn is_generated(cx: &InteractionCx<'_>, part: &Part, index: usize, mismatch: &Mismatch) -> bool {
    let (Some(block), Some(inside)) = (&part.generators, &mismatch.inside) else { return false };
    let Some(Ok((outline, _))) = cx.outline(index).map(|outline| outline.parsed.as_ref()) else {
        return false;
    };
    block.generators.iter().any(|generator| {
        let (Some(key), Some(Ok(path))) = (generator.key, &generator.path) else { return false };
        Category::parse(&cx.node(generator.category).name()) == Some(Category::Body)
            && outline.is_below(&path.steps, &cx.node(key).name(), inside.node)
    })
}

/// Nodes that a generator gives another value.
fn replaced_nodes(cx: &InteractionCx<'_>, part: &Part, block: &GeneratorBlock) -> FxHashSet<NodeId> {
    let mut out = FxHashSet::default();
    for generator in &block.generators {
        // This one keeps the path of the example, so a rule on it is met or failed as before.
        if generator.kind.is_some_and(|kind| cx.text(kind) == "MockServerURL") {
            continue;
        }
        let category = cx.node(generator.category).name();
        match (Category::parse(&category), generator.key) {
            (Some(Category::Body), Some(key)) => {
                let Some(json) = part.body.as_ref().and_then(|b| b.json()) else { continue };
                let Some(Ok(path)) = &generator.path else { continue };
                // The same selection as for rules, with a group that has only this path.
                let group = RuleGroup {
                    category: Category::Body,
                    category_key: key,
                    key,
                    target: crate::model::Target::Path(path.clone()),
                    node: generator.node,
                    shape: crate::model::GroupShape::List,
                    combine: crate::model::Combine::And,
                    combine_node: None,
                    matchers: smallvec::smallvec![crate::model::Matcher {
                        node: generator.node,
                        name: None,
                        kind: MatcherKind::Equality,
                    }],
                };
                let resolution = resolve_body(cx.node(json), &[group]);
                out.extend(
                    resolution.nodes.iter().filter(|n| n.best.is_some() && !n.cascaded).map(|n| n.node),
                );
            }
            (Some(Category::Path), _) => out.extend(part.path),
            (Some(Category::Status), _) => out.extend(part.status),
            (Some(Category::Header), Some(key)) => out.extend(named(cx, part.headers, key)),
            (Some(Category::Query), Some(key)) => out.extend(named(cx, part.query, key)),
            (Some(Category::Metadata), Some(key)) => out.extend(named(cx, part.metadata, key)),
            _ => {}
        }
    }
    out
}

/// The values of the entry that a generator's key names.
fn named(cx: &InteractionCx<'_>, map: Option<NodeId>, key: NodeId) -> Vec<NodeId> {
    let Some(map) = map.map(|m| cx.node(m)) else { return Vec::new() };
    if !map.is_object() {
        return vec![map.id()];
    }
    let name = cx.node(key).name();
    let name = name.trim_start_matches("$.").split('[').next().unwrap_or("");
    let value = map.members().find(|m| m.key.name().eq_ignore_ascii_case(name)).and_then(|m| m.value);
    value.into_iter().flat_map(|v| std::iter::once(v).chain(v.elements())).map(Cursor::id).collect()
}

/// Whether no other rule has more to say: patterns, formats and names that are wrong in
/// themselves are reported as such.
fn speaks_here(cx: &InteractionCx<'_>, mismatch: &Mismatch, marked: bool) -> bool {
    let number = |field| cx.node(mismatch.matcher).get(field).and_then(Cursor::as_u64);
    // No example at all would satisfy these bounds.
    if let (Some(min), Some(max)) = (number("min"), number("max"))
        && min > max
    {
        return false;
    }
    // The way from the root is long in a wide object.
    if marked && cx.node(mismatch.node).path_from_root().into_iter().any(holds_marker) {
        return false;
    }
    match mismatch.problem {
        Problem::Other(_) => true,
        // A pattern that is no text is what is wrong then.
        Problem::Regex { .. } => {
            cx.node(mismatch.matcher).get("regex").is_none_or(Cursor::is_string)
                && misfit(cx, mismatch) == Some(Misfit::Differs)
        }
        Problem::BadPattern | Problem::BadFormat | Problem::UnknownMatcher | Problem::NoItem { .. } => false,
    }
}

/// The example if it is a number without a fraction that a `decimal` matcher refuses.
fn whole_number<'a>(cx: &InteractionCx<'a>, mismatch: &Mismatch) -> Option<Cursor<'a>> {
    let node = cx.node(mismatch.node);
    let name = matcher_name(cx.node(mismatch.matcher));
    (matches!(&*name, "decimal" | "real") && node.as_f64().is_some()).then_some(node)
}

/// Whether an object fails only because its rule wants to allow null as well, which another
/// rule tells.
fn refuses_object(cx: &InteractionCx<'_>, part: &Part, mismatch: &Mismatch) -> bool {
    let group = part.rules.as_ref().and_then(|rules| rules.groups.get(mismatch.group as usize));
    let own = |group: &RuleGroup| group.matchers.iter().any(|m| m.node == mismatch.matcher);
    !cx.has_plugins()
        && cx.node(mismatch.node).is_object()
        && group.is_some_and(|group| allows_null(group) && own(group))
}

fn report<'m>(
    cx: &InteractionCx<'_>,
    part: &Part,
    mismatch: &Mismatch,
    same: impl Iterator<Item = &'m Mismatch>,
    out: &mut Sink<'_>,
) {
    let node = cx.node(mismatch.node);
    let matcher = cx.node(mismatch.matcher);
    let name = matcher_name(matcher);
    let clause = match &mismatch.problem {
        _ if whole_number(cx, mismatch).is_some() => {
            "has no fraction, which the official core asks of every value here".to_owned()
        }
        Problem::Other(text) => text.clone(),
        _ => format!(
            "does not match {}",
            shorten(&matcher.get("regex").map_or(Cow::Borrowed(""), |r| r.to_text()))
        ),
    };
    let value = if let Some(inside) = &mismatch.inside {
        // An element is told by its tag, everything else by its value.
        let shown = if inside.value.starts_with('<') { inside.value.clone() } else { quote(&inside.value) };
        format!("The example {}", shorten(&shown))
    } else if node.is_object() || node.is_array() {
        format!("The example {}", if node.is_object() { "object" } else { "array" })
    } else {
        format!("The example {}", shorten(node.raw()))
    };
    let why = match part.role {
        Role::Request => "the provider is verified with a request that the rule refuses",
        Role::Response => "the mock answers with a value that the provider may not send",
        Role::Contents => "the consumer was tested with a message that the provider may not send",
    };
    let span = if mismatch.inside.is_some() {
        mismatch.span(cx.root)
    } else if node.is_container() {
        node.key().map_or(node.span(), Cursor::span)
    } else {
        node.span()
    };
    let mut report = out
        .report(span, format!("{value} breaks its own '{name}' rule: it {clause}, so {why}"))
        .label(matcher.span(), "the rule");
    report = match whole_number(cx, mismatch).and(matcher.get("match")) {
        Some(name) => report
            .help("give the example a fraction, such as 10.5 (JavaScript writes 10.0 as 10), or use 'number'")
            .fix(
                Applicability::Unsafe,
                "Write 'number', so that numbers with and without a fraction match",
                vec![cx.editor().set(name, "\"number\"")],
            ),
        None => report.help("change the example or the rule so that they agree"),
    };
    let mut more = 0;
    for other in same {
        more += 1;
        if more <= MAX_LABELS {
            report = report.label(other.span(cx.root), "refused by the same rule");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};
    use crate::text::apply_edits;

    #[test]
    fn bodies() {
        check(
            "example-violates-rule",
            r#"
            {
              "description": "d",
              "request": {"method": "GET", "path": "/"},
              "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": {
                  "price": 10,
                           ^^ error has no fraction
                  "day": "2024-13-01",
                         ^^^^^^^^^^^^ error is not in the format yyyy-MM-dd
                  "tags": [],
                  "items": [1],
                  ^^^^^^^ error has 1 item(s), fewer than the 2
                  "code": "ab",
                          ^^^^ error does not match [0-9]+
                  "either": null,
                  "deep": {"x": 1, "y": "2"}
                                        ^^^ error is not a number
                },
                "matchingRules": {"body": {
                  "$.price": {"matchers": [{"match": "decimal"}]},
                  "$.day": {"matchers": [{"match": "date", "format": "yyyy-MM-dd"}]},
                  "$.tags": {"matchers": [{"match": "type", "min": 1}]},
                  "$.items": {"matchers": [{"match": "type", "min": 2}]},
                  "$.code": {"matchers": [{"match": "regex", "regex": "[0-9]+"}]},
                  "$.either": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]},
                  "$.deep.*": {"matchers": [{"match": "number"}]}
                }}
              }
            }"#,
        );
    }

    #[test]
    fn fields_and_values_of_generators() {
        check(
            "example-violates-rule",
            r#"@v4
            {
              "type": "Synchronous/HTTP",
              "description": "d",
              "request": {
                "method": "GET",
                "path": "/users/x",
                        ^^^^^^^^^^ error does not match
                "query": {"page": ["-1"]},
                                   ^^^^ error is not an integer
                "headers": {"X-Id": ["7"]},
                "matchingRules": {
                  "path": {"matchers": [{"match": "regex", "regex": "/users/[0-9]+"}]},
                  "query": {"page": {"matchers": [{"match": "integer"}]}},
                  "header": {"x-id": {"matchers": [{"match": "integer"}]}}
                }
              },
              "response": {
                "status": 404,
                          ^^^ error is not in the class
                "body": {"content": {"id": null}, "contentType": "application/json", "encoded": false},
                "matchingRules": {
                  "status": {"matchers": [{"match": "statusCode", "status": "success"}]},
                  "body": {"$.id": {"matchers": [{"match": "integer"}]}}
                },
                "generators": {"body": {"$.id": {"type": "RandomInt"}}}
              }
            }"#,
        );
    }

    /// What pact-python writes for `match.int()` in a message.
    #[test]
    fn generators_of_messages() {
        check(
            "example-violates-rule",
            r#"{
              "consumer": {"name": "a"}, "provider": {"name": "b"},
              "messages": [{
                "description": "d",
                "contents": {"id": null, "age": null},
                                                ^^^^ error is not an integer
                "generators": {"body": {"$.id": {"max": 10, "min": 0, "type": "RandomInt"}}},
                "matchingRules": {"body": {
                  "$.id": {"combine": "AND", "matchers": [{"match": "integer"}]},
                  "$.age": {"combine": "AND", "matchers": [{"match": "integer"}]}
                }},
                "metadata": {"contentType": "application/json"}
              }],
              "metadata": {"pactSpecification": {"version": "3.0.0"}}
            }"#,
        );
    }

    #[test]
    fn collections() {
        check(
            "example-violates-rule",
            r#"@v4
            {
              "type": "Asynchronous/Messages",
              "description": "d",
              "contents": {
                "contentType": "application/json",
                "content": {
                  "byKey": {"a-1": 1, "bad": 2},
                                      ^^^^^ error does not match
                  "byValue": {"p": 1, "q": "x"},
                                           ^^^ error is not a number
                  "list": [{"kind": "A"}, {"kind": 2}]
                },
                "encoded": false
              },
              "matchingRules": {"body": {
                "$.byKey": {"matchers": [{"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]-[0-9]"}]}]},
                "$.byValue": {"matchers": [{"match": "eachValue", "rules": [{"match": "number"}]}]},
                "$.list": {"matchers": [{"match": "arrayContains", "variants": [
                  {"index": 0, "rules": {"$.kind": {"matchers": [{"match": "regex", "regex": "[A-Z]"}]}}},
                  {"index": 1}
                ]}]}
              }}
            }"#,
        );
    }

    #[test]
    fn plain_texts() {
        check(
            "example-violates-rule",
            r#"@v4
            {
              "type": "Synchronous/HTTP",
              "description": "d",
              "request": {
                "method": "PUT",
                "path": "/",
                "body": {"content": "hello world!", "contentType": "text/plain", "encoded": false},
                                    ^^^^^^^^^^^^^^ error does not match
                "matchingRules": {"body": {"$": {"matchers": [{"match": "regex", "regex": "[a-z]+[0-9]"}]}}}
              },
              "response": {
                "status": 200,
                "body": {"content": "aGVsbG8=", "contentType": "text/plain", "encoded": "base64"},
                "matchingRules": {"body": {"$": {"matchers": [{"match": "regex", "regex": "hello"}]}}}
              }
            }"#,
        );
    }

    #[test]
    fn xml() {
        check(
            "example-violates-rule",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "headers": {"Content-Type": "application/xml"},
              "body": "<a xmlns=\"urn:x\"><b id=\"x\"/><b>1 &amp; <c/></b><d>t</d><e> x1 </e></a>",
                                             ^^^^^^^^ error The example "x" breaks its own 'integer' rule: it is not an integer
                                                       ^^ error The example <urn:x:b> breaks its own 'type' rule: it lacks the attribute 'id', unlike the first
              "matchingRules": {"body": {
                "$.urn:x:a.urn:x:b": {"matchers": [{"match": "type"}]},
                "$.urn:x:a.urn:x:b.@id": {"matchers": [{"match": "integer"}]},
                "$.urn:x:a.urn:x:e.#text": {"matchers": [{"match": "regex", "regex": "[a-z][0-9]"}]}
              }}}}"#,
        );
    }

    #[test]
    fn forms_and_media_types() {
        check(
            "example-violates-rule",
            r#"
            {"description": "d", "request": {"method": "POST", "path": "/",
              "headers": {"Content-Type": "application/x-www-form-urlencoded"}, "body": "a=1&b=x%20y&a=z&c=",
                                                                                                     ^^^ error The example "z" breaks its own 'integer' rule
                                                                                                         ^^ error it is empty
              "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "type", "max": 2}]},
                "$.a[1]": {"matchers": [{"match": "integer"}]},
                "$.b": {"matchers": [{"match": "regex", "regex": "[a-z] [a-z]"}]},
                "$.c": {"matchers": [{"match": "notEmpty"}]}
              }}},
             "response": {"status": 200, "headers": {"Content-Type": "image/png"},
              "body": "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMC",
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error is image/jpeg by its first bytes, not image/png
              "matchingRules": {"body": {"$": {"matchers": [{"match": "contentType", "value": "image/png"}]}}}}}"#,
        );
    }

    #[test]
    fn other_rules_speak_for_other_causes() {
        check(
            "example-violates-rule",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": [1], "b": {"pact:matcher:type": "integer", "value": 1}},
              "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "type", "min": 3, "max": 2}]},
                "$.b": {"matchers": [{"match": "integer"}]}
              }}}}"#,
        );
    }

    #[test]
    fn whole_numbers_are_no_decimals() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
            "body": {"price": 10}, "matchingRules": {"body": {"$.price": {"matchers": [{"match": "decimal"}]}}}}}"#;
        let text = pact(text, "v3");
        let found = findings("example-violates-rule", &text);
        assert!(found[0].help.as_deref().is_some_and(|help| help.contains("10.5")), "{found:?}");
        let fixed = apply_edits(&text, &found[0].fixes[0].edits).expect("the edits fit");
        assert!(fixed.contains(r#"[{"match": "number"}]"#), "{fixed}");
        assert_eq!(findings("matching", &fixed), []);
    }
}
