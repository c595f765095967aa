//! All rules, and finding them by name.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::rules::internal::BEYOND_SUPPRESSION;
use crate::rules::{
    Rule, config, generator, graphql, http, interaction, internal, matching, over_specification, regex,
    security, state, structure, syntax, workspace,
};

/// Name of the rule under which a rule that panicked is reported.
pub const PANICKED: &str = "rule-panicked";

/// Whether suppressions and baselines may take the findings of a rule away.
pub fn is_suppressible(rule: RuleIndex) -> bool {
    ALL.get(rule).is_some_and(|rule| !BEYOND_SUPPRESSION.contains(&rule.meta.name))
}

/// Index of a rule in [`ALL`].
pub type RuleIndex = usize;

/// Every rule, by group and name.
pub static ALL: &[&Rule] = &[
    &config::config_dead_pattern::RULE,
    &config::config_expired_override::RULE,
    &config::config_invalid::RULE,
    &generator::generator_bad_field::RULE,
    &generator::generator_category_invalid::RULE,
    &generator::generator_on_asserted_value::RULE,
    &generator::generator_path_matches_nothing::RULE,
    &generator::generator_violates_rule::RULE,
    &generator::generator_with_random_looking_example::RULE,
    &generator::state_expression_unresolved::RULE,
    &generator::unknown_generator::RULE,
    &graphql::graphql_operation_mismatch::RULE,
    &graphql::graphql_query_exact::RULE,
    &graphql::graphql_query_malformed::RULE,
    &graphql::graphql_variable_missing::RULE,
    &http::accept_mismatch::RULE,
    &http::body_on_bodyless::RULE,
    &http::charset_exact::RULE,
    &http::client_header_exact::RULE,
    &http::content_encoding_of_plain_body::RULE,
    &http::content_not_of_declared_type::RULE,
    &http::content_type_conflict::RULE,
    &http::duplicate_header::RULE,
    &http::empty_value_list::RULE,
    &http::get_request_body::RULE,
    &http::header_not_sendable::RULE,
    &http::interim_status::RULE,
    &http::json_string_body_ambiguous::RULE,
    &http::json_taken_for_text::RULE,
    &http::missing_content_type::RULE,
    &http::multipart_boundary_literal::RULE,
    &http::opaque_json_body::RULE,
    &http::path_encoding::RULE,
    &http::path_not_absolute::RULE,
    &http::query_bracket_style_mixed::RULE,
    &http::query_in_path::RULE,
    &http::query_value_encoded::RULE,
    &http::redirect_without_location::RULE,
    &http::server_error_interaction::RULE,
    &http::single_value_header_in_array::RULE,
    &http::unknown_http_method::RULE,
    &http::v2_query_encoding::RULE,
    &http::volatile_header_exact::RULE,
    &interaction::ambiguous_request::RULE,
    &interaction::description_style::RULE,
    &interaction::duplicate_interaction_identity::RULE,
    &interaction::duplicate_interaction_key::RULE,
    &interaction::exact_duplicate_interaction::RULE,
    &interaction::interactions_not_sorted::RULE,
    &interaction::many_error_variants::RULE,
    &interaction::message_metadata_without_rule::RULE,
    &interaction::null_body::RULE,
    &interaction::pending_interaction::RULE,
    &interaction::too_many_interactions::RULE,
    &internal::invalid_suppression::RULE,
    &internal::library_notes::RULE,
    &internal::rule_panicked::RULE,
    &internal::unused_suppression::RULE,
    &matching::ambiguous_rule_precedence::RULE,
    &matching::array_contains_variant_shape::RULE,
    &matching::combine_invalid::RULE,
    &matching::contents_category_ignored::RULE,
    &matching::contradicting_rules::RULE,
    &matching::dsl_marker_in_example::RULE,
    &matching::example_violates_rule::RULE,
    &matching::header_rule_key_is_path::RULE,
    &matching::header_rule_without_header::RULE,
    &matching::index_star_on_object::RULE,
    &matching::json_rule_on_text_body::RULE,
    &matching::matcher_alias::RULE,
    &matching::matcher_missing_field::RULE,
    &matching::matcher_needs_newer_spec::RULE,
    &matching::matcher_unknown_field::RULE,
    &matching::method_rule_ignored::RULE,
    &matching::min_greater_than_max::RULE,
    &matching::min_max_not_integer::RULE,
    &matching::min_on_non_array::RULE,
    &matching::mixed_rule_styles::RULE,
    &matching::or_null_on_container::RULE,
    &matching::redundant_rules::RULE,
    &matching::rule_category_spelling::RULE,
    &matching::rule_group_missing_matchers::RULE,
    &matching::rule_matches_nothing::RULE,
    &matching::rule_on_empty_array_example::RULE,
    &matching::rule_path_invalid::RULE,
    &matching::rule_path_unquoted_dot::RULE,
    &matching::rule_without_match::RULE,
    &matching::rules_without_body::RULE,
    &matching::shadowed_rule::RULE,
    &matching::split_min_max::RULE,
    &matching::star_without_values::RULE,
    &matching::unknown_matcher::RULE,
    &matching::unknown_rule_category::RULE,
    &matching::v2_path_in_v3_body::RULE,
    &matching::v2_path_without_part::RULE,
    &matching::v2_rules_in_v3_file::RULE,
    &matching::v3_rules_in_v2_file::RULE,
    &matching::values_without_star::RULE,
    &matching::xml_rule_path_unmatched::RULE,
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
    &regex::regex_accepts_anything::RULE,
    &regex::regex_alternation_prefix::RULE,
    &regex::regex_backtracking::RULE,
    &regex::regex_control_character::RULE,
    &regex::regex_invalid::RULE,
    &regex::regex_js_literal::RULE,
    &regex::regex_matches_substring_only::RULE,
    &regex::regex_not_portable::RULE,
    &regex::regex_over_constrains::RULE,
    &regex::regex_unanchored::RULE,
    &security::contact_data_in_example::RULE,
    &security::internal_host::RULE,
    &security::pii_in_example::RULE,
    &security::secret_in_example::RULE,
    &state::legacy_provider_state::RULE,
    &state::missing_provider_state::RULE,
    &state::provider_state_shape::RULE,
    &state::state_name_with_id::RULE,
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
    &structure::plugin_config_undeclared::RULE,
    &structure::plugin_entry_invalid::RULE,
    &structure::schema::RULE,
    &structure::spec_version_invalid::RULE,
    &structure::spec_version_not_string::RULE,
    &structure::spec_version_shape_mismatch::RULE,
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
    &workspace::conflicting_expectations::RULE,
    &workspace::interaction_without_test::RULE,
    &workspace::pacticipant_near_duplicate::RULE,
    &workspace::provider_state_near_duplicate::RULE,
    &workspace::provider_state_unhandled::RULE,
    &workspace::same_pair_conflicting_files::RULE,
    &workspace::state_params_differ::RULE,
];

static BY_NAME: LazyLock<FxHashMap<&'static str, RuleIndex>> =
    LazyLock::new(|| ALL.iter().enumerate().map(|(index, rule)| (rule.meta.name, index)).collect());

/// The rule with this name, with or without its group (`unknown-key`,
/// `structure/unknown-key`).
pub fn find(name: &str) -> Option<RuleIndex> {
    let in_group = || {
        let (group, name) = name.split_once('/')?;
        find(name).filter(|&index| ALL[index].meta.group == group)
    };
    BY_NAME.get(name).copied().or_else(in_group)
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

/// The names of the groups, in order.
pub fn groups() -> Vec<&'static str> {
    let mut groups: Vec<&str> = ALL.iter().map(|rule| rule.meta.group).collect();
    groups.dedup();
    groups.sort_unstable();
    groups.dedup();
    groups
}
