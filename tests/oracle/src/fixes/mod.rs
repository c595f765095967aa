//! The programme `fixes`: a safe fix makes no pact worse in the eyes of the core, and the core
//! accepts the same requests, responses and messages before and after it.

mod actual;
mod body;
mod hints;
mod invariants;
mod made;
mod one;
mod source;
mod verdict;
mod whole;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pactlens::analysis::{Document, MAX_ROUNDS, RunOptions, Secrets, Wanted, analyse, choose_fixes, fix};
use pactlens::diagnostic::{Applicability, Finding};
use pactlens::rules::Preset;
use pactlens::text::{TextEdit, apply_edits};
use rayon::prelude::*;

use crate::fixes::one::Bench;
use crate::fixes::source::{Source, texts, with_safe_fix};
pub use crate::fixes::whole::judged;
use crate::fixes::whole::{Outcome, compare};
use crate::lint::levels;
use crate::watchdog::Watchdog;

/// Actuals an interaction, unless said otherwise.
const ACTUALS: usize = 200;

/// Pacts with drawn rules, unless said otherwise.
const DRAWN: u64 = 160;

/// So often the safe fixes of every rule have to be met.
const ENOUGH: usize = 24;

/// What fixing came to, by rule.
#[derive(Debug, Default)]
struct Row {
    fixes: usize,
    files: usize,
    refused: usize,
    touched: usize,
    judged: usize,
    actuals: usize,
    accepted: usize,
}

/// What came of one file.
#[derive(Default)]
struct FileTold {
    rows: BTreeMap<&'static str, Row>,
    wrong: Vec<String>,
}

/// The findings of a text, with what their fixes would write.
fn findings(text: &str, bench: &Bench<'_>) -> Vec<Finding> {
    let options = RunOptions { one_core: true, secrets: Secrets::InEdits, ..RunOptions::default() };
    analyse(&Document::new(text), bench.levels, options).findings
}

/// Applies each safe fix alone, then all at once as `--fix` does, and each of the next round
/// alone, until there is none.
fn file((name, text): &Source, bench: &Bench<'_>) -> FileTold {
    let mut told = FileTold::default();
    let mut core = Watchdog::default();
    let mut now = text.clone();
    for round in 0..=MAX_ROUNDS {
        let found = findings(&now, bench);
        let chosen = choose_fixes(&found, Wanted::Safe, |_| true);
        if chosen.is_empty() && bench.kind == Applicability::Safe
            || round > 0 && bench.kind != Applicability::Safe
        {
            break;
        }
        if round == MAX_ROUNDS {
            told.wrong.push(format!("{name}: does not settle"));
            break;
        }
        let before = judged(&mut core, &now);
        for (finding, fix) in found.iter().flat_map(|it| it.fixes.iter().map(move |fix| (it, fix))) {
            if fix.applicability != bench.kind {
                continue;
            }
            let one = bench.check(&mut core, &now, before.as_ref(), finding, fix);
            let row = told.rows.entry(finding.rule).or_default();
            row.fixes += 1;
            row.files = 1;
            row.refused += usize::from(one.refused);
            row.touched += one.touched;
            row.judged += one.judged;
            row.actuals += one.count.judged;
            row.accepted += one.count.accepted;
            let broken = invariants::broken(&found, &now, finding, fix, bench);
            for how in one.wrong.into_iter().chain(broken) {
                told.wrong.push(format!("{name}: {how} [{}: {}]", finding.rule, fix.title));
            }
        }
        let edits: Vec<TextEdit> = chosen.iter().flat_map(|(_, fix)| fix.edits.iter().cloned()).collect();
        let Some(next) = apply_edits(&now, &edits) else { break };
        now = next;
    }
    if now != *text {
        let before = judged(&mut core, text);
        told.wrong.extend(together(&mut core, name, text, before.as_ref(), bench));
    }
    told
}

