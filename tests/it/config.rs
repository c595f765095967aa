//! `pactlens.toml` from the outside: what it changes, what wins, and what is said of a wrong one.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::common::{Run, pactlens, pactlens_with, root, say};

/// A pact of `consumer` with `matcher` in a rule, which is an error unless it is one.
fn pact(consumer: &str, matcher: &str) -> String {
    json!({
        "consumer": { "name": consumer }, "provider": { "name": "orders" },
        "interactions": [{
            "description": "a request for an order", "providerStates": [{ "name": "an order exists" }],
            "request": { "method": "GET", "path": "/orders/1" },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" },
                "body": { "id": 1 },
                "matchingRules": { "body": { "$.id": { "matchers": [{ "match": matcher }] } } } },
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" }, "pact-jvm": { "version": "4.6.0" } },
    })
    .to_string()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(dir.path(), name, text);
    }
    dir
}

fn write(dir: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// `path severity rule` of each finding.
fn found(run: &Run) -> Vec<String> {
    let report = run.json();
    let files = report["files"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    files
        .flat_map(|file| {
            let findings = file["findings"].as_array().unwrap().iter();
            findings
                .map(|it| format!("{} {} {}", text(&file["path"]), text(&it["severity"]), text(&it["rule"])))
        })
        .collect()
}

fn lint(dir: &Path, arguments: &[&str]) -> Run {
    pactlens(dir, &[&["lint", "--format", "json"], arguments].concat())
}

#[test]
fn the_nearest_file_of_a_pact_counts() {
    let bad = pact("web", "intger");
    let dir = folder(&[
        ("pactlens.toml", "[rules]\nunknown-matcher = 'warning'\n"),
        ("pacts/a.json", &bad),
        ("svc/.pactlens.toml", "[rules]\nunknown-matcher = 'info'\n"),
        ("svc/pacts/b.json", &bad),
        ("other/pactlens.toml", "preset = 'minimal'"),
        ("other/deep/pacts/c.json", &bad),
    ]);
    let all = ["other/deep/pacts/c.json error", "pacts/a.json warning", "svc/pacts/b.json info"];
    let all = all.map(|it| format!("{it} unknown-matcher"));
    assert_eq!(found(&lint(dir.path(), &[]).expect(1)), all);
    // From wherever it is run.
    let run = lint(&dir.path().join("svc/pacts"), &["../../pacts/a.json", "b.json"]).expect(0);
    assert_eq!(found(&run), ["../../pacts/a.json warning unknown-matcher", "b.json info unknown-matcher"]);
    let absolute = dir.path().join("svc/pacts/b.json");
    assert!(
        found(&lint(root(), &[absolute.to_str().unwrap()]).expect(0))[0].ends_with("info unknown-matcher")
    );

    let one = found(&lint(dir.path(), &["--config", "svc/.pactlens.toml"]).expect(0));
    assert!(one.iter().all(|it| it.contains(" info ")), "{one:?}");
    let none = found(&lint(dir.path(), &["--isolated"]).expect(1));
    assert!(none.iter().all(|it| it.contains(" error ")), "{none:?}");
    let named = Command::new(env!("CARGO_BIN_EXE_pactlens"))
        .args(["--format", "concise"])
        .env("PACTLENS_CONFIG", "svc/.pactlens.toml")
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(named.stdout).unwrap().matches("info[unknown-matcher]").count(), 3);
    lint(dir.path(), &["--isolated", "--config", "pactlens.toml"]).expect(2);
}

#[test]
fn flags_over_overrides_over_rules_over_what_is_extended_over_the_preset() {
    let dir = folder(&[("pacts/a.json", &pact("web", "intger")), ("org/base.toml", "")]);
    let level = |config: &str, base: &str, flags: &[&str]| {
        write(dir.path(), "pactlens.toml", config);
        write(dir.path(), "org/base.toml", base);
        let run = lint(dir.path(), &[flags, &["--fail-on", "never"]].concat()).expect(0);
        let found = found(&run).into_iter().find(|it| it.ends_with("unknown-matcher"));
        found.map_or("off".to_owned(), |it| it.split(' ').nth(1).unwrap().to_owned())
    };
    let of = |level: &str| format!("[rules]\nunknown-matcher = '{level}'\n");
    let over = "[[overrides]]\nconsumer = 'web'\nrules.unknown-matcher = 'info'\n";
    let extends = "extends = ['org/base.toml']\n";
    assert_eq!(level("", "", &[]), "error");
    assert_eq!(level(extends, &of("warning"), &[]), "warning");
    assert_eq!(level(&format!("{extends}{}", of("off")), &of("warning"), &[]), "off");
    assert_eq!(level(extends, over, &[]), "info");
    assert_eq!(level(&format!("{extends}{}", of("warning")), over, &[]), "warning");
    assert_eq!(level(&format!("{}{over}", of("warning")), "", &[]), "info");
    assert_eq!(level(&format!("{}{over}", of("off")), "", &["--select", "unknown-matcher"]), "info");
    assert_eq!(level(&of("off"), "", &["--select", "unknown-matcher"]), "error");
    assert_eq!(level(over, "", &["--ignore", "matching"]), "off");
    // Groups weigh less than rules, wherever they stand.
    assert_eq!(level(&format!("{}matching = 'off'\n", of("info")), "", &[]), "info");
    assert_eq!(level("[rules]\nmatching = 'warning'\nall = 'off'\n", "", &[]), "off");
    assert_eq!(level("preset = 'minimal'\n[rules]\nmatching = 'info'", "", &[]), "info");
}

#[test]
fn how_loud_a_group_is_turns_nothing_on() {
    let dir = folder(&[("pacts/a.json", &pact("web", "type"))]);
    let count = |config: &str| {
        write(dir.path(), "pactlens.toml", config);
        let run = lint(dir.path(), &["--show-settings", "pacts/a.json"]).expect(0);
        run.stdout
            .lines()
            .filter(|line| {
                line.starts_with("error ") || line.starts_with("info ") || line.starts_with("warning ")
            })
            .count()
    };
    assert_eq!(count("[rules]\nall = 'error'"), count(""));
    assert!(count("[rules]\nall = 'on'") > count("preset = 'recommended'"));
    assert_eq!(count("preset = 'recommended@0.1'"), count(""));
}

#[test]
fn overrides_by_what_a_pact_is() {
    let over = |condition: &str| {
        format!("[[overrides]]\n{condition}\nreason = 'r'\nrules.unknown-matcher = 'off'\n")
    };
    let dir = folder(&[("pacts/web-orders.json", &pact("legacy-web", "intger"))]);
    for (condition, holds) in [
        ("consumer = 'legacy-*'", true),
        ("consumer = ['x', 'legacy-web']", true),
        ("consumer = 'web'", false),
        ("provider = 'orders'", true),
        ("file = 'pacts/*.json'", true),
        ("file = 'pacts\\\\*.json'", true),
        ("file = 'web-*.json'", true),
        ("file = '*.json/x'", false),
        ("generator = 'pact-jvm'", true),
        ("generator = 'pact-js'", false),
        ("spec = 'V3'", true),
        ("spec = ['V2', 'V4']", false),
        ("consumer = 'legacy-*'\nspec = 'V4'", false),
        ("consumer = 'legacy-*'\nuntil = 9999-12-31", true),
        ("", true),
    ] {
        write(dir.path(), "pactlens.toml", over(&condition.replace("\\\\", "\\")));
        let found = found(&lint(dir.path(), &["--fail-on", "never"]).expect(0));
        assert_eq!(found.is_empty(), holds, "{condition}: {found:?}");
    }
    write(dir.path(), "pactlens.toml", over("until = 2020-01-01"));
    assert_eq!(
        found(&lint(dir.path(), &["--fail-on", "never"]).expect(0)),
        ["pactlens.toml warning config-expired-override", "pacts/web-orders.json error unknown-matcher"]
    );
}

#[test]
fn rules_have_options() {
    let dir = folder(&[("pactlens.toml", "[rules]\ntoo-many-interactions = { level = 'warning', max = 1 }")]);
    let mut two: Value = serde_json::from_str(&pact("web", "type")).unwrap();
    let mut other = two["interactions"][0].clone();
    other["description"] = json!("another");
    two["interactions"].as_array_mut().unwrap().push(other);
    write(dir.path(), "pacts/a.json", two.to_string());
    assert_eq!(found(&lint(dir.path(), &[]).expect(0)), ["pacts/a.json warning too-many-interactions"]);
    let page = pactlens(root(), &["explain", "too-many-interactions"]).expect(0).stdout;
    assert!(page.contains("`max`") && page.contains("100 by default"), "{page}");
}

#[test]
fn cross_file_findings_have_the_level_of_their_file() {
    let rival = pact("web", "type").replace("\"/orders/1\"", "\"/orders/2\"");
    let dir = folder(&[("a/pacts/web.json", &pact("web", "type")), ("b/pacts/web.json", &rival)]);
    let rule = "same-pair-conflicting-files";
    assert_eq!(found(&lint(dir.path(), &[]).expect(0)), [format!("b/pacts/web.json warning {rule}")]);
    write(dir.path(), "b/pactlens.toml", format!("[rules]\n{rule} = 'error'"));
    assert_eq!(found(&lint(dir.path(), &[]).expect(1)), [format!("b/pacts/web.json error {rule}")]);
    write(dir.path(), "b/pactlens.toml", format!("[rules]\n{rule} = 'off'"));
    assert_eq!(found(&lint(dir.path(), &[]).expect(0)), [""; 0]);
}

#[test]
fn what_is_excluded_is_not_checked_even_when_named() {
    let bad = pact("web", "intger");
    let dir = folder(&[
        ("pactlens.toml", "exclude = ['gen', 'x-*.json']"),
        ("gen/pacts/a.json", &bad),
        ("pacts/x-1.json", &bad),
        ("pacts/b.json", &pact("web", "type")),
    ]);
    assert_eq!(lint(dir.path(), &["--show-files"]).expect(0).stdout, "pacts/b.json\n");
    lint(dir.path(), &[]).expect(0);
    let quiet = pactlens(dir.path(), &["gen/pacts/a.json", "pacts/x-1.json"]).expect(0);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""), "as a hook needs it");
    pactlens(dir.path(), &["states", "gen/pacts/a.json"]).expect(0);
    assert_eq!(lint(dir.path(), &["--no-exclude", "--show-files"]).expect(0).stdout.lines().count(), 3);
    lint(dir.path(), &["--no-exclude", "gen/pacts/a.json"]).expect(1);
    lint(dir.path(), &["--isolated", "gen/pacts/a.json"]).expect(1);
    assert_eq!(lint(dir.path(), &["--exclude", "pacts", "--show-files"]).expect(0).stdout, "");
    lint(dir.path(), &["--exclude", "pacts/b.json", "pacts/b.json"]).expect(0);
    lint(dir.path(), &["gen"]).expect(3);
    lint(dir.path(), &["--exclude", "["]).expect(2);
    // Standard input has a name, and comes out again.
    let input = || fs::File::open(dir.path().join("pacts/x-1.json")).unwrap().into();
    let run =
        pactlens_with(dir.path(), &["-", "--stdin-filename", "pacts/x-1.json", "--fix"], input()).expect(0);
    assert_eq!(run.stdout, bad);
    pactlens_with(dir.path(), &["-", "--stdin-filename", "pacts/y.json"], input()).expect(1);
}

