//! What pactlens says about itself, about what it is told, and about the library that wrote a
//! file.

pub(crate) mod invalid_suppression;
pub(crate) mod library_notes;
pub(crate) mod rule_panicked;
pub(crate) mod unused_suppression;

/// Rules whose findings no suppression and no baseline takes away: the official core cannot
/// read the file, or pactlens itself failed.
pub(crate) const BEYOND_SUPPRESSION: [&str; 5] =
    ["file-too-large", "json-bom", "json-not-utf8", "json-syntax", "rule-panicked"];
