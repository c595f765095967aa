//! Rules over many files.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::analysis::document::{Document, Placed};
use crate::analysis::filter::{Fate, Filter, Suppressed, SuppressedBy};
use crate::analysis::finish::{Finisher, sort};
use crate::analysis::masks::Masks;
use crate::analysis::origin::TestIndex;
use crate::analysis::run::{Analysis, Secrets, interaction_detail};
use crate::analysis::states::PlacedHandler;
use crate::analysis::{unhandled, untested};
use crate::config::{Baseline, Levels};
use crate::diagnostic::{Anchor, Diagnostic, Elsewhere, Label, Place, Severity};
use crate::model::{FileSummary, Interaction, InteractionSummary, lower, summarise};
use crate::rules::{ALL, CrossDiagnostic, CrossSink, PANICKED, Reach, WorkspaceCx, find};
use crate::text::{Encoding, Span};

/// Bytes of text that may be held at a time for a closer look.
const HELD: usize = 64 << 20;

/// One of the files that are looked at together.
#[derive(Debug, Clone)]
pub struct Member {
    /// What the file is called in findings of other files. Names decide about the order,
    /// so they are paths of one kind.
    pub name: Arc<str>,
    /// What is known of it.
    pub summary: Arc<FileSummary>,
}

/// How files are looked at together.
#[derive(Debug, Clone, Copy, Default)]
pub struct AcrossOptions<'a> {
    /// How columns of places in other files are counted.
    pub encoding: Encoding,
    /// What becomes of secrets.
    pub secrets: Secrets,
    /// Handlers of provider states, where the user has said where they are.
    pub handlers: &'a [PlacedHandler],
    /// For each member, in order, the tests that may have written it; empty where they are not
    /// known.
    pub tests: &'a [Option<&'a TestIndex>],
    /// Findings that are known and not to be heard of.
    pub baseline: Option<&'a Baseline>,
    /// Also give what is suppressed.
    pub suppressed: bool,
    /// The levels of each member; if none, all have the same. A finding takes the level of the
    /// member that it is placed in.
    pub each: Option<&'a [Arc<Levels>]>,
}

/// What a rule over many files found in one of them, in places that outlive edits elsewhere
/// in the file.
#[derive(Debug, Clone)]
pub struct CrossFinding {
    diagnostic: CrossDiagnostic,
    elsewhere: Vec<Elsewhere>,
    /// The interaction it is about.
    about: Option<Arc<InteractionSummary>>,
    reach: Reach,
}

impl CrossFinding {
    /// Which files were looked at to find it.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether a reader could not tell the two apart.
    pub fn says_the_same(&self, other: &CrossFinding) -> bool {
        fn said(it: &CrossDiagnostic) -> impl PartialEq + '_ {
            (it.rule, it.severity, &it.message, &it.help, it.place)
        }
        fn labels(it: &CrossDiagnostic) -> impl Iterator<Item = (Place, &str)> {
            let own = it.related.iter().filter(|related| related.0 == it.file);
            own.map(|(_, place, text)| (*place, text.as_str()))
        }
        let (a, b) = (&self.diagnostic, &other.diagnostic);
        said(a) == said(b)
            && labels(a).eq(labels(b))
            && self.elsewhere == other.elsewhere
            && self.about == other.about
    }
}

/// What rules over many files find in each of `members`, in their order, placed.
pub fn across(
    members: &[Member],
    levels: &Levels,
    options: AcrossOptions<'_>,
    document: &dyn Fn(usize) -> Option<Document>,
) -> Vec<Analysis> {
    let found = check_across(members, levels, options, document);
    let place = |(member, found): (usize, &Vec<CrossFinding>)| {
        let doc = if found.is_empty() { None } else { document(member) };
        let levels = options.each.and_then(|each| each.get(member)).map_or(levels, |levels| levels);
        doc.map_or_else(Analysis::default, |doc| {
            place_across(&doc, &members[member].summary, found, levels, options)
        })
    };
    found.iter().enumerate().map(place).collect()
}

/// What rules over many files find in each of `members`, in their order. `document` reads a
/// member again, by index, and is asked only where files look alike or another file is to be
/// pointed at.
fn check_across(
    members: &[Member],
    levels: &Levels,
    options: AcrossOptions<'_>,
    document: &dyn Fn(usize) -> Option<Document>,
) -> Vec<Vec<CrossFinding>> {
    let mut out = check_within(Reach::Workspace, members, levels, options, document);
    let mut providers: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (index, member) in members.iter().enumerate() {
        providers.entry(member.summary.provider_name()).or_default().push(index);
    }
    for indices in providers.into_values() {
        let some: Vec<Member> = indices.iter().map(|&index| members[index].clone()).collect();
        let tests: Vec<_> = indices.iter().map(|&at| options.tests.get(at).copied().flatten()).collect();
        let each: Option<Vec<_>> =
            options.each.map(|each| indices.iter().map(|&index| Arc::clone(&each[index])).collect());
        let options = AcrossOptions { tests: &tests, each: each.as_deref(), ..options };
        let document = |index: usize| document(indices[index]);
        let found = check_within(Reach::Provider, &some, levels, options, &document);
        indices.iter().zip(found).for_each(|(&index, found)| out[index].extend(found));
    }
    out
}

