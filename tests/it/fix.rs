//! `--fix` and `--diff`: what they change, what they leave, and that no file is ever in between.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pactlens::analysis::{Document, Fixed, RunOptions, Wanted, analyse, choose_fixes, fix};
use pactlens::config::{Levels, Settings};
use pactlens::diagnostic::Severity;
use pactlens::rules::Preset;
use serde_json::Value;
use tempfile::TempDir;

use crate::common::{json_files, pactlens, pactlens_with, root, say, shared};
use crate::secrets::planted;

/// Five findings with a safe fix (the two rules of one list wait for each other), one with an
/// unsafe one.
const PACT: &str = r#"{
  "consumer": {"name": "web"},
  "provider": {"name": "orders"},
  "interactions": [
    {
      "description": "an order",
      "providerState": "an order exists",
      "request": {"method": "GET", "path": "/orders/7"},
      "response": {
        "status": "200",
        "headers": {"Content-Type": "application/json"},
        "body": {"lines":   [1], "id": 7},
        "matchingRules": {
          "body": {
            "$.lines": {"matchers": [{"match": "type", "min": "1"}, {"match": "type", "max": 5}], "combine": "and"},
            "$.id": {"matchers": [{"match": "intger"}], "combine": "AND"}
          }
        }
      }
    },
    {"description": "no order", "request": {"path": "/orders/8"}, "response": {"status": "404"}}
  ],
  "metadata": {"pactSpecification": {"version": "3.0.0"}}
}
"#;

fn generated(library: &str) -> String {
    PACT.replace("\"metadata\": {", &format!("\"metadata\": {{\"{library}\": {{\"version\": \"1.0\"}}, "))
}

fn levels(preset: Preset) -> Levels {
    Settings { preset: Some(preset), ..Settings::default() }.resolve().unwrap()
}

fn fixed(text: &str, wanted: Wanted) -> Fixed {
    fix(&Document::new(text), &levels(Preset::Strict), wanted, RunOptions::default())
}

/// Errors by rule.
fn errors(text: &str) -> BTreeMap<&'static str, usize> {
    let findings =
        analyse(&Document::new(text), &levels(Preset::Strict), RunOptions::default()).findings.into_iter();
    let mut errors = BTreeMap::new();
    for finding in findings.filter(|finding| finding.severity == Severity::Error) {
        *errors.entry(finding.rule).or_default() += 1;
    }
    errors
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every pact at hand: the fixtures and, where they are, the real ones.
fn all_pacts() -> Vec<(PathBuf, String)> {
    let mut paths = json_files(&root().join("tests/fixtures"));
    paths.extend(json_files(&root().join("tests/idioms/fixtures")));
    paths.extend(shared("corpus/pacts").iter().flat_map(|folder| json_files(folder)));
    paths.into_iter().filter_map(|path| Some((path.clone(), fs::read_to_string(path).ok()?))).collect()
}

/// What `diff` makes of `old`, as `patch` does it: every line that it takes or passes by has
/// to be there.
fn patched(old: &str, diff: &str) -> String {
    let mut lines = old.split_inclusive('\n');
    let (mut out, mut at) = (String::new(), 0);
    let mut rest = diff.split_inclusive('\n').peekable();
    while let Some(line) = rest.next() {
        if line.starts_with("--- ") || line.starts_with("+++ ") {
            continue;
        }
        if let Some(hunk) = line.strip_prefix("@@ -") {
            let start: usize = hunk.split([',', ' ']).next().unwrap().parse().unwrap();
            while at + 1 < start {
                out.push_str(lines.next().unwrap());
                at += 1;
            }
            continue;
        }
        let (mark, mut text) = line.split_at(1);
        if rest.peek().is_some_and(|next| next.starts_with('\\')) {
            text = text.strip_suffix('\n').unwrap();
            rest.next();
        }
        if mark != "+" {
            assert_eq!(lines.next(), Some(text), "the diff fits");
            at += 1;
        }
        if mark != "-" {
            out.push_str(text);
        }
    }
    out.extend(lines);
    out
}

