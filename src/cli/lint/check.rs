//! One file of a run.

use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::files::{self, Loaded};
use crate::analysis::hints::Changes;
use crate::analysis::{Analysis, Document, RunOptions, Secrets, Seen, analyse, input_fault, summary_of};
use crate::cli::fix::Told;
use crate::cli::inputs::{Input, Part, Source};
use crate::cli::lint::LintArgs;
use crate::cli::memory::Digest;
use crate::cli::selection::Selection;
use crate::cli::trouble;
use crate::config::{Levels, Traits};
use crate::report::{self, FileReport, Format, PactRef};
use crate::text::LineIndex;

/// A file that was read.
pub(in crate::cli) struct Checked {
    pub(in crate::cli) shown: String,
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) text: String,
    pub(in crate::cli) source: Source,
    pub(in crate::cli) analysis: Analysis,
    /// `None` for a configuration file.
    pub(in crate::cli) levels: Option<Arc<Levels>>,
    pub(in crate::cli) changes: Changes,
    /// A library wrote it, and will again.
    pub(in crate::cli) generated: bool,
    pub(in crate::cli) pact: [Option<String>; 2],
    pub(in crate::cli) specification: Option<&'static str>,
    /// What tells its content, if that is to be remembered.
    pub(in crate::cli) digest: Option<Digest>,
    /// It is only there for others to be held against.
    pub(in crate::cli) beside: bool,
    /// For a baseline, if it is a pact.
    pub(in crate::cli) seen: Option<Seen>,
}

impl Checked {
    /// The same for a report.
    pub(in crate::cli) fn report<'a>(&'a self, lines: &'a LineIndex) -> FileReport<'a> {
        FileReport {
            path: &self.shown,
            text: &self.text,
            lines,
            findings: &self.analysis.findings,
            suppressed: &self.analysis.suppressed,
            generated: self.generated,
            pact: self.specification.map(|specification| PactRef {
                consumer: self.pact[0].as_deref(),
                provider: self.pact[1].as_deref(),
                specification: Some(specification),
            }),
            untracked: false,
        }
    }
}

/// What became of an input.
pub(super) enum Reading {
    Checked(Box<Checked>),
    /// Did not change, and is no pact or cannot be read.
    Unchanged,
    /// Not a pact.
    Skipped,
    /// Not a pact, but named as one; with what is wrong with it.
    NotAPact(Box<Checked>),
    Failed(String),
}

/// What became of all inputs.
pub(super) struct Found {
    pub(super) checked: Vec<Checked>,
    /// How many were no pacts.
    pub(super) skipped: usize,
    /// Whether no file was there to check.
    pub(super) nothing: bool,
    /// Whether one could not be read, or is no pact; that is said.
    pub(super) failed: bool,
}

impl Found {
    /// Sorts `readings`, one for each input.
    pub(super) fn of(inputs: &[Input], readings: Vec<Reading>) -> Found {
        let mut found = Found { checked: Vec::new(), skipped: 0, nothing: true, failed: false };
        for (input, reading) in inputs.iter().zip(readings) {
            let (file, error) = match reading {
                Reading::Checked(file) => (Some(file), None),
                Reading::Unchanged => continue,
                Reading::Skipped => {
                    found.skipped += 1;
                    continue;
                }
                Reading::NotAPact(file) => {
                    let name = report::escape(&input.shown);
                    (Some(file), Some(format!("{name} is no pact; --if-pact skips such files")))
                }
                Reading::Failed(error) => (None, Some(error)),
            };
            if let Some(error) = error {
                trouble(&error);
                found.failed = true;
            }
            found.nothing &= file.as_ref().is_some_and(|file| file.beside);
            found.checked.extend(file.map(|file| *file));
        }
        if found.nothing {
            // Those beside are there for others.
            found.checked.clear();
        }
        found
    }
}

