//! What is known of a file as a whole.

use std::hash::{Hash, Hasher};

use crate::model::{Detected, Section, Version, detect};
use crate::syntax::{Cursor, NodeId};

/// Facts of a file that its interactions are judged by. Two files with equal facts
/// judge an equal interaction equally; [`FileFacts::key`] is that equality.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileFacts {
    /// The version and how it was found.
    pub detected: Detected,
    /// Names of the plugins in the metadata.
    pub plugins: Vec<String>,
    /// `consumer.name`, if it is a string.
    pub consumer: Option<String>,
    /// `provider.name`, if it is a string.
    pub provider: Option<String>,
    /// The library that wrote the file, if the metadata tells.
    pub library: Option<Library>,
    /// There is a `messages` key at the top level.
    pub has_messages: bool,
    /// There is an `interactions` key at the top level.
    pub has_interactions: bool,
    /// The value of `metadata`, in the spine.
    pub metadata: Option<NodeId>,
    /// Whether the text is broken and says nothing of its version, perhaps for that reason.
    pub is_guessed: bool,
}

/// A Pact library, as named in the metadata of what it wrote.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Library {
    /// `pact-js`, `pact-jvm`, ...
    pub name: String,
    /// Its version, if given.
    pub version: Option<String>,
}

impl FileFacts {
    /// The version the official core reads the file as.
    pub fn version(&self) -> Version {
        self.detected.version
    }

    /// Whether an element of this section is read at all: V4 ignores `messages`, V3
    /// ignores `interactions` where there are `messages`.
    pub fn reads(&self, section: Section) -> bool {
        match section {
            Section::Messages => self.version() == Version::V3,
            Section::Interactions => !(self.has_messages && self.version() == Version::V3),
        }
    }

    /// A hash of everything that findings of an interaction may depend on.
    pub fn key(&self) -> u64 {
        let mut hasher = rustc_hash::FxHasher::default();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// Reads the facts from the top level of a file.
pub fn facts(root: Option<Cursor<'_>>) -> FileFacts {
    let get = |name: &str| root.and_then(|r| r.get(name));
    let name = |party: &str| get(party)?.get("name")?.as_str().map(|n| n.into_owned());
    let metadata = get("metadata").filter(|m| m.is_object());
    let plugins = metadata.and_then(|m| m.get("plugins"));
    let plugins = plugins.into_iter().flat_map(Cursor::elements);
    FileFacts {
        detected: detect(metadata),
        plugins: plugins.filter_map(|p| Some(p.get("name")?.to_text().into_owned())).collect(),
        consumer: name("consumer"),
        provider: name("provider"),
        library: metadata.and_then(library),
        has_messages: get("messages").is_some(),
        has_interactions: get("interactions").is_some(),
        metadata: metadata.map(Cursor::id),
        is_guessed: false,
    }
}

/// Keys that libraries leave in the metadata, most telling first: a wrapper names itself
/// beside the `pactRust` of the core it is built on.
const LIBRARIES: &[(&str, &str)] = &[
    ("pact-js", "pact-js"),
    ("pactJs", "pact-js"),
    ("pact-python", "pact-python"),
    ("pact-go", "pact-go"),
    ("pact-net", "pact-net"),
    ("pactNet", "pact-net"),
    ("pact-php", "pact-php"),
    ("pact-jvm", "pact-jvm"),
    ("pact_gem", "pact-ruby"),
    ("pact-ruby", "pact-ruby"),
    ("scala-pact", "scala-pact"),
    ("pactRust", "pact-rust"),
    ("pact-rust", "pact-rust"),
];

/// The names that [`Library::name`] can have.
pub fn library_names() -> impl Iterator<Item = &'static str> {
    LIBRARIES.iter().map(|(_, name)| *name)
}

fn library(metadata: Cursor<'_>) -> Option<Library> {
    let (value, name) =
        LIBRARIES.iter().find_map(|(key, name)| Some((metadata.get(key)?, (*name).to_owned())))?;
    let version = value.as_str().map(|v| v.into_owned()).or_else(|| {
        ["version", "ffi", "models", "mockserver"]
            .iter()
            .find_map(|key| value.get(key)?.as_str().map(|v| v.into_owned()))
    });
    Some(Library { name, version })
}
