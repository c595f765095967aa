//! Which specification version a file is read as.

use crate::syntax::{Cursor, NodeId};

/// A version of the Pact specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// 1.0
    V1,
    /// 1.1
    V1_1,
    /// 2.0
    V2,
    /// 3.0
    V3,
    /// 4.0
    V4,
}

impl Version {
    /// All of them.
    pub const ALL: [Version; 5] = [Version::V1, Version::V1_1, Version::V2, Version::V3, Version::V4];

    /// The short name, `V3`.
    pub const fn name(self) -> &'static str {
        match self {
            Version::V1 => "V1",
            Version::V1_1 => "V1.1",
            Version::V2 => "V2",
            Version::V3 => "V3",
            Version::V4 => "V4",
        }
    }

    /// The version as metadata gives it, `3.0.0`.
    pub const fn full(self) -> &'static str {
        match self {
            Version::V1 => "1.0.0",
            Version::V1_1 => "1.1.0",
            Version::V2 => "2.0.0",
            Version::V3 => "3.0.0",
            Version::V4 => "4.0",
        }
    }
}

/// How the version came about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// `metadata.pactSpecification.version`, or the same under `pact-specification`.
    Declared,
    /// Nothing usable was found, so the core assumes V3.
    Assumed,
    /// A version was found that the core does not know; it goes on as if it were V3.
    Unknown(String),
}

/// What the metadata says of the version, and how it is read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Detected {
    /// What the official core reads the file as (`determine_spec_version` in
    /// pact_models, pact.rs).
    pub version: Version,
    /// How the core came to it.
    pub source: Source,
    /// What pact-jvm reads the file as (`determineSpecVersion` in PactReader.kt).
    pub jvm: Version,
    /// The node that holds the version, in the spine; the flat legacy spelling included.
    pub node: Option<NodeId>,
    /// The flat `metadata.pactSpecificationVersion`, which the core ignores.
    pub flat: Option<NodeId>,
}

/// Reads the version from `metadata`, the value under that key at the top level.
pub fn detect(metadata: Option<Cursor<'_>>) -> Detected {
    let object = |name| metadata.and_then(|m| m.get(name)).filter(|v| v.is_object());
    let spec = object("pactSpecification").or_else(|| object("pact-specification"));
    let node = spec.and_then(|s| s.get("version"));
    let flat = metadata.and_then(|m| m.get("pactSpecificationVersion"));
    let (version, source) = match node {
        None => (Version::V3, Source::Assumed),
        Some(node) => match parse(&node.to_text()) {
            Some(version) => (version, Source::Declared),
            None => (Version::V3, Source::Unknown(node.to_text().into_owned())),
        },
    };
    let jvm_text = flat.or(node).and_then(Cursor::as_str);
    let jvm = match jvm_text.as_deref().and_then(major_minor) {
        Some((3, _)) => Version::V3,
        Some((4, _)) => Version::V4,
        _ => Version::V2,
    };
    Detected { version, source, jvm, node: node.map(Cursor::id), flat: flat.map(Cursor::id) }
}

/// The version in `text`, as leniently as the core takes it: `4`, `4.0`, `v4.0.1`.
pub fn parse(text: &str) -> Option<Version> {
    match major_minor(text)? {
        (1, 1) => Some(Version::V1_1),
        (1, _) => Some(Version::V1),
        (2, _) => Some(Version::V2),
        (3, _) => Some(Version::V3),
        (4, _) => Some(Version::V4),
        _ => None,
    }
}

fn major_minor(text: &str) -> Option<(u64, u64)> {
    let text = text.trim().trim_start_matches(['v', 'V']);
    let mut numbers = text.split(['-', '+']).next()?.split('.').map(|part| part.parse::<u64>());
    let major = numbers.next()?.ok()?;
    let minor = match numbers.next() {
        Some(minor) => minor.ok()?,
        None => 0,
    };
    if numbers.any(|rest| rest.is_err()) {
        return None;
    }
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    fn of(metadata: &str) -> (Version, Source, Version) {
        let tree = syntax::parse(metadata);
        let found = detect(tree.root(metadata));
        (found.version, found.source, found.jvm)
    }

    #[test]
    fn reads_as_the_core_and_pact_jvm_do() {
        use Source::{Assumed, Declared, Unknown};
        use Version::{V1, V1_1, V2, V3, V4};
        let spec = |v: &str| of(&format!(r#"{{"pactSpecification":{{"version":{v}}}}}"#));
        assert_eq!(spec("\"4.0\""), (V4, Declared, V4));
        assert_eq!(spec("4"), (V4, Declared, V2));
        assert_eq!(spec("\"v3\""), (V3, Declared, V3));
        assert_eq!(spec("\"1.1\""), (V1_1, Declared, V2));
        assert_eq!(spec("\"1.0.0\""), (V1, Declared, V2));
        assert_eq!(spec("\"2.0.0\""), (V2, Declared, V2));
        assert_eq!(spec("\"5.0\""), (V3, Unknown("5.0".into()), V2));
        assert_eq!(spec("\"abc\""), (V3, Unknown("abc".into()), V2));
        assert_eq!(of("{}"), (V3, Assumed, V2));
        assert_eq!(of(r#"{"pactSpecificationVersion":"2.0.0"}"#), (V3, Assumed, V2));
        assert_eq!(of(r#"{"pact-specification":{"version":"3.0.0"}}"#), (V3, Declared, V3));
        assert_eq!(detect(None).version, V3);
    }
}