/// Checks one file, and fixes it where that is asked for.
pub(super) fn check(
    input: &Input,
    args: &LintArgs,
    selection: &Selection,
    options: RunOptions<'_>,
    told: &mut Told,
) -> Reading {
    let loaded = match input.load() {
        Ok(loaded) => loaded,
        Err(_) if input.part == Part::Beside => return Reading::Unchanged,
        Err(error) => {
            return Reading::Failed(format!("cannot read {}: {error}", report::escape(&input.shown)));
        }
    };
    if input.part.is_beside(&loaded) {
        return beside(input, loaded, selection, options.secrets);
    }
    match &loaded {
        Loaded::Text(text, None) => args.fixing.leave(input, Ok(text), told),
        Loaded::Text(_, Some(_)) => args.fixing.leave(input, Err("it is not UTF-8"), told),
        Loaded::TooLarge(_) => args.fixing.leave(input, Err("it is too large"), told),
    }
    if input.excluded {
        return Reading::Skipped;
    }
    let is_text = matches!(loaded, Loaded::Text(_, None));
    let fault = input_fault(&loaded);
    let text = match loaded {
        Loaded::Text(text, _) => text,
        // Nothing of it was read, so only a file named as a pact counts as one.
        Loaded::TooLarge(_) if !input.named || args.if_pact() => return Reading::Skipped,
        Loaded::TooLarge(_) => String::new(),
    };
    let certain = input.named && !args.if_pact();
    if !certain && !files::may_be_pact(&text) {
        return Reading::Skipped;
    }
    let too_large = text.is_empty() && fault.is_some();
    let doc = Document::new(text);
    let keys = doc.pact_keys();
    if !certain && keys < 2 {
        return Reading::Skipped;
    }
    let levels = selection.index.levels(&input.path, Traits::of(doc.facts()));
    let generated = selection.index.project(&input.path).counts_as_generated();
    let doc = if keys == 0 {
        doc
    } else {
        args.fixing.mend(input, doc, is_text, &levels, generated, options, told)
    };
    let mut analysis = if too_large { Analysis::default() } else { analyse(&doc, &levels, options) };
    analysis.findings.splice(0..0, fault.and_then(|fault| fault.finding(&levels)));
    let facts = doc.facts();
    let source = input.source(|| doc.text());
    let remembered = is_text && matches!(input.part, Part::Unless(_));
    let digest = remembered.then(|| Digest::of_text(&doc.text()));
    // Only what there is something to say about is shown again.
    let quiet = analysis.findings.is_empty() && analysis.suppressed.is_empty();
    let shown = doc.shown(options.secrets, !quiet);
    let seen = analysis.summary.as_ref().filter(|_| keys > 0).map(|summary| Seen::new(&doc, summary));
    let generated = generated.counts(facts.library.is_some());
    // One line a finding has room for code only where nothing else would last.
    let hinted = generated || !matches!(args.format, Format::Concise);
    let changes = if hinted {
        args.hints.changes(&doc, &analysis.findings, options.secrets)
    } else {
        Changes::default()
    };
    let checked = Box::new(Checked {
        source,
        path: input.path.clone(),
        levels: Some(levels),
        shown: input.shown.clone(),
        pact: [shown.consumer, shown.provider],
        specification: (keys > 0).then(|| facts.version().name()),
        text: shown.text,
        changes,
        generated,
        analysis,
        digest,
        beside: false,
        seen,
    });
    if keys == 0 && !too_large { Reading::NotAPact(checked) } else { Reading::Checked(checked) }
}

/// What others need to know of a file that did not change.
fn beside(input: &Input, loaded: Loaded, selection: &Selection, secrets: Secrets) -> Reading {
    let Loaded::Text(text, _) = loaded else { return Reading::Unchanged };
    if !files::may_be_pact(&text) {
        return Reading::Unchanged;
    }
    let doc = Document::new(text);
    if doc.pact_keys() < 2 {
        return Reading::Unchanged;
    }
    let shown = doc.shown(secrets, false);
    Reading::Checked(Box::new(Checked {
        source: input.source(|| doc.text()),
        shown: input.shown.clone(),
        path: input.path.clone(),
        levels: Some(selection.index.levels(&input.path, Traits::of(doc.facts()))),
        pact: [shown.consumer, shown.provider],
        specification: Some(doc.facts().version().name()),
        text: String::new(),
        analysis: Analysis { summary: Some(summary_of(&doc).into()), ..Analysis::default() },
        changes: Changes::default(),
        generated: {
            let generated = selection.index.project(&input.path).counts_as_generated();
            generated.counts(doc.facts().library.is_some())
        },
        digest: None,
        beside: true,
        seen: None,
    }))
}
