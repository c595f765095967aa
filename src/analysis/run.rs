//! One analysis for every front end.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::analysis::again::Again;
use crate::analysis::alike::{self, Alike, Asked, Known};
use crate::analysis::document::{Document, Placed, is_clear};
use crate::analysis::elsewhere;
use crate::analysis::filter::{Aside, Fate, Filter, Suppressed};
use crate::analysis::finish::{finish, is_left_to_the_library};
use crate::analysis::pointers::Pointers;
use crate::analysis::sift::Sifted;
use crate::config::{Baseline, Levels};
use crate::diagnostic::{Anchor, Diagnostic, Finding, Severity};
use crate::model::{
    FileFacts, FileSummary, Interaction, InteractionDetail, InteractionSummary, Regexes, Schemas, Version,
    detail, keeping, lower, schema_violations, summarise,
};
use crate::rules::{
    ALL, Caught, FileCx, InteractionCx, PANICKED, RuleIndex, Sieve, Sink, is_by_form, is_said_by_form, values,
};
use crate::syntax::{Cursor, Tree};
use crate::text::Span;

/// Files with at least this many interactions are worth a second core.
const PARALLEL_FROM: usize = 64;

/// What was found in a file.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// The findings, by position.
    pub findings: Vec<Finding>,
    /// How many there are, also of those left out because of [`RunOptions::most`].
    pub total: usize,
    /// What was found and is not to be heard of, by position, if asked for.
    pub suppressed: Vec<Suppressed>,
    /// How much of that there is, also of what is over [`RunOptions::most`].
    pub aside: Aside,
    /// Time spent in each rule, by index, if asked for.
    pub profile: Option<Profile>,
    /// What rules over many files need of this one, if asked for.
    pub summary: Option<Arc<FileSummary>>,
}

/// Time spent in each rule, by its index in the registry; the last entry is the schemas.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// One duration a rule.
    pub rules: Vec<Duration>,
    /// Validation against the schema.
    pub schema: Duration,
    /// Lowering and summaries.
    pub model: Duration,
}

impl Analysis {
    /// Adds what was found in the same file by other means.
    pub fn add(&mut self, other: Analysis) {
        self.total += other.total;
        self.findings.extend(other.findings);
        self.suppressed.extend(other.suppressed);
        self.aside.suppressed += other.aside.suppressed;
        self.aside.in_baseline += other.aside.in_baseline;
    }
}

impl Profile {
    fn new() -> Profile {
        Profile { rules: vec![Duration::ZERO; ALL.len()], ..Profile::default() }
    }

    /// Adds another profile to this one.
    pub fn add(&mut self, other: &Profile) {
        self.rules.resize(ALL.len(), Duration::ZERO);
        for (sum, rule) in self.rules.iter_mut().zip(&other.rules) {
            *sum += *rule;
        }
        self.schema += other.schema;
        self.model += other.model;
    }
}

/// What one interaction gave, with spans relative to it.
#[derive(Debug)]
pub(super) struct ChunkResult {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) summary: Arc<InteractionSummary>,
    /// The fingerprint of each diagnostic, once asked for, and what else they depend on: the
    /// names of the pair and what is hidden.
    pub(super) prints: Mutex<Option<(u64, Arc<[u64]>)>>,
}

/// What becomes of secrets in the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Secrets {
    /// They are masked, and fixes that would write one are left out.
    #[default]
    Hidden,
    /// They are masked but in the edits of fixes, which the user asks for one by one.
    InEdits,
    /// They are shown: the user wishes it.
    Shown,
}

