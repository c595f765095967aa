//! What a rule sees, and how it reports.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use crate::diagnostic::{Anchor, Applicability, Diagnostic, Fix, Label, Place, Remedy, Severity};
use crate::model::example::Mismatch;
use crate::model::regex::Targets;
use crate::model::secrets::Secret;
use crate::model::{
    BodyOutline, BodyResolution, FileFacts, Interaction, InteractionDetail, InteractionSummary, Part,
    Regexes, RuleGroup, Version, resolve_body,
};
use crate::rules::matching::example_violates_rule;
use crate::rules::over_specification::exact_body_values::{self, Unruled};
use crate::rules::{Caught, Meta, Options, Sieve};
use crate::syntax::{Cursor, Editor, Layout, NodeId};
use crate::text::{Span, TextEdit};

/// For each part what is the same in all bodies with the same keys, kinds of values and rules, once
/// asked for.
pub(crate) type Bodies = [BodyForm];

/// Of the JSON body of one part.
#[derive(Default)]
pub(crate) struct BodyForm {
    /// Which rule holds for what.
    resolution: OnceCell<Option<BodyResolution>>,
    /// What is under no rule.
    unruled: OnceCell<Option<Unruled>>,
}

/// One interaction, as a rule of scope `Interaction` sees it. Spans are relative to
/// the interaction's own text.
pub struct InteractionCx<'a> {
    /// The element of `interactions` or `messages`.
    pub root: Cursor<'a>,
    /// What it means.
    pub it: &'a Interaction,
    /// Facts of the file.
    pub facts: &'a FileFacts,
    /// The one door to regular expressions, with this file's budget.
    pub regexes: &'a RefCell<Regexes>,
    /// The day it is, as days since 1970-01-01.
    pub today: u64,
    /// The engines that patterns must suit.
    pub targets: Targets,
    /// What of the rules is set beside their levels.
    pub options: &'a Options,
    /// What is not to be shown of the interaction, by place.
    pub secrets: &'a [Secret],
    /// Whether some matcher holds others, which few do.
    pub(crate) has_inner_rules: bool,
    /// Whether fixes that are costly to find are only announced.
    pub(crate) puts_off_fixes: bool,
    layout: OnceCell<Layout>,
    bodies: Rc<Bodies>,
    outlines: Vec<OnceCell<Option<BodyOutline>>>,
    mismatches: Vec<OnceCell<Vec<Mismatch>>>,
    asked_for_mismatches: Cell<bool>,
    sieved: [Cell<Option<bool>>; Sieve::ALL.len()],
    /// What the part of the text that is known has in it, and the rest of the text.
    known: Option<(Caught, String)>,
}

