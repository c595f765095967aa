//! What a rule over many files sees, and how it reports.

use crate::diagnostic::{Anchor, Place, Severity};
use crate::model::{FileSummary, InteractionDetail, InteractionSummary};
use crate::rules::Meta;
use crate::text::Span;

/// Which files a rule over many of them has to see at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Those of one provider: an edit of one says nothing new of others.
    Provider,
    /// All of them.
    Workspace,
}

/// All pacts that are looked at together, as a rule of scope `Workspace` sees them: never a
/// text or a tree.
pub struct WorkspaceCx<'a> {
    /// A summary of each file, ordered by the file's name.
    pub files: &'a [&'a FileSummary],
    /// Looks closer at an interaction of a file, given by two indices. Costs reading that
    /// file again, so it is for what already looks alike. `None` when the file is gone.
    pub detail: &'a dyn Fn(usize, u32) -> Option<InteractionDetail>,
}

/// An interaction, told from all others of all files.
#[derive(Debug, Clone, Copy)]
pub struct Located<'a> {
    /// Index of the file.
    pub file: usize,
    /// Index of the interaction in it.
    pub index: u32,
    /// What is known of it.
    pub it: &'a InteractionSummary,
}

impl Located<'_> {
    /// A place in this interaction.
    pub fn place(&self, span: Span) -> Place {
        Place { anchor: Anchor::Chunk(self.index), span }
    }
}

impl<'a> WorkspaceCx<'a> {
    /// Every interaction that the official core reads, file by file.
    pub fn interactions(&self) -> impl Iterator<Item = Located<'a>> {
        let files = self.files.iter().enumerate();
        files.flat_map(|(file, summary)| {
            let summary: &'a FileSummary = summary;
            summary.read().map(move |(index, it)| Located { file, index, it })
        })
    }
}

/// A finding of a rule over many files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossDiagnostic {
    /// Name of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and why it matters.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Index of the file.
    pub file: usize,
    /// The offending bytes in it.
    pub place: Place,
    /// Further places, each with the index of its file and a few words.
    pub related: Vec<(usize, Place, String)>,
}

/// Where a rule over many files reports to.
pub struct CrossSink<'a> {
    meta: &'static Meta,
    severity: Severity,
    out: &'a mut Vec<CrossDiagnostic>,
}

impl<'a> CrossSink<'a> {
    /// A sink for findings of `meta` at `severity`.
    pub fn new(meta: &'static Meta, severity: Severity, out: &'a mut Vec<CrossDiagnostic>) -> CrossSink<'a> {
        CrossSink { meta, severity, out }
    }

    /// Reports `message` at a place in a file, and what to do about it.
    pub fn report(
        &mut self,
        file: usize,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> CrossReport<'_> {
        self.out.push(CrossDiagnostic {
            rule: self.meta.name,
            severity: self.severity,
            message: message.into(),
            help: Some(help.into()),
            file,
            place,
            related: Vec::new(),
        });
        let last = self.out.len() - 1;
        CrossReport { diagnostic: &mut self.out[last] }
    }
}

/// A finding being written.
pub struct CrossReport<'a> {
    diagnostic: &'a mut CrossDiagnostic,
}

impl CrossReport<'_> {
    /// A further place, in this file or another.
    pub fn related(self, file: usize, place: Place, text: impl Into<String>) -> Self {
        self.diagnostic.related.push((file, place, text.into()));
        self
    }
}
