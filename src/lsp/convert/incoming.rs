//! From the protocol's types to plain data.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tower_lsp::ls_types as ls;

use crate::lsp::convert::place;
use crate::lsp::event::{
    COPY_HINT, ClientFacts, ContentChange, EXPLAIN, Event, Kinds, OPEN_TEST, Range, Uri, Wishes,
};
#[cfg(feature = "runner")]
use crate::lsp::event::{RUNS, Run};
use crate::model::regex::Target;
use crate::rules::Preset;
use crate::text::{Encoding, LineCol};

/// Kind of the action that makes all safe fixes.
pub(crate) const FIX_ALL: &str = "source.fixAll.pactlens";

/// A document's name.
pub(crate) fn uri(uri: &ls::Uri) -> Uri {
    Arc::from(uri.as_str())
}

/// A place.
pub(crate) fn at(position: ls::Position) -> LineCol {
    LineCol { line: position.line, col: position.character }
}

/// A part of a document.
pub(crate) fn range(range: ls::Range) -> Range {
    Range { start: at(range.start), end: at(range.end) }
}

/// A document that was opened.
pub(crate) fn opened(params: ls::DidOpenTextDocumentParams) -> Event {
    let document = params.text_document;
    Event::Opened { uri: uri(&document.uri), version: document.version, text: document.text }
}

/// A document that changed.
pub(crate) fn changed(params: ls::DidChangeTextDocumentParams) -> Event {
    let change = |change: ls::TextDocumentContentChangeEvent| ContentChange {
        range: change.range.map(range),
        text: change.text,
    };
    Event::Changed {
        uri: uri(&params.text_document.uri),
        version: params.text_document.version,
        changes: params.content_changes.into_iter().map(change).collect(),
    }
}

/// Which kinds of action are asked for. Source actions only run when asked for by name. What is
/// about no finding is only offered to who asks: editors ask by themselves at each step of the
/// caret, and then it would be work for nothing.
pub(crate) fn kinds(context: &ls::CodeActionContext) -> Kinds {
    let (only, trigger) = (context.only.as_deref(), context.trigger_kind);
    let asks = |kind: &str| {
        only.is_some_and(|only| {
            only.iter().any(|o| {
                let rest = kind.strip_prefix(o.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || o.as_str().is_empty())
            })
        })
    };
    let by_hand = trigger != Some(ls::CodeActionTriggerKind::AUTOMATIC);
    Kinds {
        quick: only.is_none() || asks("quickfix"),
        all: asks(FIX_ALL),
        rewrite: only.is_none() && by_hand || asks("refactor.rewrite"),
        named: match (only, trigger) {
            (None, None) => context.diagnostics.iter().map(|it| range(it.range)).collect(),
            _ => Vec::new(),
        },
    }
}

