//! How much there is to read on pacts that nothing is wrong with for the official core.

use std::collections::BTreeMap;
use std::fs;

use pactlens::analysis::{AcrossOptions, Document, Member, RunOptions, across, analyse};
use pactlens::config::{Levels, Settings};

use crate::common::{say, shared};
use crate::corpus::{kind, verdicts};

/// The most that half of the files, and nine in ten, may have.
const MEDIAN: usize = 1;
const NINE_IN_TEN: usize = 5;

/// Findings on a file alone, rules over many files included, and who wrote it.
fn count(text: String, levels: &Levels) -> (usize, String) {
    let doc = Document::new(text);
    let analysis = analyse(&doc, levels, RunOptions { summary: true, ..RunOptions::default() });
    let member = Member { name: "pact.json".into(), summary: analysis.summary.unwrap() };
    let together = across(&[member], levels, AcrossOptions::default(), &|_| Some(doc.clone()));
    let library = doc.facts().library.as_ref();
    let writer = library.map_or_else(
        || "not told".to_owned(),
        |library| {
            let major = library.version.as_deref().and_then(|version| version.split('.').next());
            format!("{} {}", library.name, major.unwrap_or("?"))
        },
    );
    (analysis.findings.len() + together[0].findings.len(), writer)
}

fn at(sorted: &[usize], percent: usize) -> usize {
    sorted[(sorted.len() - 1) * percent / 100]
}

#[test]
fn happy_pacts_have_little_to_read() {
    let Some(verdicts) = verdicts() else { return };
    let folder = shared("corpus/pacts").unwrap();
    let levels = Settings::default().resolve().unwrap();
    let mut by_writer: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut all = Vec::new();
    for (file, _) in verdicts.iter().filter(|(_, verdict)| kind(verdict) == "clean") {
        let text = String::from_utf8_lossy(&fs::read(folder.join(file)).unwrap()).into_owned();
        let (findings, writer) = count(text, &levels);
        by_writer.entry(writer).or_default().push(findings);
        all.push(findings);
    }
    say("findings a file of recommended, on pacts the official core is happy with:");
    for (writer, counts) in &mut by_writer {
        counts.sort_unstable();
        let (median, most) = (at(counts, 50), at(counts, 90));
        say(&format!("  {writer:<18} {:>4} files  median {median:>2}  p90 {most:>2}", counts.len()));
    }
    all.sort_unstable();
    let (median, nine_in_ten) = (at(&all, 50), at(&all, 90));
    say(&format!("  {:<18} {:>4} files  median {median:>2}  p90 {nine_in_ten:>2}", "all", all.len()));
    assert!(all.len() > 300, "{} files are no corpus", all.len());
    assert!(median <= MEDIAN && nine_in_ten <= NINE_IN_TEN);
}
