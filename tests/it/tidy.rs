//! What the house promises about itself and no compiler holds: which room may use which,
//! how long files are, that every rule is registered, and what is in no file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ignore::WalkBuilder;
use regex::Regex;

use crate::common::{files, root, say};

/// The rooms of the library and what each may use.
const ROOMS: [(&str, &str); 14] = [
    ("text", ""),
    ("syntax", "text"),
    ("diagnostic", "text"),
    ("model", "syntax text"),
    ("rules", "model syntax diagnostic text"),
    ("config", "rules model syntax diagnostic text"),
    ("analysis", "config rules model syntax diagnostic text"),
    ("ide", "analysis config rules model syntax diagnostic text"),
    ("report", "runner broker http analysis rules diagnostic text"),
    ("http", "model syntax text"),
    ("runner", "http analysis config rules model syntax diagnostic text"),
    ("broker", "http analysis config rules model syntax diagnostic text"),
    ("lsp", "ide runner broker http analysis config rules model syntax diagnostic text"),
    ("cli", "lsp report ide runner broker http analysis config rules model syntax diagnostic text"),
];

/// Crates that are behind a door, and the paths that are the door.
const DOORS: [(&str, &str); 7] = [
    ("globset", "src/config/glob.rs"),
    ("jsonschema", "src/model/schema.rs"),
    ("toml", "src/config/file"),
    ("onig", "src/model/regex/"),
    ("tower_lsp", "src/lsp/"),
    ("pact_matching", "src/runner/engine/"),
    ("pact_models", "src/runner/engine/"),
];

const MAX_LINES: usize = 800;

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