/// What the client can do.
pub(crate) fn client(params: &ls::InitializeParams) -> ClientFacts {
    let text = params.capabilities.text_document.as_ref();
    let workspace = params.capabilities.workspace.as_ref();
    let formats = text.and_then(|t| t.hover.as_ref()).and_then(|h| h.content_format.as_ref());
    let folds = text.and_then(|t| t.folding_range.as_ref());
    let edits = workspace.and_then(|w| w.workspace_edit.as_ref());
    let item = text.and_then(|t| t.completion.as_ref()?.completion_item.as_ref());
    let window = params.capabilities.window.as_ref();
    let refreshed = workspace.and_then(|w| w.code_lens.as_ref());
    ClientFacts {
        encoding: encoding(params),
        pulls: text.is_some_and(|t| t.diagnostic.is_some()),
        related: text
            .and_then(|t| t.publish_diagnostics.as_ref())
            .and_then(|p| p.related_information)
            .unwrap_or(false),
        markdown: formats.is_some_and(|formats| formats.contains(&ls::MarkupKind::Markdown)),
        actions: text
            .and_then(|t| t.code_action.as_ref())
            .is_some_and(|a| a.code_action_literal_support.is_some()),
        watches: workspace
            .and_then(|w| w.did_change_watched_files.as_ref())
            .and_then(|w| w.dynamic_registration)
            .unwrap_or(false),
        pages: text
            .and_then(|t| t.publish_diagnostics.as_ref())
            .and_then(|p| p.code_description_support)
            .unwrap_or(false),
        refreshes: workspace
            .and_then(|w| w.diagnostics.as_ref())
            .and_then(|d| d.refresh_support)
            .unwrap_or(false),
        nested_symbols: text
            .and_then(|t| t.document_symbol.as_ref())
            .and_then(|s| s.hierarchical_document_symbol_support)
            .unwrap_or(false),
        snippets: item.and_then(|item| item.snippet_support).unwrap_or(false),
        resolves_docs: item
            .and_then(|item| item.resolve_support.as_ref())
            .is_some_and(|resolve| resolve.properties.iter().any(|it| it == "documentation")),
        markdown_docs: item
            .and_then(|item| item.documentation_format.as_ref())
            .is_some_and(|formats| formats.contains(&ls::MarkupKind::Markdown)),
        line_folds: folds.and_then(|f| f.line_folding_only).unwrap_or(false),
        most_folds: folds.and_then(|f| f.range_limit).unwrap_or(0),
        syntax_errors: wants(params, "syntaxErrors"),
        outline: wants(params, "outline"),
        versioned_edits: edits.and_then(|e| e.document_changes).unwrap_or(false),
        resolves: text
            .and_then(|t| t.code_action.as_ref()?.resolve_support.as_ref())
            .is_some_and(|resolve| resolve.properties.iter().any(|it| it == "edit")),
        creates_files: edits
            .and_then(|e| e.resource_operations.as_ref())
            .is_some_and(|kinds| kinds.contains(&ls::ResourceOperationKind::Create)),
        shows_documents: window.and_then(|w| w.show_document.as_ref()).is_some_and(|show| show.support),
        #[cfg(feature = "runner")]
        makes_edits: workspace.and_then(|w| w.apply_edit).unwrap_or(false),
        all_pacts: option(params, "diagnosticMode").is_some_and(|mode| mode == "workspace"),
        progress: window.and_then(|w| w.work_done_progress).unwrap_or(false),
        copies_hints: has_command(params, COPY_HINT),
        opens_tests: has_command(params, OPEN_TEST),
        trusted: wants(params, "trusted"),
        run_lenses: cfg!(feature = "runner")
            && wants(params, "runLenses")
            && wants(params, "trusted")
            && text.is_some_and(|t| t.code_lens.is_some()),
        refreshes_lenses: refreshed.and_then(|lens| lens.refresh_support).unwrap_or(false),
    }
}

/// What a command of ours is to run, if it is one that runs something. An error says what is wrong
/// with its arguments.
#[cfg(feature = "runner")]
pub(crate) fn run(params: &ls::ExecuteCommandParams) -> Option<Result<Run, String>> {
    let (kind, name) = *RUNS.iter().find(|(_, name)| *name == params.command)?;
    let Some(uri) = params.arguments.first().and_then(Value::as_str) else {
        return Some(Err(format!(
            "The first argument of '{name}' is the URI of a pact that is open, a string"
        )));
    };
    let number = |it: &Value| it.as_u64().and_then(|it| usize::try_from(it).ok());
    let index = match params.arguments.get(1).filter(|it| !it.is_null()) {
        Some(index) => match number(index) {
            Some(index) => Some(index),
            None => {
                let what = "the number of an interaction, from zero; without it the whole pact is meant";
                return Some(Err(format!("The second argument of '{name}' is {what}")));
            }
        },
        None => None,
    };
    Some(Ok(Run { kind, uri: uri.into(), index }))
}

/// The rule whose page is asked for. An error says what is wrong with the command or its arguments.
pub(crate) fn explained(params: &ls::ExecuteCommandParams) -> Result<String, String> {
    if params.command != EXPLAIN {
        return Err(format!("There is no command '{}'", params.command));
    }
    let rule = params.arguments.first().and_then(Value::as_str).map(str::to_owned);
    rule.ok_or_else(|| format!("The argument of '{EXPLAIN}' is the name of a rule, a string"))
}

