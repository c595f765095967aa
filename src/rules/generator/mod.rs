//! Rules about generators.

mod date_expression;
mod fields;
pub(crate) mod generator_bad_field;
pub(crate) mod generator_category_invalid;
pub(crate) mod unknown_generator;