/// How an analysis runs; none of it changes what rules find.
#[derive(Clone, Copy, Default)]
pub struct RunOptions<'a> {
    /// Keep only so many findings, errors before warnings before the rest: nobody reads
    /// more, and placing those of a large file takes longer than finding them again.
    pub most: Option<usize>,
    /// Also give the summary for rules over many files.
    pub summary: bool,
    /// Measure the time of each rule, on one core.
    pub profile: bool,
    /// Stay on the calling thread, because the caller has other files for the other cores.
    pub one_core: bool,
    /// What becomes of secrets.
    pub secrets: Secrets,
    /// Findings that are known and not to be heard of.
    pub baseline: Option<&'a Baseline>,
    /// Also give what is suppressed, not only how much that is.
    pub suppressed: bool,
    /// The text is one that somebody is typing: what changes from question to question comes
    /// in forms that do not come back, which are not remembered.
    pub typed: bool,
    /// The document is not analysed again, so that what its interactions gave is not kept for it.
    pub once: bool,
    /// Asked between interactions; `true` stops the work, and the result is incomplete.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

/// Finds everything there is to find in `doc` at `levels`.
pub fn analyse(doc: &Document, levels: &Levels, options: RunOptions<'_>) -> Analysis {
    let facts = doc.facts();
    let retries = retry_budget(doc.chunks.len());
    let key = memo_key(facts, levels, retries);
    let mut profile = options.profile.then(Profile::new);
    let looked_at = AtomicUsize::new(0);
    let worth = || !options.typed || looked_at.fetch_add(1, Ordering::Relaxed) >= FEW;
    let one = |placed: &Placed, profile: Option<&mut Profile>| -> Option<Arc<ChunkResult>> {
        if options.cancelled.is_some_and(|cancelled| cancelled()) {
            return None;
        }
        Some(chunk_result(placed, facts, levels, (key, retries, options.once), &worth, profile))
    };
    let alone = options.one_core || options.profile || doc.chunks.len() < PARALLEL_FROM;
    let results: Option<Vec<Arc<ChunkResult>>> = if alone {
        doc.chunks.iter().map(|placed| one(placed, profile.as_mut())).collect()
    } else {
        doc.chunks.par_iter().map(|placed| one(placed, None)).collect()
    };
    let Some(results) = results else { return Analysis::default() };
    let summaries: Vec<_> = results.iter().map(|result| Arc::clone(&result.summary)).collect();
    let mut of_file = file_diagnostics(doc, &summaries, levels, profile.as_mut());
    let summary_of = |index: u32| Some(&**summaries.get(index as usize)?);
    let mut filter = Filter::new(doc, &summary_of, levels, options.baseline);
    let mut sifted = Sifted::default();
    let fates = filter.as_mut().map(|filter| sifted.sift(filter, &mut of_file, &results, options));
    let fates = fates.unwrap_or_default();
    let (diagnostics, left_out) = worst(doc, of_file, results, &fates, levels, options.most);
    let finished = finish(doc, diagnostics, &summary_of, levels, filter.as_ref(), options.secrets);
    let findings = finished.findings;
    let (suppressed, aside) = sifted.finish(doc, &summary_of, finished.known_note, levels, options);
    let summary = options.summary.then(|| Arc::new(FileSummary::new(facts, doc.spine_root(), summaries)));
    let total = findings.len() + left_out;
    Analysis { findings, total, suppressed, aside, profile, summary }
}