/// The folders of the workspace.
#[allow(deprecated, reason = "older clients name one root and no folders")]
pub(crate) fn folders(params: &ls::InitializeParams) -> Vec<PathBuf> {
    match &params.workspace_folders {
        Some(folders) => folders.iter().filter_map(|folder| folder_of(&folder.uri)).collect(),
        None => params.root_uri.iter().filter_map(folder_of).collect(),
    }
}

/// The folder of a URI on this machine.
pub(crate) fn folder_of(uri: &ls::Uri) -> Option<PathBuf> {
    let local = uri.as_str().starts_with("file:");
    local.then(|| PathBuf::from(place::path_of(uri.as_str())))
}

/// An initialization option.
fn option<'p>(params: &'p ls::InitializeParams, name: &str) -> Option<&'p serde_json::Value> {
    params.initialization_options.as_ref()?.get(name)
}

/// Whether the client says that it runs a command of this name: `commands` in its options.
fn has_command(params: &ls::InitializeParams, name: &str) -> bool {
    let commands = option(params, "commands").and_then(Value::as_array);
    commands.is_some_and(|commands| commands.iter().any(|command| command == name))
}

/// Whether an initialization option is on, as it is where nothing is said.
fn wants(params: &ls::InitializeParams, name: &str) -> bool {
    option(params, name).and_then(|wanted| wanted.as_bool()).unwrap_or(true)
}

/// What the client wishes, from its initialization options or its settings, which may have a
/// section of our name: `regexTargets`, a list of names, `preset` and `configuration`, a path.
/// What is none of these is left out.
pub(crate) fn wishes(options: Option<&Value>) -> Wishes {
    let options = options.map(|options| options.get("pactlens").unwrap_or(options));
    let get = |name: &str| options.and_then(|options| options.get(name));
    let names = get("regexTargets").and_then(Value::as_array).into_iter().flatten();
    Wishes {
        targets: names.filter_map(|name| Target::parse(name.as_str()?)).collect(),
        preset: get("preset").and_then(|name| Preset::of_name(name.as_str()?)),
        config: get("configuration")
            .and_then(Value::as_str)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from),
    }
}

/// The first of the client's encodings, which it lists in its order of preference; UTF-16
/// when it lists none.
fn encoding(params: &ls::InitializeParams) -> Encoding {
    let offered = params.capabilities.general.as_ref().and_then(|g| g.position_encodings.as_ref());
    let known = |kind: &ls::PositionEncodingKind| match kind.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    };
    offered.and_then(|kinds| kinds.iter().find_map(known)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(
        only: Option<Vec<ls::CodeActionKind>>,
        trigger_kind: Option<ls::CodeActionTriggerKind>,
    ) -> ls::CodeActionContext {
        ls::CodeActionContext { diagnostics: Vec::new(), only, trigger_kind }
    }

    #[test]
    fn source_actions_must_be_asked_for() {
        let of = |only: &[&str]| {
            let only = only.iter().map(|k| ls::CodeActionKind::from(k.to_string())).collect();
            let kinds = kinds(&asked(Some(only), Some(ls::CodeActionTriggerKind::AUTOMATIC)));
            (kinds.quick, kinds.all)
        };
        let named = Vec::new();
        assert_eq!(
            kinds(&asked(None, None)),
            Kinds { quick: true, all: false, rewrite: true, named: named.clone() }
        );
        let automatic = kinds(&asked(None, Some(ls::CodeActionTriggerKind::AUTOMATIC)));
        assert_eq!(automatic, Kinds { quick: true, all: false, rewrite: false, named });
        assert!(kinds(&asked(Some(vec![ls::CodeActionKind::REFACTOR]), None)).rewrite);
        assert_eq!(of(&["source"]), (false, true));
        assert_eq!(of(&["source.fixAll"]), (false, true));
        assert_eq!(of(&["source.fixAll.pactlens"]), (false, true));
        assert_eq!(of(&["source.fixAll.other", "sour", "quickfix"]), (true, false));
        assert_eq!(of(&[""]), (true, true));
        assert_eq!(of(&[]), (false, false));
    }
}
