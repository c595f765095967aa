#![allow(clippy::disallowed_methods, reason = "configuration lies on disk")]

use std::fs;

use super::*;
use crate::model::Version;

fn index(dir: &Path) -> ConfigIndex {
    ConfigIndex::new(Lookup::Nearest, dir.to_owned(), Settings::default()).expect("no names")
}

#[test]
fn paths_are_made_absolute() {
    let of = |path: &str| absolute(Path::new("/a/b"), Path::new(path));
    assert_eq!(of("c/./d.json"), Path::new("/a/b/c/d.json"));
    assert_eq!(of("../c.json"), Path::new("/a/c.json"));
    assert_eq!(of("../../../../c.json"), Path::new("/c.json"));
    assert_eq!(of("/x/../c.json"), Path::new("/c.json"));
}

#[test]
fn equal_settings_are_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = "[rules]\nnull-body = 'error'\n[[overrides]]\nconsumer = 'x'\nrules.null-body = 'off'\n\
                  [[overrides]]\nconsumer = 'y'\ndescription = 'd'\nrules.json-bom = 'off'\n";
    for folder in ["one", "two"] {
        fs::create_dir(dir.path().join(folder)).expect("a folder");
        fs::write(dir.path().join(folder).join("pactlens.toml"), config).expect("a file");
    }
    let index = index(dir.path());
    let of = |path: &str, consumer: &'static str| {
        let version = Some(Version::V3);
        index.levels(Path::new(path), Traits { consumer: Some(consumer), version, ..Traits::default() })
    };
    assert!(Arc::ptr_eq(&of("one/a.json", "a"), &of("two/deep/b.json", "b")));
    assert!(!Arc::ptr_eq(&of("one/a.json", "a"), &of("one/a.json", "x")));
    assert_ne!(of("one/a.json", "a").key, of("one/a.json", "y").key);
    assert_eq!(of("one/a.json", "y").key, of("two/a.json", "y").key);
    assert_ne!(of("one/a.json", "a").key, of("c.json", "a").key);
    assert_eq!(index.count(), 2);
    assert!(index.depends_on(&dir.path().join("two/pactlens.toml")));
    assert!(index.depends_on(Path::new("/nowhere/.pactlens.toml")), "it may come");
    assert!(!index.depends_on(&dir.path().join("two/Cargo.toml")));
}

#[test]
fn a_baseline_lies_beside_the_file() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::create_dir(dir.path().join("org")).expect("a folder");
    fs::write(dir.path().join("pactlens.toml"), "extends = 'org/base.toml'").expect("a file");
    fs::write(dir.path().join("org/base.toml"), "baseline = 'old.json'\nexclude = ['gen']").expect("a file");
    let index = index(dir.path());
    let project = index.project(Path::new("pacts/a.json"));
    // What a shared file says is meant from where it is used.
    assert_eq!(project.baseline_path(), Some(dir.path().join("old.json")));
    assert!(index.excludes(Path::new("gen/a.json")) && !index.excludes(Path::new("org/a.json")));
}