impl<'a> InteractionCx<'a> {
    /// The context of `it`, whose root is `root`. Without `targets` they are those that the
    /// file suggests.
    #[allow(clippy::too_many_arguments, reason = "all of what a rule may see, in one place")]
    pub fn new(
        root: Cursor<'a>,
        it: &'a Interaction,
        facts: &'a FileFacts,
        regexes: &'a RefCell<Regexes>,
        today: u64,
        targets: Targets,
        options: &'a Options,
        secrets: &'a [Secret],
    ) -> InteractionCx<'a> {
        let bodies: Rc<Bodies> = it.parts.iter().map(|_| BodyForm::default()).collect();
        let outlines = it.parts.iter().map(|_| OnceCell::new()).collect();
        let mismatches = it.parts.iter().map(|_| OnceCell::new()).collect();
        // Nothing was asked for: what the file itself suggests.
        let library = facts.library.as_ref().map(|library| &*library.name);
        let targets = if targets.is_empty() { Targets::of_library(library) } else { targets };
        let groups = it.parts.iter().flat_map(|part| &part.rules).flat_map(|rules| &rules.groups);
        let has_inner_rules = groups.flat_map(|group| &group.matchers).any(|m| m.kind.holds_others());
        InteractionCx {
            root,
            it,
            facts,
            regexes,
            today,
            targets,
            options,
            secrets,
            has_inner_rules,
            puts_off_fixes: false,
            layout: OnceCell::new(),
            bodies,
            outlines,
            mismatches,
            asked_for_mismatches: Cell::new(false),
            sieved: Default::default(),
            known: None,
        }
    }

    /// What is known of the bodies by their form, as far as it was asked.
    pub(crate) fn bodies(&self) -> Rc<Bodies> {
        Rc::clone(&self.bodies)
    }

    /// Takes from another interaction what [`InteractionCx::bodies`] says.
    pub(crate) fn share_bodies(&mut self, bodies: Rc<Bodies>) {
        self.bodies = bodies;
    }

    /// The version the file is read as.
    pub fn version(&self) -> Version {
        self.facts.version()
    }

    /// The node with this id.
    pub fn node(&self, id: NodeId) -> Cursor<'a> {
        self.root.at(id)
    }

    /// The text of a string node, or the raw text of another.
    pub fn text(&self, id: NodeId) -> Cow<'a, str> {
        self.node(id).to_text()
    }

    /// Whether the interaction is read at all by the official core.
    pub fn is_read(&self) -> bool {
        self.facts.reads(self.it.section)
    }

    /// Which rule holds for each node of the part's body; `None` when the body is no JSON
    /// document in the tree. `index` counts `it.parts`.
    pub fn body(&self, index: usize) -> Option<&BodyResolution> {
        self.bodies[index]
            .resolution
            .get_or_init(|| {
                let part = &self.it.parts[index];
                let body = part.body.as_ref()?;
                let groups = part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
                Some(resolve_body(self.node(body.json()?), groups))
            })
            .as_ref()
    }

    /// The values of the part's body that are under no rule, if anything is to be said of them.
    /// `index` counts `it.parts`.
    pub(crate) fn unruled(&self, index: usize) -> Option<&Unruled> {
        self.bodies[index].unruled.get_or_init(|| exact_body_values::unruled(self, index)).as_ref()
    }

    /// The part's body if it is XML or a form, and which rule holds for what in it. `index`
    /// counts `it.parts`.
    pub fn outline(&self, index: usize) -> Option<&BodyOutline> {
        self.outlines[index]
            .get_or_init(|| {
                let part = &self.it.parts[index];
                let groups = part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
                BodyOutline::read(self.root, part.body.as_ref()?, groups)
            })
            .as_ref()
    }

    /// Every example of a part that one of its own rules refuses. Found once, for all rules
    /// that speak of them. `index` counts `it.parts`.
    pub(crate) fn mismatches(&self, index: usize) -> &[Mismatch] {
        self.asked_for_mismatches.set(true);
        self.mismatches[index].get_or_init(|| example_violates_rule::mismatches(self, index))
    }

    /// Whether [`InteractionCx::mismatches`] was called since this was asked last.
    pub(crate) fn has_asked_for_mismatches(&self) -> bool {
        self.asked_for_mismatches.take()
    }

    /// Takes from another interaction of the same form what is caught in all of them; `values`
    /// are those in which they differ.
    pub(crate) fn share_sieves(&mut self, caught: Caught, values: String) {
        self.known = Some((caught, values));
    }

    /// Whether the text may hold this. Asked once, since it reads all of the text.
    pub(crate) fn may_hold(&self, sieve: Sieve) -> bool {
        let look = || match &self.known {
            Some((caught, values)) => caught.has(sieve) || sieve.catches(values),
            None => sieve.catches(self.root.text()),
        };
        let cell = &self.sieved[sieve as usize];
        let may = cell.get().unwrap_or_else(look);
        cell.set(Some(may));
        may
    }

    /// All rule groups, each with the part it belongs to and that part's index.
    pub fn groups(&self) -> impl Iterator<Item = (usize, &'a Part, &'a RuleGroup)> {
        let it: &'a Interaction = self.it;
        it.parts.iter().enumerate().flat_map(|(index, part)| {
            part.rules.iter().flat_map(move |rules| rules.groups.iter().map(move |g| (index, part, g)))
        })
    }

    /// Whether something outside of the core's reach takes part, so that a name the core
    /// does not know may still mean something: a plugin or another transport.
    pub fn has_plugins(&self) -> bool {
        !self.facts.plugins.is_empty() || self.it.plugin_configuration.is_some() || {
            let transport = self.it.transport.map(|t| self.text(t));
            transport.is_some_and(|t| {
                !matches!(&*t, "" | "http" | "https" | "message" | "sync-message" | "async-message")
            })
        }
    }

    /// Structural edits of this interaction's text.
    pub fn editor(&self) -> Editor<'_> {
        Editor::laid_out(self.root, &self.layout)
    }

    /// How it is laid out.
    pub fn layout(&self) -> Layout {
        *self.layout.get_or_init(|| Layout::of(self.root))
    }
}

