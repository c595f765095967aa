//! Rules about patterns: regular expressions, and formats of dates and times.

pub(crate) mod date_format_invalid;
pub(crate) mod date_format_suspicious;
pub(crate) mod js_literal;
pub(crate) mod misfit;
pub(crate) mod regex_accepts_anything;
pub(crate) mod regex_alternation_prefix;
pub(crate) mod regex_backtracking;
pub(crate) mod regex_control_character;
pub(crate) mod regex_invalid;
pub(crate) mod regex_js_literal;
pub(crate) mod regex_matches_substring_only;
pub(crate) mod regex_not_portable;
pub(crate) mod regex_over_constrains;
pub(crate) mod regex_unanchored;
pub(crate) mod walk;
