//! The handlers. Each hands its event over before it first waits, so that events arrive in
//! the client's order, and then waits for nothing but its own answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types as ls;

use crate::analysis::Document;
use crate::lsp::convert::{actions as convert, features, incoming, outgoing, place};
use crate::lsp::event::{ClientFacts, Event, Question, Refusal, Reply, Uri};
use crate::lsp::inbox::Post;
#[cfg(feature = "runner")]
use crate::lsp::progress;
use crate::lsp::requests::{self, Wish};
use crate::lsp::session::Session;

/// The protocol's "the server gave up on it, ask again".
const SERVER_CANCELLED: i64 = -32802;

/// The protocol's "understood, and cannot be done".
const REQUEST_FAILED: i64 = -32803;

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

impl Backend {
    /// Has the session answer a question about a document.
    async fn look<T: Send + 'static>(
        &self,
        uri: &ls::Uri,
        work: impl FnOnce(&mut Session, &Uri) -> T + Send + 'static,
    ) -> Result<T> {
        let question = |reply| Event::Question(about(incoming::uri(uri), work, reply));
        self.ask(question, Error::request_cancelled).await
    }

    /// Has it answered when the client knows what is wrong.
    async fn look_later<T: Send + 'static>(
        &self,
        uri: &ls::Uri,
        work: impl FnOnce(&mut Session, &Uri) -> T + Send + 'static,
    ) -> Result<T> {
        let question = |reply| Event::Aside(about(incoming::uri(uri), work, reply));
        self.ask(question, Error::request_cancelled).await
    }

    /// Has a question answered that is about nothing but a document, and can wait.
    async fn outline<T: Send + 'static>(
        &self,
        uri: &ls::Uri,
        work: impl FnOnce(&Document, &ClientFacts) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let uri = incoming::uri(uri);
        let question = |reply: Reply<Option<T>>| {
            let work = move |session: &mut Session| session.answer_aside(&uri, reply, work);
            Event::Aside(Question(Box::new(work)))
        };
        self.ask(question, Error::content_modified).await
    }

    /// The places that have to do with one.
    async fn related(&self, place: ls::TextDocumentPositionParams, wish: Wish) -> Result<Vec<ls::Location>> {
        let at = incoming::at(place.position);
        let places = self
            .look(&place.text_document.uri, move |session, uri| requests::related(session, uri, at, wish));
        Ok(features::locations(&place.text_document.uri, places.await?))
    }
}

#[cfg(feature = "runner")]
impl Backend {
    /// `window/workDoneProgress/cancel`, which the trait of handlers does not know.
    pub(super) async fn cancel_run(&self, params: ls::WorkDoneProgressCancelParams) {
        if let Some(number) = progress::number(&params.token) {
            self.post.send(Event::Cancelled(number));
        }
    }
}

/// A question about a document.
fn about<T: Send + 'static>(
    uri: Uri,
    work: impl FnOnce(&mut Session, &Uri) -> T + Send + 'static,
    reply: Reply<T>,
) -> Question {
    Question(Box::new(move |session: &mut Session| {
        if !reply.is_unwanted() {
            reply.send(Ok(work(session, &uri)));
        }
    }))
}