#[test]
fn safe_fixes_remove_their_findings_and_touch_nothing_else() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let made = [PACT, &PACT.replace('\n', "\r\n"), &format!("\u{FEFF}{PACT}")].map(str::to_owned);
    for text in made.into_iter().chain(all_pacts().into_iter().map(|(_, text)| text)) {
        let levels = levels(Preset::Strict);
        let findings = analyse(&Document::new(text.as_str()), &levels, RunOptions::default()).findings;
        for (finding, fix) in choose_fixes(&findings, Wanted::Safe, |_| true) {
            let after = pactlens::text::apply_edits(&text, &fix.edits).expect("the edits fit");
            // What is before, between and behind the edits is as it was.
            let mut edits: Vec<_> = fix.edits.iter().collect();
            edits.sort_by_key(|edit| edit.span);
            let (mut rest, mut at) = (&after[..], 0);
            for edit in edits {
                let kept = &text[at..edit.span.start as usize];
                rest = rest.strip_prefix(kept).expect("what stands between the edits");
                rest = rest.strip_prefix(&*edit.text).expect("the edit");
                at = edit.span.end as usize;
            }
            assert_eq!(rest, &text[at..]);
            let left = analyse(&Document::new(after.as_str()), &levels, RunOptions::default()).findings;
            let count = |all: &[pactlens::diagnostic::Finding]| {
                all.iter().filter(|it| it.rule == finding.rule && it.message == finding.message).count()
            };
            assert!(
                count(&left) < count(&findings),
                "{} stays after '{}' in\n{after}",
                finding.message,
                fix.title
            );
            *seen.entry(finding.rule).or_default() += 1;
        }
    }
    say(&format!("safe fixes applied one by one: {seen:?}"));
}

#[test]
fn fixing_settles_and_adds_no_error() {
    let (mut safe, mut all, mut most) = (0, 0, 0);
    for (path, text) in all_pacts() {
        let name = path.display();
        let once = fixed(&text, Wanted::Safe);
        assert!(once.settled, "{name} settles");
        let after = once.doc.text();
        let at_once = pactlens::text::apply_edits(&text, &once.edits);
        assert_eq!(at_once.as_deref(), Some(&*after), "{name}: the edits of all rounds at once");
        assert_eq!(fixed(&after, Wanted::Safe).doc.text(), after, "{name} stays as it is");
        let is_json = |text: &str| serde_json::from_str::<Value>(text.trim_start_matches('\u{FEFF}')).is_ok();
        assert!(!is_json(&text) || is_json(&after), "{name} stays JSON");
        let (before, now) = (errors(&text), errors(&after));
        // A file that is read as another version, or read at all, has more to say.
        let muted = ["messages-and-interactions", "missing-spec-version", "spec-version-not-string"];
        if !once.applied.iter().any(|applied| muted.contains(&applied.rule)) {
            for (rule, count) in now {
                assert!(before.get(rule).is_some_and(|known| *known >= count), "{name}: {rule} is new");
            }
        }
        most = most.max(once.rounds);
        safe += once.count();
        let everything = fixed(&text, Wanted::All);
        assert!(everything.settled, "{name} settles with all fixes: {:?}", everything.applied);
        assert!(!is_json(&text) || is_json(&everything.doc.text()), "{name} stays JSON with all fixes");
        all += everything.count();
    }
    say(&format!("{safe} safe fixes in at most {most} rounds, {all} with the unsafe ones"));
}

