//! `--changed` and `--staged` in git repositories of all kinds, and `--statistics`.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Run, pactlens, root, say};

/// A repository, with a cache of its own.
struct Repo {
    folder: TempDir,
    cache: TempDir,
}

/// A pact of this consumer; a bad one has one finding, an error.
fn pact(consumer: &str, bad: bool) -> String {
    let name = if bad { "bad-matcher-v4.json" } else { "v4.json" };
    let text = fs::read_to_string(root().join("tests/fixtures/pacts").join(name)).unwrap();
    let renamed = text.replace("shop-web", consumer);
    assert_ne!(text, renamed);
    renamed
}

fn good(consumer: &str) -> String {
    pact(consumer, false)
}

fn bad(consumer: &str) -> String {
    pact(consumer, true)
}

/// A program that sees nothing of the machine's git but git.
fn program(name: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(name);
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "test").env(format!("GIT_{who}_EMAIL"), "test@example.com");
    }
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "NO_COLOR", "CI"] {
        command.env_remove(variable);
    }
    command.env("NO_COLOR", "1");
    command
}

fn run(command: &mut Command) -> Run {
    let Output { status, stdout, stderr } = command.output().unwrap();
    Run {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

impl Repo {
    /// An empty repository; `None`, with a loud line, without git.
    fn new() -> Option<Repo> {
        if let Err(error) = Command::new("git").arg("--version").output() {
            say(&format!("SKIPPED: git cannot be started ({error}), so --changed was not tested"));
            return None;
        }
        let repo = Repo { folder: TempDir::new().unwrap(), cache: TempDir::new().unwrap() };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        Some(repo)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn git_in(&self, folder: &str, arguments: &[&str]) -> String {
        let mut git = program("git", &self.path().join(folder));
        run(git.args(["-c", "protocol.file.allow=always"]).args(arguments)).expect(0).stdout
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.git_in("", arguments)
    }

    fn write(&self, name: impl AsRef<Path>, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "change"]);
    }

    fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = program(env!("CARGO_BIN_EXE_pactlens"), folder);
        for variable in ["XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"] {
            command.env(variable, self.cache.path());
        }
        command.arg("lint").args(arguments);
        command
    }

    fn lint_in(&self, folder: &str, arguments: &[&str]) -> Run {
        run(&mut self.command(&self.path().join(folder), arguments))
    }

    fn lint(&self, arguments: &[&str]) -> Run {
        self.lint_in("", arguments)
    }

    /// The files that a run with `arguments` reports on, findings or not.
    #[track_caller]
    fn seen(&self, code: i32, arguments: &[&str]) -> BTreeSet<String> {
        self.seen_in("", code, arguments)
    }

    #[track_caller]
    fn seen_in(&self, folder: &str, code: i32, arguments: &[&str]) -> BTreeSet<String> {
        let run = self.lint_in(folder, &[&["--format", "json"], arguments].concat()).expect(code);
        paths(&run.json())
    }
}

