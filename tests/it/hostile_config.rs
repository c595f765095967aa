//! No `pactlens.toml` makes pactlens panic, hang or point past its end.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cpu_time::ThreadTime;
use pactlens::config::file::{MAX_CONFIG_SIZE, parse};
use pactlens::config::{Layer, Project, Settings, Step, Subject, Traits};

use crate::common::{Random, pactlens, root, say};

/// What one text may take of a thread's CPU time; a debug build has ten times that.
const LIMIT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 5_000 } else { 500 });

/// What mistakes are made of.
const PIECES: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "\"",
    "'",
    "'''",
    "\"\"\"",
    "#",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\u{feff}",
    "é",
    "😀",
    "\\",
    "\\u0000",
    "\\U00110000",
    "\t",
    "-",
    "1e999",
    "0x",
    "99999999999999999999",
    "inf",
    "nan",
    "true",
    "2026-02-30",
    "2026-01-01",
    "00:00:00",
    "root",
    "extends",
    "preset",
    "rules",
    "overrides",
    "[[overrides]]\n",
    "[rules]\n",
    "[states]\n",
    "[consumers.x]\n",
    "level",
    "until = ",
    "file = ",
    "pointer = ",
    "'off'",
    "'*'",
    "'[a'",
    "'**/{a,b'",
    "all = ",
    "unknown-matcher",
    "'recommended@'",
    "max = -1",
    "= {",
    "= [",
];

/// Everything that a text goes through on its way to levels; the number of its mistakes.
fn read(text: &str) -> usize {
    let start = ThreadTime::now();
    let (file, problems) = parse(text, 20_000);
    for problem in &problems {
        let (from, to) = (problem.span.start as usize, problem.span.end as usize);
        assert!(from <= to && to <= text.len(), "{problem:?} in {} bytes", text.len());
        assert!(text.is_char_boundary(from) && text.is_char_boundary(to), "{problem:?}");
        assert!(!problem.message.is_empty() && problem.message.len() < 2_000, "{problem:?}");
    }
    let layer = Arc::new(Layer { file, ..Layer::default() });
    let project = Project::new(PathBuf::from("/w"), vec![Step::File(layer)]);
    let traits = Traits { consumer: Some("web"), provider: Some("é"), ..Traits::default() };
    let levels = project.levels(&Settings::default(), "pacts/web.json", traits).unwrap();
    let subject = Subject { description: Some("d"), states: &["s"], pointer: "/interactions/0/request" };
    for (rule, severity) in levels.on_interactions() {
        levels.at(*rule, *severity, &subject);
    }
    project.includes(Path::new("/w/pacts/web.json"));
    assert!(start.elapsed() < LIMIT, "{:?} for {} bytes", start.elapsed(), text.len());
    problems.len()
}

fn seeds() -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut seeds: Vec<String> =
        readme.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect();
    seeds.push("[[overrides]]\nfile = ['a', 'b/**']\npointer = '/a/*'\nrules = { all = 'off', http = { level = 'on' } }\n".to_owned());
    seeds
}

#[test]
fn damaged_files() {
    let rounds: usize = std::env::var("PACTLENS_MUTATIONS").map_or(4_000, |it| it.parse().unwrap());
    let (seeds, mut random) = (seeds(), Random(0x9E37_79B9_7F4A_7C15));
    let mut wrong = 0;
    for _ in 0..rounds {
        let mut text = seeds[random.below(seeds.len())].clone().into_bytes();
        for _ in 0..1 + random.below(6) {
            let at = random.below(text.len() + 1);
            let end = (at + random.below(30)).min(text.len());
            match random.below(5) {
                0 => drop(text.drain(at..end)),
                1 => {
                    let piece = text[at..end].repeat(1 + random.below(8));
                    text.splice(at..at, piece);
                }
                2 if at < text.len() => text[at] = random.below(256) as u8,
                _ => drop(text.splice(at..at, PIECES[random.below(PIECES.len())].bytes())),
            }
        }
        wrong += usize::from(read(&String::from_utf8_lossy(&text)) > 0);
    }
    say(&format!("{rounds} damaged configuration files, {wrong} with a mistake that was told"));
    assert!(wrong > rounds / 2);
}

#[test]
fn random_texts() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for _ in 0..2_000 {
        let pieces = 1 + random.below(60);
        let text: String = (0..pieces).map(|_| PIECES[random.below(PIECES.len())]).collect();
        read(&text);
    }
}

#[test]
fn every_prefix_of_a_file() {
    for seed in seeds() {
        for end in (0..seed.len()).filter(|end| seed.is_char_boundary(*end)).step_by(3) {
            read(&seed[..end]);
        }
    }
}

