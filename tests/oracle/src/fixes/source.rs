//! Texts to fix, and which rules have a safe fix.

use std::fs;
use std::path::{Path, PathBuf};

use pactlens::rules::{ALL, Example, examples, find};

use crate::corpus::{folder, read};
use crate::fixes::made;
use crate::inject::planted;

/// Pacts with a planted defect, a class.
const PLANTED: u64 = 40;

/// A text and what it is called.
pub type Source = (String, String);

/// So many drawn pacts are also read with a comma too many: real pacts seldom have one.
const BROKEN: u64 = 40;

/// Real pacts, those made by libraries, small bad ones; then planted defects and the examples
/// of what is wrong in the documentation of the rules; and so many pacts with drawn rules.
pub fn texts(given: Option<PathBuf>, drawn: u64) -> Vec<Source> {
    let mut all = Vec::new();
    match folder(given) {
        Some(real) => {
            all.extend(read(&real));
            let beside = real.ancestors().nth(2).unwrap_or(&real);
            for other in ["corpus/broken", "pacts-made", "ux-inputs"] {
                all.extend(read(&beside.join(other)));
            }
        }
        None => println!("SKIPPED in part: no real pacts"),
    }
    all.extend(planted(PLANTED));
    all.extend((0..drawn).map(|seed| (format!("drawn {seed}"), made::pact(seed))));
    let commas = (0..drawn.min(BROKEN)).filter_map(|seed| {
        let mut text = made::pact(seed);
        // Behind the last member of the file.
        let end = text.rfind('}')?;
        text.insert(text[..end].trim_end().len(), ',');
        Some((format!("drawn {seed} with a comma"), text))
    });
    all.extend(commas);
    for rule in ALL {
        let invalid = examples(rule.meta.docs).into_iter().filter(|example| example.invalid);
        let named = |(at, it): (usize, Example)| (format!("example {at} of {}", rule.meta.name), it.text);
        all.extend(invalid.enumerate().map(named));
    }
    all
}

/// The rules with a safe fix, as their sources tell.
pub fn with_safe_fix() -> Vec<&'static str> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/rules");
    // Those that the parser and the decoder report.
    let mut names: Vec<String> = vec!["json-syntax".to_owned(), "json-bom".to_owned()];
    let mut folders = vec![rules];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if fs::read_to_string(&path).is_ok_and(|text| text.contains("Applicability::Safe")) {
                let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
                names.push(stem.replace('_', "-"));
            }
        }
    }
    let mut known: Vec<&'static str> =
        names.iter().filter_map(|name| find(name)).map(|index| ALL[index].meta.name).collect();
    known.sort_unstable();
    known
}
