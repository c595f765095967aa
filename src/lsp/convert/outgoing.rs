//! From plain data to the protocol's types.

use std::collections::HashMap;
use std::str::FromStr;

use tower_lsp::ls_types as ls;

use crate::analysis::source::Language;
use crate::diagnostic::Severity;
use crate::lsp::convert::incoming::FIX_ALL;
use crate::lsp::convert::{features, place};
use crate::lsp::event::{Card, Changed, ClientFacts, EXPLAIN, Note, RUNS, Range, Report};
use crate::lsp::unopened::Item;
use crate::text::{Encoding, LineCol};

/// The name under which we speak.
const SOURCE: &str = "pactlens";

pub(super) fn position(at: LineCol) -> ls::Position {
    ls::Position { line: at.line, character: at.col }
}

pub(crate) fn range(range: Range) -> ls::Range {
    ls::Range { start: position(range.start), end: position(range.end) }
}

/// Who we are and what we can do for this client.
pub(crate) fn introduction(client: &ClientFacts) -> ls::InitializeResult {
    let pull = ls::DiagnosticOptions {
        identifier: Some(SOURCE.to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: client.all_pacts,
        ..Default::default()
    };
    let actions = ls::CodeActionOptions {
        code_action_kinds: Some(vec![
            ls::CodeActionKind::QUICKFIX,
            ls::CodeActionKind::from(FIX_ALL.to_owned()),
            ls::CodeActionKind::REFACTOR_REWRITE,
        ]),
        resolve_provider: client.resolves.then_some(true),
        ..Default::default()
    };
    ls::InitializeResult {
        capabilities: ls::ServerCapabilities {
            position_encoding: Some(encoding(client.encoding)),
            text_document_sync: Some(ls::TextDocumentSyncCapability::Options(ls::TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(ls::TextDocumentSyncKind::INCREMENTAL),
                save: cfg!(feature = "runner").then_some(ls::TextDocumentSyncSaveOptions::Supported(true)),
                ..Default::default()
            })),
            document_symbol_provider: client.outline.then_some(ls::OneOf::Left(true)),
            folding_range_provider: client
                .outline
                .then_some(ls::FoldingRangeProviderCapability::Simple(true)),
            selection_range_provider: Some(ls::SelectionRangeProviderCapability::Simple(true)),
            inlay_hint_provider: Some(ls::OneOf::Left(true)),
            definition_provider: Some(ls::OneOf::Left(true)),
            references_provider: Some(ls::OneOf::Left(true)),
            document_highlight_provider: Some(ls::OneOf::Left(true)),
            rename_provider: Some(ls::OneOf::Right(ls::RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: Default::default(),
            })),
            workspace_symbol_provider: Some(ls::OneOf::Left(true)),
            semantic_tokens_provider: Some(ls::SemanticTokensServerCapabilities::SemanticTokensOptions(
                features::token_options(),
            )),
            completion_provider: Some(ls::CompletionOptions {
                trigger_characters: Some(["\"", "$", ".", ":"].map(str::to_owned).to_vec()),
                resolve_provider: client.resolves_docs.then_some(true),
                ..Default::default()
            }),
            hover_provider: Some(ls::HoverProviderCapability::Simple(true)),
            diagnostic_provider: client.pulls.then_some(ls::DiagnosticServerCapabilities::Options(pull)),
            workspace: Some(ls::WorkspaceServerCapabilities {
                workspace_folders: Some(ls::WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(ls::OneOf::Left(true)),
                }),
                ..Default::default()
            }),
            code_action_provider: client
                .actions
                .then_some(ls::CodeActionProviderCapability::Options(actions)),
            execute_command_provider: commands(client),
            code_lens_provider: (client.opens_tests || client.run_lenses)
                .then_some(ls::CodeLensOptions { resolve_provider: Some(false) }),
            document_link_provider: Some(ls::DocumentLinkOptions {
                resolve_provider: Some(false),
                work_done_progress_options: Default::default(),
            }),
            ..Default::default()
        },
        server_info: Some(ls::ServerInfo {
            name: SOURCE.to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        ..Default::default()
    }
}

/// The commands that this client can have us do.
fn commands(client: &ClientFacts) -> Option<ls::ExecuteCommandOptions> {
    let explain = client.shows_documents.then(|| EXPLAIN.to_owned());
    let runs = cfg!(feature = "runner") && client.trusted;
    let runs = RUNS.iter().filter(|_| runs).map(|(_, name)| (*name).to_owned());
    let commands: Vec<String> = explain.into_iter().chain(runs).collect();
    (!commands.is_empty()).then(|| ls::ExecuteCommandOptions { commands, ..Default::default() })
}

fn encoding(encoding: Encoding) -> ls::PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => ls::PositionEncodingKind::UTF8,
        Encoding::Utf16 => ls::PositionEncodingKind::UTF16,
        Encoding::Utf32 => ls::PositionEncodingKind::UTF32,
    }
}

/// Findings of a document.
pub(crate) fn diagnostics(uri: &ls::Uri, notes: Vec<Note>) -> Vec<ls::Diagnostic> {
    notes.into_iter().map(|note| diagnostic(uri, note)).collect()
}

