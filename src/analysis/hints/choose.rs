//! In which library's language to speak.

use crate::config::Dsl;
use crate::model::{Library, Version};

/// What tells which library a test is written with, the most certain first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clues<'a> {
    /// What the user or the configuration says.
    pub configured: Option<Dsl>,
    /// The library that wrote the file, by its metadata.
    pub library: Option<&'a Library>,
    /// The path of the test that wrote the interaction.
    pub test: Option<&'a str>,
    /// What the folders around the pact hold.
    pub workspace: Option<Dsl>,
}

/// The library that a test is most likely written with; `None` where nothing tells, because
/// code in a language that nobody uses helps nobody.
pub fn choose(clues: Clues<'_>) -> Option<Dsl> {
    let of_test = clues.test.and_then(of_path);
    // pact-jvm is one library for two languages: the test tells them apart.
    let of_library = clues.library.and_then(|library| match &*library.name {
        "pact-js" => Some(Dsl::Js),
        "pact-python" => Some(Dsl::Python),
        "pact-jvm" => {
            let near = of_test.or(clues.workspace);
            Some(near.filter(|dsl| *dsl == Dsl::Kotlin).unwrap_or(Dsl::Java))
        }
        "pact-go" => Some(Dsl::Go),
        "pact-net" => Some(Dsl::Net),
        "pact-php" => Some(Dsl::Php),
        _ => None,
    });
    // A library without a language of ours: no test of another is to be spoken of.
    let foreign = clues.library.is_some_and(|it| matches!(&*it.name, "pact-ruby" | "scala-pact"));
    clues.configured.or(of_library).or(of_test.filter(|_| !foreign)).or(clues.workspace.filter(|_| !foreign))
}

/// The library of the tests in files with this ending.
fn of_path(path: &str) -> Option<Dsl> {
    let (_, ending) = path.rsplit_once('.')?;
    Some(match ending {
        "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" => Dsl::Js,
        "py" => Dsl::Python,
        "java" => Dsl::Java,
        "kt" | "kts" => Dsl::Kotlin,
        "go" => Dsl::Go,
        "cs" => Dsl::Net,
        "php" => Dsl::Php,
        _ => return None,
    })
}

/// A library, and which of its ways of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) dsl: Dsl,
    /// The matchers of version 3 of the specification can be had.
    pub(super) v3: bool,
    /// It is the interface that the library had before it was built on the official core.
    pub(super) old: bool,
}

impl Dialect {
    /// For a file of this version that this library wrote.
    pub(super) fn new(dsl: Dsl, version: Version, library: Option<&Library>) -> Dialect {
        let v3 = version >= Version::V3;
        let own = library.filter(|library| library.name == dsl.library());
        let major = own.and_then(|library| library.version.as_deref()).and_then(major);
        let old = match (dsl, major) {
            // The interface for version 2 of the specification is the old one to this day.
            (Dsl::Js, _) => !v3,
            (Dsl::Python, Some(major)) => major < 3,
            (Dsl::Go, Some(major)) => major < 2,
            // Before they were built on the official core, these left no trace of themselves.
            (Dsl::Python | Dsl::Go, None) => !v3 && library.is_none_or(|it| it.name == "pact-ruby"),
            _ => false,
        };
        Dialect { dsl, v3, old }
    }
}

/// The first number of a version.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(name: &str, version: Option<&str>) -> Library {
        Library { name: name.to_owned(), version: version.map(str::to_owned) }
    }

    #[test]
    fn the_more_certain_clue_wins() {
        let js = library("pact-js", None);
        let all = Clues {
            configured: Some(Dsl::Php),
            library: Some(&js),
            test: Some("test/orders_test.go"),
            workspace: Some(Dsl::Net),
        };
        assert_eq!(choose(all), Some(Dsl::Php));
        let all = Clues { configured: None, ..all };
        assert_eq!(choose(all), Some(Dsl::Js));
        let all = Clues { library: None, ..all };
        assert_eq!(choose(all), Some(Dsl::Go));
        let core = library("pact-rust", Some("0.4.28"));
        assert_eq!(choose(Clues { library: Some(&core), ..all }), Some(Dsl::Go));
        let all = Clues { test: Some("README"), ..all };
        assert_eq!(choose(all), Some(Dsl::Net));
        assert_eq!(choose(Clues { workspace: None, ..all }), None);
    }

    #[test]
    fn what_has_no_language_of_ours_has_no_other() {
        let ruby = library("pact-ruby", Some("1.60"));
        let clues = Clues { library: Some(&ruby), workspace: Some(Dsl::Js), ..Clues::default() };
        assert_eq!(choose(clues), None);
        assert_eq!(choose(Clues { configured: Some(Dsl::Js), ..clues }), Some(Dsl::Js));
    }

    #[test]
    fn kotlin_is_told_from_java_by_the_test() {
        let jvm = library("pact-jvm", Some("4.6.1"));
        let clues = Clues { library: Some(&jvm), ..Clues::default() };
        assert_eq!(choose(clues), Some(Dsl::Java));
        assert_eq!(choose(Clues { test: Some("src/test/kotlin/OrdersTest.kt"), ..clues }), Some(Dsl::Kotlin));
        assert_eq!(choose(Clues { workspace: Some(Dsl::Kotlin), ..clues }), Some(Dsl::Kotlin));
        assert_eq!(choose(Clues { workspace: Some(Dsl::Js), ..clues }), Some(Dsl::Java));
    }

    #[test]
    fn old_libraries_speak_as_they_did() {
        let old = |dsl, version, library: Option<&Library>| Dialect::new(dsl, version, library).old;
        assert!(old(Dsl::Python, Version::V2, None));
        assert!(!old(Dsl::Python, Version::V3, None));
        assert!(!old(Dsl::Python, Version::V2, Some(&library("pact-rust", Some("0.4.22")))));
        assert!(old(Dsl::Python, Version::V3, Some(&library("pact-python", Some("2.3.1")))));
        assert!(!old(Dsl::Go, Version::V2, Some(&library("pact-go", Some("v2.0.1")))));
        assert!(old(Dsl::Js, Version::V2, Some(&library("pact-js", Some("13.1.0")))));
        assert!(!old(Dsl::Net, Version::V2, None));
    }
}