/// `source` without comments and without its tests, which may use what they like.
fn code(source: &str) -> String {
    let tests = pattern(r"(?m)^#\[cfg\(test\)\]\s+mod \w+ \{");
    let end = tests.find(source).map_or(source.len(), |it| it.start());
    let lines = source[..end].lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The first segments of the paths that follow `prefix`, those in braces included.
fn names_after(code: &str, prefix: &Regex) -> BTreeSet<String> {
    let first =
        |path: &str| path.trim_start().chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
    let mut names = BTreeSet::new();
    for found in prefix.find_iter(code) {
        let rest = &code[found.end()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.insert(first(rest));
            continue;
        };
        let mut depth = 1;
        let mut item = String::new();
        for letter in list.chars() {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            item.push(letter);
            if depth == 0 || (depth == 1 && letter == ',') {
                names.insert(first(&item));
                item.clear();
            }
            if depth == 0 {
                break;
            }
        }
    }
    names
}

/// Uses of rooms that the room of `path` may not use.
fn wrong_arrows(path: &str, source: &str) -> Vec<String> {
    let parts: Vec<&str> = path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').skip(1).collect();
    let Some((room, allowed)) = ROOMS.iter().find(|(room, _)| parts.first() == Some(room)) else {
        return Vec::new();
    };
    let code = code(source);
    let mut names = names_after(&code, &pattern(r"\bcrate::"));
    names.extend(names_after(&code, &pattern(&format!(r"\b(super::){{{}}}", parts.len()))));
    let rooms = ROOMS.iter().map(|(name, _)| *name).filter(|name| names.contains(*name));
    let wrong = rooms.filter(|name| name != room && !allowed.split(' ').any(|it| it == *name));
    wrong.map(|name| format!("{path}: {room} may not use {name}")).collect()
}

/// Uses of a crate elsewhere than at its door.
fn past_the_door(path: &str, source: &str) -> Vec<String> {
    let code = code(source);
    let mut wrong = Vec::new();
    for (name, door) in DOORS {
        let used = pattern(&format!(r"\b{name}::|\b(use|crate) {name}\b")).is_match(&code);
        if used && (!path.starts_with(door) || path.starts_with("src/lsp/session")) {
            wrong.push(format!("{path}: names {name}, which only {door} may (and src/lsp/session* never)"));
        }
    }
    wrong
}

/// Rule files that are not registered once, and registered rules without a file.
fn registry_gaps(files: &[String], registry: &str) -> Vec<String> {
    let entry = pattern(r"\b(\w+)::(\w+)::RULE\b");
    let registry = code(registry);
    let entries: Vec<String> =
        entry.captures_iter(&registry).map(|it| format!("src/rules/{}/{}.rs", &it[1], &it[2])).collect();
    let mut gaps = Vec::new();
    for file in files {
        match entries.iter().filter(|it| *it == file).count() {
            1 => {}
            count => gaps.push(format!("{file} is registered {count} times")),
        }
    }
    let missing = entries.iter().filter(|it| !files.contains(it));
    gaps.extend(missing.map(|it| format!("{it} is registered but does not exist")));
    gaps
}

fn unfinished(path: &str, source: &str) -> Vec<String> {
    let marks = pattern(r"\b(todo|unimplemented)!\(|\bFIXME\b|//\s*XXX\b");
    marks.find_iter(source).map(|it| format!("{path}: {}", it.as_str())).collect()
}

/// Paths of one machine, and hosts of package registries. Written in halves, so that
/// this file passes its own check.
fn foreign_places(path: &str, text: &str) -> Vec<String> {
    let places = [
        concat!("/wo", "rk/"),
        concat!("/fa", "rm/"),
        concat!("/tmp", "/wt/"),
        concat!("registry.", "npmjs"),
        concat!("registry.", "yarnpkg"),
        concat!("crates", ".io"),
        concat!("pypi", ".org"),
        concat!("python", "hosted"),
        concat!("deb.", "debian"),
        concat!("proxy.", "golang"),
    ];
    let named = places.iter().filter(|place| text.contains(*place));
    named.map(|place| format!("{path}: names {place}")).collect()
}

fn wrong_at_the_top(name: &str) -> bool {
    const TOP: [&str; 8] =
        ["Cargo.toml", "Cargo.lock", "LICENSE", "README.md", "editors", "schemas", "src", "tests"];
    !(TOP.contains(&name) || name.starts_with('.') || name == "target")
}

/// Lines of a lock file that take a crate from elsewhere than the default registry.
fn foreign_sources(lock: &str) -> Vec<String> {
    let sources = lock.lines().filter(|line| line.starts_with("source = "));
    let wrong = sources.filter(|line| !line.starts_with("source = \"registry+https://github.com/rust-lang/"));
    wrong.map(str::to_owned).collect()
}

/// The sources of the library and the binary, each with its path below the checkout.
fn sources() -> Vec<(String, String)> {
    let paths = files(&root().join("src"), "rs");
    paths.iter().map(|path| (below_root(path), fs::read_to_string(path).unwrap())).collect()
}

fn below_root(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/")
}

#[track_caller]
fn none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Checks all sources but those that are tests as a whole, which may use what they like.
fn over_sources(check: fn(&str, &str) -> Vec<String>) {
    let is_test = |path: &str| path.ends_with("/tests.rs") || path.ends_with("/testing.rs");
    none(
        sources()
            .iter()
            .filter(|(path, _)| !is_test(path))
            .flat_map(|(path, source)| check(path, source))
            .collect(),
    );
}

#[test]
fn rooms_use_only_what_they_may() {
    over_sources(wrong_arrows);
    for (path, source) in [
        ("src/text/lines.rs", "use crate::syntax::Tree;"),
        ("src/syntax/mod.rs", "fn f() -> crate::model::Pact {}"),
        ("src/model/http/body.rs", "use crate::{\n    syntax::{Cursor, text},\n    rules::Meta,\n};"),
        ("src/model/mod.rs", "use super::rules::Meta;"),
        ("src/model/http/body.rs", "use super::super::super::diagnostic;"),
        ("src/report/json.rs", "pub(crate) use crate::ide;"),
        ("src/rules.rs", "use crate::{text, analysis, syntax};"),
    ] {
        assert_eq!(wrong_arrows(path, source).len(), 1, "{path}: {source}");
    }
    for (path, source) in [
        ("src/syntax/cursor.rs", "use super::text;\nuse crate::text::Span;\n/// Like [`crate::rules`].\n"),
        ("src/syntax/cursor.rs", "fn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::rules;\n}\n"),
        ("src/syntax/cursor.rs", "use crate::{text::{rules, model}, syntax::rules as model};"),
        ("src/main.rs", "use crate::cli;"),
    ] {
        none(wrong_arrows(path, source));
    }
}

#[test]
fn crates_stay_behind_their_doors() {
    over_sources(past_the_door);
    for (path, source) in [
        ("src/rules/regex/invalid.rs", "let regex = onig::Regex::new(text);"),
        ("src/model/mod.rs", "use jsonschema;"),
        ("src/ide/hover.rs", "use tower_lsp::ls_types::Hover;"),
        ("src/lsp/session.rs", "use tower_lsp::Client;"),
        ("src/lsp/session/queue.rs", "use tower_lsp::{Client, LspService};"),
    ] {
        assert_eq!(past_the_door(path, source).len(), 1, "{path}: {source}");
    }
    none(past_the_door("src/model/regex/mod.rs", "#[cfg(feature = \"onig\")]\nuse onig::Regex;"));
    none(past_the_door("src/rules/mod.rs", "#[cfg(feature = \"onig\")]\n// onig::Regex\nfn f() {}"));
}

#[test]
fn every_rule_is_registered_once() {
    // A file in a group's folder without a declaration is a helper of the group.
    let declares = |path: &Path| fs::read_to_string(path).unwrap().contains("\nrule! {\n");
    let files = files(&root().join("src/rules"), "rs");
    let rules: Vec<String> = files.iter().filter(|it| declares(it)).map(|it| below_root(it)).collect();
    assert!(rules.len() > 50, "the declarations are found");
    say(&format!("{} rule files", rules.len()));
    let registry = fs::read_to_string(root().join("src/rules/registry.rs")).unwrap_or_default();
    none(registry_gaps(&rules, &registry));

    let file = |name: &str| format!("src/rules/{name}.rs");
    let registry = "&[&state::unused::RULE, &state::twice::RULE, &state::twice::RULE, &http::gone::RULE]";
    let gaps = registry_gaps(&[file("state/unused"), file("state/twice"), file("http/new")], registry);
    assert_eq!(gaps.len(), 3, "{gaps:?}");
}

#[test]
fn sources_are_finished() {
    over_sources(unfinished);
    let offending = "fn f() { todo!() }\nfn g() { unimplemented!() }\n// FIXME\n// XXX later";
    assert_eq!(unfinished("src/lib.rs", offending).len(), 4);
}

#[test]
fn files_are_short() {
    let sources = sources();
    let mut lengths: Vec<(usize, &str)> =
        sources.iter().map(|(path, source)| (source.lines().count(), path.as_str())).collect();
    lengths.sort();
    let part = |percent: usize| lengths[(lengths.len() - 1) * percent / 100].0;
    say(&format!("{} files; lines: median {}, p95 {}", lengths.len(), part(50), part(95)));
    let long = lengths.iter().filter(|(lines, _)| *lines > MAX_LINES);
    none(long.map(|(lines, path)| format!("{path}: {lines} lines, over {MAX_LINES}")).collect());
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    let walk = WalkBuilder::new(root()).hidden(false).require_git(false).build();
    let entries = walk.map(Result::unwrap).filter(|it| it.path().is_file());
    let mut wrong = Vec::new();
    for entry in entries {
        let path = below_root(entry.path());
        if path.starts_with(".git/") || path == ".git" || path.ends_with("Cargo.lock") {
            continue;
        }
        wrong.extend(foreign_places(&path, &String::from_utf8_lossy(&fs::read(entry.path()).unwrap())));
    }
    none(wrong);
    let offending = concat!("see /wo", "rk/notes, https://pypi", ".org and the registry.", "npmjs host");
    assert_eq!(foreign_places("README.md", offending).len(), 3);
}

#[test]
fn the_top_level_is_bare() {
    let entries = fs::read_dir(root()).unwrap();
    let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
    none(names.filter(|name| wrong_at_the_top(name)).collect());
    assert!(wrong_at_the_top("scripts") && wrong_at_the_top("notes.md") && wrong_at_the_top("build.rs"));
}

#[test]
fn crates_come_from_the_default_registry() {
    none(foreign_sources(&fs::read_to_string(root().join("Cargo.lock")).unwrap()));
    let offending = "[[package]]\nname = \"a\"\nsource = \"git+https://example.com/a#1\"\n";
    assert_eq!(foreign_sources(offending).len(), 1);
    assert_eq!(foreign_sources("source = \"registry+https://example.com/index\"").len(), 1);
}
