//! Matching rules: how they are written, and whether they reach the example.

pub(crate) mod ambiguous_rule_precedence;
pub(crate) mod combine_invalid;
pub(crate) mod contents_category_ignored;
mod convert;
pub(crate) mod header_rule_key_is_path;
pub(crate) mod header_rule_without_header;
pub(crate) mod index_star_on_object;
pub(crate) mod matcher_missing_field;
pub(crate) mod matcher_needs_newer_spec;
pub(crate) mod min_greater_than_max;
pub(crate) mod min_max_not_integer;
pub(crate) mod mixed_rule_styles;
mod names;
pub(crate) mod rule_category_spelling;
pub(crate) mod rule_group_missing_matchers;
pub(crate) mod rule_matches_nothing;
pub(crate) mod rule_on_empty_array_example;
pub(crate) mod rule_path_invalid;
pub(crate) mod rule_path_unquoted_dot;
mod slip;
pub(crate) mod unknown_matcher;
pub(crate) mod unknown_rule_category;
pub(crate) mod v2_path_in_v3_body;
pub(crate) mod v2_path_without_part;
pub(crate) mod v2_rules_in_v3_file;
pub(crate) mod v3_rules_in_v2_file;
mod visit;
