//! From diagnostics with places in parts of a file to findings of the whole file.

use std::cmp::Ordering;
use std::fmt::Write;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::analysis::document::Document;
use crate::analysis::filter::Filter;
use crate::analysis::later::{Later, PutOff};
use crate::analysis::masks::Masks;
use crate::analysis::pointers::Pointers;
use crate::analysis::run::Secrets;
use crate::analysis::upgrade::Remedies;
use crate::config::Levels;
use crate::diagnostic::{
    Anchor, Diagnostic, Finding, FindingFix, FindingLabel, Fixes, InteractionRef, Place, Severity,
};
use crate::model::InteractionSummary;
use crate::rules::{ALL, Cause, Meta, find};
use crate::text::{Span, TextEdit};

/// Turns `diagnostics` into findings, ordered by position, then severity, then rule.
/// Findings that the generating library caused become one note.
pub(super) fn finish<'a>(
    doc: &'a Document,
    diagnostics: Vec<Diagnostic>,
    summaries: &'a dyn Fn(u32) -> Option<&'a InteractionSummary>,
    levels: &'a Levels,
    filter: Option<&Filter<'_>>,
    secrets: Secrets,
) -> Finished {
    let mut finisher = Finisher::new(doc, summaries, levels, secrets);
    let (by_library, own): (Vec<_>, Vec<_>) = diagnostics
        .into_iter()
        .partition(|d| doc.facts().library.is_some() && is_left_to_the_library(d, d.severity));
    let mut findings: Vec<Finding> = own.into_iter().filter_map(|d| finisher.finding(d)).collect();
    let mut known_note = None;
    if levels.library_findings && !by_library.is_empty() {
        let note = finisher.library_note(by_library);
        let is_known = |note: &Finding| filter.is_some_and(|filter| filter.knows_note(note));
        let (known, new) = note.into_iter().partition::<Vec<_>, _>(is_known);
        findings.extend(new);
        known_note = known.into_iter().next();
    }
    sort(&mut findings);
    findings.dedup_by(|a, b| a.rule == b.rule && a.span == b.span && a.message == b.message);
    Finished { findings, known_note }
}

/// What diagnostics came to.
pub(super) struct Finished {
    /// The findings, in their order.
    pub(super) findings: Vec<Finding>,
    /// The note about what the library caused, if the baseline has it.
    pub(super) known_note: Option<Finding>,
}

/// Puts findings of one file into their order.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(in_order);
}

/// The order of two findings of one file.
pub(super) fn in_order(a: &Finding, b: &Finding) -> Ordering {
    (a.span, b.severity, a.rule, &a.message).cmp(&(b.span, a.severity, b.rule, &b.message))
}

/// Whether nobody but the library's maintainers can act on a finding of this severity. An error
/// changes a verdict, so it is always told.
pub(super) fn is_left_to_the_library(diagnostic: &Diagnostic, severity: Severity) -> bool {
    let meta = meta(diagnostic.rule);
    let by_library = diagnostic.by_library || meta.is_some_and(|m| m.cause == Cause::Library);
    by_library && severity < Severity::Error
}

fn meta(rule: &str) -> Option<&'static Meta> {
    find(rule).map(|index| &ALL[index].meta)
}

/// Places diagnostics in a file.
pub(super) struct Finisher<'a> {
    doc: &'a Document,
    summaries: &'a dyn Fn(u32) -> Option<&'a InteractionSummary>,
    references: FxHashMap<u32, Arc<InteractionRef>>,
    /// By chunk; `None` for the spine.
    pointers: FxHashMap<Option<u32>, Pointers>,
    masks: Masks<'a>,
    remedies: Remedies,
    later: Later<'a>,
}