/// All diagnostics, or so many of the worst, and how many are left out.
fn worst(
    doc: &Document,
    of_file: Vec<Diagnostic>,
    results: Vec<Arc<ChunkResult>>,
    fates: &[Box<[Fate]>],
    levels: &Levels,
    most: Option<usize>,
) -> (Vec<Diagnostic>, usize) {
    let library = doc.facts().library.is_some();
    // The one note that stands for what the library caused needs all of it.
    let most = most.filter(|_| !(library && levels.library_findings)).unwrap_or(usize::MAX);
    let counts = |d: &Diagnostic, severity| !(library && is_left_to_the_library(d, severity));
    // Without fates all are as the rules say.
    let kept_as = |at: usize, index: usize, d: &Diagnostic| match fates.get(at).and_then(|it| it.get(index)) {
        Some(Fate::Kept(severity)) => Some(*severity),
        Some(_) => None,
        None => Some(d.severity),
    };
    // Each with its chunk and its severity.
    let of_chunks = || {
        results.iter().enumerate().flat_map(move |(at, result)| {
            let all = result.diagnostics.iter().enumerate();
            all.filter_map(move |(index, d)| Some((at, d, kept_as(at, index, d)?)))
        })
    };
    let mut numbers = [0; 3];
    let of_spine = of_file.iter().map(|d| (d, d.severity));
    for (d, severity) in of_spine.chain(of_chunks().map(|(_, d, severity)| (d, severity))) {
        numbers[severity as usize] += usize::from(counts(d, severity));
    }
    let total: usize = numbers.iter().sum();
    if total <= most {
        let mut all = of_file;
        all.reserve(total.saturating_sub(all.len()));
        for (at, result) in results.into_iter().enumerate() {
            let placed = |(index, d): (usize, Diagnostic)| {
                let severity = kept_as(at, index, &d)?;
                Some(placed(d, at, severity))
            };
            match Arc::try_unwrap(result) {
                Ok(own) => all.extend(own.diagnostics.into_iter().enumerate().filter_map(placed)),
                Err(kept) => all.extend(kept.diagnostics.iter().cloned().enumerate().filter_map(placed)),
            }
        }
        return (all, 0);
    }
    // How many of each severity there is room for.
    let mut room = [0; 3];
    let mut left = most;
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        room[severity as usize] = left.min(numbers[severity as usize]);
        left -= room[severity as usize];
    }
    let mut fits = |d: &Diagnostic, severity: Severity| {
        let room = &mut room[severity as usize];
        let fits = *room > 0 && counts(d, severity);
        *room -= usize::from(fits);
        fits
    };
    let mut kept: Vec<Diagnostic> = of_file.into_iter().filter(|d| fits(d, d.severity)).collect();
    let fitting = of_chunks().filter(|(_, d, severity)| fits(d, *severity));
    kept.extend(fitting.map(|(at, d, severity)| placed(d.clone(), at, severity)));
    (kept, total - most)
}

/// Retries of the regular expression engine that one file may spend.
pub(super) const RETRIES: u64 = 2_000_000;

/// Retries of the regular expression engine that each interaction may spend: two million
/// a file, shared out evenly so that what an interaction gets does not depend on its
/// neighbours, in steps so that one more interaction seldom changes it.
fn retry_budget(chunks: usize) -> u64 {
    (RETRIES / chunks.next_power_of_two().max(1) as u64).max(5_000)
}

fn memo_key(facts: &FileFacts, levels: &Levels, retries: u64) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    (facts.key(), levels.key, retries).hash(&mut hasher);
    hasher.finish()
}

/// A diagnostic of the chunk with this number, placed in it.
pub(super) fn placed(diagnostic: Diagnostic, index: usize, severity: Severity) -> Diagnostic {
    let mut diagnostic = Diagnostic { severity, ..diagnostic };
    let here = Anchor::Chunk(index as u32);
    diagnostic.place.anchor = here;
    for label in &mut diagnostic.labels {
        label.place.anchor = here;
    }
    for (anchor, _) in diagnostic.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
        *anchor = here;
    }
    diagnostic
}

thread_local! {
    /// Compiled patterns, which repeat from interaction to interaction and file to file.
    static REGEXES: RefCell<Regexes> = RefCell::new(Regexes::default());
    /// Room for the tree of the interaction that is being looked at.
    static TREE: Cell<Tree> = Cell::default();
}

/// So many interactions change between two questions of an editor, at most.
pub(super) const FEW: usize = 4;

