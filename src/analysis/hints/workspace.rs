//! What the folders around a pact tell of the language of its tests.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustc_hash::FxHashMap;

use crate::analysis::files;
use crate::config::Dsl;

/// So many folders are looked into, from that of the pact upward.
const MOST_FOLDERS: usize = 12;

/// The languages of workspaces, each looked for once.
#[derive(Debug, Default)]
pub struct Workspaces(Mutex<FxHashMap<PathBuf, Option<Dsl>>>);

impl Workspaces {
    /// The library that tests near a pact are written with, by the nearest folder upward that
    /// has the project file of one language alone.
    pub fn around(&self, pact: &Path) -> Option<Dsl> {
        let pact = files::identity(pact);
        let folder = pact.parent()?;
        let known = || self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = known().get(folder) {
            return *known;
        }
        let found = around(folder, &files::names_in);
        known().insert(folder.to_owned(), found);
        found
    }
}

/// The same for a folder, whose names `list` gives.
fn around(folder: &Path, list: &dyn Fn(&Path) -> Vec<String>) -> Option<Dsl> {
    for folder in folder.ancestors().take(MOST_FOLDERS) {
        let names = list(folder);
        let mut found: Vec<Dsl> = names.iter().filter_map(|name| of_project_file(name)).collect();
        found.sort_unstable();
        found.dedup();
        match found[..] {
            [] => {}
            [Dsl::Java] => {
                let languages = list(&folder.join("src").join("test"));
                let has = |language: &str| languages.iter().any(|name| name == language);
                return Some(if has("kotlin") && !has("java") { Dsl::Kotlin } else { Dsl::Java });
            }
            [only] => return Some(only),
            // Which of them the tests are in, nobody knows.
            _ => return None,
        }
        // What is above the repository belongs to somebody else.
        if names.iter().any(|name| name == ".git") {
            return None;
        }
    }
    None
}

fn of_project_file(name: &str) -> Option<Dsl> {
    Some(match name {
        "package.json" | "deno.json" => Dsl::Js,
        "pyproject.toml" | "setup.py" | "setup.cfg" | "requirements.txt" | "Pipfile" => Dsl::Python,
        "pom.xml" | "build.gradle" | "build.gradle.kts" => Dsl::Java,
        "go.mod" => Dsl::Go,
        "composer.json" => Dsl::Php,
        _ if [".csproj", ".sln", ".slnx"].iter().any(|ending| name.ends_with(ending)) => Dsl::Net,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around_of(tree: &[(&str, &[&str])], folder: &str) -> Option<Dsl> {
        let list = |folder: &Path| {
            let entry = tree.iter().find(|(path, _)| Path::new(path) == folder);
            entry.map_or(Vec::new(), |(_, names)| names.iter().map(|name| (*name).to_owned()).collect())
        };
        around(Path::new(folder), &list)
    }

    #[test]
    fn the_nearest_project_file_tells() {
        let tree: &[(&str, &[&str])] = &[
            ("/w", &[".git", "package.json"]),
            ("/w/api", &["go.mod", "README"]),
            ("/w/web/pacts", &["a.json"]),
            ("/w/shop", &["App.csproj"]),
            ("/w/both", &["package.json", "pyproject.toml"]),
        ];
        assert_eq!(around_of(tree, "/w/api/build/pacts"), Some(Dsl::Go));
        assert_eq!(around_of(tree, "/w/web/pacts"), Some(Dsl::Js));
        assert_eq!(around_of(tree, "/w/shop"), Some(Dsl::Net));
        assert_eq!(around_of(tree, "/w/both/pacts"), None);
        assert_eq!(around_of(tree, "/elsewhere"), None);
        assert_eq!(around_of(&[("/w", &["pom.xml"]), ("/w/x", &[".git"])], "/w/x/pacts"), None);
    }

    #[test]
    fn kotlin_is_where_its_tests_are() {
        let gradle: (&str, &[&str]) = ("/w", &["build.gradle.kts"]);
        assert_eq!(around_of(&[gradle, ("/w/src/test", &["kotlin"])], "/w/build/pacts"), Some(Dsl::Kotlin));
        assert_eq!(around_of(&[gradle, ("/w/src/test", &["java", "kotlin"])], "/w"), Some(Dsl::Java));
        assert_eq!(around_of(&[gradle], "/w"), Some(Dsl::Java));
    }
}