/// What rules that have to see the files within `reach` at once find in each of `members`, which
/// are those files, in their order. `document` is as for all of them.
pub fn check_within(
    reach: Reach,
    members: &[Member],
    levels: &Levels,
    options: AcrossOptions<'_>,
    document: &dyn Fn(usize) -> Option<Document>,
) -> Vec<Vec<CrossFinding>> {
    let AcrossOptions { encoding, secrets, handlers, tests, each, .. } = options;
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|a, b| members[*a].name.cmp(&members[*b].name));
    let files: Vec<&FileSummary> = order.iter().map(|&member| &*members[member].summary).collect();
    let shelf = Shelf { document, order: &order, held: RefCell::default() };
    let detail = |file: usize, index: u32| shelf.with(file, |doc| interaction_detail(doc, index));
    let cx = WorkspaceCx { files: &files, detail: &detail };

    let level_in = |rule: usize, file: usize| {
        each.and_then(|each| each.get(order[file])).map_or_else(|| levels.of(rule), |levels| levels.of(rule))
    };
    let loudest = |rule: usize| match each {
        Some(each) => each.iter().filter_map(|levels| levels.of(rule)).max(),
        None => levels.of(rule),
    };
    let mut found = Vec::new();
    for (index, rule) in ALL.iter().enumerate() {
        let (Some(check), Some(severity)) = (rule.check.on_files(reach), loudest(index)) else { continue };
        let from = found.len();
        let mut sink = CrossSink::new(&rule.meta, severity, &mut found);
        if catch_unwind(AssertUnwindSafe(|| check(&cx, &mut sink))).is_err() {
            found.truncate(from);
            found.extend(panicked(rule.meta.name, &files));
        }
    }
    let special = |name: &str, wanted: Reach| {
        find(name).filter(|_| reach == wanted).and_then(|index| Some((index, loudest(index)?)))
    };
    // Whether handlers are of one provider or of another is seen from all of them.
    if let Some((index, severity)) = special("provider-state-unhandled", Reach::Workspace) {
        let mut sink = CrossSink::new(&ALL[index].meta, severity, &mut found);
        unhandled::report(&cx, handlers, &mut sink);
    }
    if let Some((index, severity)) = special("interaction-without-test", Reach::Provider) {
        let mut sink = CrossSink::new(&ALL[index].meta, severity, &mut found);
        let tests: Vec<_> = order.iter().map(|&member| tests.get(member).copied().flatten()).collect();
        untested::report(&cx, &tests, &mut sink);
    }
    if each.is_some() {
        found.retain_mut(|diagnostic| {
            let rule = find(diagnostic.rule).filter(|_| diagnostic.rule != PANICKED);
            let Some(rule) = rule else { return true };
            let level = level_in(rule, diagnostic.file);
            diagnostic.severity = level.unwrap_or(diagnostic.severity);
            level.is_some()
        });
    }
    let elsewhere = |&(other, place, ref text): &(usize, Place, String)| {
        shelf.with(other, |doc| {
            let span = doc.absolute(place);
            let [start, end] = [span.start, span.end].map(|at| doc.line_col(at, encoding));
            Elsewhere { file: Arc::clone(&members[order[other]].name), start, end, text: text.clone() }
        })
    };
    let mut out = vec![Vec::new(); members.len()];
    for mut diagnostic in found {
        let file = diagnostic.file;
        // A finding may quote what another file hides.
        let others: Vec<usize> = diagnostic.related.iter().map(|related| related.0).collect();
        for other in others.into_iter().filter(|other| *other != file) {
            let mut texts: Vec<&mut String> = diagnostic.related.iter_mut().map(|r| &mut r.2).collect();
            texts.push(&mut diagnostic.message);
            texts.extend(&mut diagnostic.help);
            shelf.with(other, |doc| Masks::new(doc, secrets).apply_to(&mut texts));
        }
        let others = diagnostic.related.iter().filter(|related| related.0 != file);
        let elsewhere = others.filter_map(elsewhere).collect();
        let about = match diagnostic.place.anchor {
            Anchor::Chunk(index) => files[file].interactions.get(index as usize).cloned(),
            Anchor::Spine => None,
        };
        out[order[file]].push(CrossFinding { diagnostic, elsewhere, about, reach });
    }
    out
}

