//! Rules about what should not be published.

pub(crate) mod secret_in_example;
mod tokens;
