//! Rules about patterns: regular expressions, and formats of dates and times.

pub(crate) mod date_format_invalid;
pub(crate) mod date_format_suspicious;
pub(crate) mod js_literal;
pub(crate) mod misfit;
pub(crate) mod regex_invalid;
pub(crate) mod regex_js_literal;
pub(crate) mod regex_matches_substring_only;
pub(crate) mod walk;
