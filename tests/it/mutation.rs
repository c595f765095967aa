//! Files with random damage never panic and never take long. Half of the inputs are one
//! or two edits away from a real pact, the others have had more.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::time::Duration;

use cpu_time::ThreadTime;
use pactlens::analysis::{Document, RunOptions, analyse, is_internal};
use pactlens::config::{Levels, Settings};
use pactlens::rules::Preset;

use crate::common::{Random, json_files, root, say, shared};

/// Everything that a text goes through on its way to its findings.
fn analyse_text(text: &str, levels: &Levels) {
    let options = RunOptions { one_core: true, ..RunOptions::default() };
    let findings = analyse(&Document::new(text), levels, options).findings;
    let panicked = findings.iter().find(|it| is_internal(it));
    assert!(panicked.is_none(), "{panicked:?}");
}

/// Files from here on are too large for the time limit to mean much.
const MAX_BYTES: usize = 100_000;

/// What one input may take of a thread's CPU time; a debug build has ten times that.
const LIMIT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 5_000 } else { 500 });

/// How many nodes may be looked at for each byte of a file: a constant, whatever the file.
const MAX_VISITS: u64 = 100;

/// Counted in debug builds only.
fn visits() -> u64 {
    #[cfg(debug_assertions)]
    return pactlens::syntax::visits();
    #[cfg(not(debug_assertions))]
    return 0;
}

/// Bytes that matter to JSON, to pacts, or to a decoder of text.
const BYTES: &[u8] = b"{}[]\",:\\/'#<>=*$.@ \t\r\n0129-+eEutfn\0\x1b\x7f\x80\xc3\xef\xff";

/// Changes, adds, removes, repeats or moves a few bytes.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len());
    let end = (at + 1 + random.below(40)).min(bytes.len());
    match random.below(6) {
        0 => bytes.insert(at, BYTES[random.below(BYTES.len())]),
        1 if at < bytes.len() => bytes[at] = BYTES[random.below(BYTES.len())],
        2 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let piece = bytes[at..end].repeat(1 + random.below(20));
            let to = random.below(bytes.len());
            bytes.splice(to..to, piece);
        }
        _ => bytes.truncate(bytes.len() - random.below(bytes.len() / 8)),
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let mut paths = json_files(&root().join("tests/fixtures"));
    for folder in ["corpus/pacts", "corpus/broken", "ux-inputs"] {
        paths.extend(shared(folder).iter().flat_map(|it| json_files(it)));
    }
    let texts = paths.iter().map(|path| fs::read(path).unwrap());
    texts.filter(|bytes| bytes.len() < MAX_BYTES / 2).collect()
}

#[test]
fn damaged_files_are_analysed_in_time() {
    let rounds: usize = std::env::var("PACTLENS_MUTATIONS").map_or(3_000, |it| it.parse().unwrap());
    let seeds = seeds();
    let settings = Settings { preset: Some(Preset::Strict), ..Settings::default() };
    let levels = settings.resolve().unwrap();
    // Undamaged first; that also builds whatever is built once, such as the schemas.
    for seed in &seeds {
        analyse_text(&String::from_utf8_lossy(seed), &levels);
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut worst = (Duration::ZERO, String::new());
    let mut most_visits = 0;
    for _ in 0..rounds {
        let mut bytes = seeds[random.below(seeds.len())].clone();
        let edits = if random.below(2) == 0 { 1 + random.below(2) } else { 3 + random.below(30) };
        for _ in 0..edits {
            damage(&mut bytes, &mut random);
        }
        bytes.truncate(MAX_BYTES);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let start = ThreadTime::now();
        let before = visits();
        let outcome = catch_unwind(|| analyse_text(&text, &levels));
        let took = start.elapsed();
        assert!(outcome.is_ok(), "panicked on {text}");
        assert!(took < LIMIT, "took {took:?} on {text}");
        let per_byte = (visits() - before) / (text.len() as u64 + 1_000);
        assert!(per_byte < MAX_VISITS, "{per_byte} nodes a byte on {text}");
        most_visits = most_visits.max(per_byte);
        if took > worst.0 {
            worst = (took, text);
        }
    }
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("slowest-mutation.json");
    fs::write(&kept, &worst.1).unwrap();
    let slowest = format!("the slowest took {:?}: {}", worst.0, kept.display());
    say(&format!("{rounds} damaged files, at most {most_visits} nodes a byte; {slowest}"));
}