#[test]
fn what_is_included_is_searched_where_git_ignores_it() {
    let good = pact("web", "type");
    let dir = folder(&[
        (".gitignore", "out/\n"),
        (".git/HEAD", ""),
        ("pactlens.toml", "include = ['out/contracts/*.json']"),
        ("out/contracts/a.json", &good),
        ("out/other/b.json", &good),
        ("svc/pactlens.toml", "include = ['**/keep.json']"),
        ("svc/out/deep/keep.json", &good),
        ("svc/out/contracts/no.json", &good),
    ]);
    let files = |dir: &Path, path: &str| lint(dir, &["--show-files", path]).expect(0).stdout;
    assert_eq!(files(dir.path(), "."), "out/contracts/a.json\nsvc/out/deep/keep.json\n");
    assert_eq!(files(&dir.path().join("svc"), "."), "out/deep/keep.json\n");
}

#[test]
fn the_other_keys() {
    let text = pact("web", "type").replace("200", "\"200\"");
    let dir = folder(&[("pacts/a.json", &text)]);
    let fixed = |config: &str, flags: &[&str]| {
        write(dir.path(), "pactlens.toml", config);
        let run = lint(dir.path(), &[&["--fix", "--fail-on", "never"], flags].concat()).expect(0);
        let fixed = fs::read_to_string(dir.path().join("pacts/a.json")).unwrap() != text;
        write(dir.path(), "pacts/a.json", &text);
        (fixed, run.stderr)
    };
    assert!(!fixed("", &[]).0 && !fixed("generated = 'always'", &[]).0);
    assert!(fixed("generated = 'never'", &[]).0 && fixed("", &["--fix-generated"]).0);
    assert!(fixed("generated = 'always'", &["--fix-generated"]).0);

    write(dir.path(), "pacts/a.json", pact("web", "intger"));
    write(dir.path(), "pactlens.toml", "fail-on = 'never'");
    lint(dir.path(), &[]).expect(0);
    lint(dir.path(), &["--fail-on", "error"]).expect(1);
    write(dir.path(), "pactlens.toml", "fail-on = 'info'\nrules.unknown-matcher = 'info'");
    lint(dir.path(), &[]).expect(1);
}