pub(super) fn diagnostic(uri: &ls::Uri, note: Note) -> ls::Diagnostic {
    let related = note.related.into_iter().filter_map(|place| {
        let uri = match &place.path {
            Some(path) => ls::Uri::from_str(&place::uri_of(path)).ok()?,
            None => uri.clone(),
        };
        let location = ls::Location { uri, range: range(place.range) };
        Some(ls::DiagnosticRelatedInformation { location, message: place.text })
    });
    let related: Vec<_> = related.collect();
    ls::Diagnostic {
        range: range(note.range),
        severity: Some(match note.severity {
            Severity::Error => ls::DiagnosticSeverity::ERROR,
            Severity::Warning => ls::DiagnosticSeverity::WARNING,
            Severity::Info => ls::DiagnosticSeverity::INFORMATION,
        }),
        code: Some(ls::NumberOrString::String(note.code.to_owned())),
        code_description: note
            .page
            .and_then(|page| Some(ls::CodeDescription { href: ls::Uri::from_str(&page).ok()? })),
        source: Some(SOURCE.to_owned()),
        message: note.message,
        related_information: (!related.is_empty()).then_some(related),
        ..Default::default()
    }
}

/// The answer to a pull.
pub(crate) fn report(uri: &ls::Uri, report: Report) -> ls::DocumentDiagnosticReportResult {
    let report = match report.notes {
        Some(notes) => ls::DocumentDiagnosticReport::Full(ls::RelatedFullDocumentDiagnosticReport {
            full_document_diagnostic_report: ls::FullDocumentDiagnosticReport {
                result_id: Some(report.id),
                items: diagnostics(uri, notes),
            },
            ..Default::default()
        }),
        None => ls::DocumentDiagnosticReport::Unchanged(ls::RelatedUnchangedDocumentDiagnosticReport {
            unchanged_document_diagnostic_report: ls::UnchangedDocumentDiagnosticReport {
                result_id: report.id,
            },
            related_documents: None,
        }),
    };
    ls::DocumentDiagnosticReportResult::Report(report)
}

/// The answer to a pull for the whole workspace.
pub(crate) fn workspace_report(items: Vec<Item>) -> ls::WorkspaceDiagnosticReportResult {
    let one = |(uri, report): Item| {
        // It came from the client or from a path, so it is one.
        let uri = ls::Uri::from_str(&uri).ok()?;
        let id = Some(report.id).filter(|id| !id.is_empty());
        Some(match report.notes {
            Some(notes) => {
                let items = diagnostics(&uri, notes);
                let full = ls::FullDocumentDiagnosticReport { result_id: id, items };
                ls::WorkspaceDocumentDiagnosticReport::Full(ls::WorkspaceFullDocumentDiagnosticReport {
                    uri,
                    version: None,
                    full_document_diagnostic_report: full,
                })
            }
            None => ls::WorkspaceDocumentDiagnosticReport::Unchanged(
                ls::WorkspaceUnchangedDocumentDiagnosticReport {
                    uri,
                    version: None,
                    unchanged_document_diagnostic_report: ls::UnchangedDocumentDiagnosticReport {
                        result_id: id.unwrap_or_default(),
                    },
                },
            ),
        })
    };
    let items = items.into_iter().filter_map(one).collect();
    ls::WorkspaceDiagnosticReportResult::Report(ls::WorkspaceDiagnosticReport { items })
}

/// The wish to hear of every JSON, configuration and source file that changes on the disk.
pub(crate) fn watching() -> Vec<ls::Registration> {
    let method = "workspace/didChangeWatchedFiles".to_owned();
    let sources = format!("**/*.{{{}}}", Language::EXTENSIONS.join(","));
    let options = serde_json::json!({ "watchers": [
        { "globPattern": "**/{*.json,*.toml,.pactlens.toml}" },
        { "globPattern": sources },
    ] });
    vec![ls::Registration { id: method.clone(), method, register_options: Some(options) }]
}

/// The wish that a document be shown, in the editor.
pub(crate) fn shown(uri: ls::Uri) -> ls::ShowDocumentParams {
    ls::ShowDocumentParams { uri, external: None, take_focus: Some(true), selection: None }
}

/// A text to show.
pub(crate) fn hover(card: Card) -> ls::Hover {
    let kind = if card.markdown { ls::MarkupKind::Markdown } else { ls::MarkupKind::PlainText };
    ls::Hover {
        contents: ls::HoverContents::Markup(ls::MarkupContent { kind, value: card.text }),
        range: Some(range(card.range)),
    }
}

/// Edits of documents; with the versions they are for if `versioned`.
pub(crate) fn workspace_edit(changed: Vec<Changed>, versioned: bool) -> ls::WorkspaceEdit {
    let text_edit = |(place, new_text): (Range, String)| ls::TextEdit { range: range(place), new_text };
    let documents = changed.into_iter().filter_map(|changed| {
        // It came from the client or from a path, so it is one.
        let uri = ls::Uri::from_str(&changed.uri).ok()?;
        Some((uri, changed.version, changed.edits.into_iter().map(text_edit).collect::<Vec<_>>()))
    });
    if !versioned {
        let changes = documents.map(|(uri, _, edits)| (uri, edits)).collect::<HashMap<_, _>>();
        return ls::WorkspaceEdit { changes: Some(changes), ..Default::default() };
    }
    let document = |(uri, version, edits): (ls::Uri, Option<i32>, Vec<ls::TextEdit>)| ls::TextDocumentEdit {
        text_document: ls::OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(ls::OneOf::Left).collect(),
    };
    let changes = ls::DocumentChanges::Edits(documents.map(document).collect());
    ls::WorkspaceEdit { document_changes: Some(changes), ..Default::default() }
}
