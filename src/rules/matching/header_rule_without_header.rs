use rustc_hash::FxHashMap;

use crate::diagnostic::Applicability;
use crate::model::{Category, Part, RuledNames, Target, parse_path};
use crate::rules::matching::header_rule_key_is_path::written_as_path;
use crate::rules::matching::names::NamesOf;
use crate::rules::matching::unknown_rule_category::is_out_of_place;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::{TextEdit, nearest};

rule! {
    /// A rule is for a header, query parameter or metadata entry that the example has not.
    ///
    /// The official core looks for a rule by the name of what it compares, and never at the rules
    /// that are left over. If the name is a slip, the real header is compared by equality. Names
    /// of headers are the same in any case; those of parameters and metadata are not.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Location": "/users/1"},
    ///   "matchingRules": {"header": {"Locatoin": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Location": "/users/1"},
    ///   "matchingRules": {"header": {"location": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_header_maps`, `match_query_maps` and `match_message_metadata` in pact_matching.
    "header-rule-without-header", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

/// Names are compared with so many others in search of the one that was meant.
const MOST_COMPARED: usize = 20_000;

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let mut names = NamesOf::default();
    let mut ruled: FxHashMap<(usize, Category), RuledNames<'_>> = FxHashMap::default();
    let mut compared = 0;
    for (index, part, group) in cx.groups() {
        let Target::Name(name) = &group.target else { continue };
        let names = names.part(cx, index, group.category);
        if names.has(name) || !group.is_live() || name.is_empty() {
            continue;
        }
        // A body that names its type stands in for the header.
        let is_type = name.eq_ignore_ascii_case("content-type") || name.eq_ignore_ascii_case("contenttype");
        let declared = part.body.as_ref().is_some_and(|body| body.declared.is_some());
        if is_type && declared
            || is_out_of_place(group.category, cx.it.kind, part.role)
            || written_as_path(group, names).is_some()
            || group.key == group.category_key && parse_path(name).is_err()
        {
            continue;
        }
        if is_elsewhere(cx, part, group.category) {
            continue;
        }
        let word = match group.category {
            Category::Header => "header",
            Category::Query => "query parameter",
            _ => "metadata entry",
        };
        let key = cx.node(group.key);
        let text = key.name();
        let span = match text.rfind(name.as_str()) {
            Some(at) if at > 0 => key.span_within(at..at + name.len()),
            _ => key.span(),
        };
        compared += names.all().len();
        let all = if compared > MOST_COMPARED { &[] } else { names.all() };
        let ruled =
            ruled.entry((index, group.category)).or_insert_with(|| RuledNames::of(part, group.category));
        // What has a rule already is not what this one was meant for.
        let near = nearest(name, all.iter().map(|known| &**known)).filter(|near| !ruled.has(near));
        let report = out
            .report(span, format!("There is no {word} '{name}' in the example, so this rule does nothing"));
        match near {
            Some(near) => {
                let edit = TextEdit::replace(key.span(), quote(&text.replacen(name.as_str(), near, 1)));
                report.help(format!("did you mean '{near}'?")).fix(
                    Applicability::Unsafe,
                    format!("Write '{near}', so that the rule holds instead of equality"),
                    vec![edit],
                );
            }
            None => {
                report.help(format!("remove the rule, or add the {word} to the example"));
            }
        }
    }
}

/// Whether the headers, the query or the metadata stand under a misspelt key or are of a
/// type that nobody reads: that is what is wrong then, not the rules.
fn is_elsewhere(cx: &InteractionCx<'_>, part: &Part, category: Category) -> bool {
    let (key, value) = match category {
        Category::Header => ("headers", part.headers),
        Category::Query => ("query", part.query),
        _ => ("metadata", part.metadata),
    };
    match value.map(|id| cx.node(id)) {
        Some(value) => !value.is_object() && !value.is_string() && !value.is_null(),
        None => cx
            .node(part.node)
            .members()
            .any(|m| !m.key.is_named("method") && nearest(&m.key.name(), [key]).is_some()),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn headers_ignore_case_and_parameters_do_not() {
        check(
            "header-rule-without-header",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/", "query": {"page": ["1"]}, "headers": {"X-A": "1"},
              "matchingRules": {"query": {
                "Page": {"matchers": [{"match": "type"}]},
                ^^^^^^ warning no query parameter 'Page'
                "page": {"matchers": [{"match": "type"}]}
              }, "header": {
                "x-a": {"matchers": [{"match": "type"}]},
                "X-B": {"matchers": [{"match": "type"}]}
                ^^^^^ warning no header 'X-B'
              }}}, "response": {"status": 200}}"#,
        );
    }

    #[test]
    fn version_2_and_query_texts() {
        check(
            "header-rule-without-header",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/", "query": "page=1&size=2", "headers": {"Accept": "a"},
              "matchingRules": {
                "$.query.page": {"match": "type"}, "$.headers.accept": {"match": "type"}, "$.header['Accept']": {"match": "type"},
                "$.query.sise": {"match": "type"},
                         ^^^^ warning no query parameter 'sise'
                "$.headers.Acept": {"match": "type"}
                           ^^^^^ warning no header 'Acept'
              }}, "response": {"status": 200}}"#,
        );
    }

    #[test]
    fn metadata() {
        check(
            "header-rule-without-header",
            r#"
            {"description": "d", "contents": {"a": 1}, "metaData": {"topic": "t"},
              "matchingRules": {"metadata": {
                "topic": {"matchers": [{"match": "type"}]},
                "Topic": {"matchers": [{"match": "type"}]}
                ^^^^^^^ warning no metadata entry 'Topic'
              }}}"#,
        );
    }

    #[test]
    fn names_under_a_wrong_key_are_not_blamed() {
        for headers in [r#""header": {"X-A": "1"}"#, r#""headers": ["X-A: 1"]"#] {
            let text = format!(
                r#"{{"description": "d", "request": {{"method": "GET", "path": "/", {headers},
                "matchingRules": {{"header": {{"X-A": {{"matchers": [{{"match": "type"}}]}}}}}}}}, "response": {{"status": 200}}}}"#
            );
            let found = crate::rules::testing::findings(
                "header-rule-without-header",
                &crate::rules::testing::pact(&text, "v3"),
            );
            assert_eq!(found.len(), 0, "{headers}");
        }
    }
}
