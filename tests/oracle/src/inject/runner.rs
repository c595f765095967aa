//! Plants each class many times and counts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use pactlens::analysis::files::{Loaded, decode};
use pactlens::analysis::input_fault;
use pactlens::config::Levels;
use pactlens::diagnostic::Severity;
use pactlens::rules::{ALL, Preset, find};

use crate::corpus::{folder, read};
use crate::inject::base::{adopt, base};
use crate::inject::pact::{HTTP, Pact};
use crate::inject::{Class, classes, syntax};
use crate::lint::{Seen, levels, lint, news};
use crate::random::Random;

/// Share of the planted defects that has to be found, in percent.
pub const GOAL: f64 = 97.0;

/// Injections a class.
const ROUNDS: usize = 40;

/// What came of a class.
#[derive(Default)]
struct Row {
    found: usize,
    /// Found under another name.
    alike: usize,
    total: usize,
    missed: Vec<String>,
}

struct Bench {
    recommended: Levels,
    strict: Levels,
    /// Real pacts with no error and no warning.
    real: Vec<String>,
}

impl Bench {
    fn levels(&self, rule: &str) -> &Levels {
        match find(rule).map(|index| ALL[index].meta.preset) {
            Some(Preset::Strict) => &self.strict,
            _ => &self.recommended,
        }
    }

    fn count(&self, row: &mut Row, rule: &str, or: &[&str], before: &[Seen], bytes: Vec<u8>, note: &str) {
        let levels = self.levels(rule);
        let loaded = decode(bytes);
        let input = input_fault(&loaded).and_then(|fault| fault.finding(levels)).map(|finding| finding.rule);
        let Loaded::Text(text, _) = loaded else { return };
        let after = lint(&text, levels);
        let new: Vec<&str> = news(before, &after).iter().map(|seen| seen.rule).chain(input).collect();
        row.total += 1;
        if new.contains(&rule) {
            row.found += 1;
        } else if new.iter().any(|it| or.contains(it)) {
            row.alike += 1;
        } else {
            row.missed
                .push(format!("{note}: {}", if new.is_empty() { "nothing".into() } else { new.join(", ") }));
        }
    }

    /// A pact to spoil: made, or a real one where there are any and they suit.
    fn pact(&self, class: &Class, seed: u64) -> Option<Pact> {
        let mut random = Random::new(seed);
        let http = class.forms.iter().all(|form| HTTP.contains(form));
        if http && !self.real.is_empty() && random.below(3) == 0 {
            let adopted = adopt(&self.real[random.below(self.real.len())], seed);
            if let Some(pact) = adopted.filter(|pact| class.forms.contains(&pact.form)) {
                return Some(pact);
            }
        }
        Some(base(*random.pick(class.forms), seed))
    }

    fn class(&self, class: &Class, row: &mut Row, dump: bool) {
        let rounds = 5 * ROUNDS as u64;
        for seed in 0..rounds {
            if row.total >= ROUNDS {
                return;
            }
            let Some(mut pact) = self.pact(class, seed) else { continue };
            let before = lint(&pact.root.to_string(), self.levels(class.rule));
            if before.iter().any(|seen| seen.severity >= Severity::Warning) {
                continue;
            }
            if (class.plant)(&mut pact).is_none() {
                continue;
            }
            let text = pact.root.to_string();
            let missed = row.missed.len();
            self.count(
                row,
                class.rule,
                class.or,
                &before,
                text.clone().into_bytes(),
                &format!("{:?}", pact.form),
            );
            if dump && row.missed.len() > missed {
                println!("--- {} {}\n{text}", class.rule, row.missed[missed]);
            }
        }
    }

    fn text_class(&self, class: &syntax::TextClass, row: &mut Row) {
        for seed in 0..ROUNDS as u64 {
            let mut random = Random::new(seed);
            let text = base(*random.pick(crate::inject::pact::ALL), seed).root.to_string();
            let Some(bytes) = (class.plant)(&text, &mut random) else { continue };
            let before = lint(&text, self.levels(class.rule));
            self.count(row, class.rule, &[], &before, bytes, "text");
        }
    }
}

