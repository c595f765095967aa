//! Rules about the text as JSON.

pub(crate) mod file_too_large;
pub(crate) mod json_bom;
pub(crate) mod json_duplicate_key;
pub(crate) mod json_not_utf8;
pub(crate) mod json_syntax;
pub(crate) mod json_unsafe_number;