#[test]
fn settings_are_shown_with_where_they_come_from() {
    let config = "extends = ['org.toml']\nbaseline = 'b.json'\ndsl = 'js'\n[consumers.web]\ndsl = 'kotlin'\n[rules]\nnull-body = 'error'\n\
                  [[overrides]]\nconsumer = 'web'\nreason = 'PLAT-1'\nrules.json-bom = 'off'\n";
    let dir = folder(&[
        ("pactlens.toml", config),
        (
            "org.toml",
            "preset = 'strict'\nfail-on = 'warning'\n[rules]\ndescription-style = { max-length = 60 }\n",
        ),
        ("pacts/a.json", &pact("web", "type")),
    ]);
    let shown = lint(dir.path(), &["--show-settings", "pacts/a.json"]).expect(0).stdout;
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = shown.lines().map(words).collect();
    for line in [
        "web -> orders, V3, written by pact-jvm",
        "configuration pactlens.toml",
        "configuration org.toml",
        "preset strict org.toml:1",
        "fail-on warning org.toml:2",
        "baseline b.json pactlens.toml:2",
        "dsl kotlin pactlens.toml:5",
        "error null-body pactlens.toml:7",
        "off json-bom pactlens.toml:11",
        "override for all of it pactlens.toml:8 (PLAT-1)",
        "max-length = 60 org.toml:4",
        "error json-syntax preset",
    ] {
        assert!(lines.iter().any(|it| it == line), "{line}\n{shown}");
    }
}

