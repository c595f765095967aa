//! Rules that look at the form of an interaction alone.

use std::sync::LazyLock;

use crate::rules::{ALL, RuleIndex, find};

/// Rules whose silence about an interaction depends on its keys, on the kinds of its values, and
/// on its matching rules, generators, headers and types, but never on what an example, a path, a
/// description or a provider state says; or only where they ask which examples break their rules,
/// which is noted each time. Whether they are that is held by a test in
/// `analysis/alike.rs`.
const BY_FORM: [&str; 98] = [
    "accept-mismatch",
    "ambiguous-rule-precedence",
    "array-contains-variant-shape",
    "array-min-zero",
    "body-on-bodyless",
    "charset-exact",
    "client-header-exact",
    "combine-invalid",
    "content-encoding-of-plain-body",
    "content-not-of-declared-type",
    "content-type-conflict",
    "content-type-hint-invalid",
    "contents-category-ignored",
    "date-format-invalid",
    "date-format-suspicious",
    "duplicate-header",
    "empty-object-body",
    "empty-value-list",
    "encoded-invalid",
    "generator-bad-field",
    "generator-category-invalid",
    "generator-path-matches-nothing",
    "get-request-body",
    "header-not-sendable",
    "header-rule-key-is-path",
    "header-rule-without-header",
    "index-rule-on-array",
    "index-star-on-object",
    "interim-status",
    "invalid-interaction-type",
    "json-duplicate-key",
    "json-rule-on-text-body",
    "json-string-body-ambiguous",
    "json-taken-for-text",
    "legacy-provider-state",
    "matcher-alias",
    "matcher-missing-field",
    "matcher-needs-newer-spec",
    "matcher-unknown-field",
    "message-metadata-without-rule",
    "method-rule-ignored",
    "min-greater-than-max",
    "min-max-not-integer",
    "min-on-non-array",
    "misplaced-key",
    "missing-content-type",
    "missing-description",
    "missing-interaction-type",
    "mixed-rule-styles",
    "multipart-boundary-literal",
    "null-body",
    "opaque-json-body",
    "or-null-on-container",
    "pending-interaction",
    "query-value-encoded",
    "redirect-without-location",
    "redundant-rules",
    "regex-accepts-anything",
    "regex-alternation-prefix",
    "regex-backtracking",
    "regex-control-character",
    "regex-invalid",
    "regex-js-literal",
    "regex-not-portable",
    "regex-over-constrains",
    "rule-category-spelling",
    "rule-group-missing-matchers",
    "rule-matches-nothing",
    "rule-on-empty-array-example",
    "rule-path-invalid",
    "rule-path-unquoted-dot",
    "rule-without-match",
    "rules-without-body",
    "server-error-interaction",
    "shadowed-rule",
    "single-value-header-in-array",
    "split-min-max",
    "star-without-values",
    "status-not-integer",
    "status-out-of-range",
    "type-at-root-hides-arrays",
    "unknown-generator",
    "unknown-http-method",
    "unknown-key",
    "unknown-matcher",
    "unknown-rule-category",
    "v2-path-in-v3-body",
    "v2-path-without-part",
    "v2-query-encoding",
    "v2-rules-in-v3-file",
    "v3-rules-in-v2-file",
    "v4-body-extra-keys",
    "v4-body-missing-content",
    "v4-body-not-wrapped",
    "values-without-star",
    "volatile-header-exact",
    "wrong-value-type",
    "xml-rule-path-unmatched",
];

/// Those of them that also say the same of all interactions of one form, at the same nodes: what they
/// say holds nothing of a value that is no part of the form, and points at none.
const SAID_BY_FORM: [&str; 4] =
    ["charset-exact", "get-request-body", "missing-content-type", "regex-over-constrains"];

/// Whether a rule that is silent about an interaction is so about all of the same form.
pub fn is_by_form(rule: RuleIndex) -> bool {
    static FLAGS: LazyLock<Box<[bool]>> = LazyLock::new(|| flags(&BY_FORM));
    FLAGS.get(rule).copied().unwrap_or_default()
}

/// Whether what a rule says about an interaction it says about all of the same form.
pub fn is_said_by_form(rule: RuleIndex) -> bool {
    static FLAGS: LazyLock<Box<[bool]>> = LazyLock::new(|| flags(&SAID_BY_FORM));
    FLAGS.get(rule).copied().unwrap_or_default()
}

fn flags(names: &[&str]) -> Box<[bool]> {
    let mut flags = vec![false; ALL.len()];
    names.iter().filter_map(|name| find(name)).for_each(|index| flags[index] = true);
    flags.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_rules_on_interactions() {
        for name in BY_FORM {
            let rule = find(name).map(|index| ALL[index]);
            assert!(rule.is_some_and(|rule| rule.check.on_interaction().is_some()), "{name}");
        }
        assert!(SAID_BY_FORM.iter().all(|name| BY_FORM.contains(name)));
    }
}
