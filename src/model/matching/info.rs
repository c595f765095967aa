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
    /// What it accepts, in a few words.
    pub accepts: &'static str,
}

/// All matchers that the official core knows (`MATCHER_CATALOGUE_ENTRIES` in
/// pact_matching, matchingrules.rs; names from `create_rule` in pact_models).
pub static MATCHERS: &[MatcherInfo] = &[
    entry("equality", &[], Version::V1, None, "exactly the example"),
    entry("regex", &[], Version::V2, Some("regex"), "text that the pattern matches as a whole"),
    entry("type", &[], Version::V2, None, "any value of the example's type; `min` and `max` bound an array"),
    entry(
        "min",
        &["min-type"],
        Version::V2,
        Some("min"),
        "the example's type, an array with at least `min` items",
    ),
    entry(
        "max",
        &["max-type"],
        Version::V2,
        Some("max"),
        "the example's type, an array with at most `max` items",
    ),
    entry("include", &[], Version::V3, Some("value"), "text that contains `value`"),
    entry("number", &[], Version::V3, None, "any number"),
    entry("integer", &[], Version::V3, None, "a number without a fraction"),
    entry("decimal", &["real"], Version::V3, None, "a number with a fraction; 10 is refused, 10.0 accepted"),
    entry("boolean", &[], Version::V3, None, "true or false, also as text"),
    entry("null", &[], Version::V3, None, "null"),
    entry("date", &[], Version::V3, None, "a date in `format`, by default yyyy-MM-dd"),
    entry("time", &[], Version::V3, None, "a time in `format`, by default HH:mm:ss"),
    entry(
        "datetime",
        &["timestamp"],
        Version::V3,
        None,
        "a date and time in `format`, by default yyyy-MM-dd'T'HH:mm:ssXXX",
    ),
    entry(
        "contentType",
        &["content-type"],
        Version::V3,
        Some("value"),
        "bytes whose contents look like the media type `value`",
    ),
    entry("values", &[], Version::V3, None, "an object with any keys, its values equal to the example's"),
    entry(
        "arrayContains",
        &["array-contains"],
        Version::V4,
        Some("variants"),
        "an array with an item for each variant, in any order",
    ),
    entry("statusCode", &["status-code"], Version::V4, None, "a status of the class or list in `status`"),
    entry("notEmpty", &["not-empty"], Version::V4, None, "anything but null, \"\", [] and {}"),
    entry("semver", &[], Version::V4, None, "a semantic version with three numbers"),
    entry("eachKey", &["each-key"], Version::V4, Some("rules"), "an object all of whose keys meet `rules`"),
    entry(
        "eachValue",
        &["each-value"],
        Version::V4,
        Some("rules"),
        "an object or array all of whose values meet `rules`",
    ),
];

const fn entry(
    name: &'static str,
    aliases: &'static [&'static str],
    since: Version,
    required: Option<&'static str>,
    accepts: &'static str,
) -> MatcherInfo {
    MatcherInfo { name, aliases, since, required, accepts }
}

/// The matcher that `name` means in the official core. Names are case-sensitive.
pub fn matcher_info(name: &str) -> Option<&'static MatcherInfo> {
    MATCHERS.iter().find(|info| info.name == name || info.aliases.contains(&name))
}
