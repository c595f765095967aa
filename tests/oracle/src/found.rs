//! The programme `found`: damage at random, kept where the core loses something by it.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use pactlens::rules::Preset;

use crate::compare::{Dismissed, Reason, compare, position};
use crate::corpus::{Half, folder, read};
use crate::judge::{Loaded, Matched, Reading};
use crate::lint::{Seen, levels, lint, news, tells};
use crate::mutate::{Kind, Mutant, mutate};
use crate::place::{Nodes, pointer};
use crate::random::{Random, hash};
use crate::tree::Node;
use crate::watchdog::Watchdog;

/// Share of the kept mutants that has to be reported, in percent.
pub const GOAL: f64 = 95.0;

/// So many draws a kept mutant, and the programme gives up.
const MAX_DRAWS: usize = 100;

struct Options {
    half: Half,
    kept: usize,
    seed: u64,
    misses: usize,
    hits: usize,
    at_least: Option<f64>,
    folder: Option<PathBuf>,
}

fn options(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options =
        Options { half: Half::Tune, kept: 3_000, seed: 1, misses: 0, hits: 0, at_least: None, folder: None };
    let mut arguments = arguments.peekable();
    while let Some(name) = arguments.next() {
        if !name.starts_with("--") {
            options.folder = Some(name.into());
            continue;
        }
        if name == "--goal" {
            options.at_least = Some(GOAL);
            continue;
        }
        let value = arguments.next().ok_or(format!("{name} wants a value"))?;
        let wrong = |_| format!("{name} cannot be {value:?}");
        match name.as_str() {
            "--half" if value == "tune" => options.half = Half::Tune,
            "--half" if value == "report" => options.half = Half::Report,
            "--kept" => options.kept = value.parse().map_err(wrong)?,
            "--seed" => options.seed = value.parse().map_err(wrong)?,
            "--hits" => options.hits = value.parse().map_err(wrong)?,
            "--misses" => options.misses = value.parse().map_err(wrong)?,
            _ => return Err(format!("what is {name} {value}?")),
        }
    }
    Ok(options)
}

/// A file of the corpus before any damage.
struct Base {
    name: String,
    root: Node,
    nodes: Nodes,
    reading: Reading,
    findings: Vec<Seen>,
}

/// Files that the core loads, with what it and pactlens say about them. Written anew, so
/// that damage is the only difference to the mutants.
fn bases(files: Vec<(String, String)>, core: &mut Watchdog) -> Vec<Base> {
    let levels = levels(Preset::Recommended);
    let base = |(name, text): (String, String)| {
        let root = Node::parse(&text)?;
        let text = root.to_string();
        // Some mismatches come and go with the order of a hash map: three looks.
        let mut reading = core.judge(&text, Matched::All)?;
        for _ in 0..2 {
            add_mismatches(&mut reading, core.judge(&text, Matched::All)?);
        }
        matches!(reading, Reading::Pact { .. }).then_some(())?;
        Some(Base { nodes: Nodes::of(&root), findings: lint(&text, &levels), name, root, reading })
    };
    files.into_iter().filter_map(base).collect()
}

fn add_mismatches(reading: &mut Reading, other: Reading) {
    let (Reading::Pact { interactions, .. }, Reading::Pact { interactions: others, .. }) = (reading, other)
    else {
        return;
    };
    for (one, other) in interactions.iter_mut().zip(others) {
        one.mismatches.extend(other.mismatches);
    }
}

/// A mutant that the core loses something by.
struct Kept<'a> {
    base: &'a Base,
    mutant: Mutant,
    reason: Reason,
    core: String,
    /// The rules that tell of it.
    told: Vec<&'static str>,
}

#[derive(Default)]
struct Tally {
    draws: usize,
    judged: usize,
    unchanged: usize,
    /// How many do not count, and how many of them pactlens tells of all the same.
    dismissed: BTreeMap<Dismissed, (usize, usize)>,
}