fn chunk_result(
    placed: &Placed,
    facts: &FileFacts,
    levels: &Levels,
    (key, retries, once): (u64, u64, bool),
    worth: &(dyn Fn() -> bool + Sync),
    profile: Option<&mut Profile>,
) -> Arc<ChunkResult> {
    // The same text may stand in another array, or in one that is not read.
    let key = key ^ (1 + placed.section as u64 * 2 + u64::from(placed.live));
    let memo = || placed.chunk.memo.lock().unwrap_or_else(PoisonError::into_inner);
    let known = memo().as_ref().filter(|(known, _)| *known == key).map(|(_, result)| Arc::clone(result));
    if let Some(result) = known.filter(|_| profile.is_none()) {
        return result;
    }
    let result = Arc::new(REGEXES.with(|regexes| {
        regexes.borrow_mut().refill(retries);
        let forms = Forms { key, retries, used: true, kept: worth() };
        let mut room = TREE.take();
        let root = placed.chunk.tree.within(&mut room).root(placed.chunk.text());
        let run = || run_chunk((placed, root), facts, levels, regexes, forms, profile);
        let result = keeping(forms.kept, run);
        TREE.set(room);
        result
    }));
    if !once {
        *memo() = Some((key, Arc::clone(&result)));
    }
    result
}

/// How a chunk takes part in knowing interactions by their form.
#[derive(Clone, Copy)]
struct Forms {
    /// Stands for everything besides the form that findings depend on.
    key: u64,
    /// The budget for regular expressions.
    retries: u64,
    /// Whether it does at all.
    used: bool,
    /// Whether its own form is remembered.
    kept: bool,
}

