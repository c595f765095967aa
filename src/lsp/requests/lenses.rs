//! Where to go from a document: its tests, and the addresses in it.

use std::sync::Arc;

use crate::diagnostic::Elsewhere;
use crate::ide;
use crate::lsp::convert::place;
use crate::lsp::event::{Lens, LensDoes, Link, Uri};
use crate::lsp::session::Session;
use crate::text::Span;

/// So many lenses one document has at most.
const MOST: usize = 5_000;

/// What can be run, and the test of each interaction, above it. No test as long as none are known.
pub(crate) fn lenses(session: &mut Session, uri: &Uri) -> Vec<Lens> {
    let encoding = session.client.encoding;
    let mut lenses = Vec::new();
    #[cfg(feature = "runner")]
    if session.client.run_lenses {
        lenses = runs(session, uri);
    }
    if !session.client.opens_tests {
        return lenses;
    }
    for (index, test) in tests(session, uri) {
        let Some(doc) = session.pact(uri) else { break };
        let Some((_, base)) = doc.chunk(index).filter(|_| doc.is_live(index)) else { continue };
        let range = place::range_of(doc, Span::at(base), encoding);
        let shown = session.workspace.shown(&test.file);
        lenses.push(Lens {
            range,
            title: format!("Go to test: {shown}:{}", test.start.line + 1),
            does: LensDoes::Test { uri: place::uri_of(&test.file).into(), at: test.start },
        });
    }
    lenses
}

/// A mock server, a try of the requests alone, and a verification: of the pact as a whole and of
/// each interaction. They are there without a provider too: who asks is told how to name one.
#[cfg(feature = "runner")]
fn runs(session: &mut Session, uri: &Uri) -> Vec<Lens> {
    use crate::lsp::event::{Range, Run, RunKind};
    use crate::lsp::runs::{Verified, has_request, mark};

    let encoding = session.client.encoding;
    if session.pact(uri).is_none() {
        return Vec::new();
    }
    let Some(file) = session.files.get(uri) else { return Vec::new() };
    let (path, Some(doc)) = (file.path(), file.document()) else { return Vec::new() };
    let lens = |range: Range, title: String, kind: RunKind, index: Option<usize>| Lens {
        range,
        title,
        does: LensDoes::Run(Run { kind, uri: Uri::clone(uri), index }),
    };
    let mock = |range: Range, index: Option<usize>, mark: Option<u64>| match session
        .runs
        .mock_of(&(Arc::clone(path), mark))
    {
        Some(url) => lens(range, format!("Stop mock ({url})"), RunKind::StopMock, index),
        None => lens(range, "Mock".to_owned(), RunKind::Mock, index),
    };
    let top = Range::default();
    let mut lenses = vec![
        mock(top, None, None),
        lens(top, "Try it".to_owned(), RunKind::Try, None),
        lens(top, "Verify".to_owned(), RunKind::Verify, None),
    ];
    let single = session.runs.mocks_single(path);
    for index in (0..doc.chunk_count()).filter(|index| doc.is_live(*index)).take(MOST) {
        let Some((_, base)) = doc.chunk(index) else { continue };
        let range = place::range_of(doc, Span::at(base), encoding);
        if has_request(doc, index) {
            lenses.push(match single {
                true => mock(range, Some(index), Some(mark(doc, index))),
                false => lens(range, "Mock".to_owned(), RunKind::Mock, Some(index)),
            });
        }
        let title = match session.runs.verified(path, doc, index) {
            Some(Verified::Passed) => "Verify (passed)",
            Some(Verified::Failed) => "Verify (failed)",
            Some(Verified::Pending) => "Verify (pending)",
            Some(Verified::Unknown) => "Verify (unknown)",
            None => "Verify",
        };
        lenses.push(lens(range, "Try it".to_owned(), RunKind::Try, Some(index)));
        lenses.push(lens(range, title.to_owned(), RunKind::Verify, Some(index)));
    }
    lenses
}

/// The test of each interaction that has one, with the interaction's number.
fn tests(session: &mut Session, uri: &Uri) -> Vec<(usize, Elsewhere)> {
    if !session.workspace.has_tests() {
        return Vec::new();
    }
    let Some(doc) = session.pact(uri) else { return Vec::new() };
    let count = doc.chunk_count();
    let Some(file) = session.files.get(uri) else { return Vec::new() };
    let path = Arc::clone(file.path());
    // That of the last analysis, which is of this text or is about to be made anew.
    let Some(summary) = session.workspace.summary(&path) else { return Vec::new() };
    let test = |(index, _): (usize, _)| Some((index, session.workspace.test_of(&path, &summary, index)?));
    let each = summary.interactions.iter().take(count).enumerate();
    each.filter_map(test).take(MOST).collect()
}

/// The addresses in a document, and the tests that its interactions name.
pub(crate) fn links(session: &mut Session, uri: &Uri) -> Vec<Link> {
    let encoding = session.client.encoding;
    let Some(found) = session.pact(uri).map(ide::links) else { return Vec::new() };
    let Some(file) = session.files.get(uri) else { return Vec::new() };
    let Some(doc) = file.document() else { return Vec::new() };
    let summary = session.workspace.summary(file.path());
    let mut links = Vec::new();
    for link in found {
        let range = place::range_of(doc, link.span, encoding);
        match link.target {
            ide::Target::Address(target) => links.push(Link { range, target, tooltip: None }),
            ide::Target::Test(index) => {
                let test = summary.as_ref().and_then(|it| session.workspace.test_of(file.path(), it, index));
                let Some(test) = test else { continue };
                let target = format!("{}#L{}", place::uri_of(&test.file), test.start.line + 1);
                links.push(Link { range, target, tooltip: Some("Go to the test".to_owned()) });
            }
        }
    }
    links
}
