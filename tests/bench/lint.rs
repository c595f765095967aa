//! Parsing and linting beside `serde_json::Value` on the files of gen.py, in CPU time of the
//! whole process, so that neither other programs nor threads of our own tilt it. Each works in
//! processes of its own, in turns with the others: what one gives back to the allocator, the next
//! would otherwise be charged for. Told are the first look of a process, as of a command that lints
//! one file, and the later ones, as of a run over many files or of a server. What is built is
//! dropped while the clock stands.
//!
//! `cargo bench --bench lint`; for a profiler, `-- --own 'lint, strict' 1000000 200` does one of
//! them alone, so many times.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::any::Any;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use cpu_time::ProcessTime;
use pactlens::analysis::{Analysis, Document, RunOptions, analyse};
use pactlens::config::{Levels, Settings};
use pactlens::rules::Preset;
use serde_json::Value;

/// Bytes asked of gen.py, and how many looks a process takes.
const SIZES: [(usize, usize); 3] = [(58_000_000, 4), (1_000_000, 100), (10_000, 2_000)];

/// How many processes each contestant gets.
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
#[inline(never)] // A name for profilers.
fn lint(text: String) -> (Document, Analysis) {
    // Once for all files of a project.
    static LEVELS: LazyLock<Levels> =
        LazyLock::new(|| Settings { preset: Some(Preset::Strict), ..Settings::default() }.resolve().unwrap());
    let doc = Document::new(text);
    let options = RunOptions { one_core: true, once: true, ..RunOptions::default() };
    let analysis = analyse(&doc, &LEVELS, options);
    (doc, analysis)
}

fn main() {
    let mut arguments = std::env::args().skip_while(|it| it != "--own").skip(1);
    if let Some((name, bytes)) = arguments.next().zip(arguments.next()) {
        let looks = arguments.next().map_or(1, |looks| looks.parse().unwrap());
        return own(&name, bytes.parse().unwrap(), looks);
    }
    for (bytes, looks) in SIZES {
        let len = std::fs::metadata(generated(bytes)).unwrap().len();
        println!("\n{len} bytes, medians of {PROCESSES} processes");
        let mut all = [const { Vec::new() }; CONTESTANTS.len()];
        for turn in 0..PROCESSES {
            for at in 0..CONTESTANTS.len() {
                // Each contestant is first as often as any other.
                let at = (at + turn) % CONTESTANTS.len();
                all[at].push(in_own_process(CONTESTANTS[at].0, bytes, looks));
            }
        }
        let medians = all.map(|looks| Looks {
            first: median(looks.iter().map(|it| it.first).collect()),
            later: median(looks.iter().map(|it| it.later).collect()),
            memory: looks[0].memory,
        });
        println!("  {:<18} {:>24} {:>24} {:>14}", "", "first look", "later looks", "bytes a byte");
        for ((name, _), looks) in CONTESTANTS.iter().zip(&medians) {
            let cell = |of: fn(&Looks) -> Duration| {
                let ratio = of(&medians[0]).as_secs_f64() / of(looks).as_secs_f64();
                format!("{:.1?} {:>6.2}x", of(looks), ratio)
            };
            println!(
                "  {name:<18} {:>24} {:>24} {:>14.2}",
                cell(|it| it.first),
                cell(|it| it.later),
                looks.memory
            );
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

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// What one process of a contestant took.
struct Looks {
    first: Duration,
    /// The median.
    later: Duration,
    /// What the first thing built adds to the resident memory, as a multiple of the text.
    memory: f64,
}

fn in_own_process(name: &str, bytes: usize, looks: usize) -> Looks {
    let own = std::env::current_exe().unwrap();
    let output =
        Command::new(own).args(["--own", name, &bytes.to_string(), &looks.to_string()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).unwrap();
    let [first, later, memory] = told.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{told}") };
    let nanos = |text: &str| Duration::from_nanos(text.parse().unwrap());
    Looks { first: nanos(first), later: nanos(later), memory: memory.parse().unwrap() }
}

/// Prints them, times in nanoseconds.
fn own(name: &str, bytes: usize, looks: usize) {
    let text = std::fs::read_to_string(generated(bytes)).unwrap();
    let (_, work) = CONTESTANTS.into_iter().find(|(it, _)| *it == name).unwrap();
    // Who lints a file has read it.
    let look = |text: String| {
        let start = ProcessTime::now();
        let built = work(text);
        (start.elapsed(), built)
    };
    // At the bottom of the heap: further up it would keep what is given back below it, or not.
    let mut later = Vec::with_capacity(looks);
    let copy = text.clone();
    let before = resident_kb();
    let (first, built) = look(copy);
    let added = resident_kb().unwrap_or(0).saturating_sub(before.unwrap_or(0));
    drop(built);
    later.extend((1..looks.max(2)).map(|_| look(text.clone()).0));
    let later = median(later);
    let memory = added as f64 * 1024.0 / text.len() as f64;
    println!("{} {} {memory:.2}", first.as_nanos(), later.as_nanos());
}

/// Resident memory of this process; only Linux tells.
fn resident_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