impl<'a> Finisher<'a> {
    /// Of `doc`, whose interactions `summaries` knows by number.
    pub(super) fn new(
        doc: &'a Document,
        summaries: &'a dyn Fn(u32) -> Option<&'a InteractionSummary>,
        levels: &'a Levels,
        secrets: Secrets,
    ) -> Finisher<'a> {
        let (references, pointers) = (FxHashMap::default(), FxHashMap::default());
        Finisher {
            doc,
            summaries,
            references,
            pointers,
            masks: Masks::new(doc, secrets),
            remedies: Remedies::default(),
            later: Later::new(levels),
        }
    }

    /// The finding that a diagnostic of this file comes to.
    pub(super) fn finding(&mut self, diagnostic: Diagnostic) -> Option<Finding> {
        let meta = meta(diagnostic.rule)?;
        let interaction = match diagnostic.place.anchor {
            Anchor::Chunk(index) => Some(self.reference(index)),
            Anchor::Spine => None,
        };
        let (pointer, value) = match (&diagnostic.within, diagnostic.place.anchor) {
            (Some((within, value)), Anchor::Chunk(index)) => (self.in_chunk(index) + within, *value),
            _ => self.pointer(diagnostic.place),
        };
        let doc = self.doc;
        let label = |l: crate::diagnostic::Label| FindingLabel { span: doc.absolute(l.place), text: l.text };
        let edit = |(anchor, edit): (Anchor, TextEdit)| TextEdit {
            span: doc.absolute(Place { anchor, span: edit.span }),
            text: edit.text,
        };
        let made = diagnostic.fixes.into_iter().map(|fix| FindingFix {
            title: fix.title,
            applicability: fix.applicability,
            edits: fix.edits.into_iter().map(edit).collect(),
        });
        let mut made: Vec<FindingFix> = made.collect();
        for remedy in diagnostic.remedies {
            made.extend(self.remedies.fix(doc, remedy));
        }
        let fixes = match (diagnostic.later, diagnostic.place.anchor) {
            (Some(applicability), Anchor::Chunk(index)) => {
                let (span, message) = (diagnostic.place.span, diagnostic.message.clone());
                let known = PutOff { rule: meta.name, span, message };
                self.later.fixes(doc, index, known, (made, applicability))
            }
            _ => made.into(),
        };
        let mut finding = Finding {
            rule: meta.name,
            group: meta.group,
            severity: diagnostic.severity,
            pointer,
            value,
            span: self.absolute(diagnostic.place),
            message: diagnostic.message,
            help: diagnostic.help,
            labels: diagnostic.labels.into_iter().map(label).collect(),
            fixes,
            elsewhere: Vec::new(),
            hints: Vec::new(),
            test: None,
            interaction,
        };
        self.masks.apply(&mut finding);
        Some(finding)
    }

    fn absolute(&self, place: Place) -> Span {
        self.doc.absolute(place)
    }

    fn reference(&mut self, index: u32) -> Arc<InteractionRef> {
        if let Some(known) = self.references.get(&index) {
            return Arc::clone(known);
        }
        let (section, position) = self.doc.position(index as usize);
        let summary = (self.summaries)(index);
        let states = summary.into_iter().flat_map(|summary| &summary.states);
        let mut reference = InteractionRef {
            section: section.name(),
            index: position,
            description: summary.map_or_else(String::new, |summary| summary.description.clone()),
            states: states.map(|s| s.name.clone()).collect(),
        };
        self.masks.apply_to_reference(&mut reference);
        let reference = Arc::new(reference);
        self.references.insert(index, Arc::clone(&reference));
        reference
    }

    /// What tells a finding at `place` from others, without secrets if this hides them: the
    /// pointer, the kind of the value there, and the interaction.
    pub(super) fn identified(&mut self, place: Place) -> (String, &'static str, Option<Arc<InteractionRef>>) {
        let (mut pointer, value) = self.pointer(place);
        self.masks.apply_to(&mut [&mut pointer]);
        let interaction = match place.anchor {
            Anchor::Chunk(index) => Some(self.reference(index)),
            Anchor::Spine => None,
        };
        (pointer, value, interaction)
    }

    /// Equal where the same secrets are hidden.
    pub(super) fn hidden(&mut self) -> u64 {
        self.masks.key()
    }

    /// `text` of the document, without secrets if this hides them.
    pub(super) fn masked(&mut self, mut text: String) -> String {
        self.masks.apply_to(&mut [&mut text]);
        text
    }

    /// The JSON pointer of the innermost node that holds the whole span, and the kind of the
    /// value there.
    pub(super) fn pointer(&mut self, place: Place) -> (String, &'static str) {
        let (key, start) = match place.anchor {
            Anchor::Chunk(index) => (Some(index), self.in_chunk(index)),
            Anchor::Spine => (None, String::new()),
        };
        let pointers = self.pointers.entry(key).or_default();
        let root = match place.anchor {
            Anchor::Spine => self.doc.spine_root(),
            Anchor::Chunk(index) => self.doc.chunks[index as usize].chunk.root(),
        };
        match root {
            Some(root) => pointers.at(root, place.span.start, start),
            None => (start, ""),
        }
    }

    /// The pointer of an interaction.
    fn in_chunk(&self, index: u32) -> String {
        let (section, position) = self.doc.position(index as usize);
        // With room for what most pointers into it come to.
        let mut out = String::with_capacity(64);
        let _ = write!(out, "/{}/{position}", section.name());
        out
    }

    /// All findings caused by the library, as one.
    fn library_note(&mut self, diagnostics: Vec<Diagnostic>) -> Option<Finding> {
        let doc = self.doc;
        let library = doc.facts().library.as_ref()?;
        let meta = meta("library-notes")?;
        // Each cause once, with the first place where it shows and how often it does.
        let mut causes: Vec<(&Diagnostic, usize)> = Vec::new();
        for diagnostic in &diagnostics {
            match causes.iter_mut().find(|(first, _)| first.rule == diagnostic.rule) {
                Some((_, times)) => *times += 1,
                None => causes.push((diagnostic, 1)),
            }
        }
        causes.sort_by_key(|(first, _)| first.rule);
        let names: Vec<&str> = causes.iter().map(|(first, _)| first.rule).collect();
        let label = |(first, times): &(&Diagnostic, usize)| {
            let times = if *times == 1 { "once".to_owned() } else { format!("{times} times") };
            let text = format!("{}, {times}: {}", first.rule, first.message);
            FindingLabel { span: self.absolute(first.place), text: text.into() }
        };
        let place = diagnostics.first()?.place;
        let name = &library.name;
        let version = library.version.as_deref().map_or_else(String::new, |v| format!(" {v}"));
        let places = match diagnostics.len() {
            1 => "one place".to_owned(),
            n => format!("{n} places"),
        };
        let labels = causes.iter().map(label).collect();
        // Where the cause itself knows what mends it, that is what to do.
        let remedy = match &causes[..] {
            [(only, _)] => only.help.as_deref(),
            _ => None,
        };
        let remedy = remedy.map_or_else(String::new, |help| format!(" ({help})"));
        let mut finding = Finding {
            rule: meta.name,
            group: meta.group,
            severity: Severity::Info,
            message: format!(
                "{name}{version} wrote {places} of this file in a way that other tools read differently: {}",
                names.join(", ")
            ),
            help: Some(
                format!(
                    "nothing in the test can change this: try a newer {name}, or tell its maintainers{remedy}"
                )
                .into(),
            ),
            span: self.absolute(place),
            labels,
            fixes: Fixes::default(),
            elsewhere: Vec::new(),
            hints: Vec::new(),
            test: None,
            interaction: None,
            // It is about the file: which place comes first is the order of interactions.
            pointer: String::new(),
            value: "object",
        };
        self.masks.apply(&mut finding);
        Some(finding)
    }
}
