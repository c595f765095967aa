//! What to write in the test that a document comes from.

use std::cell::OnceCell;
use std::path::PathBuf;

use crate::analysis::hints::{Workspaces, of_finding};
use crate::analysis::{Document, Secrets};
use crate::diagnostic::{Finding, Hint};
use crate::lsp::session::Session;

/// What to write for a finding in a document. The folders around it are looked into once, when
/// the first finding asks and nothing is configured.
pub(super) fn hints<'a>(
    session: &Session,
    path: &str,
    doc: &'a Document,
) -> impl Fn(&Finding) -> Vec<Hint> + use<'a> {
    let path = PathBuf::from(path);
    let project = session.configs.index().project(&path);
    let configured = project.dsl(doc.facts().consumer.as_deref()).and_then(|from| from.value);
    let workspace = OnceCell::new();
    move |finding| {
        let around = || if configured.is_none() { Workspaces::default().around(&path) } else { None };
        of_finding(doc, finding, configured, *workspace.get_or_init(around), Secrets::Hidden)
    }
}
