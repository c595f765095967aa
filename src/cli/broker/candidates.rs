//! Pacts that are to be published: what is read, what the Broker would refuse, and which of
//! them are one.

use std::io::Write;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::analysis::{Analysis, Document, RunOptions, analyse};
use crate::broker::content::{Ids, pact_sha};
use crate::cli::baseline::{BaselineArgs, Known};
use crate::cli::broker::fit::{party, unreadable};
use crate::cli::broker::{merge, shown};
use crate::cli::inputs::{Input, inputs};
use crate::cli::lint::known;
use crate::cli::output::{self, Stream};
use crate::cli::selection::{Selection, SelectionArgs};
use crate::config::Traits;
use crate::diagnostic::Severity;
use crate::report::{self, FileReport, Format, PactRef, Summary, escape};
use crate::syntax::parse;
use crate::text::{Encoding, LineIndex};

/// A pact that is to be published.
pub(super) struct Candidate {
    /// The files that it is from.
    pub(super) files: Vec<String>,
    /// What is published, byte by byte.
    pub(super) text: String,
    pub(super) consumer: String,
    pub(super) provider: String,
    /// By what the Broker knows the content.
    pub(super) sha: String,
}

/// The pacts of a run.
pub(super) struct Candidates {
    pub(super) pacts: Vec<Candidate>,
    /// What is wrong with them, so that nothing is published.
    pub(super) errors: Vec<String>,
    /// What is worth knowing.
    pub(super) notes: Vec<String>,
    /// A named file is excluded.
    pub(super) excluded: bool,
}

/// Reads the pacts of these files and folders, and looks whether they can be published.
pub(super) fn find(
    paths: &[PathBuf],
    args: &SelectionArgs,
    selection: &Selection,
    lint: bool,
    join: bool,
) -> Result<Candidates, String> {
    let (list, excluded) = inputs(paths, selection, &args.stdin_filename)?;
    let known = if lint { Some(known::load(&BaselineArgs::default(), selection)?) } else { None };
    let read: Vec<_> = list
        .par_iter()
        .filter(|input| !input.excluded)
        .map(|input| read(input, args, selection, known.as_ref()))
        .collect();
    let mut found = Candidates { pacts: Vec::new(), errors: Vec::new(), notes: Vec::new(), excluded };
    let mut pacts = Vec::new();
    for read in read {
        match read {
            Read::Pact(pact) => pacts.push(*pact),
            Read::None => {}
            Read::Refused(why) => found.errors.push(why),
            Read::Linted(why, report) => {
                // What is wrong is shown where the rest of the run is told.
                let write = |out: &mut dyn Write| out.write_all(report.as_bytes());
                output::write_to(Stream::Error, write).map_err(|error| error.to_string())?;
                found.errors.push(why);
            }
        }
    }
    if found.errors.is_empty() {
        group(pacts, join, &mut found);
    }
    Ok(found)
}

enum Read {
    Pact(Box<Candidate>),
    None,
    Refused(String),
    /// Why, and what was found in it.
    Linted(String, String),
}

fn read(input: &Input, args: &SelectionArgs, selection: &Selection, known: Option<&Known>) -> Read {
    let name = escape(&input.shown).into_owned();
    let (document, is_text) = match input.pact(args.if_pact) {
        Ok(Some(pact)) => pact,
        Ok(None) => return Read::None,
        Err(why) => return Read::Refused(why),
    };
    if let Some(known) = known {
        let levels = selection.index.levels(&input.path, Traits::of(document.facts()));
        let options = RunOptions {
            baseline: Some(known.baseline()),
            one_core: true,
            once: true,
            ..RunOptions::default()
        };
        let mut analysis = analyse(&document, &levels, options);
        analysis.findings.retain(|it| it.severity == Severity::Error);
        if !analysis.findings.is_empty() {
            let why = format!(
                "{name} is not published, because lint finds errors in it; --no-lint publishes it all the same"
            );
            return Read::Linted(why, listed(&name, &document, &analysis));
        }
    }
    let text = document.text();
    if let Some((at, why)) = unreadable(&text, is_text) {
        let at = LineIndex::new(&text).position(&text, at as u32, Encoding::Utf32);
        return Read::Refused(format!("{name}:{}:{} {why}", at.line + 1, at.col + 1));
    }
    let tree = parse(&text);
    let Some(root) = tree.root(&text) else { return Read::Refused(format!("{name} is empty")) };
    let party = |key: &str| party(root, key).map_err(|why| format!("{name}: {why}"));
    match (party("consumer"), party("provider"), pact_sha(root, Ids::Count)) {
        (Ok(consumer), Ok(provider), Some(sha)) => Read::Pact(Box::new(Candidate {
            files: vec![input.shown.clone()],
            consumer,
            provider,
            sha,
            text,
        })),
        (Err(why), ..) | (_, Err(why), _) => Read::Refused(why),
        (.., None) => Read::Refused(format!(
            "{name} has a number that is larger than any the Broker can keep, about 1.8e308; it would answer with a fault of its own"
        )),
    }
}

/// The errors of a pact, without its secrets.
fn listed(name: &str, document: &Document, analysis: &Analysis) -> String {
    let masked = document.shown(crate::analysis::Secrets::Hidden, true);
    let lines = LineIndex::new(&masked.text);
    let pact = PactRef {
        consumer: masked.consumer.as_deref(),
        provider: masked.provider.as_deref(),
        specification: None,
    };
    let file = FileReport {
        path: name,
        text: &masked.text,
        lines: &lines,
        findings: &analysis.findings,
        suppressed: &[],
        generated: false,
        pact: Some(pact),
        untracked: false,
    };
    let summary = Summary { files_checked: 1, errors: analysis.findings.len(), ..Summary::default() };
    let options = report::Options { fix_hints: true, ..report::Options::default() };
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = report::render(Format::Concise, &[file], &summary, &[], &options, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Makes one pact of those that are for the same consumer and provider.
fn group(pacts: Vec<Candidate>, join: bool, found: &mut Candidates) {
    let mut groups: Vec<Vec<Candidate>> = Vec::new();
    for pact in pacts {
        let same = |group: &&mut Vec<Candidate>| {
            group[0].consumer == pact.consumer && group[0].provider == pact.provider
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(pact),
            None => groups.push(vec![pact]),
        }
    }
    for group in groups {
        let mut distinct: Vec<Candidate> = Vec::new();
        for pact in group {
            match distinct.iter_mut().find(|it| it.sha == pact.sha) {
                Some(known) => {
                    found.notes.push(format!(
                        "{} has the same content as {}, which is published once",
                        escape(&pact.files[0]),
                        escape(&known.files[0])
                    ));
                    known.files.extend(pact.files);
                }
                None => distinct.push(pact),
            }
        }
        match distinct.len() {
            1 => found.pacts.extend(distinct),
            _ if join => match merge::merge(distinct) {
                Ok(pact) => found.pacts.push(pact),
                Err(why) => found.errors.push(why),
            },
            _ => found.errors.push(different(&distinct)),
        }
    }
}

fn different(pacts: &[Candidate]) -> String {
    let files: Vec<_> = pacts.iter().map(|it| escape(&it.files[0]).into_owned()).collect();
    format!(
        "{} are different pacts of '{}' with '{}', and the Broker keeps one for each version of the consumer: the last \
         would win, and the interactions of the others would be lost; --merge-files publishes the interactions of all of \
         them as one pact",
        files.join(" and "),
        shown(&pacts[0].consumer),
        shown(&pacts[0].provider)
    )
}