/// Keeps mutants until there are enough.
fn run<'a>(bases: &'a [Base], options: &Options, core: &mut Watchdog) -> (Vec<Kept<'a>>, Tally) {
    let levels = levels(Preset::Recommended);
    let mut random = Random::new(options.seed);
    let (mut kept, mut tally) = (Vec::new(), Tally::default());
    let mut known = HashSet::new();
    while kept.len() < options.kept && tally.draws < MAX_DRAWS * options.kept {
        tally.draws += 1;
        let base = random.pick(bases);
        let Some(mutant) = mutate(&base.root, &base.nodes, &mut random) else { continue };
        let text = mutant.root.to_string();
        if !known.insert(hash(&text)) {
            continue;
        }
        tally.judged += 1;
        let matched = match mutant.scopes.as_slice() {
            [one] => position(&base.root, one).map_or(Matched::None, Matched::One),
            _ => Matched::All,
        };
        let after = core.judge(&text, matched);
        let without = |core: &mut Watchdog| {
            let mut bare = base.root.clone();
            bare.remove(&mutant.at)?;
            core.judge(&bare.to_string(), Matched::None)
        };
        let mut outcome = compare(&base.reading, after.as_ref(), &base.root, &mutant, || without(core));
        if matches!(outcome, Ok((Reason::SelfMismatch, _))) && !mismatches_again(core, &text, matched) {
            outcome = Err(None);
        }
        if outcome == Err(None) {
            tally.unchanged += 1;
            continue;
        }
        let now = lint(&text, &levels);
        let new = news(&base.findings, &now);
        let told = new.iter().filter(|it| tells(it, &mutant.scopes));
        let told: Vec<&str> = told.map(|it| it.rule).collect();
        match outcome {
            Ok((reason, core)) => kept.push(Kept { base, mutant, reason, core, told }),
            Err(why) => {
                let row = tally.dismissed.entry(why.unwrap_or(Dismissed::TakenOut)).or_default();
                row.0 += 1;
                row.1 += usize::from(!told.is_empty());
            }
        }
    }
    (kept, tally)
}

/// Whether the core finds a mismatch at a second and third look as well.
fn mismatches_again(core: &mut Watchdog, text: &str, matched: Matched) -> bool {
    let has = |it: &Loaded| !it.mismatches.is_empty();
    (0..2).all(|_| match core.judge(text, matched) {
        Some(Reading::Pact { interactions, .. }) => interactions.iter().any(has),
        _ => true,
    })
}

fn table<K: Ord + std::fmt::Debug>(title: &str, kept: &[Kept<'_>], key: impl Fn(&Kept<'_>) -> K) {
    let mut rows: BTreeMap<K, (usize, usize)> = BTreeMap::new();
    for it in kept {
        let row = rows.entry(key(it)).or_default();
        row.0 += usize::from(!it.told.is_empty());
        row.1 += 1;
    }
    println!("\n{title:<18} found  kept");
    for (key, (found, total)) in rows {
        let key = format!("{key:?}");
        println!("{key:<18} {found:>5} {total:>5} {:>6.1} %", percent(found, total));
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// Mutants that were missed, or found, with all it takes to look into them.
fn print_some(kept: &[Kept<'_>], found: bool, most: usize) {
    for it in kept.iter().filter(|it| it.told.is_empty() != found).take(most) {
        let at = pointer(&it.base.root.names(&it.mutant.at));
        println!("\n{} {at}", it.base.name);
        println!("  {:?}: {}", it.mutant.kind, it.mutant.says);
        println!("  {:?}: {}", it.reason, it.core);
        if found {
            println!("  {}", it.told.join(", "));
        }
    }
}

fn print_rules(kept: &[Kept<'_>]) {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for it in kept {
        let distinct: HashSet<_> = it.told.iter().collect();
        distinct.into_iter().for_each(|rule| *rules.entry(*rule).or_default() += 1);
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    println!("\ntold by");
    rules.iter().for_each(|(rule, count)| println!("{count:>5} {rule}"));
}

/// Runs the programme.
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    let options = match options(arguments) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let Some(folder) = folder(options.folder.clone()) else {
        println!("SKIPPED: the real pacts (../shared/corpus) are not here, nothing was measured");
        return ExitCode::SUCCESS;
    };
    // The core and the engine of regular expressions panic on some files; that is a verdict.
    std::panic::set_hook(Box::new(|_| {}));
    let start = Instant::now();
    let mut core = Watchdog::default();
    let files = read(&folder).into_iter().filter(|(name, _)| Half::of(name) == options.half).collect();
    let bases = bases(files, &mut core);
    let (kept, tally) = run(&bases, &options, &mut core);
    println!(
        "{:?} half: {} files, {} draws, {} mutants judged, {} without effect, {} kept, {:.0} s",
        options.half,
        bases.len(),
        tally.draws,
        tally.judged,
        tally.unchanged,
        kept.len(),
        start.elapsed().as_secs_f64()
    );
    for (why, (number, told)) in &tally.dismissed {
        println!("not counted: {number} {why:?}, {told} of them told of");
    }
    table("reason", &kept, |it| it.reason);
    table("damage", &kept, |it: &Kept<'_>| -> Kind { it.mutant.kind });
    print_rules(&kept);
    print_some(&kept, true, options.hits);
    print_some(&kept, false, options.misses);
    let found = kept.iter().filter(|it| !it.told.is_empty()).count();
    let rate = percent(found, kept.len());
    println!("\n{found} of {} found: {rate:.1} %", kept.len());
    if options.at_least.is_some_and(|goal| rate < goal) || kept.len() < options.kept {
        println!("FAILED: the goal is {:.1} % of {}", options.at_least.unwrap_or(0.0), options.kept);
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
