//! Parsing and linting beside `serde_json::Value` on the files of gen.py, in CPU time of the
//! whole process, so that neither other programs nor threads of our own tilt it: first in a
//! process each, as a command meets a file; then in one process, in turns, as a server or a
//! run over many files does. What is built is dropped after the clock has stopped.
//!
//! `cargo bench --bench lint`; for a profiler, `-- --own 'lint, strict' 1000000 200` does one of
//! them alone, so many times.

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

/// How many processes of its own each contestant gets.
const PROCESSES: usize = 7;

/// Does the work on a text of its own and hands back what it built.
type Work = fn(String) -> Box<dyn Any>;

/// The first is what the others are measured by.
const CONTESTANTS: [(&str, Work); 3] = [
    ("serde_json::Value", |text| Box::new((serde_json::from_str::<Value>(&text).unwrap(), text))),
    ("parse", |text| Box::new((pactlens::syntax::parse(&text), text))),
    ("lint, strict", |text| Box::new(lint(text))),
];

/// What `pactlens lint --preset strict` does with a text, on one core.
fn lint(text: String) -> (Document, Analysis) {
    let settings = Settings { preset: Some(Preset::Strict), ..Settings::default() };
    let doc = Document::new(text);
    let options = RunOptions { one_core: true, ..RunOptions::default() };
    let analysis = analyse(&doc, &settings.resolve().unwrap(), options);
    (doc, analysis)
}

fn main() {
    let mut arguments = std::env::args().skip_while(|it| it != "--own").skip(1);
    if let Some((name, bytes)) = arguments.next().zip(arguments.next()) {
        let turns = arguments.next().map_or(1, |turns| turns.parse().unwrap());
        return own(&name, bytes.parse().unwrap(), turns);
    }
    for (bytes, turns, repeats) in SIZES {
        let text = std::fs::read_to_string(generated(bytes)).unwrap();
        println!("\n{} bytes, a process each, median of {PROCESSES}", text.len());
        let mut times = [const { Vec::new() }; CONTESTANTS.len()];
        let mut memory = [0.0; CONTESTANTS.len()];
        for _ in 0..PROCESSES {
            for (at, (name, _)) in CONTESTANTS.iter().enumerate() {
                let (time, resident) = in_own_process(name, bytes);
                times[at].push(time);
                memory[at] = resident;
            }
        }
        print(text.len(), times, Some(memory));
        println!("{} bytes, in turns, median of {turns}", text.len());
        let mut times = [const { Vec::new() }; CONTESTANTS.len()];
        for turn in 0..turns {
            for at in 0..CONTESTANTS.len() {
                // Each contestant is first as often as any other.
                let at = (at + turn) % CONTESTANTS.len();
                times[at].push(time(CONTESTANTS[at].1, &text, repeats));
            }
        }
        print(text.len(), times, None);
    }
}

/// Prints the medians, and how many bytes of memory a byte of text takes.
fn print(len: usize, times: [Vec<Duration>; CONTESTANTS.len()], memory: Option<[f64; CONTESTANTS.len()]>) {
    let medians = times.map(median);
    for (at, ((name, _), median)) in CONTESTANTS.iter().zip(medians).enumerate() {
        let speed = len as f64 / 1e6 / median.as_secs_f64();
        let ratio = medians[0].as_secs_f64() / median.as_secs_f64();
        let memory = memory.map_or_else(String::new, |all| format!("  {:.2} bytes a byte", all[at]));
        println!("  {name:<18} {median:>10.1?} {speed:>7.0} MB/s  {ratio:>5.2}x{memory}");
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
    // Who lints a file has read it.
    let texts: Vec<String> = (0..repeats).map(|_| text.to_owned()).collect();
    settle();
    let start = ProcessTime::now();
    for text in texts {
        built.push(work(text));
    }
    start.elapsed() / repeats as u32
}

/// The allocator puts off a part of freeing until somebody asks for a larger piece, who would pay
/// for what another contestant left behind: after a `Value` that is more than parsing takes.
fn settle() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(100_000)));
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The time of the contestant with this name in a process where nothing was done before, and what
/// the thing built adds to the resident memory, as a multiple of the text.
fn in_own_process(name: &str, bytes: usize) -> (Duration, f64) {
    let own = std::env::current_exe().unwrap();
    let output = Command::new(own).args(["--own", name, &bytes.to_string()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).unwrap();
    let (micros, memory) = told.trim().split_once(' ').unwrap();
    (Duration::from_micros(micros.parse().unwrap()), memory.parse().unwrap())
}

/// Prints both, the time in microseconds, which is the median where there are several turns.
fn own(name: &str, bytes: usize, turns: usize) {
    let text = std::fs::read_to_string(generated(bytes)).unwrap();
    let len = text.len() as f64;
    let (_, work) = CONTESTANTS.into_iter().find(|(it, _)| *it == name).unwrap();
    let more: Vec<Duration> = (1..turns).map(|_| time(work, &text, 1)).collect();
    let before = resident_kb();
    let start = ProcessTime::now();
    let _built = work(text);
    let took = median(more.into_iter().chain([start.elapsed()]).collect());
    let added = resident_kb().unwrap_or(0).saturating_sub(before.unwrap_or(0));
    println!("{} {:.2}", took.as_micros(), added as f64 * 1024.0 / len);
}

/// Resident memory of this process; only Linux tells.
fn resident_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
