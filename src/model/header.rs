//! Headers.

/// Headers whose values the core splits at commas (`MULTI_VALUE_HEADERS` in pact_models,
/// headers.rs).
const MULTI_VALUE_HEADERS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "access-control-request-headers",
    "allow",
    "cache-control",
    "if-match",
    "if-none-match",
    "vary",
];

/// Whether this can be the name of a header: a `token` (RFC 9110, section 5.6.2).
pub fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Whether two header names are the same, which ignores case.
pub fn header_name_eq(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The values of a header that stands there as one text (`parse_header` in pact_models,
/// headers.rs).
pub fn split_header<'a>(name: &str, text: &'a str) -> Vec<&'a str> {
    if MULTI_VALUE_HEADERS.iter().any(|multi| header_name_eq(multi, name)) {
        text.split(',').map(str::trim).collect()
    } else {
        vec![text.trim()]
    }
}
