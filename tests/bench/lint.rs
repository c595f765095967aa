//! Parsing and linting beside `serde_json::Value` on the files of gen.py: in one process,
//! in turns, in CPU time of the whole process, so that neither other programs nor threads
//! of our own tilt it. What is built is dropped after the clock has stopped.
//!
//! `cargo bench --bench lint`

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::any::Any;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use cpu_time::ProcessTime;
use pactlens::analysis::{Analysis, Document, RunOptions, analyse};
use pactlens::config::Settings;
use pactlens::rules::Preset;
use serde_json::Value;

/// Bytes asked of gen.py, turns, and how often a turn repeats the work.
const SIZES: [(usize, usize, usize); 3] = [(58_000_000, 7, 1), (1_000_000, 30, 1), (10_000, 30, 50)];

/// Does the work and hands back what it built.
type Work = fn(&str) -> Box<dyn Any>;

/// The first is what the others are measured by.
const CONTESTANTS: [(&str, Work); 3] = [
    ("serde_json::Value", |text| Box::new(serde_json::from_str::<Value>(text).unwrap())),
    ("parse", |text| Box::new(pactlens::syntax::parse(text))),
    ("lint, strict", |text| Box::new(lint(text))),
];

/// What `pactlens lint --preset strict` does with a text, on one core.
fn lint(text: &str) -> (Document, Analysis) {
    let settings = Settings { preset: Some(Preset::Strict), ..Settings::default() };
    let doc = Document::new(text);
    let options = RunOptions { one_core: true, ..RunOptions::default() };
    let analysis = analyse(&doc, &settings.resolve().unwrap(), options);
    (doc, analysis)
}

fn main() {
    let mut arguments = std::env::args().skip_while(|it| it != "--memory").skip(1);
    if let Some(name) = arguments.next() {
        return memory(&name);
    }
    for (bytes, turns, repeats) in SIZES {
        let text = std::fs::read_to_string(generated(bytes)).unwrap();
        println!("\n{} bytes, median of {turns} turns", text.len());
        if bytes == SIZES[0].0 {
            // In a process each, which no other contestant has left memory to.
            for (name, _) in CONTESTANTS {
                let own = std::env::current_exe().unwrap();
                assert!(Command::new(own).args(["--memory", name]).status().unwrap().success());
            }
        }
        let mut times = [const { Vec::new() }; CONTESTANTS.len()];
        for turn in 0..turns {
            for at in 0..CONTESTANTS.len() {
                // Each contestant is first as often as any other.
                let at = (at + turn) % CONTESTANTS.len();
                times[at].push(time(CONTESTANTS[at].1, &text, repeats));
            }
        }
        let medians = times.map(median);
        for ((name, _), median) in CONTESTANTS.iter().zip(medians) {
            let speed = text.len() as f64 / 1e6 / median.as_secs_f64();
            let ratio = medians[0].as_secs_f64() / median.as_secs_f64();
            println!("  {name:<18} {median:>10.1?} {speed:>7.0} MB/s  {ratio:>5.2}x");
        }
    }
}

/// The file of gen.py with about this many bytes, made once.
fn generated(bytes: usize) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{bytes}.json"));
    if !path.exists() {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/gen.py");
        let status = Command::new("python3").arg(script).arg(bytes.to_string()).arg(&path).status();
        assert!(status.unwrap().success(), "gen.py failed");
    }
    path
}

fn time(work: Work, text: &str, repeats: usize) -> Duration {
    let mut built = Vec::with_capacity(repeats);
    let start = ProcessTime::now();
    for _ in 0..repeats {
        built.push(work(text));
    }
    start.elapsed() / repeats as u32
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Prints what the thing built adds to the resident memory, as a multiple of the text.
fn memory(name: &str) {
    let text = std::fs::read_to_string(generated(SIZES[0].0)).unwrap();
    let (_, work) = CONTESTANTS.into_iter().find(|(it, _)| *it == name).unwrap();
    let before = resident_kb();
    let _built = work(&text);
    if let (Some(before), Some(after)) = (before, resident_kb()) {
        let times = after.saturating_sub(before) as f64 * 1024.0 / text.len() as f64;
        println!("  {name:<18} {times:>10.2} bytes of memory a byte of text");
    }
}

/// Resident memory of this process; only Linux tells.
fn resident_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
