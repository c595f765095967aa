//! Rules about generators.

mod aim;
mod date_expression;
mod fields;
pub(crate) mod generator_bad_field;
pub(crate) mod generator_category_invalid;
pub(crate) mod generator_on_asserted_value;
pub(crate) mod generator_path_matches_nothing;
pub(crate) mod generator_violates_rule;
pub(crate) mod generator_with_random_looking_example;
mod sample;
pub(crate) mod state_expression_unresolved;
pub(crate) mod unknown_generator;
