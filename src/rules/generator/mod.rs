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

use crate::syntax::Cursor;

/// A value that the generator `kind` with the object `node` makes in the place of `example`, as
/// JSON in a JSON body and else as text; `None` where none is known.
pub(crate) fn generator_sample(
    kind: &str,
    node: Cursor<'_>,
    example: Cursor<'_>,
    json: bool,
) -> Option<String> {
    let made = sample::values(kind, node, example, json)?;
    made.first().map(|value| if json { value.json() } else { value.text() })
}