/// A whole file, as a rule of scope `File` sees it: never an interaction's tree.
pub struct FileCx<'a> {
    /// The top level without the interactions; `None` for an empty file. Spans are those
    /// of the spine.
    pub spine: Option<Cursor<'a>>,
    /// Facts of the file.
    pub facts: &'a FileFacts,
    /// A summary of each interaction, in document order; the index is the one of
    /// [`Anchor::Chunk`].
    pub interactions: &'a [&'a InteractionSummary],
    /// What is not to be shown of the spine, by place.
    pub secrets: &'a [Secret],
    /// The day it is, as days since 1970-01-01.
    pub today: u64,
    /// What of the rules is set beside their levels.
    pub options: &'a Options,
    /// Looks closer at one of them; linear in its size.
    pub detail: &'a dyn Fn(u32) -> InteractionDetail,
}

impl<'a> FileCx<'a> {
    /// The version the file is read as.
    pub fn version(&self) -> Version {
        self.facts.version()
    }

    /// The interactions that the official core reads, each with its index.
    pub fn read(&self) -> impl Iterator<Item = (u32, &'a InteractionSummary)> {
        let facts = self.facts;
        let all = self.interactions.iter().enumerate();
        all.filter(move |(_, it)| it.live && facts.reads(it.section)).map(|(i, it)| (i as u32, *it))
    }

    /// The place of a span inside an interaction.
    pub fn in_interaction(&self, index: u32, span: Span) -> Place {
        Place { anchor: Anchor::Chunk(index), span }
    }

    /// The place of a span of the spine.
    pub fn in_spine(&self, span: Span) -> Place {
        Place { anchor: Anchor::Spine, span }
    }

    /// Where to point when the file as a whole is meant: its first byte that is not blank.
    pub fn top(&self) -> Place {
        let start = self.spine.map_or(0, |root| root.span().start);
        let end = if self.spine.is_some() { start + 1 } else { start };
        self.in_spine(Span::new(start, end))
    }
}

/// Where a rule reports to.
pub struct Sink<'a> {
    meta: &'static Meta,
    severity: Severity,
    anchor: Anchor,
    out: &'a mut Vec<Diagnostic>,
    /// Where this sink's own findings begin.
    first: usize,
    /// Findings beyond the most that are listed.
    unlisted: usize,
    /// Where such a finding is written to.
    spare: Option<Diagnostic>,
}

