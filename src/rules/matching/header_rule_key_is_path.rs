use crate::diagnostic::Applicability;
use crate::model::{Category, GroupShape, RuleGroup, Target};
use crate::rules::matching::names::{Names, NamesOf, bare_name};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// The key of a header or query rule is written as a path.
    ///
    /// Since version 3 the keys under `header` and `query` are names, taken letter by letter. A
    /// rule for `$.X-Id` or `X-Id[0]` is about a header of exactly that name, so it does nothing
    /// and the value is compared by equality.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"X-Id": "1"},
    ///   "matchingRules": {"header": {"$.X-Id": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"X-Id": "1"},
    ///   "matchingRules": {"header": {"X-Id": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRuleCategory::add_v3_rules_from_json` in pact_models; pact-specification issue 92.
    "header-rule-key-is-path", "matching", Error, Minimal, Library, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let mut names = NamesOf::default();
    for (index, _, group) in cx.groups().filter(|(_, _, group)| may_be_path(group)) {
        let Some(bare) = written_as_path(group, names.part(cx, index, group.category)) else { continue };
        let key = cx.node(group.key);
        let word = if group.category == Category::Header { "header" } else { "query parameter" };
        let message = format!(
            "This key is taken as a name, and there is no {word} '{}': the rule does nothing",
            key.name()
        );
        let taken = key_taken(cx, group, &bare);
        let report = out.report(key.span(), message).help(format!("write the bare name: '{bare}'"));
        if !taken {
            report.fix(
                Applicability::Unsafe,
                format!("Write '{bare}', so that the rule holds instead of equality"),
                vec![cx.editor().rename(key, &bare)],
            );
        }
    }
}

/// Whether the key names a header or parameter and looks like a path.
fn may_be_path(group: &RuleGroup) -> bool {
    let Target::Name(name) = &group.target else { return false };
    let named = matches!(group.category, Category::Header | Category::Query);
    named && group.shape != GroupShape::V2Rule && (name.starts_with('$') || name.ends_with(']'))
}

/// The name meant by a key that looks like a path and is none of the `names` as it stands.
pub(super) fn written_as_path(group: &RuleGroup, names: &Names<'_>) -> Option<String> {
    let Target::Name(name) = &group.target else { return None };
    let bare = bare_name(name).filter(|_| may_be_path(group))?;
    if names.has(name) || !(name.starts_with('$') || names.has(bare)) {
        return None;
    }
    Some(bare.to_owned())
}

fn key_taken(cx: &InteractionCx<'_>, group: &RuleGroup, bare: &str) -> bool {
    cx.node(group.category_key).value().is_some_and(|category| category.get(bare).is_some())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn keys_are_names() {
        check(
            "header-rule-key-is-path",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/", "query": {"q": ["1"], "ids[0]": ["2"]},
              "headers": {"X-A": "1"},
              "matchingRules": {"query": {
                "$.q": {"matchers": [{"match": "type"}]},
                ^^^^^ error no query parameter '$.q'
                "q[0]": {"matchers": [{"match": "type"}]},
                ^^^^^^ error no query parameter 'q[0]'
                "ids[0]": {"matchers": [{"match": "type"}]}
              }, "header": {
                "$['X-A']": {"matchers": [{"match": "type"}]}
                ^^^^^^^^^^ error no header '$['X-A']'
              }}}, "response": {"status": 200}}"#,
        );
    }
}
