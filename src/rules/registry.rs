//! All rules, and finding them by name.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::rules::{
    Rule, generator, http, interaction, internal, matching, over_specification, regex, security, state,
    structure, syntax,
};

/// Name of the rule under which a rule that panicked is reported.
pub const PANICKED: &str = "rule-panicked";

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
    &matching::ambiguous_rule_precedence::RULE,
    &matching::combine_invalid::RULE,
    &matching::contents_category_ignored::RULE,
    &matching::dsl_marker_in_example::RULE,
    &matching::example_violates_rule::RULE,
    &matching::header_rule_key_is_path::RULE,
    &matching::header_rule_without_header::RULE,
    &matching::index_star_on_object::RULE,
    &matching::matcher_missing_field::RULE,
    &matching::matcher_needs_newer_spec::RULE,
    &matching::min_greater_than_max::RULE,
    &matching::min_max_not_integer::RULE,
    &matching::mixed_rule_styles::RULE,
    &matching::rule_category_spelling::RULE,
    &matching::rule_group_missing_matchers::RULE,
    &matching::rule_matches_nothing::RULE,
    &matching::rule_on_empty_array_example::RULE,
    &matching::rule_path_invalid::RULE,
    &matching::rule_path_unquoted_dot::RULE,
    &matching::unknown_matcher::RULE,
    &matching::unknown_rule_category::RULE,
    &matching::v2_path_in_v3_body::RULE,
    &matching::v2_path_without_part::RULE,
    &matching::v2_rules_in_v3_file::RULE,
    &matching::v3_rules_in_v2_file::RULE,
    &over_specification::array_min_zero::RULE,
    &over_specification::cascade_overrides_literal::RULE,
    &over_specification::empty_object_body::RULE,
    &over_specification::exact_body_values::RULE,
    &over_specification::hard_coded_date::RULE,
    &over_specification::hard_coded_uuid::RULE,
    &over_specification::index_rule_on_array::RULE,
    &over_specification::localhost_url::RULE,
    &over_specification::type_at_root_hides_arrays::RULE,
    &regex::date_format_invalid::RULE,
    &regex::date_format_suspicious::RULE,
    &regex::regex_invalid::RULE,
    &regex::regex_js_literal::RULE,
    &regex::regex_matches_substring_only::RULE,
    &security::contact_data_in_example::RULE,
    &security::internal_host::RULE,
    &security::pii_in_example::RULE,
    &security::secret_in_example::RULE,
    &state::legacy_provider_state::RULE,
    &state::provider_state_shape::RULE,
    &structure::content_type_hint_invalid::RULE,
    &structure::empty_pact::RULE,
    &structure::encoded_invalid::RULE,
    &structure::invalid_interaction_type::RULE,
    &structure::legacy_spec_key::RULE,
    &structure::messages_and_interactions::RULE,
    &structure::messages_in_v4::RULE,
    &structure::misplaced_key::RULE,
    &structure::missing_consumer::RULE,
    &structure::missing_description::RULE,
    &structure::missing_interaction_type::RULE,
    &structure::missing_interactions::RULE,
    &structure::missing_provider::RULE,
    &structure::missing_spec_version::RULE,
    &structure::not_a_pact::RULE,
    &structure::plugin_entry_invalid::RULE,
    &structure::schema::RULE,
    &structure::spec_version_invalid::RULE,
    &structure::status_not_integer::RULE,
    &structure::status_out_of_range::RULE,
    &structure::unknown_key::RULE,
    &structure::v4_body_extra_keys::RULE,
    &structure::v4_body_missing_content::RULE,
    &structure::v4_body_not_wrapped::RULE,
    &structure::v4_fields_in_older_file::RULE,
    &structure::wrong_value_type::RULE,
    &syntax::file_too_large::RULE,
    &syntax::json_bom::RULE,
    &syntax::json_duplicate_key::RULE,
    &syntax::json_not_utf8::RULE,
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