/// What is wrong when all safe fixes are applied.
fn together(
    core: &mut Watchdog,
    name: &str,
    text: &str,
    before: Option<&crate::judge::Reading>,
    bench: &Bench<'_>,
) -> Option<String> {
    let options = RunOptions { one_core: true, ..RunOptions::default() };
    let fixed = fix(&Document::new(text), bench.levels, Wanted::Safe, options);
    let after = fixed.doc.text();
    let rules = fixed.applied.iter().map(|it| it.rule).collect::<Vec<_>>().join(", ");
    if !fixed.settled {
        return Some(format!("{name}: does not settle in {} rounds [{rules}]", fixed.rounds));
    }
    if fix(&Document::new(text), bench.levels, Wanted::Safe, options).doc.text() != after {
        return Some(format!("{name}: other bytes the second time [{rules}]"));
    }
    if fix(&Document::new(after.as_str()), bench.levels, Wanted::Safe, options).count() > 0 {
        return Some(format!("{name}: fixed again, it changes again [{rules}]"));
    }
    match (before, judged(core, &after)) {
        (Some(before), Some(after)) => match compare(core, text, before, &after) {
            Outcome::Worse(how) => return Some(format!("{name}: {how} [all of {rules}]")),
            Outcome::Unknown => drop(bench.unknown.fetch_add(1, Ordering::Relaxed)),
            Outcome::Fine | Outcome::Rewritten => {}
        },
        _ => drop(bench.unknown.fetch_add(1, Ordering::Relaxed)),
    }
    None
}

/// Runs the programme: `fixes [--actuals N] [--drawn N] [--only NAME] [--unsafe] [FOLDER]`.
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let (mut actuals, mut drawn, mut only, mut given) = (ACTUALS, DRAWN, None, None);
    let mut kind = Applicability::Safe;
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--actuals" => actuals = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(ACTUALS),
            "--drawn" => drawn = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(DRAWN),
            // How well differences are seen: these fixes are known to make some.
            "--unsafe" => kind = Applicability::Unsafe,
            "--only" => only = arguments.next(),
            _ => given = Some(PathBuf::from(argument)),
        }
    }
    let levels = levels(Preset::Strict);
    let bench = Bench {
        actuals,
        kind,
        levels: &levels,
        seen: Mutex::new(HashMap::new()),
        unknown: AtomicUsize::new(0),
    };
    let texts = texts(given, drawn);
    let files = texts.len();
    let kept = |source: &&Source| only.as_deref().is_none_or(|only| source.0.contains(only));
    let told: Vec<FileTold> = texts
        .iter()
        .filter(kept)
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|source| file(source, &bench))
        .collect();
    let (mut rows, mut wrong, mut fixed) = (BTreeMap::<&str, Row>::new(), 0, 0);
    for told in told {
        fixed += usize::from(!told.rows.is_empty());
        wrong += told.wrong.len();
        told.wrong.iter().for_each(|line| println!("{line}"));
        for (rule, row) in told.rows {
            let sum = rows.entry(rule).or_default();
            sum.fixes += row.fixes;
            sum.files += row.files;
            sum.refused += row.refused;
            sum.touched += row.touched;
            sum.judged += row.judged;
            sum.actuals += row.actuals;
            sum.accepted += row.accepted;
        }
    }
    print(&rows);
    let unmet =
        with_safe_fix().into_iter().filter(|rule| rows.get(rule).is_none_or(|row| row.fixes < ENOUGH));
    let unmet: Vec<&str> = unmet.collect();
    let unknown = bench.unknown.into_inner();
    println!("{fixed} of {files} files have safe fixes; {wrong} wrong, {unknown} unknown");
    if only.is_none() && !unmet.is_empty() {
        println!("FAILED: hardly or never met: {}", unmet.join(", "));
        return ExitCode::FAILURE;
    }
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print(rows: &BTreeMap<&str, Row>) {
    println!(
        "{:>6} {:>6} {:>7} {:>7} {:>6} {:>7} {:>8}  rule",
        "fixes", "files", "refused", "touched", "judged", "actuals", "accepted"
    );
    for (rule, row) in rows {
        println!(
            "{:>6} {:>6} {:>7} {:>7} {:>6} {:>7} {:>8}  {rule}",
            row.fixes, row.files, row.refused, row.touched, row.judged, row.actuals, row.accepted
        );
    }
    println!("refused: the file did not load before; touched: interactions that differ, of which one of");
    println!("each shape is judged; accepted: actuals that the core takes before the fix, and after it");
}