#[test]
fn a_wrong_file_is_told_in_every_format() {
    let config = "presett = 'strict'\n[rules]\nunknown-matchr = 'off'\nsyntax = 'loud'\n";
    let dir = folder(&[("pactlens.toml", config), ("pacts/a.json", &pact("web", "intger"))]);
    let run = pactlens(dir.path(), &[]).expect(2);
    for part in [
        "pactlens.toml:1:1 error[config-invalid]",
        "did you mean 'preset'?",
        "pactlens.toml:3:1",
        "pactlens.toml:4:10",
        "3 errors. No pact was checked",
    ] {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
    let run = lint(dir.path(), &[]).expect(2);
    assert_eq!(found(&run), ["pactlens.toml error config-invalid"; 3]);
    assert_eq!(run.json()["files"][0]["findings"][1]["start"], json!({ "line": 3, "column": 1 }));
    let sarif = pactlens(dir.path(), &["--format", "sarif"]).expect(2).json();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "config-invalid");
    let concise = pactlens(dir.path(), &["--format", "concise"]).expect(2).stdout;
    assert!(
        concise.starts_with("pactlens.toml:1:1: error[config-invalid] Unknown key 'presett'"),
        "{concise}"
    );
    for arguments in
        [&["states"][..], &["--show-settings", "pacts/a.json"], &["--show-files"], &["--diff"], &["--fix"]]
    {
        let run = pactlens(dir.path(), arguments).expect(2);
        assert!(format!("{}{}", run.stdout, run.stderr).contains("pactlens.toml:1:1"), "{arguments:?}");
    }
    pactlens(dir.path(), &["--isolated"]).expect(1);
    for rule in ["config-invalid", "config-expired-override", "config-dead-pattern"] {
        pactlens(dir.path(), &["explain", rule]).expect(0);
    }
}

#[test]
fn files_that_extend() {
    let check = |files: &[(&str, &str)], expected: &[&str]| {
        let dir = folder(files);
        write(dir.path(), "pacts/a.json", pact("web", "type"));
        let run =
            pactlens(dir.path(), &["--format", "concise"]).expect(if expected.is_empty() { 0 } else { 2 });
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert_eq!(lines.len(), expected.len(), "{}", run.stdout);
        for (line, part) in lines.iter().zip(expected) {
            assert!(line.contains(part), "{part}: {line}");
        }
    };
    check(
        &[
            ("pactlens.toml", "extends = ['a.toml', 'b/b.toml']"),
            ("a.toml", "extends = 'c.toml'"),
            ("b/b.toml", "extends = ['../c.toml', 'strict']"),
            ("c.toml", ""),
        ],
        &[],
    );
    check(&[("pactlens.toml", "extends = ['org\\base.toml']"), ("org/base.toml", "")], &[]);
    check(
        &[("pactlens.toml", "extends = ['./none.toml']")],
        &["pactlens.toml:1:12: error[config-invalid] './none.toml' cannot be read"],
    );
    check(
        &[("pactlens.toml", "extends = ['./pactlens.toml']")],
        &["pactlens.toml:1:12: error[config-invalid] './pactlens.toml' extends this file in turn"],
    );
    check(
        &[
            ("pactlens.toml", "extends = 'a.toml'"),
            ("a.toml", "\nextends = 'b.toml'"),
            ("b.toml", "extends = 'a.toml'"),
        ],
        &["b.toml:1:11: error[config-invalid] 'a.toml' extends this file in turn"],
    );
    check(&[("pactlens.toml", "extends = 'a.toml'"), ("a.toml", "colour = 1")], &["a.toml:1:1"]);
    let chain: Vec<(String, String)> =
        (0..20).map(|at| (format!("c{at}.toml"), format!("extends = 'c{}.toml'", at + 1))).collect();
    let mut files: Vec<(&str, &str)> =
        chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    files.push(("pactlens.toml", "extends = 'c0.toml'"));
    check(&files, &["c6.toml:1:11: error[config-invalid] More than 8 files extend one another"]);
}