fn paths(report: &Value) -> BTreeSet<String> {
    let files = report["files"].as_array().unwrap();
    files.iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn same(seen: &BTreeSet<String>, wanted: &[&str]) {
    assert_eq!(*seen, wanted.iter().map(ToString::to_string).collect());
}

/// A repository with three good pacts that are committed.
fn committed() -> Option<Repo> {
    let repo = Repo::new()?;
    for name in ["a", "b", "c"] {
        repo.write(format!("pacts/{name}.json"), &good(name));
    }
    repo.commit();
    Some(repo)
}

#[test]
fn the_work_tree_against_the_last_commit() {
    let Some(repo) = committed() else { return };
    same(&repo.seen(0, &["--changed"]), &[]);
    let run = repo.lint(&["--changed"]).expect(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "nothing is not worth a word");

    repo.write("gone/deep/g.json", &good("g"));
    repo.commit();
    fs::remove_dir_all(repo.path().join("gone")).unwrap();
    repo.write("pacts/a.json", &bad("a"));
    repo.write("contracts/new.json", &good("new"));
    repo.write("package.json", r#"{"name": "shop"}"#);
    fs::remove_file(repo.path().join("pacts/b.json")).unwrap();
    repo.git(&["mv", "pacts/c.json", "pacts/renamed.json"]);
    let all = ["contracts/new.json", "pacts/a.json", "pacts/renamed.json"];
    same(&repo.seen(1, &["--changed"]), &all);
    same(&repo.seen(1, &["--changed"]), &all);
    same(&repo.seen(1, &["--changed=HEAD"]), &all);
    // A file that is named and gone is what a list of changed files has in it.
    same(&repo.seen(0, &["--changed", "pacts/b.json", "contracts"]), &["contracts/new.json"]);
    same(&repo.seen_in("contracts", 0, &["--changed", "../gone/deep/g.json"]), &[]);
    repo.git(&["add", "--all"]);
    same(&repo.seen(1, &["--changed"]), &all);
    repo.commit();
    same(&repo.seen(0, &["--changed"]), &[]);
    // Written again with the same content.
    repo.write("pacts/a.json", &bad("a"));
    same(&repo.seen(0, &["--changed"]), &[]);
    // No longer tracked, and yet what was committed.
    repo.git(&["rm", "--quiet", "--cached", "pacts/a.json"]);
    same(&repo.seen(0, &["--changed"]), &[]);
}

#[test]
fn what_is_no_pact_passes_in_silence() {
    let Some(repo) = committed() else { return };
    repo.write("package.json", r#"{"name": "shop"}"#);
    repo.write("broken.json", "{");
    repo.git(&["add", "--all"]);
    for flag in ["--changed", "--staged"] {
        for paths in [&[][..], &["package.json", "broken.json"]] {
            for format in ["text", "concise"] {
                let run = repo.lint(&[&[flag, "--format", format], paths].concat()).expect(0);
                assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
            }
        }
    }
}

#[test]
fn a_branch_against_where_it_left() {
    let Some(repo) = committed() else { return };
    repo.git(&["switch", "--quiet", "--create", "feature"]);
    repo.write("pacts/a.json", &bad("a"));
    repo.commit();
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("pacts/b.json", &bad("b"));
    repo.commit();
    repo.git(&["switch", "--quiet", "feature"]);
    repo.write("pacts/c.json", &good("cc"));
    same(&repo.seen(1, &["--changed=main"]), &["pacts/a.json", "pacts/c.json"]);
    same(&repo.seen(0, &["--changed"]), &["pacts/c.json"]);
    repo.git(&["switch", "--quiet", "--detach"]);
    same(&repo.seen(1, &["--changed=main"]), &["pacts/a.json", "pacts/c.json"]);
    same(&repo.seen(1, &["--changed=HEAD~1"]), &["pacts/a.json", "pacts/c.json"]);

    // A clone that ends before the two meet.
    let source = repo.path().display().to_string().replace('\\', "/");
    let source = format!("file://{}{source}", if cfg!(windows) { "/" } else { "" });
    repo.git(&["clone", "--quiet", "--depth=1", "--branch=feature", &source, "shallow"]);
    repo.git_in("shallow", &["fetch", "--quiet", "--depth=1", "origin", "main:main"]);
    let run = repo.lint_in("shallow", &["--changed=main", "--format", "concise"]).expect(1);
    assert!(run.stdout.contains("pacts/a.json:62:"), "{}", run.stdout);
    assert!(run.stderr.contains("shallow clone"), "{}", run.stderr);
}

#[test]
fn what_is_staged_is_what_counts() {
    let Some(repo) = committed() else { return };
    repo.write("pacts/a.json", &bad("a"));
    repo.write("pacts/d.json", &bad("d"));
    repo.write("pacts/untracked.json", &bad("u"));
    same(&repo.seen(0, &["--staged"]), &[]);
    repo.git(&["add", "pacts/a.json", "pacts/d.json"]);
    repo.write("pacts/a.json", &good("a"));
    repo.write("pacts/b.json", &bad("b"));
    fs::remove_file(repo.path().join("pacts/d.json")).unwrap();
    let wanted = ["pacts/a.json", "pacts/d.json"];
    same(&repo.seen(1, &["--staged"]), &wanted);
    same(&repo.seen(1, &["--staged", "pacts"]), &wanted);
    same(&repo.seen_in("pacts", 1, &["--staged"]), &["a.json", "d.json"]);
    same(&repo.seen(1, &["--staged", "pacts/d.json"]), &["pacts/d.json"]);
    let run = repo.lint(&["--staged"]).expect(1);
    assert!(run.stdout.contains("integr"), "the frame shows what is staged: {}", run.stdout);

    repo.git(&["add", "pacts/a.json"]);
    repo.write("pacts/a.json", &bad("a"));
    same(&repo.seen(0, &["--staged", "pacts/a.json"]), &[]);
    repo.git(&["rm", "--quiet", "--cached", "pacts/c.json", "pacts/d.json"]);
    same(&repo.seen(0, &["--staged"]), &[]);
}

#[test]
fn ignored_pacts_are_known_by_content() {
    let Some(repo) = committed() else { return };
    repo.write(".gitignore", "build/\n");
    repo.commit();
    repo.write("build/pacts/x.json", &good("x"));
    repo.write("build/pacts/y.json", &good("y"));
    let both = ["build/pacts/x.json", "build/pacts/y.json"];
    same(&repo.seen(0, &["--changed"]), &both);
    same(&repo.seen(0, &["--changed"]), &[]);
    same(&repo.seen(0, &["--staged"]), &[]);
    same(&repo.seen(0, &["--changed=HEAD"]), &[]);
    repo.write("build/pacts/x.json", &good("x"));
    same(&repo.seen(0, &["--changed"]), &[]);

    // What fails fails again, also where only a part is looked at in between.
    repo.write("build/pacts/x.json", &bad("x"));
    for _ in 0..2 {
        same(&repo.seen(1, &["--changed"]), &["build/pacts/x.json"]);
        same(&repo.seen(0, &["--changed", "pacts"]), &[]);
        same(&repo.seen(1, &["--staged"]), &["build/pacts/x.json"]);
    }
    // A run that nothing makes fail, or with other rules, is no reason to be silent later.
    repo.seen(0, &["--changed", "--fail-on", "never"]);
    repo.seen(0, &["--changed", "--select", "syntax"]);
    same(&repo.seen(1, &["--changed"]), &["build/pacts/x.json"]);
    same(&repo.seen(0, &["--changed", "--fail-on", "never"]), &[]);
    repo.write("build/pacts/x.json", &good("x"));
    same(&repo.seen(0, &["--changed"]), &["build/pacts/x.json"]);
    repo.write("pactlens.toml", "[states]\n");
    same(&repo.seen(0, &["--changed"]), &both);

    // What is fixed is remembered as it is then.
    let mended = ["--changed", "--fix=all", "--fix-generated", "--select", "unknown-matcher"];
    repo.write("build/pacts/x.json", &bad("x"));
    let seen = repo.seen(0, &mended);
    assert!(seen.contains("build/pacts/x.json"));
    assert_ne!(fs::read_to_string(repo.path().join("build/pacts/x.json")).unwrap(), bad("x"));
    same(&repo.seen(0, &mended), &[]);
    // A damaged memory is none.
    repo.write("build/pacts/x.json", &good("x"));
    repo.seen(0, &["--changed"]);
    let memories: Vec<PathBuf> = crate::common::files(repo.cache.path(), "json");
    assert!(!memories.is_empty());
    for memory in &memories {
        fs::write(memory, "{\"version\": 1, \"files\"").unwrap();
    }
    same(&repo.seen(0, &["--changed"]), &both);
    same(&repo.seen(0, &["--changed"]), &[]);
    fs::remove_dir_all(repo.cache.path()).unwrap();
    fs::write(repo.cache.path(), "no folder").unwrap();
    same(&repo.seen(0, &["--changed"]), &both);
    same(&repo.seen(0, &["--changed"]), &both);
}

#[test]
fn an_ignored_pact_that_the_commit_holds_is_compared_with_it() {
    let Some(repo) = committed() else { return };
    repo.write(".gitignore", "pacts/\n");
    repo.git(&["rm", "--quiet", "-r", "--cached", "pacts"]);
    repo.write("pacts/a.json", &good("aa"));
    for _ in 0..2 {
        same(&repo.seen(0, &["--changed"]), &["pacts/a.json"]);
    }
    repo.git(&["add", ".gitignore"]);
    repo.git(&["commit", "--quiet", "--message", "ignore"]);
    for _ in 0..2 {
        same(&repo.seen(0, &["--changed=HEAD~1"]), &["pacts/a.json"]);
    }
    same(&repo.seen(0, &["--changed"]), &["pacts/a.json", "pacts/b.json", "pacts/c.json"]);
    same(&repo.seen(0, &["--changed"]), &[]);
}

#[test]
fn all_pacts_are_looked_at_together() {
    // Two files that disagree, one of which changed; wherever the finding is placed, it is
    // shown. The two others disagree as they did before.
    for (old, new) in [("pacts/a.json", "pacts/z.json"), ("pacts/z.json", "pacts/a.json")] {
        let Some(repo) = Repo::new() else { return };
        let other = |status: &str| pact("other", false).replace("customer", "invoice").replace("201", status);
        repo.write("pacts/other-1.json", &other("201"));
        repo.write("pacts/other-2.json", &other("202"));
        repo.write(old, &good("shop"));
        repo.commit();
        repo.write(new, &good("shop").replace("201", "202"));
        repo.git(&["add", "--all"]);
        for flag in ["--changed", "--staged"] {
            let run = repo.lint(&[flag, "--select", "workspace", "--format", "json"]);
            let report = run.expect(0).json();
            assert!(report["summary"]["warnings"].as_u64() > Some(0), "{report}");
            assert_eq!(report["summary"]["files_checked"], report["files"].as_array().unwrap().len());
            let paths = paths(&report);
            assert!(paths.contains(new), "{paths:?}");
            assert!(!paths.iter().any(|path| path.contains("other")), "{paths:?}");
        }
        let run = repo.lint(&["--select", "workspace", "--format", "concise"]).expect(0);
        assert!(run.stdout.contains("pacts/other-"), "{}", run.stdout);
    }
}

#[test]
fn what_fails_together_fails_again() {
    // The finding is in one of two ignored files, and only the other one is new.
    for (old, new) in [("out/pacts/a.json", "out/pacts/z.json"), ("out/pacts/z.json", "out/pacts/a.json")] {
        let Some(repo) = Repo::new() else { return };
        let arguments = ["--changed", "--select", "workspace", "--fail-on", "warning"];
        repo.write(".gitignore", "out\n");
        repo.write(old, &good("shop"));
        same(&repo.seen(0, &arguments), &[old]);
        repo.write(new, &good("shop").replace("201", "202"));
        for _ in 0..3 {
            assert!(repo.seen(1, &arguments).contains(new));
        }
        repo.write(new, &good("shop"));
        same(&repo.seen(0, &arguments), &[new]);
        same(&repo.seen(0, &arguments), &[]);
    }
}

#[test]
fn before_the_first_commit() {
    let Some(repo) = Repo::new() else { return };
    repo.write("pacts/a.json", &bad("a"));
    repo.write("pacts/b.json", &good("b"));
    same(&repo.seen(1, &["--changed"]), &["pacts/a.json", "pacts/b.json"]);
    same(&repo.seen(0, &["--staged"]), &[]);
    repo.git(&["add", "pacts/a.json"]);
    same(&repo.seen(1, &["--changed"]), &["pacts/a.json", "pacts/b.json"]);
    same(&repo.seen(1, &["--staged"]), &["pacts/a.json"]);
    repo.lint(&["--changed=main"]).expect(2);
}

#[test]
fn below_the_root() {
    let Some(repo) = committed() else { return };
    repo.write("web/pacts/w.json", &good("w"));
    repo.write("api/pacts/v.json", &good("v"));
    repo.write("pacts/a.json", &good("aa"));
    same(&repo.seen_in("web", 0, &["--changed"]), &["pacts/w.json"]);
    same(
        &repo.seen_in("web", 0, &["--changed", "../pacts", "pacts/w.json"]),
        &["../pacts/a.json", "pacts/w.json"],
    );
    same(&repo.seen(0, &["--changed", "web", "api"]), &["api/pacts/v.json", "web/pacts/w.json"]);
    same(
        &repo
            .seen_in("web/pacts", 0, &["--changed", "../.."])
            .iter()
            .map(|it| it.replace("../../", ""))
            .collect(),
        &["api/pacts/v.json", "pacts/a.json", "web/pacts/w.json"],
    );
    let many: Vec<String> = (0..60).map(|_| "web".to_owned()).collect();
    let many: Vec<&str> = ["--changed"].into_iter().chain(many.iter().map(String::as_str)).collect();
    same(&repo.seen(0, &many), &["web/pacts/w.json"]);
}

#[cfg(unix)]
#[test]
fn names_that_are_hard_to_quote() {
    use std::os::unix::ffi::OsStrExt;
    let Some(repo) = Repo::new() else { return };
    let names: [&[u8]; 9] = [
        b"with space.json",
        b"two\nlines.json",
        b"tab\there.json",
        b"\"quoted\" 'twice'.json",
        b"back\\slash.json",
        b"-dash.json",
        b":(top)magic*.json",
        b"\xC3\xBCmlaut.json",
        b"not-utf8-\xFF.json",
    ];
    let mut made = 0;
    for (at, name) in names.iter().enumerate() {
        let path = Path::new("pacts").join(OsStr::from_bytes(name));
        let folder = repo.path().join("pacts");
        fs::create_dir_all(folder).unwrap();
        // Some file systems have names for text only.
        made += usize::from(fs::write(repo.path().join(path), good(&format!("c{at}"))).is_ok());
    }
    assert!(made >= 8);
    assert_eq!(repo.seen(0, &["--changed"]).len(), made);
    repo.git(&["add", "--all"]);
    assert_eq!(repo.seen(0, &["--changed"]).len(), made);
    assert_eq!(repo.seen(0, &["--staged"]).len(), made);
    assert_eq!(repo.seen_in("pacts", 0, &["--staged", "--", "-dash.json", ":(top)magic*.json"]).len(), 2);
    repo.commit();
    assert_eq!(repo.seen(0, &["--changed"]).len(), 0);
    repo.write("pacts/two\nlines.json", &bad("c1"));
    assert_eq!(repo.seen(1, &["--changed"]).len(), 1);
    repo.write(".gitignore", "pacts\n");
    repo.git(&["rm", "-r", "--quiet", "--cached", "pacts"]);
    repo.git(&["commit", "--quiet", "--message", "ignore"]);
    assert_eq!(repo.seen(1, &["--changed"]).len(), made);
    // What no text can name is not remembered.
    assert_eq!(repo.seen(1, &["--changed"]).len(), 1 + usize::from(made == 9));
}

#[test]
fn what_git_is_told_elsewhere_does_not_count() {
    let Some(repo) = committed() else { return };
    for (name, value) in [
        ("color.ui", "always"),
        ("core.pager", "false"),
        ("core.quotePath", "true"),
        ("diff.external", "false"),
        ("diff.noprefix", "true"),
        ("diff.relative", "true"),
        ("diff.renames", "copies"),
        ("diff.orderFile", "none"),
        ("alias.diff", "status"),
        ("alias.ls-files", "!false"),
    ] {
        repo.git(&["config", name, value]);
    }
    repo.git(&["config", "--unset", "diff.orderFile"]);
    repo.write("web/pacts/w.json", &good("w"));
    repo.write("pacts/a.json", &bad("a"));
    repo.git(&["add", "pacts/a.json"]);
    same(&repo.seen(1, &["--changed"]), &["pacts/a.json", "web/pacts/w.json"]);
    same(&repo.seen(1, &["--staged"]), &["pacts/a.json"]);
    let mut command = repo.command(repo.path(), &["--changed", "--format", "json"]);
    for (name, value) in [
        ("GIT_EXTERNAL_DIFF", "false"),
        ("GIT_PAGER", "false"),
        ("GIT_GLOB_PATHSPECS", "1"),
        ("GIT_TRACE", "1"),
    ] {
        command.env(name, value);
    }
    same(&paths(&run(&mut command).expect(1).json()), &["pacts/a.json", "web/pacts/w.json"]);
}

#[cfg(unix)]
#[test]
fn in_hooks() {
    use std::os::unix::fs::PermissionsExt;
    let Some(repo) = committed() else { return };
    let binary = env!("CARGO_BIN_EXE_pactlens");
    let hook = repo.path().join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    repo.git(&["worktree", "add", "--quiet", "-b", "side", "linked"]);
    repo.write(".gitignore", "linked\n");
    repo.commit();
    repo.git_in("linked", &["commit", "--quiet", "--allow-empty", "--message", "start"]);
    let cache = repo.cache.path().display();
    let commit = |folder: &str, arguments: &[&str]| -> Run {
        let mut git = program("git", &repo.path().join(folder));
        run(git.args(["commit", "--quiet", "--message", "try"]).args(arguments))
    };
    // Also from a folder that is not the root, where the variables of the hook mislead.
    for (start, place) in [("", "."), ("cd pacts && ", "..")] {
        let script = format!(
            "#!/bin/sh\n{start}XDG_CACHE_HOME={cache} HOME={cache} exec '{binary}' lint --staged --format concise {place} >&2\n"
        );
        fs::write(&hook, script).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        for folder in ["", "linked"] {
            let write = |name: &str, text: &str| repo.write(Path::new(folder).join(name), text);
            write("pacts/a.json", &bad("a"));
            write("pacts/b.json", &good("bb"));
            // All of them, one of them, and those that were added.
            let run = commit(folder, &["--all"]).expect(1);
            assert!(run.stderr.contains("a.json:62:"), "{start}{folder}: {}", run.stderr);
            commit(folder, &["--only", "pacts/a.json"]).expect(1);
            commit(folder, &["--only", "pacts/b.json"]).expect(0);
            repo.git_in(folder, &["add", "--all"]);
            commit(folder, &[]).expect(1);
            repo.git_in(folder, &["reset", "--quiet", "--hard"]);
            write("pacts/b.json", &good("b"));
            commit(folder, &["--all"]).expect(0);
        }
    }
}

#[test]
fn repositories_in_repositories() {
    let (Some(repo), Some(inner)) = (committed(), committed()) else { return };
    repo.git(&["submodule", "--quiet", "add", &inner.path().display().to_string(), "sub"]);
    repo.commit();
    // Of what is in there this repository knows nothing, so it is as if it were ignored.
    let inside = ["sub/pacts/a.json", "sub/pacts/b.json", "sub/pacts/c.json"];
    same(&repo.seen(0, &["--changed"]), &inside);
    same(&repo.seen(0, &["--changed"]), &[]);
    repo.write("sub/pacts/a.json", &bad("a"));
    same(&repo.seen(1, &["--changed"]), &["sub/pacts/a.json"]);
    same(&repo.seen_in("sub", 1, &["--changed"]), &["pacts/a.json"]);
    repo.lint_in("sub", &["--changed", ".."]).expect(2);
}

#[test]
fn wrong_usage_is_told() {
    let Some(repo) = committed() else { return };
    let told = |arguments: &[&str], word: &str| {
        let run = repo.lint(arguments).expect(2);
        assert!(run.stderr.contains(word) && run.stdout.is_empty(), "{}{}", run.stdout, run.stderr);
    };
    told(&["--changed=nonsense"], "no commit 'nonsense'");
    told(&["--changed="], "no commit ''");
    told(&["--changed=--all"], "no commit '--all'");
    told(&["--changed=HEAD:pacts"], "no commit");
    told(&["--changed=a\u{1b}[31m"], "\\u{1b}");
    told(&["--changed", "main"], "--changed=main");
    repo.git(&["tag", "v1/final"]);
    told(&["--changed", "v1/final"], "--changed=v1/final");
    told(&["--changed", "--staged"], "cannot be used with");
    told(&["--staged", "--fix"], "--changed --fix");
    told(&["--changed", "-"], "standard input");
    told(&["--statistics", "--format", "sarif"], "--statistics");

    let elsewhere = TempDir::new().unwrap();
    fs::write(elsewhere.path().join("p.json"), good("p")).unwrap();
    told(&["--changed", elsewhere.path().to_str().unwrap()], "not in the repository");
    let run = run(&mut repo.command(elsewhere.path(), &["--changed"])).expect(2);
    assert!(run.stderr.contains("not a git repository"), "{}", run.stderr);
    let mut foreign = repo.command(repo.path(), &["--changed"]);
    let run = self::run(foreign.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")).expect(2);
    assert!(run.stderr.contains("safe.directory"), "{}", run.stderr);
    let mut without = repo.command(repo.path(), &["--staged"]);
    let run = self::run(without.env("PATH", elsewhere.path())).expect(2);
    assert!(run.stderr.contains("cannot start git"), "{}", run.stderr);
    repo.git(&["init", "--quiet", "--bare", "bare"]);
    repo.lint_in("bare", &["--changed"]).expect(2);
}

#[test]
fn large_contents_pass_through_the_index() {
    let Some(repo) = committed() else { return };
    // More than a pipe holds, in both directions.
    let long = format!("{}{}", good("long"), " ".repeat(300_000));
    for at in 0..40 {
        repo.write(format!("pacts/long-{at}.json"), &long.replace("\"long\"", &format!("\"long{at}\"")));
    }
    repo.git(&["add", "--all"]);
    assert_eq!(repo.seen(0, &["--staged"]).len(), 40);
}

#[test]
fn statistics_count_by_rule() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.json"), bad("a")).unwrap();
    fs::write(folder.path().join("b.json"), bad("b")).unwrap();
    fs::write(folder.path().join("c.json"), good("c")).unwrap();
    let run = pactlens(folder.path(), &["lint", "--statistics", "--preset", "minimal"]).expect(1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], "2  error  [ ] unknown-matcher  in 2 files");
    assert!(lines.last().unwrap().starts_with("Found 2 errors in 2 of 3 pacts."), "{}", run.stdout);
    pactlens(folder.path(), &["lint", "--statistics", "--fail-on", "never"]).expect(0);
    let run = pactlens(folder.path(), &["lint", "--statistics", "--format", "json", "--preset", "minimal"]);
    let report = run.expect(1).json();
    assert_eq!(report["version"], 1);
    assert_eq!(report["statistics"][0]["rule"], "unknown-matcher");
    assert_eq!(report["statistics"][0]["count"], 2);
    assert_eq!(report["files"].as_array().unwrap().len(), 3);
    let run = pactlens(folder.path(), &["lint", "--format", "json"]).expect(1);
    assert!(run.json().get("statistics").is_none());
}

/// Nothing is written but to the cache.
#[test]
fn the_repository_is_left_alone() {
    let Some(repo) = committed() else { return };
    repo.write(".gitignore", "build/\n");
    repo.write("build/pacts/x.json", &good("x"));
    repo.write("pacts/a.json", &good("aa"));
    let index = fs::read(repo.path().join(".git/index")).unwrap();
    // A file that looks changed makes git want to note that it is not.
    repo.write("pacts/b.json", &good("b"));
    for flag in ["--changed", "--staged", "--changed=main"] {
        repo.lint(&[flag]).expect(0);
    }
    assert_eq!(fs::read(repo.path().join(".git/index")).unwrap(), index);
    let status = repo.git(&["status", "--porcelain"]);
    assert_eq!(status, " M pacts/a.json\n?? .gitignore\n");
    let left: io::Result<Vec<_>> = fs::read_dir(repo.path()).unwrap().collect();
    assert_eq!(left.unwrap().len(), 4);
}

/// A pact that git ignores was fine for what was known and configured then, not for ever.
#[test]
fn another_baseline_or_configuration_shows_an_ignored_pact_again() {
    let Some(repo) = Repo::new() else { return };
    repo.write(".gitignore", "pacts/\n");
    repo.write("pactlens.toml", "extends = ['org/base.toml']\n");
    repo.write("org/base.toml", "");
    repo.write("pacts/bad.json", &bad("mobile"));
    repo.commit();
    same(&repo.seen(1, &["--changed"]), &["pacts/bad.json"]);
    repo.lint(&["--baseline-write"]).expect(0);
    let baseline = fs::read_to_string(repo.path().join(".pactlens-baseline.json")).unwrap();
    repo.commit();
    let settle = |repo: &Repo| {
        same(&repo.seen(0, &["--changed"]), &["pacts/bad.json"]);
        same(&repo.seen(0, &["--changed"]), &[]);
        same(&repo.seen(0, &["--changed"]), &[]);
    };
    settle(&repo);

    // A known finding is to be mended after all.
    repo.write(".pactlens-baseline.json", "{\"version\": 1, \"findings\": []}\n");
    for _ in 0..2 {
        same(&repo.seen(1, &["--changed"]), &["pacts/bad.json"]);
        same(&repo.seen(1, &["--staged"]), &["pacts/bad.json"]);
    }
    same(&repo.seen(1, &["--changed", "--no-baseline"]), &["pacts/bad.json"]);
    repo.write(".pactlens-baseline.json", &baseline);
    same(&repo.seen(0, &["--changed"]), &[]);

    // So it is with what another file says that the configuration extends.
    fs::remove_file(repo.path().join(".pactlens-baseline.json")).unwrap();
    repo.write("org/base.toml", "[rules]\nunknown-matcher = 'off'\n");
    repo.commit();
    settle(&repo);
    let part = "[[overrides]]\ndescription = 'a request to *'\nrules.unknown-matcher = 'error'\n";
    repo.write("org/base.toml", &format!("[rules]\nunknown-matcher = 'off'\n{part}"));
    for _ in 0..2 {
        same(&repo.seen(1, &["--changed"]), &["pacts/bad.json"]);
    }
    repo.write("org/base.toml", "[rules]\nunknown-matcher = 'off'\n");
    same(&repo.seen(0, &["--changed"]), &[]);
}