/// Pacts without an error or a warning.
fn sound(files: Vec<(String, String)>, levels: &Levels) -> Vec<String> {
    let quiet = |text: &String| lint(text, levels).iter().all(|seen| seen.severity < Severity::Warning);
    files.into_iter().map(|(_, text)| text).filter(quiet).collect()
}

/// Made pacts with one defect each, so many a class, named after what has to find it.
pub fn planted(many: u64) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for class in classes() {
        for seed in 0..many {
            let mut pact = base(*Random::new(seed).pick(class.forms), seed);
            if (class.plant)(&mut pact).is_some() {
                out.push((format!("{} {seed}", class.rule), pact.root.to_string()));
            }
        }
    }
    for class in syntax::CLASSES {
        for seed in 0..many {
            let mut random = Random::new(seed);
            let text = base(*random.pick(crate::inject::pact::ALL), seed).root.to_string();
            let text = (class.plant)(&text, &mut random).and_then(|bytes| String::from_utf8(bytes).ok());
            out.extend(text.map(|text| (format!("{} {seed}", class.rule), text)));
        }
    }
    out
}

/// Runs the programme: `inject [--goal] [--misses RULE] [FOLDER]`.
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let (mut goal, mut dump, mut given) = (false, None, None);
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--goal" => goal = true,
            "--misses" => dump = arguments.next(),
            _ => given = Some(PathBuf::from(argument)),
        }
    }
    let recommended = levels(Preset::Recommended);
    let real = folder(given).map_or_else(Vec::new, |folder| sound(read(&folder), &recommended));
    let bench = Bench { recommended, strict: levels(Preset::Strict), real };
    println!("{} real pacts beside the made ones", bench.real.len());
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    let wanted = |rule: &str| dump.as_deref().is_none_or(|only| only == rule);
    for class in classes().filter(|class| wanted(class.rule)) {
        let mut part = Row::default();
        bench.class(class, &mut part, dump.is_some());
        let row = rows.entry(class.rule).or_default();
        row.found += part.found;
        row.alike += part.alike;
        row.total += part.total;
        row.missed.extend(part.missed);
    }
    for class in syntax::CLASSES.iter().filter(|class| wanted(class.rule)) {
        bench.text_class(class, rows.entry(class.rule).or_default());
    }
    let (found, total) = print(&rows);
    let rate = 100.0 * found as f64 / total.max(1) as f64;
    println!("\n{found} of {total} found: {rate:.1} %");
    if goal && (rate < GOAL || total == 0) {
        println!("FAILED: the goal is {GOAL:.1} %");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Prints a line a class; rules that do not exist are not counted.
fn print(rows: &BTreeMap<&str, Row>) -> (usize, usize) {
    let (mut found, mut total) = (0, 0);
    println!("\n{:<38} found alike total", "class");
    for (rule, row) in rows {
        if find(rule).is_none() {
            println!(
                "{rule:<38} {:>5} {:>5} {:>5}  no such rule, not counted",
                row.found, row.alike, row.total
            );
            continue;
        }
        found += row.found + row.alike;
        total += row.total;
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        row.missed.iter().for_each(|it| *reasons.entry(it).or_default() += 1);
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let says: Vec<String> = reasons.iter().take(3).map(|(why, count)| format!("{count} {why}")).collect();
        println!("{rule:<38} {:>5} {:>5} {:>5}  {}", row.found, row.alike, row.total, says.join(" | "));
    }
    let planted: Vec<&str> = rows.keys().copied().collect();
    let bare: Vec<&str> =
        ALL.iter().map(|rule| rule.meta.name).filter(|name| !planted.contains(name)).collect();
    println!("\nrules without a class: {}", bare.join(", "));
    (found, total)
}
