//! The part of the SARIF object model that is written, under its names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::Applicability;

#[derive(Serialize)]
pub(in crate::report) struct Log<'a> {
    #[serde(rename = "$schema")]
    pub(in crate::report) schema: &'static str,
    pub(in crate::report) version: &'static str,
    pub(in crate::report) runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Run<'a> {
    pub(in crate::report) tool: Tool<'a>,
    pub(in crate::report) column_kind: &'static str,
    pub(in crate::report) results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
pub(in crate::report) struct Tool<'a> {
    pub(in crate::report) driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Driver<'a> {
    pub(in crate::report) name: &'static str,
    pub(in crate::report) version: &'static str,
    pub(in crate::report) semantic_version: &'static str,
    pub(in crate::report) rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Rule<'a> {
    pub(in crate::report) id: &'a str,
    pub(in crate::report) name: String,
    pub(in crate::report) short_description: Text<'a>,
    pub(in crate::report) full_description: Text<'a>,
    pub(in crate::report) help: Help<'a>,
    pub(in crate::report) default_configuration: Configuration,
    pub(in crate::report) properties: RuleProperties<'a>,
}

#[derive(Serialize)]
pub(in crate::report) struct Text<'a> {
    text: Cow<'a, str>,
}

impl<'a> Text<'a> {
    pub(in crate::report) fn new(text: impl Into<Cow<'a, str>>) -> Text<'a> {
        Text { text: text.into() }
    }
}

#[derive(Serialize)]
pub(in crate::report) struct Help<'a> {
    pub(in crate::report) text: &'a str,
    pub(in crate::report) markdown: &'a str,
}

#[derive(Serialize)]
pub(in crate::report) struct Configuration {
    pub(in crate::report) level: &'static str,
}

#[derive(Serialize)]
pub(in crate::report) struct RuleProperties<'a> {
    pub(in crate::report) tags: [&'a str; 1],
}

/// What SARIF calls a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Outcome<'a> {
    pub(in crate::report) rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) rule_index: Option<usize>,
    pub(in crate::report) level: &'static str,
    pub(in crate::report) message: Text<'a>,
    pub(in crate::report) locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) related_locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) fixes: Vec<Fix<'a>>,
    pub(in crate::report) partial_fingerprints: BTreeMap<&'static str, String>,
    /// Of the results of a run either all have it or none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) suppressions: Option<Vec<Suppression<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) properties: Option<OutcomeProperties<'a>>,
}

#[derive(Serialize)]
pub(in crate::report) struct Suppression<'a> {
    pub(in crate::report) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) justification: Option<&'a str>,
}

/// What SARIF has no word for.
#[derive(Serialize)]
pub(in crate::report) struct OutcomeProperties<'a> {
    pub(in crate::report) hints: Vec<HintProperty<'a>>,
}

/// Code for the consumer test.
#[derive(Serialize)]
pub(in crate::report) struct HintProperty<'a> {
    pub(in crate::report) library: &'a str,
    pub(in crate::report) code: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) message: Option<Text<'a>>,
    pub(in crate::report) physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct PhysicalLocation {
    pub(in crate::report) artifact_location: ArtifactLocation,
    pub(in crate::report) region: Region,
}

#[derive(Serialize)]
pub(in crate::report) struct ArtifactLocation {
    pub(in crate::report) uri: String,
}

/// Lines and columns from one; the end column is the first one outside.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Region {
    pub(in crate::report) start_line: u32,
    pub(in crate::report) start_column: u32,
    pub(in crate::report) end_line: u32,
    pub(in crate::report) end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct LogicalLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) name: Option<String>,
    pub(in crate::report) fully_qualified_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Fix<'a> {
    pub(in crate::report) description: Text<'a>,
    pub(in crate::report) artifact_changes: [ArtifactChange<'a>; 1],
    pub(in crate::report) properties: FixProperties,
}

#[derive(Serialize)]
pub(in crate::report) struct FixProperties {
    pub(in crate::report) applicability: Applicability,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct ArtifactChange<'a> {
    pub(in crate::report) artifact_location: ArtifactLocation,
    pub(in crate::report) replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Replacement<'a> {
    pub(in crate::report) deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) inserted_content: Option<Content<'a>>,
}

#[derive(Serialize)]
pub(in crate::report) struct Content<'a> {
    pub(in crate::report) text: &'a str,
}