/// A value of TOML as JSON, as tools show it to a schema.
fn as_json(value: &toml::de::DeValue<'_>) -> Value {
    use toml::de::DeValue;
    match value {
        DeValue::String(text) => json!(text),
        DeValue::Integer(number) => json!(i64::from_str_radix(number.as_str(), number.radix()).unwrap()),
        DeValue::Float(number) => json!(number.as_str().parse::<f64>().unwrap()),
        DeValue::Boolean(flag) => json!(flag),
        DeValue::Datetime(date) => json!(date.to_string()),
        DeValue::Array(items) => items.iter().map(|item| as_json(item.get_ref())).collect(),
        DeValue::Table(table) => as_object(table),
    }
}

fn as_object(table: &toml::de::DeTable<'_>) -> Value {
    let members = table.iter().map(|(key, value)| (key.get_ref().to_string(), as_json(value.get_ref())));
    Value::Object(members.collect::<Map<_, _>>())
}

#[test]
fn the_schema_says_what_the_reader_says() {
    const PATH: &str = "schemas/config.schema.json";
    let schema = pactlens::config::schema();
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root().join(PATH), &text).unwrap();
        say(&format!("{PATH} was rewritten"));
    }
    let known = fs::read_to_string(root().join(PATH)).unwrap_or_default();
    assert!(known == text, "{PATH} is not what the sources say: UPDATE=1 rewrites it");

    let validator = jsonschema::draft7::new(&schema).unwrap();
    let example = readme_example();
    for (toml, fine) in [
        (example.as_str(), true),
        ("", true),
        ("extends = './a.toml'\n[rules]\nall = 'on'\n'matching/unknown-matcher' = 'off'", true),
        ("[rules]\n'interaction/too-many-interactions' = { max = 7 }", true),
        ("[states]\nhandlers = []\n[states.x]\nsources = ['a']", true),
        ("colour = 1", false),
        ("preset = 'strictt'", false),
        ("preset = 'strict@new'", false),
        ("root = 1", false),
        ("fail-on = 'warn'", false),
        ("[rules]\nnone-such = 'off'", false),
        ("[rules]\nnull-body = 'warn'", false),
        ("[rules]\nnull-body = { max = 1 }", false),
        ("[rules]\ntoo-many-interactions = { max = 0 }", false),
        ("[rules]\nmatching = { max = 0 }", false),
        ("[[overrides]]\nconsumer = 'x'", false),
        ("[[overrides]]\nconsumr = 'x'\nrules = {}", false),
        ("[[overrides]]\nrules = {}\nuntil = 'soon'", false),
        ("[states]\nhandler = 'x'", false),
        ("[consumers.x]\ndsl = 'perl'", false),
        ("regex-targets = ['perl']", false),
    ] {
        let table = toml::de::DeTable::parse(toml).unwrap();
        let (_, problems) = pactlens::config::file::parse(toml, 0);
        assert_eq!(problems.is_empty(), fine, "{toml}: {problems:?}");
        let json = as_object(table.get_ref());
        assert_eq!(validator.is_valid(&json), fine, "{toml}: {:?}", validator.iter_errors(&json).next());
    }
}

/// The complete example of the README.
fn readme_example() -> String {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let examples = readme.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    examples.filter(|it| it.contains("[[overrides]]")).max_by_key(|it| it.len()).unwrap().to_owned()
}

#[test]
fn the_example_of_the_readme_is_fine_and_complete() {
    let example = readme_example();
    assert_eq!(pactlens::config::file::parse(&example, 0).1, []);
    let keys = pactlens::config::file::ROOT_KEYS.iter().chain(&pactlens::config::file::OVERRIDE_KEYS);
    for key in keys {
        assert!(example.contains(key.name), "'{}' is not in the example", key.name);
    }
}