/// The findings of one file where they stand in it now. What is about something that has
/// changed since is left out.
pub fn place_across(
    doc: &Document,
    summary: &FileSummary,
    found: &[CrossFinding],
    levels: &Levels,
    options: AcrossOptions<'_>,
) -> Analysis {
    let summaries = |index: u32| Some(&**summary.interactions.get(index as usize)?);
    let mut finisher = Finisher::new(doc, &summaries, levels, options.secrets);
    let mut filter = Filter::new(doc, &summaries, levels, options.baseline);
    let holds = |finding: &&CrossFinding| match finding.diagnostic.place.anchor {
        Anchor::Chunk(index) => summary.interactions.get(index as usize) == finding.about.as_ref(),
        Anchor::Spine => {
            let mut parties = [&summary.consumer, &summary.provider].into_iter().flatten();
            parties.any(|party| party.span == finding.diagnostic.place.span)
        }
    };
    let mut place = |finding: &CrossFinding, diagnostic: Diagnostic| {
        let mut placed = finisher.finding(diagnostic)?;
        placed.elsewhere = finding.elsewhere.clone();
        Some(placed)
    };
    let mut out = Analysis::default();
    for finding in found.iter().filter(holds) {
        let mut diagnostic = local(&finding.diagnostic);
        let fate = filter.as_mut().map(|filter| filter.fate(&diagnostic));
        let by = match fate.unwrap_or(Fate::Kept(diagnostic.severity)) {
            Fate::Kept(severity) => {
                diagnostic.severity = severity;
                out.findings.extend(place(finding, diagnostic));
                continue;
            }
            Fate::Off => continue,
            _ if !options.suppressed => continue,
            Fate::Suppressed(index) => {
                out.aside.suppressed += 1;
                SuppressedBy::Pact { reason: filter.as_mut().and_then(|filter| filter.reason(index)) }
            }
            Fate::InBaseline => {
                out.aside.in_baseline += 1;
                SuppressedBy::Baseline
            }
        };
        out.suppressed.extend(place(finding, diagnostic).map(|finding| Suppressed { finding, by }));
    }
    sort(&mut out.findings);
    out.total = out.findings.len();
    out
}

/// The summary of a file, without looking for anything in it.
pub fn summary_of(doc: &Document) -> FileSummary {
    let one = |placed: &Placed| {
        let version = doc.facts().version();
        let summary = match placed.chunk.root() {
            Some(root) => {
                let mut summary = summarise(root, &lower(root, placed.section, version));
                summary.live = placed.live;
                summary
            }
            None => InteractionSummary::empty(&Interaction::empty(placed.section)),
        };
        Arc::new(summary)
    };
    FileSummary::new(doc.facts(), doc.spine_root(), doc.chunks.iter().map(one).collect())
}

/// What a diagnostic says about its own file.
fn local(diagnostic: &CrossDiagnostic) -> Diagnostic {
    let labels = diagnostic.related.iter().filter(|related| related.0 == diagnostic.file);
    Diagnostic {
        rule: diagnostic.rule,
        severity: diagnostic.severity,
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone().map(Into::into),
        place: diagnostic.place,
        labels: labels.map(|(_, place, text)| Label { place: *place, text: text.clone().into() }).collect(),
        fixes: Vec::new(),
        later: None,
        remedies: Vec::new(),
        by_library: false,
        within: None,
    }
}

/// A finding about a rule that failed, at the first file there is.
fn panicked(rule: &'static str, files: &[&FileSummary]) -> Option<CrossDiagnostic> {
    let span = files.first()?.consumer.as_ref().map_or(Span::at(0), |party| party.span);
    Some(CrossDiagnostic {
        rule: PANICKED,
        severity: Severity::Error,
        message: format!("The rule '{rule}' failed, so it says nothing about these files"),
        help: Some("this is a defect of pactlens, not of the pacts: please report it".to_owned()),
        file: 0,
        place: Place { anchor: Anchor::Spine, span },
        related: Vec::new(),
    })
}

/// The files, read again when something of their text is needed.
struct Shelf<'a> {
    document: &'a dyn Fn(usize) -> Option<Document>,
    /// Index among the members, for each file.
    order: &'a [usize],
    held: RefCell<FxHashMap<usize, Option<Arc<Document>>>>,
}

impl Shelf<'_> {
    /// Does something with a file, if it is still there.
    fn with<T>(&self, file: usize, work: impl FnOnce(&Document) -> T) -> Option<T> {
        let mut held = self.held.borrow_mut();
        let bytes: usize = held.values().flatten().map(|doc| doc.len() as usize).sum();
        if bytes > HELD {
            held.clear();
        }
        let doc = held.entry(file).or_insert_with(|| (self.document)(self.order[file]).map(Arc::new)).clone();
        drop(held);
        doc.map(|doc| work(&doc))
    }
}
