//! Rules that look at the form of an interaction alone.

use std::sync::LazyLock;

use crate::rules::{ALL, RuleIndex, find};

/// Rules whose silence about an interaction depends on its keys, on the kinds of its values, and
/// on its matching rules, generators, headers and types, but never on what an example, a path, a
/// description or a provider state says; or only where they ask which examples break their rules,
/// which is noted each time. Whether they are that is held by a test in
/// `analysis/alike.rs`.
const BY_FORM: [&str; 27] = [
    "ambiguous-rule-precedence",
    "combine-invalid",
    "content-type-conflict",
    "date-format-invalid",
    "date-format-suspicious",
    "json-duplicate-key",
    "matcher-alias",
    "matcher-missing-field",
    "matcher-unknown-field",
    "min-greater-than-max",
    "min-max-not-integer",
    "min-on-non-array",
    "misplaced-key",
    "regex-accepts-anything",
    "regex-alternation-prefix",
    "regex-backtracking",
    "regex-control-character",
    "regex-invalid",
    "regex-js-literal",
    "regex-not-portable",
    "rule-group-missing-matchers",
    "rule-path-invalid",
    "rule-without-match",
    "shadowed-rule",
    "unknown-key",
    "unknown-matcher",
    "wrong-value-type",
];

/// Whether a rule that is silent about an interaction is so about all of the same form.
pub fn is_by_form(rule: RuleIndex) -> bool {
    static FLAGS: LazyLock<Box<[bool]>> = LazyLock::new(|| {
        let mut flags = vec![false; ALL.len()];
        BY_FORM.iter().filter_map(|name| find(name)).for_each(|index| flags[index] = true);
        flags.into()
    });
    FLAGS.get(rule).copied().unwrap_or_default()
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
    }
}