#[test]
fn files_made_to_be_slow() {
    let many = |one: &str, count: usize| one.repeat(count);
    let keys: String = (0..40_000).map(|at| format!("k{at} = 1\n")).collect();
    let overrides: String = (0..10_000)
        .map(|at| format!("[[overrides]]\nconsumer = 'c{at}-*'\npointer = '/interactions/*/{at}'\nrules.null-body = 'off'\n"))
        .collect();
    let whole: String =
        (0..10_000).map(|at| format!("[[overrides]]\nconsumer = '*{at}'\nrules.all = 'off'\n")).collect();
    let rules: String = (0..20_000).map(|at| format!("no-such-rule-{at} = 'off'\n")).collect();
    for text in [
        keys,
        overrides,
        whole,
        format!("[rules]\n{rules}"),
        format!("a = {}", many("[", 200_000)),
        format!("a = {}", many("{a=", 200_000)),
        format!("[{}]", many("a.", 200_000)),
        format!("exclude = [{}]", many("'**/*/**/*/**/x',", 5_000)),
        format!("exclude = ['{}']", many("*a", 400)),
        format!("exclude = ['{}']", many("{a,b}", 190)),
        format!("exclude = ['{}']", many("{a,", 300)),
        format!("exclude = ['{}']", many("a", 500_000)),
        format!("x = '''{}'''", many("\n", 500_000)),
        many("[[overrides]]\n", 30_000),
        many("#", 900_000),
        many("\"", 100_000),
        many("a", MAX_CONFIG_SIZE + 1),
        many("=\n", 100_000),
    ] {
        read(&text);
    }
}

#[test]
fn files_that_cannot_be_read() {
    let pact = r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": []}"#;
    type Make = fn(&Path);
    let cases: [(&str, i32, Make); 12] = [
        ("a folder", 2, |path| fs::create_dir(path).unwrap()),
        ("not UTF-8", 2, |path| fs::write(path, b"# caf\xE9\n").unwrap()),
        ("zero bytes", 2, |path| fs::write(path, [0; 100]).unwrap()),
        ("UTF-16", 2, |path| fs::write(path, b"\xFF\xFEr\0o\0").unwrap()),
        ("too large", 2, |path| fs::write(path, vec![b'#'; MAX_CONFIG_SIZE + 1]).unwrap()),
        ("too large and cut in a character", 2, |path| {
            fs::write(path, format!("#{}", "é".repeat(MAX_CONFIG_SIZE))).unwrap();
        }),
        ("a mark and line ends of Windows", 0, |path| {
            fs::write(path, b"\xEF\xBB\xBFroot = true\r\n[rules]\r\n").unwrap()
        }),
        ("a mark, and a mistake", 2, |path| fs::write(path, b"\xEF\xBB\xBFcolour = true\r\n").unwrap()),
        ("nothing", 0, |path| fs::write(path, b"").unwrap()),
        ("hidden characters", 2, |path| fs::write(path, "\"\\u001b[31m\" = 1").unwrap()),
        ("a link to nowhere", 2, |path| link("nowhere.toml", path)),
        ("a link to itself", 2, |path| link("pactlens.toml", path)),
    ];
    for (what, code, make) in cases {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.json"), pact).unwrap();
        make(&dir.path().join("pactlens.toml"));
        if cfg!(not(unix)) && !dir.path().join("pactlens.toml").exists() {
            continue;
        }
        let run = pactlens(dir.path(), &["--format", "concise", "--fail-on", "never", "a.json"]);
        assert_eq!(run.code, code, "{what}: {}{}", run.stdout, run.stderr);
        assert!(code == 0 || run.stdout.starts_with("pactlens.toml:1:"), "{what}: {}", run.stdout);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains("panicked"), "{what}: {}", run.stdout);
    }
}

#[cfg(unix)]
fn link(to: &str, path: &Path) {
    std::os::unix::fs::symlink(to, path).unwrap();
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) {}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_what_is_extended() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::write(
        path("a.json"),
        r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": []}"#,
    )
    .unwrap();
    link("loop.toml", &path("loop.toml"));
    link("pactlens.toml", &path("self.toml"));
    let pipe = std::process::Command::new("mkfifo").arg(path("pipe.toml")).status();
    assert!(pipe.unwrap().success());
    for (name, why) in [
        ("loop.toml", "cannot be read: "),
        ("self.toml", "extends this file in turn"),
        ("pipe.toml", "it is no file"),
        ("/dev/zero", "it is no file"),
        ("..", "it is a folder"),
    ] {
        fs::write(path("pactlens.toml"), format!("extends = ['{name}']")).unwrap();
        let run = pactlens(dir.path(), &["--format", "concise"]).expect(2);
        assert!(
            run.stdout.starts_with("pactlens.toml:1:12: ") && run.stdout.contains(why),
            "{name}: {}",
            run.stdout
        );
    }
}
