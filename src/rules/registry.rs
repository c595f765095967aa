//! All rules, and finding them by name.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::rules::{
    Rule, generator, http, interaction, internal, matching, regex, security, state, structure, syntax,
};

/// Index of a rule in [`ALL`].
pub type RuleIndex = usize;

/// Every rule, by group and name.
pub static ALL: &[&Rule] = &[
    &generator::generator_bad_field::RULE,
    &generator::generator_category_invalid::RULE,
    &generator::unknown_generator::RULE,
    &http::content_not_of_declared_type::RULE,
    &http::duplicate_header::RULE,
    &http::path_not_absolute::RULE,
    &http::query_in_path::RULE,
    &http::unknown_http_method::RULE,
    &http::volatile_header_exact::RULE,
    &interaction::ambiguous_request::RULE,
    &interaction::duplicate_interaction_identity::RULE,
    &interaction::exact_duplicate_interaction::RULE,
    &internal::library_notes::RULE,
    &internal::rule_panicked::RULE,
    &matching::dsl_marker_in_example::RULE,
    &regex::date_format_invalid::RULE,
    &regex::date_format_suspicious::RULE,
    &regex::regex_invalid::RULE,
    &regex::regex_js_literal::RULE,
    &regex::regex_matches_substring_only::RULE,
    &security::secret_in_example::RULE,
    &state::legacy_provider_state::RULE,
    &state::provider_state_shape::RULE,
    &structure::schema::RULE,
    &structure::unknown_key::RULE,
    &syntax::json_bom::RULE,
    &syntax::json_duplicate_key::RULE,
    &syntax::json_syntax::RULE,
    &syntax::json_unsafe_number::RULE,
];

static BY_NAME: LazyLock<HashMap<&'static str, RuleIndex>> =
    LazyLock::new(|| ALL.iter().enumerate().map(|(index, rule)| (rule.meta.name, index)).collect());

/// The rule with this name, with or without its group (`unknown-key`,
/// `structure/unknown-key`).
pub fn find(name: &str) -> Option<RuleIndex> {
    if let Some((group, name)) = name.split_once('/') {
        return find(name).filter(|&index| ALL[index].meta.group == group);
    }
    BY_NAME.get(name).copied()
}

/// The rules that a selector names: a rule, a group, or `all`. Empty when it names none.
pub fn resolve_selector(selector: &str) -> Vec<RuleIndex> {
    if selector == "all" {
        return (0..ALL.len()).collect();
    }
    if let Some(index) = find(selector) {
        return vec![index];
    }
    let group = selector.trim_end_matches('/');
    (0..ALL.len()).filter(|&index| ALL[index].meta.group == group).collect()
}