/// The request was understood and cannot be done.
fn refused() -> Error {
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: "".into(), data: None }
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

    async fn did_save(&self, params: ls::DidSaveTextDocumentParams) {
        self.post.send(Event::Saved { uri: incoming::uri(&params.text_document.uri) });
    }

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

    async fn workspace_diagnostic(
        &self,
        params: ls::WorkspaceDiagnosticParams,
    ) -> Result<ls::WorkspaceDiagnosticReportResult> {
        let known = params.previous_result_ids.into_iter();
        let previous = known.map(|known| (incoming::uri(&known.uri), known.value)).collect();
        let question = |reply: Reply<_>| {
            let work = move |session: &mut Session| session.unopened.wait(previous, reply);
            Event::Question(Question(Box::new(work)))
        };
        let items = self.ask(question, ask_again).await?;
        Ok(outgoing::workspace_report(items))
    }

    async fn code_action(&self, params: ls::CodeActionParams) -> Result<Option<ls::CodeActionResponse>> {
        let (uri, range) = (incoming::uri(&params.text_document.uri), incoming::range(params.range));
        let kinds = incoming::kinds(&params.context);
        let event = |reply| Event::Actions { uri, range, kinds, reply };
        let actions = self.ask(event, Error::content_modified).await?;
        Ok((!actions.items.is_empty()).then(|| convert::actions(&params.text_document.uri, actions)))
    }

    async fn code_action_resolve(&self, mut action: ls::CodeAction) -> Result<ls::CodeAction> {
        let Some((uri, to)) = convert::upgrade_of(&action) else { return Ok(action) };
        let question = |reply: Reply<_>| {
            let work = move |session: &mut Session| {
                if !reply.is_unwanted() {
                    let versioned = session.client.versioned_edits;
                    let changed = requests::upgraded(session, &uri, to);
                    reply.send(Ok(changed.map(|it| outgoing::workspace_edit(vec![it], versioned))));
                }
            };
            Event::Question(Question(Box::new(work)))
        };
        let edit = self.ask(question, Error::request_cancelled).await?;
        action.edit = Some(edit.map_err(|reason| Error { message: reason.into(), ..refused() })?);
        Ok(action)
    }

    async fn execute_command(&self, params: ls::ExecuteCommandParams) -> Result<Option<ls::LSPAny>> {
        #[cfg(feature = "runner")]
        if let Some(run) = incoming::run(&params) {
            let run = run.map_err(Error::invalid_params)?;
            let question = |reply: Reply<_>| {
                let work = move |session: &mut Session| {
                    let begun = session.begin(run);
                    reply.send(Ok(begun));
                };
                Event::Question(Question(Box::new(work)))
            };
            let begun = self.ask(question, Error::request_cancelled).await?;
            return begun.map(|()| None).map_err(|why| Error { message: why.into(), ..refused() });
        }
        let rule = incoming::explained(&params).map_err(Error::invalid_params)?;
        let question = |reply: Reply<_>| {
            let work = move |session: &mut Session| {
                let explained = session.explain(&rule);
                reply.send(Ok(explained));
            };
            Event::Question(Question(Box::new(work)))
        };
        let explained = self.ask(question, Error::request_cancelled).await?;
        explained.map(|()| None).map_err(Error::invalid_params)
    }

    async fn code_lens(&self, params: ls::CodeLensParams) -> Result<Option<Vec<ls::CodeLens>>> {
        let lenses = self.look_later(&params.text_document.uri, requests::lenses).await?;
        Ok((!lenses.is_empty()).then(|| convert::lenses(lenses)))
    }

    async fn document_link(&self, params: ls::DocumentLinkParams) -> Result<Option<Vec<ls::DocumentLink>>> {
        let links = self.look_later(&params.text_document.uri, requests::links).await?;
        Ok((!links.is_empty()).then(|| convert::links(links)))
    }

    async fn document_symbol(
        &self,
        params: ls::DocumentSymbolParams,
    ) -> Result<Option<ls::DocumentSymbolResponse>> {
        let uri = params.text_document.uri.clone();
        let work = move |doc: &Document, client: &ClientFacts| Some(features::symbols(doc, client, &uri));
        self.outline(&params.text_document.uri, work).await
    }

    async fn folding_range(&self, params: ls::FoldingRangeParams) -> Result<Option<Vec<ls::FoldingRange>>> {
        self.outline(&params.text_document.uri, |doc, client| Some(features::folds(doc, client))).await
    }

    async fn selection_range(
        &self,
        params: ls::SelectionRangeParams,
    ) -> Result<Option<Vec<ls::SelectionRange>>> {
        let places: Vec<_> = params.positions.into_iter().map(incoming::at).collect();
        let work =
            move |doc: &Document, client: &ClientFacts| Some(features::selections(doc, client, &places));
        self.outline(&params.text_document.uri, work).await
    }

    async fn inlay_hint(&self, params: ls::InlayHintParams) -> Result<Option<Vec<ls::InlayHint>>> {
        let range = incoming::range(params.range);
        let work =
            move |doc: &Document, client: &ClientFacts| Some(features::inlay_hints(doc, client, range));
        self.outline(&params.text_document.uri, work).await
    }

    async fn goto_definition(
        &self,
        params: ls::GotoDefinitionParams,
    ) -> Result<Option<ls::GotoDefinitionResponse>> {
        let found = self.related(params.text_document_position_params, Wish::Definition).await?;
        Ok((!found.is_empty()).then_some(ls::GotoDefinitionResponse::Array(found)))
    }

    async fn references(&self, params: ls::ReferenceParams) -> Result<Option<Vec<ls::Location>>> {
        let declared = params.context.include_declaration;
        let found = self.related(params.text_document_position, Wish::References { declared }).await?;
        Ok((!found.is_empty()).then_some(found))
    }

    async fn document_highlight(
        &self,
        params: ls::DocumentHighlightParams,
    ) -> Result<Option<Vec<ls::DocumentHighlight>>> {
        let found = self.related(params.text_document_position_params, Wish::Highlight).await?;
        let mark = |place: ls::Location| ls::DocumentHighlight { range: place.range, kind: None };
        Ok((!found.is_empty()).then(|| found.into_iter().map(mark).collect()))
    }

    async fn completion(&self, params: ls::CompletionParams) -> Result<Option<ls::CompletionResponse>> {
        let place = params.text_document_position;
        let at = incoming::at(place.position);
        let items =
            self.look(&place.text_document.uri, move |session, uri| requests::completion(session, uri, at));
        let items = items.await?;
        Ok((!items.is_empty()).then_some(ls::CompletionResponse::Array(items)))
    }

    async fn completion_resolve(&self, mut item: ls::CompletionItem) -> Result<ls::CompletionItem> {
        let Some((uri, at)) = features::offered_at(&item) else { return Ok(item) };
        let label = item.label.clone();
        let work =
            move |session: &mut Session, uri: &Uri| requests::completion_docs(session, uri, at, &label);
        let question = |reply| Event::Question(about(uri, work, reply));
        item.documentation = self.ask(question, Error::request_cancelled).await?;
        Ok(item)
    }

    async fn prepare_rename(
        &self,
        params: ls::TextDocumentPositionParams,
    ) -> Result<Option<ls::PrepareRenameResponse>> {
        let at = incoming::at(params.position);
        let found =
            self.look(&params.text_document.uri, move |session, uri| requests::renamed(session, uri, at));
        let answer = |(place, placeholder)| ls::PrepareRenameResponse::RangeWithPlaceholder {
            range: outgoing::range(place),
            placeholder,
        };
        Ok(found.await?.map(answer))
    }

    async fn rename(&self, params: ls::RenameParams) -> Result<Option<ls::WorkspaceEdit>> {
        let place = params.text_document_position;
        let (at, new) = (incoming::at(place.position), params.new_name);
        let found = self.look(&place.text_document.uri, move |session, uri| {
            let versioned = session.client.versioned_edits;
            requests::rename(session, uri, at, &new)
                .map(|changed| outgoing::workspace_edit(changed, versioned))
        });
        found.await?.map(Some).map_err(Error::invalid_params)
    }

    async fn symbol(&self, params: ls::WorkspaceSymbolParams) -> Result<Option<ls::WorkspaceSymbolResponse>> {
        let question = |reply: Reply<_>| {
            let work = move |session: &mut Session| {
                let found = requests::workspace_symbols(session, &params.query, &|| !reply.is_unwanted());
                reply.send(Ok(found));
            };
            Event::Question(Question(Box::new(work)))
        };
        let found = self.ask(question, Error::request_cancelled).await?;
        Ok(Some(ls::WorkspaceSymbolResponse::Flat(features::workspace_symbols(found))))
    }

    async fn semantic_tokens_full(
        &self,
        params: ls::SemanticTokensParams,
    ) -> Result<Option<ls::SemanticTokensResult>> {
        let tokens =
            self.outline(&params.text_document.uri, |doc, client| features::tokens(doc, client, None));
        Ok(tokens.await?.map(ls::SemanticTokensResult::Tokens))
    }

    async fn semantic_tokens_range(
        &self,
        params: ls::SemanticTokensRangeParams,
    ) -> Result<Option<ls::SemanticTokensRangeResult>> {
        let wanted = incoming::range(params.range);
        let work = move |doc: &Document, client: &ClientFacts| features::tokens(doc, client, Some(wanted));
        let tokens = self.outline(&params.text_document.uri, work);
        Ok(tokens.await?.map(ls::SemanticTokensRangeResult::Tokens))
    }
}