fn run_chunk(
    (placed, root): (&Placed, Option<Cursor<'_>>),
    facts: &FileFacts,
    levels: &Levels,
    regexes: &RefCell<Regexes>,
    forms: Forms,
    mut profile: Option<&mut Profile>,
) -> ChunkResult {
    let chunk = &placed.chunk;
    let mut out = Vec::new();
    elsewhere::syntax_errors(chunk.tree.errors(), chunk.text(), Anchor::Chunk(0), levels, &mut out);
    let start = profile.is_some().then(Instant::now);
    let Some(root) = root else {
        let it = Interaction::empty(placed.section);
        let summary = Arc::new(InteractionSummary::empty(&it));
        return ChunkResult { diagnostics: out, summary, prints: Mutex::default() };
    };
    if facts.version() == Version::V4 {
        // Likewise asked for later, of each interaction.
        chunk.suppressions_by(root);
    }
    let known = match chunk.tree.template() {
        Some(template) if forms.used && placed.live => alike::known(forms.key, template, facts.version()),
        _ => Known::Unusable,
    };
    let alike = if let Known::Yes(alike) = &known { Some(alike) } else { None };
    let lowered = || Rc::new(lower(root, placed.section, facts.version()));
    let it = alike.map_or_else(lowered, |alike| Rc::clone(&alike.it));
    let sieves = alike.zip(chunk.tree.template());
    let sieves = sieves.map(|(alike, template)| (alike.caught, values(template, root)));
    if let Some((caught, values)) = &sieves
        && !caught.has(Sieve::Secret)
        && !Sieve::Secret.catches(values)
    {
        chunk.has_no_secrets();
    }
    let (today, targets, options) = (levels.today, levels.targets, &levels.options);
    let mut cx =
        InteractionCx::new(root, &it, facts, regexes, today, targets, options, chunk.secrets_by(root));
    cx.puts_off_fixes = true;
    if let Some(alike) = alike {
        cx.share_bodies(Rc::clone(&alike.bodies));
    }
    if let Some((caught, values)) = sieves {
        cx.share_sieves(caught, values);
    }
    let mut summary = summarise(root, &it);
    summary.live = placed.live;
    lap(&mut profile, start, |p| &mut p.model);

    // What is broken as text is said once; what it would mean is guesswork.
    let sound = is_clear(chunk.tree.errors());
    let mut loud = Loud { wanted: forms.kept && matches!(known, Known::No(_)), ..Loud::default() };
    if let Some(alike) = alike {
        run_rules(&cx, alike.rules.iter().map(Asked::as_ref), &mut out, &mut loud, &mut profile);
    } else if placed.live {
        let rules = levels.on_interactions().iter().copied();
        let rules = rules.filter(|(index, _)| sound || ALL[*index].meta.group == "syntax");
        let rules = rules.map(|(index, severity)| (index, severity, None));
        run_rules(&cx, rules, &mut out, &mut loud, &mut profile);
    }
    let remaining = regexes.borrow().remaining();
    if alike.is_some_and(|alike| loud.panicked || remaining <= alike.retries) {
        // With so little left, what was saved might have let a rule judge more than otherwise.
        regexes.borrow_mut().refill(forms.retries);
        return run_chunk(
            (placed, Some(root)),
            facts,
            levels,
            regexes,
            Forms { used: false, ..forms },
            profile,
        );
    }
    let mut valid = true;
    // A schema says nothing of use where the version is a guess.
    let ruled = placed.live && cx.is_read() && !facts.is_guessed;
    if sound && ruled && !alike.is_some_and(|alike| alike.valid) {
        let start = profile.is_some().then(Instant::now);
        let violations = schema_violations(Schemas::of(facts.version()), root, &it);
        valid = violations.is_empty();
        elsewhere::schema(&violations, root, Anchor::Chunk(0), levels, &mut out);
        lap(&mut profile, start, |p| &mut p.schema);
    }
    note_places(&mut out, root, alike.map(|alike| &**alike));
    let bodies = cx.bodies();
    if let Known::No(form) = known
        && !loud.panicked
        && remaining > 0
        && forms.kept
    {
        let caught = Caught::in_form(&cx);
        let (rules, retries) = (loud.rules, loud.retries);
        let places = RefCell::default();
        alike::remember(form, Alike { it, bodies, rules, valid, caught, places, retries });
    }
    // It is kept as long as the interaction, and most have one or two.
    out.shrink_to_fit();
    ChunkResult { diagnostics: out, summary: Arc::new(summary), prints: Mutex::default() }
}

/// Notes where in its interaction each diagnostic stands, while the tree is at hand: in a large file
/// it is far away when findings are placed.
fn note_places(out: &mut [Diagnostic], root: Cursor<'_>, alike: Option<&Alike>) {
    let mut pointers = Pointers::default();
    for diagnostic in out {
        let offset = diagnostic.place.span.start;
        let mut look = || {
            let (within, value) = pointers.at(root, offset, String::new());
            (within.into(), value)
        };
        // The same for all interactions of one form.
        let known = alike.and_then(|alike| Some((alike, root.starting_at(offset)?)));
        diagnostic.within = Some(match known {
            Some((alike, node)) => alike.places.borrow_mut().entry(node).or_insert_with(&mut look).clone(),
            None => look(),
        });
    }
}

/// Which rules an interaction of this form cannot do without.
#[derive(Default)]
struct Loud {
    /// Whether anybody asks.
    wanted: bool,
    /// Those that had something to say, and those that may have about another one.
    rules: Vec<Asked>,
    /// What the others took of the budget for regular expressions.
    retries: u64,
    panicked: bool,
}

/// Runs rules on one interaction, but for those of which it is known what they say. Seldom does one
/// of them panic: only then they are run once more, each with a guard of its own.
fn run_rules<'s>(
    cx: &InteractionCx<'_>,
    rules: impl Iterator<Item = (RuleIndex, Severity, Option<&'s [Again]>)> + Clone,
    out: &mut Vec<Diagnostic>,
    loud: &mut Loud,
    profile: &mut Option<&mut Profile>,
) {
    let before = out.len();
    let all = || {
        for (index, severity, known) in rules.clone() {
            if let Some(known) = known {
                out.extend(known.iter().map(|again| again.of(cx.root)));
                continue;
            }
            let start = profile.is_some().then(Instant::now);
            let (said, retries) = (out.len(), cx.regexes.borrow().remaining());
            if let Some(check) = ALL[index].check.on_interaction() {
                check(cx, &mut Sink::new(&ALL[index].meta, severity, Anchor::Chunk(0), out));
            }
            // Asked of each rule, so that no other answers for the one before it.
            let asked = cx.has_asked_for_mismatches();
            let by_form = is_by_form(index) && !asked && (out.len() == said || is_said_by_form(index));
            if loud.wanted && by_form {
                loud.retries += retries - cx.regexes.borrow().remaining();
            }
            if loud.wanted && !(by_form && out.len() == said) {
                let again = || out[said..].iter().map(|said| Again::new(said, cx.root)).collect();
                loud.rules.push(Asked { index, severity, known: by_form.then(again) });
            }
            lap(profile, start, |p| &mut p.rules[index]);
        }
    };
    if catch_unwind(AssertUnwindSafe(all)).is_ok() {
        return;
    }
    loud.panicked = true;
    out.truncate(before);
    for (index, severity, _) in rules {
        let Some(check) = ALL[index].check.on_interaction() else { continue };
        let meta = &ALL[index].meta;
        let mut sink = Sink::new(meta, severity, Anchor::Chunk(0), out);
        guarded(meta.name, cx.root.span(), Anchor::Chunk(0), &mut sink, |sink| check(cx, sink));
    }
}

fn lap(
    profile: &mut Option<&mut Profile>,
    start: Option<Instant>,
    slot: impl FnOnce(&mut Profile) -> &mut Duration,
) {
    if let (Some(profile), Some(start)) = (profile, start) {
        *slot(profile) += start.elapsed();
    }
}

/// Runs a rule so that a panic in it becomes a finding about it, and the others go on.
fn guarded(
    rule: &'static str,
    span: Span,
    anchor: Anchor,
    sink: &mut Sink<'_>,
    run: impl FnOnce(&mut Sink<'_>),
) {
    let outcome = catch_unwind(AssertUnwindSafe(|| run(sink)));
    if outcome.is_err() {
        sink.replace_by_panic(rule, span, anchor);
    }
}

/// A closer look at the interaction with this number.
pub(super) fn interaction_detail(doc: &Document, index: u32) -> InteractionDetail {
    let placed = doc.chunks.get(index as usize);
    let root = placed.and_then(|placed| Some((placed.section, placed.chunk.root()?)));
    root.map_or_else(InteractionDetail::default, |(section, root)| {
        detail(root, &lower(root, section, doc.facts().version()))
    })
}

fn file_diagnostics(
    doc: &Document,
    summaries: &[Arc<InteractionSummary>],
    levels: &Levels,
    mut profile: Option<&mut Profile>,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let spine = &doc.spine;
    elsewhere::syntax_errors(&spine.tree.errors, &spine.text, Anchor::Spine, levels, &mut out);
    let summaries: Vec<&InteractionSummary> = summaries.iter().map(|it| &**it).collect();
    let detail = |index: u32| interaction_detail(doc, index);
    let cx = FileCx {
        spine: doc.spine_root(),
        facts: doc.facts(),
        interactions: &summaries,
        secrets: doc.spine.secrets(),
        today: levels.today,
        options: &levels.options,
        detail: &detail,
    };
    // What is missing at the top level may be hidden behind an error further in.
    let sound = doc.is_clear();
    for (index, rule) in ALL.iter().enumerate() {
        let (Some(check), Some(severity)) = (rule.check.on_file(), levels.of(index)) else { continue };
        if !sound && rule.meta.group != "syntax" {
            continue;
        }
        let start = profile.is_some().then(Instant::now);
        let mut sink = Sink::new(&rule.meta, severity, Anchor::Spine, &mut out);
        guarded(rule.meta.name, Span::at(0), Anchor::Spine, &mut sink, |sink| check(&cx, sink));
        lap(&mut profile, start, |p| &mut p.rules[index]);
    }
    if let Some(root) = cx.spine.filter(|_| sound) {
        let start = profile.is_some().then(Instant::now);
        let violations = Schemas::of(cx.version()).spine_violations(root);
        elsewhere::schema(&violations, root, Anchor::Spine, levels, &mut out);
        lap(&mut profile, start, |p| &mut p.schema);
    }
    out
}

/// Whether a finding says that a rule of ours failed, not that the pact did.
pub fn is_internal(finding: &Finding) -> bool {
    finding.rule == PANICKED && finding.severity == Severity::Error
}
