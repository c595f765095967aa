//! What can be done, and where to go, in the protocol's types.

use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::ls_types as ls;

use crate::lsp::convert::incoming::FIX_ALL;
use crate::lsp::convert::outgoing::{diagnostic, range, workspace_edit};
use crate::lsp::event::{Action, ActionKind, Actions, Changed, Does, Lens, LensDoes, Link, OPEN_TEST, Uri};
use crate::model::Version;
use crate::text::LineCol;

/// Actions on a document.
pub(crate) fn actions(uri: &ls::Uri, actions: Actions) -> ls::CodeActionResponse {
    let version = actions.version;
    let one = |action| ls::CodeActionOrCommand::CodeAction(code_action(uri, version, action));
    actions.items.into_iter().map(one).collect()
}

fn code_action(uri: &ls::Uri, version: Option<i32>, action: Action) -> ls::CodeAction {
    let kind = match action.kind {
        ActionKind::Quick => ls::CodeActionKind::QUICKFIX,
        ActionKind::All => ls::CodeActionKind::from(FIX_ALL.to_owned()),
        ActionKind::Rewrite => ls::CodeActionKind::REFACTOR_REWRITE,
    };
    let mut out = ls::CodeAction {
        is_preferred: (action.safe && action.kind == ActionKind::Quick).then_some(true),
        diagnostics: action.note.map(|note| vec![diagnostic(uri, note)]),
        kind: Some(kind),
        ..Default::default()
    };
    match action.does {
        Does::Edits(edits) => {
            let changed = Changed { uri: Arc::from(uri.as_str()), version, edits };
            out.edit = Some(workspace_edit(vec![changed], version.is_some()));
        }
        Does::Elsewhere { uri, at, text } => out.edit = elsewhere(&uri, at, text, version.is_some()),
        Does::Upgrade(to) => out.data = Some(json!({ "uri": uri.as_str(), "upgrade": to.name() })),
        Does::Command(name, argument) => {
            out.command = Some(ls::Command {
                title: action.title.clone(),
                command: name.to_owned(),
                arguments: Some(vec![Value::String(argument)]),
            });
        }
    }
    out.title = action.title;
    out
}

/// A text put into another file, which is made first if there is no place in it.
pub(crate) fn elsewhere(
    uri: &Uri,
    at: Option<LineCol>,
    text: String,
    versioned: bool,
) -> Option<ls::WorkspaceEdit> {
    let name = ls::Uri::from_str(uri).ok()?;
    let place = at.unwrap_or_default();
    let edits = vec![(crate::lsp::event::Range { start: place, end: place }, text)];
    let edit = workspace_edit(
        vec![Changed { uri: Arc::clone(uri), version: None, edits }],
        versioned || at.is_none(),
    );
    let (Some(ls::DocumentChanges::Edits(changes)), None) = (&edit.document_changes, at) else {
        return Some(edit);
    };
    let create = ls::CreateFile {
        uri: name,
        options: Some(ls::CreateFileOptions { overwrite: None, ignore_if_exists: Some(true) }),
        annotation_id: None,
    };
    let create = ls::DocumentChangeOperation::Op(ls::ResourceOp::Create(create));
    let edits = changes.iter().cloned().map(ls::DocumentChangeOperation::Edit);
    let operations = std::iter::once(create).chain(edits).collect();
    Some(ls::WorkspaceEdit {
        document_changes: Some(ls::DocumentChanges::Operations(operations)),
        ..Default::default()
    })
}

/// What an action that was offered without its edit is about, from the data in it: the document,
/// and the version it is to become one of.
pub(crate) fn upgrade_of(action: &ls::CodeAction) -> Option<(Uri, Version)> {
    let data = action.data.as_ref()?;
    let uri = data.get("uri")?.as_str()?;
    let to = data.get("upgrade")?.as_str()?;
    Some((Arc::from(uri), [Version::V3, Version::V4].into_iter().find(|version| version.name() == to)?))
}

/// Lenses.
pub(crate) fn lenses(lenses: Vec<Lens>) -> Vec<ls::CodeLens> {
    let one = |lens: Lens| ls::CodeLens {
        range: range(lens.range),
        command: Some(match lens.does {
            LensDoes::Test { uri, at } => ls::Command {
                title: lens.title,
                command: OPEN_TEST.to_owned(),
                arguments: Some(vec![json!(&*uri), json!(at.line), json!(at.col)]),
            },
            LensDoes::Run(run) => ls::Command {
                title: lens.title,
                command: run.kind.command().to_owned(),
                arguments: Some(
                    std::iter::once(json!(&*run.uri)).chain(run.index.map(|it| json!(it))).collect(),
                ),
            },
        }),
        data: None,
    };
    lenses.into_iter().map(one).collect()
}

/// Links; an address that is none is left out.
pub(crate) fn links(links: Vec<Link>) -> Vec<ls::DocumentLink> {
    let one = |link: Link| {
        Some(ls::DocumentLink {
            range: range(link.range),
            target: Some(ls::Uri::from_str(&link.target).ok()?),
            tooltip: link.tooltip,
            data: None,
        })
    };
    links.into_iter().filter_map(one).collect()
}
