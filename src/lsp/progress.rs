//! Signs in the editor that something is being run, and questions to the user.

use std::str::FromStr;

use rustc_hash::FxHashMap;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::{Client, ls_types as ls};

use crate::lsp::convert;
use crate::lsp::event::{Does, Event, Run};
use crate::lsp::inbox::Post;
use crate::lsp::runs::shown;

/// What the name of a run begins with.
const PREFIX: &str = "pactlens/run/";

/// The runs that the client was told of.
#[derive(Default)]
pub(super) struct UnderWay(FxHashMap<i32, UnboundedSender<(String, u32)>>);

impl UnderWay {
    /// A run begins.
    pub(super) fn begin(&mut self, client: &Client, number: i32, title: String) {
        let (sender, steps) = unbounded_channel();
        self.0.insert(number, sender);
        tokio::spawn(show(client.clone(), number, title, steps));
    }

    /// It got on.
    pub(super) fn advance(&self, number: i32, text: String, percent: u32) {
        if let Some(sender) = self.0.get(&number) {
            // A client that shows no progress does not listen.
            let _ = sender.send((text, percent));
        }
    }

    /// It came to its end.
    pub(super) fn end(&mut self, number: i32) {
        self.0.remove(&number);
    }
}

/// Shows a run until there is nothing more to tell of it.
async fn show(client: Client, number: i32, title: String, mut steps: UnboundedReceiver<(String, u32)>) {
    let token = ls::ProgressToken::String(format!("{PREFIX}{number}"));
    // A client that does not want it is not troubled with it.
    if client.create_work_done_progress(token.clone()).await.is_err() {
        return;
    }
    let progress = client.progress(token, title).with_percentage(0).with_cancel_button().begin().await;
    while let Some((text, percent)) = steps.recv().await {
        progress.report_with_message(text, percent, None).await;
    }
    progress.finish().await;
}

/// The number of the run that a client calls by this name.
pub(super) fn number(token: &ls::ProgressToken) -> Option<i32> {
    match token {
        ls::ProgressToken::String(name) => name.strip_prefix(PREFIX)?.parse().ok(),
        ls::ProgressToken::Number(_) => None,
    }
}

/// Asks whether addresses that the project names, and that are not this machine, may be asked.
pub(super) async fn ask(client: Client, post: Post, addresses: Vec<String>, run: Run) {
    const SEND: &str = "Send requests";
    let text = format!(
        "pactlens.toml of this project names {}, which is not this machine. Send the requests of the pact there?",
        addresses.iter().map(|url| shown(url)).collect::<Vec<_>>().join(" and ")
    );
    let choices = [SEND, "Do not"]
        .map(|title| ls::MessageActionItem { title: title.to_owned(), properties: Default::default() });
    let chosen = client.show_message_request(ls::MessageType::WARNING, text, Some(choices.to_vec())).await;
    if chosen.ok().flatten().is_some_and(|chosen| chosen.title == SEND) {
        post.send(Event::Allowed { addresses, run });
    }
}

/// Tells what is wrong, and has what mends it done if somebody chooses that.
pub(super) async fn offer(client: Client, text: String, title: String, does: Does, shows: bool) {
    let Does::Elsewhere { uri, at, text: added } = does else { return };
    let choice = ls::MessageActionItem { title, properties: Default::default() };
    let chosen = client.show_message_request(ls::MessageType::WARNING, text, Some(vec![choice])).await;
    let wanted = chosen.ok().flatten().is_some();
    let Some(edit) = convert::actions::elsewhere(&uri, at, added, at.is_none()).filter(|_| wanted) else {
        return;
    };
    let made = client.apply_edit(edit).await.is_ok_and(|made| made.applied);
    if let Some(uri) = ls::Uri::from_str(&uri).ok().filter(|_| made && shows) {
        // Who does not show it has it all the same.
        let _ = client.show_document(convert::outgoing::shown(uri)).await;
    }
}