impl<'a> Sink<'a> {
    /// A sink for findings of `meta` at `severity`; spans belong to `anchor`.
    pub fn new(
        meta: &'static Meta,
        severity: Severity,
        anchor: Anchor,
        out: &'a mut Vec<Diagnostic>,
    ) -> Sink<'a> {
        let first = out.len();
        Sink { meta, severity, anchor, out, first, unlisted: 0, spare: None }
    }

    /// Reports `message` at `span`. The message says what is wrong and why it matters; it
    /// starts with a capital or a quote and has no full stop at its end.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> Report<'_> {
        let place = Place { anchor: self.anchor, span };
        self.report_at(place, message)
    }

    /// Puts in the place of what a rule was about to say that it panicked.
    pub(crate) fn replace_by_panic(&mut self, rule: &'static str, span: Span, anchor: Anchor) {
        let span = Span::new(span.start, span.end.min(span.start + 1));
        self.out.push(Diagnostic {
            rule: crate::rules::PANICKED,
            severity: Severity::Error,
            message: format!("The rule '{rule}' failed here, so it says nothing about this part"),
            help: Some("this is a defect of pactlens, not of the pact: please report it".into()),
            place: Place { anchor, span },
            labels: Vec::new(),
            fixes: Vec::new(),
            later: None,
            remedies: Vec::new(),
            by_library: false,
            within: None,
        });
    }

    /// Reports at a place of another text, for rules of scope `File`.
    pub fn report_at(&mut self, place: Place, message: impl Into<String>) -> Report<'_> {
        let diagnostic = Diagnostic {
            rule: self.meta.name,
            severity: self.severity,
            message: message.into(),
            help: None,
            place,
            labels: Vec::new(),
            fixes: Vec::new(),
            later: None,
            remedies: Vec::new(),
            by_library: false,
            within: None,
        };
        let default = self.meta.severity;
        let most = if self.anchor == Anchor::Spine { MAX_IN_FILE } else { MAX_IN_INTERACTION };
        if self.out.len() - self.first >= most {
            self.unlisted += 1;
            return Report { diagnostic: self.spare.insert(diagnostic), default };
        }
        self.out.push(diagnostic);
        let last = self.out.len() - 1;
        Report { diagnostic: &mut self.out[last], default }
    }
}

/// Most findings of one rule in one interaction, and in one file by a rule over files. A
/// file with more of one kind has one cause, and nobody reads on.
const MAX_IN_INTERACTION: usize = 100;
const MAX_IN_FILE: usize = 1_000;

impl Drop for Sink<'_> {
    /// Tells at the last finding how many more there were.
    fn drop(&mut self) {
        if let (Some(last), 1..) = (self.out.last_mut(), self.unlisted) {
            last.message = format!("{} (and {} more like this)", last.message, self.unlisted);
        }
    }
}

/// A finding being written.
pub struct Report<'a> {
    diagnostic: &'a mut Diagnostic,
    default: Severity,
}

impl Report<'_> {
    /// What to do about it.
    pub fn help(self, help: impl Into<Cow<'static, str>>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    /// A further place in the same text.
    pub fn label(self, span: Span, text: impl Into<Cow<'static, str>>) -> Self {
        let anchor = self.diagnostic.place.anchor;
        self.label_at(Place { anchor, span }, text)
    }

    /// A further place anywhere in the file.
    pub fn label_at(self, place: Place, text: impl Into<Cow<'static, str>>) -> Self {
        self.diagnostic.labels.push(Label { place, text: text.into() });
        self
    }

    /// Lowers the severity for this one finding, unless the user has set the rule's own.
    pub fn at_most(self, severity: Severity) -> Self {
        if self.diagnostic.severity == self.default {
            self.diagnostic.severity = self.diagnostic.severity.min(severity);
        }
        self
    }

    /// Says that this one finding is the doing of the library that wrote the file.
    pub fn by_library(self) -> Self {
        self.diagnostic.by_library = true;
        self
    }

    /// A change of the whole file that removes it.
    pub fn remedy(self, remedy: Remedy) -> Self {
        self.diagnostic.remedies.push(remedy);
        self
    }

    /// A change, in the text of the finding, that removes it.
    pub fn fix(self, applicability: Applicability, title: impl Into<String>, edits: Vec<TextEdit>) -> Self {
        let anchor = self.diagnostic.place.anchor;
        self.fix_at(applicability, title, edits.into_iter().map(|edit| (anchor, edit)).collect())
    }

    /// A change that is found when somebody asks for it, by a rule that sees
    /// [`InteractionCx::puts_off_fixes`] set, which is then run once more without it.
    pub(crate) fn fix_later(self, applicability: Applicability) -> Self {
        self.diagnostic.later = Some(applicability);
        self
    }

    /// A change anywhere in the file.
    pub fn fix_at(
        self,
        applicability: Applicability,
        title: impl Into<String>,
        edits: Vec<(Anchor, TextEdit)>,
    ) -> Self {
        self.diagnostic.fixes.push(Fix { title: title.into(), applicability, edits });
        self
    }
}