#[test]
fn what_is_fixed_does_not_depend_on_the_order_of_files() {
    let files = [("a.json", PACT), ("b.json", &PACT.replace("web", "app")), ("c.json", PACT)];
    let results = [["a.json", "b.json", "c.json"], ["c.json", "b.json", "a.json"]].map(|order| {
        let folder = folder(&files);
        let run = pactlens(folder.path(), &[&["lint", "--fix", "--fail-on", "never"], &order[..]].concat());
        assert!(run.stderr.contains("fixed ") && run.stderr.contains(" in 3 files"), "{}", run.stderr);
        let again = pactlens(folder.path(), &["lint", "--fix", "--fail-on", "never"]).expect(0);
        assert_eq!(again.stderr, "");
        assert_eq!(names(folder.path()), ["a.json", "b.json", "c.json"]);
        files.map(|(name, _)| fs::read(folder.path().join(name)).unwrap())
    });
    assert_eq!(results[0], results[1]);
    let text = String::from_utf8(results[0][0].clone()).unwrap();
    assert!(text.contains(r#""status": 200,"#) && text.contains(r#""status": 404}"#), "{text}");
    assert!(text.contains("intger"), "what makes the contract stricter is left: {text}");
}

#[test]
fn all_fixes_and_exit_codes() {
    let folder = folder(&[("a.json", PACT)]);
    let run = pactlens(folder.path(), &["lint", "--fix", "a.json"]).expect(1);
    assert!(run.stdout.contains("unknown-matcher") && run.stdout.contains("[--fix=all]"), "{}", run.stdout);
    assert!(!run.stdout.contains("status-not-integer"), "{}", run.stdout);
    pactlens(folder.path(), &["lint", "--fix=all", "a.json"]).expect(0);
    assert!(fs::read_to_string(folder.path().join("a.json")).unwrap().contains("\"integer\""));
    pactlens(folder.path(), &["lint", "--fix-generated", "a.json"]).expect(2);
    pactlens(folder.path(), &["lint", "--fix=none", "a.json"]).expect(2);
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let crlf = format!("\u{FEFF}{}", PACT.replace('\n', "\r\n"));
    let folder = folder(&[("a.json", PACT), ("b.json", &crlf)]);
    pactlens(folder.path(), &["lint", "--fix", "--ignore", "syntax", "--fail-on", "never"]).expect(0);
    let [unix, dos] = ["a.json", "b.json"].map(|name| fs::read_to_string(folder.path().join(name)).unwrap());
    assert_eq!(format!("\u{FEFF}{}", unix.replace('\n', "\r\n")), dos);
    assert_ne!(unix, PACT);
}

#[test]
fn a_diff_writes_nothing_and_applies() {
    let dos = PACT.trim_end().replace('\n', "\r\n");
    let folder = folder(&[("a.json", PACT), ("b.json", &dos)]);
    for wanted in ["--fix=safe", "--fix=all"] {
        for (name, text) in [("a.json", PACT), ("b.json", &dos)] {
            let run = pactlens(folder.path(), &["lint", wanted, "--diff", name]).expect(1);
            assert!(run.stdout.starts_with(&format!("--- a/{name}\n+++ b/{name}\n@@ ")), "{}", run.stdout);
            assert!(run.stderr.contains("would fix "), "{}", run.stderr);
            assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), text);
            let what = if wanted == "--fix=all" { Wanted::All } else { Wanted::Safe };
            let default = levels(Preset::Recommended);
            let wanted = fix(&Document::new(text), &default, what, RunOptions::default()).doc.text();
            assert_eq!(patched(text, &run.stdout), wanted);
        }
    }
    pactlens(folder.path(), &["lint", "--fix=all", "--fail-on", "never"]).expect(0);
    let run = pactlens(folder.path(), &["lint", "--diff"]).expect(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn generated_files_are_left_unless_asked_for() {
    let folder = folder(&[("a.json", &generated("pact-js")), ("b.json", PACT)]);
    let run = pactlens(folder.path(), &["lint", "--fix", "--fail-on", "never"]).expect(0);
    let left = " in 1 file generated by pact-js: change the test, or pass --fix-generated\n";
    assert!(run.stderr.contains("pactlens: left ") && run.stderr.contains(left), "{}", run.stderr);
    assert!(run.stderr.contains(" in 1 file: "), "{}", run.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("a.json")).unwrap(), generated("pact-js"));
    let run = pactlens(folder.path(), &["lint", "--fix", "--fix-generated", "--fail-on", "never"]).expect(0);
    assert!(!run.stderr.contains("left "), "{}", run.stderr);
    assert!(fs::read_to_string(folder.path().join("a.json")).unwrap().contains(r#""status": 200"#));
}

#[test]
fn standard_input_comes_out_fixed() {
    let folder = folder(&[("a.json", PACT), ("package.json", "{\"name\": \"x\"}"), ("latin.json", "")]);
    let from = |name: &str| Stdio::from(File::open(folder.path().join(name)).unwrap());
    let run = pactlens_with(folder.path(), &["lint", "--fix", "-"], from("a.json")).expect(1);
    assert!(run.stderr.contains("unknown-matcher") && run.stderr.contains("fixed "), "{}", run.stderr);
    let default = levels(Preset::Recommended);
    let wanted = fix(&Document::new(PACT), &default, Wanted::Safe, RunOptions::default()).doc.text();
    assert_eq!(run.stdout, wanted);
    // Who pipes a text through must get it back.
    let run =
        pactlens_with(folder.path(), &["lint", "--fix", "--if-pact", "-"], from("package.json")).expect(0);
    assert_eq!(run.stdout, "{\"name\": \"x\"}");
    let latin = PACT.replace("an order", "\u{e9}").chars().map(|it| it as u8).collect::<Vec<u8>>();
    fs::write(folder.path().join("latin.json"), &latin).unwrap();
    let run = pactlens_with(folder.path(), &["lint", "--fix", "-"], from("latin.json")).expect(2);
    assert_eq!(run.stdout, "");
    let run = pactlens(folder.path(), &["lint", "--fix", "latin.json"]).expect(2);
    assert!(run.stderr.contains("it is not UTF-8"), "{}", run.stderr);
    assert_eq!(fs::read(folder.path().join("latin.json")).unwrap(), latin);
}

#[test]
fn secrets_are_kept_in_files_and_covered_in_diffs() {
    let (_, token, hidden) = planted().swap_remove(0);
    let text = PACT.replace("an order exists", &token);
    let folder = folder(&[("a.json", &text)]);
    let strict = ["lint", "--preset", "strict", "--fail-on", "never"];
    let run = pactlens(folder.path(), &[&strict[..], &["--diff"]].concat()).expect(1);
    assert!(!run.stdout.contains(&hidden) && run.stderr.contains("--show-secrets"), "{}", run.stdout);
    let run = pactlens(folder.path(), &[&strict[..], &["--diff", "--show-secrets"]].concat()).expect(1);
    let diff = run.stdout;
    let run = pactlens(folder.path(), &[&strict[..], &["--fix"]].concat()).expect(0);
    assert!(!run.stdout.contains(&hidden) && !run.stderr.contains(&hidden));
    let now = fs::read_to_string(folder.path().join("a.json")).unwrap();
    assert_eq!(now, patched(&text, &diff));
    assert!(now.contains(&format!("\"providerStates\": [{{\"name\": \"{token}\"}}]")), "{now}");
}

#[cfg(unix)]
#[test]
fn permissions_links_and_read_only_files() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("real.json", PACT), ("locked.json", PACT)]);
    let at = |name: &str| folder.path().join(name);
    let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(at("real.json"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(at("locked.json"), fs::Permissions::from_mode(0o444)).unwrap();
    symlink("real.json", at("link.json")).unwrap();
    // Both lead to one file, which is fixed once.
    let arguments = ["lint", "--fix", "--fail-on", "never", "link.json", "real.json"];
    let run = pactlens(folder.path(), &arguments).expect(0);
    assert!(run.stderr.contains(" in 1 file: "), "{}", run.stderr);
    assert!(fs::symlink_metadata(at("link.json")).unwrap().is_symlink());
    assert_eq!(mode("real.json"), 0o640);
    assert_ne!(fs::read_to_string(at("real.json")).unwrap(), PACT);

    let run = pactlens(folder.path(), &["lint", "--fix", "--fail-on", "never", "locked.json"]).expect(2);
    assert!(run.stderr.contains("cannot fix locked.json: it is read-only"), "{}", run.stderr);
    assert!(run.stdout.contains("status-not-integer"), "what is in the file is reported: {}", run.stdout);
    assert_eq!(fs::read_to_string(at("locked.json")).unwrap(), PACT);
    assert_eq!(names(folder.path()), ["link.json", "locked.json", "real.json"]);
}

#[test]
fn a_killed_run_leaves_whole_files() {
    let new = fix(&Document::new(PACT), &levels(Preset::Recommended), Wanted::Safe, RunOptions::default());
    let new = new.doc.text();
    assert_ne!(new.len(), PACT.len(), "who looks at the length only sees the difference");
    let (mut before, mut after, mut between, mut left) = (0, 0, 0, 0);
    for time in 0..20 {
        let folder = TempDir::new().unwrap();
        let paths: Vec<PathBuf> = (0..60).map(|at| folder.path().join(format!("{at}.json"))).collect();
        paths.iter().for_each(|path| fs::write(path, PACT).unwrap());
        let mut child = Command::new(env!("CARGO_BIN_EXE_pactlens"))
            .args(["lint", "--fix"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // While it writes: as soon as so many files are another length.
        let is_written = |path: &&PathBuf| fs::metadata(path).unwrap().len() as usize != PACT.len();
        while paths.iter().filter(is_written).count() <= time * 2 && child.try_wait().unwrap().is_none() {}
        let _ = child.kill();
        child.wait().unwrap();
        let mut written = 0;
        for path in &paths {
            match fs::read_to_string(path).unwrap() {
                text if text == PACT => before += 1,
                text if text == new => written += 1,
                text => panic!("half a file:\n{text}"),
            }
        }
        after += written;
        between += usize::from(written > 0 && written < paths.len());
        // What was on its way lies there under a name that nobody takes for a pact.
        let others: Vec<String> = names(folder.path())
            .into_iter()
            .filter(|name| !paths.contains(&folder.path().join(name)))
            .collect();
        assert!(others.iter().all(|name| name.starts_with('.') && name.ends_with(".tmp")), "{others:?}");
        left += others.len();
        pactlens(folder.path(), &["lint", "--fix", "--fail-on", "never"]).expect(0);
        assert!(paths.iter().all(|path| fs::read_to_string(path).unwrap() == new), "the next run goes on");
        let run = pactlens(folder.path(), &["lint", "--fix", "--fail-on", "never"]).expect(0);
        assert_eq!(run.stderr, "", "and leaves nothing to do");
    }
    assert!(between > 0, "some were killed while they wrote");
    say(&format!(
        "killed 20 times, {between} while writing: {before} files were as before, {after} fixed, {left} on their way"
    ));
}
