//! The handlers. Each hands its event over before it first waits, so that events arrive in
//! the client's order, and then waits for nothing but its own answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types as ls;

use crate::lsp::convert::{incoming, outgoing, place};
use crate::lsp::event::{Event, Refusal, Reply};
use crate::lsp::inbox::Post;

/// The protocol's "the server gave up on it, ask again".
const SERVER_CANCELLED: i64 = -32802;

/// What the handlers share.
#[derive(Debug)]
pub(super) struct Backend {
    pub(super) post: Post,
    /// Whether the client said goodbye, which decides about the exit code.
    pub(super) shut_down: Arc<AtomicBool>,
}

impl Backend {
    /// Asks the session, and maps its refusal to an error of the protocol.
    async fn ask<T>(&self, event: impl FnOnce(Reply<T>) -> Event, outdated: fn() -> Error) -> Result<T> {
        let (reply, answer) = Reply::new();
        self.post.send(event(reply));
        match answer.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Refusal::Outdated)) => Err(outdated()),
            Err(_) => Err(Error::internal_error()),
        }
    }
}

fn ask_again() -> Error {
    Error {
        code: ErrorCode::ServerError(SERVER_CANCELLED),
        message: "the document is changing".into(),
        data: Some(json!({ "retriggerRequest": true })),
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: ls::InitializeParams) -> Result<ls::InitializeResult> {
        let client = incoming::client(&params);
        let wishes = incoming::wishes(params.initialization_options.as_ref());
        self.post.send(Event::Configured(client, wishes, incoming::folders(&params)));
        Ok(outgoing::introduction(&client))
    }

    async fn initialized(&self, _: ls::InitializedParams) {
        self.post.send(Event::Ready);
    }

    async fn shutdown(&self) -> Result<()> {
        self.shut_down.store(true, Ordering::Release);
        Ok(())
    }

    async fn did_open(&self, params: ls::DidOpenTextDocumentParams) {
        self.post.send(incoming::opened(params));
    }

    async fn did_change(&self, params: ls::DidChangeTextDocumentParams) {
        self.post.send(incoming::changed(params));
    }

    async fn did_save(&self, _: ls::DidSaveTextDocumentParams) {}

    async fn did_close(&self, params: ls::DidCloseTextDocumentParams) {
        self.post.send(Event::Closed { uri: incoming::uri(&params.text_document.uri) });
    }

    async fn did_change_watched_files(&self, params: ls::DidChangeWatchedFilesParams) {
        let changed = params.changes.iter().map(|change| incoming::uri(&change.uri)).collect();
        self.post.send(Event::Watched(changed));
    }

    async fn did_change_workspace_folders(&self, params: ls::DidChangeWorkspaceFoldersParams) {
        let added = params.event.added.iter().filter_map(|f| incoming::folder_of(&f.uri)).collect();
        let removed = params.event.removed.iter().map(|f| place::path_of(f.uri.as_str())).collect();
        self.post.send(Event::Folders { added, removed });
    }

    async fn did_change_configuration(&self, params: ls::DidChangeConfigurationParams) {
        // A client that wants to be asked sends nothing, which is no wish.
        if params.settings.is_object() {
            self.post.send(Event::Wished(incoming::wishes(Some(&params.settings))));
        }
    }

    async fn hover(&self, params: ls::HoverParams) -> Result<Option<ls::Hover>> {
        let place = params.text_document_position_params;
        let (uri, at) = (incoming::uri(&place.text_document.uri), incoming::at(place.position));
        let card = self.ask(|reply| Event::Hover { uri, at, reply }, Error::content_modified).await?;
        Ok(card.map(outgoing::hover))
    }

    async fn diagnostic(
        &self,
        params: ls::DocumentDiagnosticParams,
    ) -> Result<ls::DocumentDiagnosticReportResult> {
        let (uri, previous) = (incoming::uri(&params.text_document.uri), params.previous_result_id);
        let report = self.ask(|reply| Event::Pull { uri, previous, reply }, ask_again).await?;
        Ok(outgoing::report(&params.text_document.uri, report))
    }

    async fn code_action(&self, params: ls::CodeActionParams) -> Result<Option<ls::CodeActionResponse>> {
        let (uri, range) = (incoming::uri(&params.text_document.uri), incoming::range(params.range));
        let kinds = incoming::kinds(params.context.only.as_deref());
        let event = |reply| Event::Actions { uri, range, kinds, reply };
        let actions = self.ask(event, Error::content_modified).await?;
        Ok((!actions.items.is_empty()).then(|| outgoing::actions(&params.text_document.uri, actions)))
    }
}
