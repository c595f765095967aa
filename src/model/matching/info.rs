//! The matchers of the specification, as one table.

use crate::model::Version;

/// What is known of a matcher by its name.
#[derive(Debug, PartialEq, Eq)]
pub struct MatcherInfo {
    /// The canonical name, as the official core writes it.
    pub name: &'static str,
    /// Other spellings that the core reads.
    pub aliases: &'static [&'static str],
    /// The first version of the specification that has it.
    pub since: Version,
    /// The field it cannot do without.
    pub required: Option<&'static str>,
    /// The fields that it reads (`MatchingRule::create` in pact_models, matchingrules/mod.rs).
    pub fields: &'static [&'static str],
    /// What it accepts, in a few words.
    pub accepts: &'static str,
    /// What it refuses, in a few words.
    pub refuses: &'static str,
}

/// All matchers that the official core knows (`MATCHER_CATALOGUE_ENTRIES` in
/// pact_matching, matchingrules.rs; names from `create_rule` in pact_models).
pub static MATCHERS: &[MatcherInfo] = &[
    entry("equality", &[], Version::V1, None, &[], "exactly the example", "any other value"),
    entry(
        "regex",
        &[],
        Version::V2,
        Some("regex"),
        &["regex"],
        "text that the pattern matches as a whole",
        "text of which only a part matches",
    ),
    entry(
        "type",
        &[],
        Version::V2,
        None,
        &["min", "max"],
        "any value of the example's type; `min` and `max` bound an array",
        "null and values of another type",
    ),
    entry(
        "min",
        &["min-type"],
        Version::V2,
        Some("min"),
        &["min", "max"],
        "the example's type, an array with at least `min` items",
        "null, another type and fewer items",
    ),
    entry(
        "max",
        &["max-type"],
        Version::V2,
        Some("max"),
        &["min", "max"],
        "the example's type, an array with at most `max` items",
        "null, another type and more items",
    ),
    entry(
        "include",
        &[],
        Version::V3,
        Some("value"),
        &["value"],
        "text that contains `value`",
        "text without it",
    ),
    entry("number", &[], Version::V3, None, &[], "any number", "in JSON also text, such as \"10\""),
    entry(
        "integer",
        &[],
        Version::V3,
        None,
        &[],
        "a number without a fraction",
        "10.5, and in JSON text, such as \"10\"",
    ),
    entry("decimal", &["real"], Version::V3, None, &[], "a number with a fraction", "10, but not 10.0"),
    entry("boolean", &[], Version::V3, None, &[], "true or false, also as text", "0, 1 and null"),
    entry("null", &[], Version::V3, None, &[], "null", "anything else"),
    entry(
        "date",
        &[],
        Version::V3,
        None,
        &["format", "date"],
        "a date in `format`, by default yyyy-MM-dd",
        "text in another format",
    ),
    entry(
        "time",
        &[],
        Version::V3,
        None,
        &["format", "time"],
        "a time in `format`, by default HH:mm:ss",
        "text in another format",
    ),
    entry(
        "datetime",
        &["timestamp"],
        Version::V3,
        None,
        &["format", "timestamp", "datetime"],
        "a date and time in `format`, by default yyyy-MM-dd'T'HH:mm:ssXXX",
        "text in another format",
    ),
    entry(
        "contentType",
        &["content-type"],
        Version::V3,
        Some("value"),
        &["value"],
        "bytes whose contents look like the media type `value`",
        "contents of another kind",
    ),
    entry(
        "values",
        &[],
        Version::V3,
        None,
        &[],
        "an object with any keys, its values equal to the example's",
        "values that differ from the example's",
    ),
    entry(
        "arrayContains",
        &["array-contains"],
        Version::V4,
        Some("variants"),
        &["variants"],
        "an array with an item for each variant, in any order",
        "an array that lacks one of them",
    ),
    entry(
        "statusCode",
        &["status-code"],
        Version::V4,
        None,
        &["status"],
        "a status of the class or list in `status`",
        "any other status",
    ),
    entry(
        "notEmpty",
        &["not-empty"],
        Version::V4,
        None,
        &[],
        "anything but the empty",
        "null, \"\", [] and {}",
    ),
    entry(
        "semver",
        &[],
        Version::V4,
        None,
        &[],
        "a semantic version with three numbers",
        "fewer numbers, such as 1.0",
    ),
    entry(
        "eachKey",
        &["each-key"],
        Version::V4,
        Some("rules"),
        &["rules", "value", "generator"],
        "an object all of whose keys meet `rules`",
        "an object with a key that breaks one",
    ),
    entry(
        "eachValue",
        &["each-value"],
        Version::V4,
        Some("rules"),
        &["rules", "value", "generator"],
        "an object or array all of whose values meet `rules`",
        "an object or array with a value that breaks one",
    ),
];

const fn entry(
    name: &'static str,
    aliases: &'static [&'static str],
    since: Version,
    required: Option<&'static str>,
    fields: &'static [&'static str],
    accepts: &'static str,
    refuses: &'static str,
) -> MatcherInfo {
    MatcherInfo { name, aliases, since, required, fields, accepts, refuses }
}

/// The matcher that `name` means in the official core. Names are case-sensitive.
pub fn matcher_info(name: &str) -> Option<&'static MatcherInfo> {
    MATCHERS.iter().find(|info| info.name == name || info.aliases.contains(&name))
}
