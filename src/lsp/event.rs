//! What the session is told, what it is asked, and what it says: plain data.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::analysis::origin::TestFile;
use crate::analysis::states::PlacedHandler;
use crate::config::Baseline;
use crate::diagnostic::Severity;
#[cfg(feature = "runner")]
use crate::lsp::runs::{Ran, Served};
use crate::lsp::session::Session;
use crate::lsp::unopened::Looked;
use crate::model::regex::Target;
use crate::model::{FileSummary, Version};
use crate::rules::Preset;
use crate::text::{Encoding, LineCol};

/// The command that has a client put code on the clipboard; its argument is the code.
pub(super) const COPY_HINT: &str = "pactlens.copyHint";

/// The command that has a client open a test; its arguments are URI, line and column, from zero.
pub(super) const OPEN_TEST: &str = "pactlens.openTest";

/// The command of ours that shows the page of a rule; its argument is the rule's name.
pub(super) const EXPLAIN: &str = "pactlens.explain";

/// The commands of ours that run a pact; their arguments are its URI and, for one interaction,
/// the number of its chunk.
pub(super) const RUNS: [(RunKind, &str); 4] = [
    (RunKind::Mock, "pactlens.mock"),
    (RunKind::StopMock, "pactlens.stopMock"),
    (RunKind::Verify, "pactlens.verify"),
    (RunKind::Try, "pactlens.tryIt"),
];

/// A document's name, as the client writes it.
pub(super) type Uri = Arc<str>;

/// What a client can do that changes what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ClientFacts {
    /// How columns are counted.
    pub(super) encoding: Encoding,
    /// It asks for diagnostics.
    pub(super) pulls: bool,
    /// It shows the further places of a diagnostic.
    pub(super) related: bool,
    /// It renders Markdown.
    pub(super) markdown: bool,
    /// It takes code actions with edits in them.
    pub(super) actions: bool,
    /// It watches files for us.
    pub(super) watches: bool,
    /// It opens the page of a rule from a diagnostic.
    pub(super) pages: bool,
    /// It asks for diagnostics again when told that they may have changed.
    pub(super) refreshes: bool,
    /// It takes edits that name the version they are for.
    pub(super) versioned_edits: bool,
    /// It shows symbols in symbols.
    pub(super) nested_symbols: bool,
    /// It asks for the documentation of a completion when somebody looks at it.
    pub(super) resolves_docs: bool,
    /// It renders Markdown in the documentation of a completion.
    pub(super) markdown_docs: bool,
    /// It fills in the places of a snippet.
    pub(super) snippets: bool,
    /// It folds whole lines only.
    pub(super) line_folds: bool,
    /// So many folds it takes; 0 for as many as there are.
    pub(super) most_folds: u32,
    /// It wants to hear of invalid JSON; editors with a JSON server of their own know.
    pub(super) syntax_errors: bool,
    /// It wants an outline of documents; editors with a JSON server of their own have one.
    pub(super) outline: bool,
    /// It fetches the edit of an action when the action is chosen.
    pub(super) resolves: bool,
    /// It makes files as part of an edit.
    pub(super) creates_files: bool,
    /// It shows a document when asked to.
    pub(super) shows_documents: bool,
    /// It puts the code of a hint on the clipboard: `pactlens.copyHint`.
    pub(super) copies_hints: bool,
    /// It opens a test: `pactlens.openTest`.
    pub(super) opens_tests: bool,
    /// It makes edits when asked to.
    #[cfg(feature = "runner")]
    pub(super) makes_edits: bool,
    /// It wants to hear of pacts that nobody opened.
    pub(super) all_pacts: bool,
    /// It shows that work is being done.
    pub(super) progress: bool,
    /// It asks for lenses again when told to.
    pub(super) refreshes_lenses: bool,
    /// Its user trusts the workspace, or it does not know of trust.
    pub(super) trusted: bool,
    /// It shows what can be run above interactions.
    pub(super) run_lenses: bool,
}

/// What a client wishes, over what a project's file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Wishes {
    /// The engines that regular expressions must suit.
    pub(super) targets: Vec<Target>,
    /// The set of rules to start from.
    pub(super) preset: Option<Preset>,
    /// The one configuration file.
    pub(super) config: Option<PathBuf>,
}

/// A part of a document in lines and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Range {
    pub(super) start: LineCol,
    pub(super) end: LineCol,
}

/// New text for a part of a document, or for all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ContentChange {
    pub(super) range: Option<Range>,
    pub(super) text: String,
}

/// What happened on the client's side, in the order in which it happened.
#[derive(Debug)]
pub(super) enum Event {
    /// The client introduced itself, and named what it wishes and the folders of the workspace.
    Configured(ClientFacts, Wishes, Vec<PathBuf>),
    /// The client wishes something else.
    Wished(Wishes),
    /// The client is ready to be asked something.
    Ready,
    /// Folders were added to the workspace and taken from it; the latter by path.
    Folders { added: Vec<PathBuf>, removed: Vec<String> },
    /// Files with these names changed, came or went on the disk.
    Watched(Vec<Uri>),
    /// What the disk holds under some paths.
    OnDisk(Vec<OnDisk>),
    /// All pacts that the disk holds below a folder.
    InFolder { folder: PathBuf, found: Vec<OnDisk> },
    /// What was found in a file that nobody opened, and the stamp of what it held; `None` when
    /// looking at it failed.
    Looked { path: Arc<str>, serial: u64, stamp: Option<u64>, looked: Option<Looked> },
    /// Handlers of provider states that the configuration for a folder tells of.
    Handlers { folder: PathBuf, handlers: Vec<PlacedHandler> },
    /// What source files tell of interactions; those not named are as they were.
    Tests(Vec<(Arc<str>, TestFile)>),
    /// What a folder's baseline knows; `None` when it has none that can be read.
    Baseline { folder: PathBuf, baseline: Option<Arc<Baseline>> },
    /// The connection is gone.
    Left,
    /// A document is open from now on.
    Opened { uri: Uri, version: i32, text: String },
    /// It changed, in this order.
    Changed { uri: Uri, version: i32, changes: Vec<ContentChange> },
    /// It was saved.
    Saved {
        #[cfg_attr(not(feature = "runner"), expect(dead_code, reason = "what is saved is served"))]
        uri: Uri,
    },
    /// It is open no longer.
    Closed { uri: Uri },
    /// What is there to say about this place?
    Hover { uri: Uri, at: LineCol, reply: Reply<Option<Card>> },
    /// What is wrong with this document?
    Pull { uri: Uri, previous: Option<String>, reply: Reply<Report> },
    /// A question that looks at documents and changes nothing.
    Question(Question),
    /// Somebody agreed that these addresses be asked for a run.
    #[cfg(feature = "runner")]
    Allowed { addresses: Vec<String>, run: Run },
    /// A run came to its end.
    #[cfg(feature = "runner")]
    Ran(Box<Ran>),
    /// A mock server listens, or does not.
    #[cfg(feature = "runner")]
    Served(Box<Served>),
    /// A run got on.
    #[cfg(feature = "runner")]
    Advanced { number: i32, text: String, percent: u32 },
    /// Somebody wants a run to stop.
    #[cfg(feature = "runner")]
    Cancelled(i32),
    /// One that can wait until the client knows what is wrong.
    Aside(Question),
    /// What can be done about this part of the document?
    Actions { uri: Uri, range: Range, kinds: Kinds, reply: Reply<Actions> },
    /// Stand still until the other end is gone.
    #[cfg(test)]
    Hold(std::sync::mpsc::Receiver<()>),
    /// Fail while working on a document.
    #[cfg(test)]
    Panic { uri: Option<Uri> },
    /// Do all that can wait, and say so.
    #[cfg(test)]
    Settle,
    /// The same once all that is being read from the disk has arrived.
    #[cfg(test)]
    SettleDisk,
}

/// A question as the work of answering it.
pub(super) struct Question(pub(super) Box<dyn FnOnce(&mut Session) + Send>);

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Question")
    }
}

/// What the disk holds under a path.
#[derive(Debug)]
pub(super) struct OnDisk {
    pub(super) path: Arc<str>,
    /// `None` when it is no pact.
    pub(super) summary: Option<Arc<FileSummary>>,
    /// Equal for equal contents.
    pub(super) stamp: u64,
}

impl Event {
    /// The document that the event changes.
    pub(super) fn changes(&self) -> Option<&Uri> {
        match self {
            Event::Opened { uri, .. } | Event::Changed { uri, .. } | Event::Closed { uri } => Some(uri),
            #[cfg(test)]
            Event::Panic { uri } => uri.as_ref(),
            _ => None,
        }
    }
}

/// Why a question has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The document changed before the answer was known.
    Outdated,
}

/// Where the answer to a question goes. Dropped unanswered, it says that something failed.
#[derive(Debug)]
pub(super) struct Reply<T>(oneshot::Sender<Result<T, Refusal>>);

impl<T> Reply<T> {
    /// The two ends.
    pub(super) fn new() -> (Reply<T>, oneshot::Receiver<Result<T, Refusal>>) {
        let (sender, receiver) = oneshot::channel();
        (Reply(sender), receiver)
    }

    /// Whether nobody waits for the answer any more.
    pub(super) fn is_unwanted(&self) -> bool {
        self.0.is_closed()
    }

    /// Answers.
    pub(super) fn send(self, answer: Result<T, Refusal>) {
        // Nobody may be waiting, which is not the session's business.
        let _ = self.0.send(answer);
    }
}

/// A text to show at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) range: Range,
    pub(super) text: String,
    pub(super) markdown: bool,
}

/// A finding as an editor shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Note {
    pub(super) range: Range,
    pub(super) severity: Severity,
    /// Name of the rule.
    pub(super) code: &'static str,
    /// Address of the rule's page.
    pub(super) page: Option<Arc<str>>,
    pub(super) message: String,
    pub(super) related: Vec<Related>,
}

/// A further place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Related {
    /// The path of the file, if it is another one.
    pub(super) path: Option<Arc<str>>,
    pub(super) range: Range,
    pub(super) text: String,
}

/// Edits of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) uri: Uri,
    /// The version they are for, if it is open.
    pub(super) version: Option<i32>,
    pub(super) edits: Vec<(Range, String)>,
}

/// An interaction of some pact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: Arc<str>,
    pub(super) range: Range,
    pub(super) name: String,
    pub(super) detail: String,
    /// Consumer and provider.
    pub(super) container: String,
}

/// All that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    /// Equal for equal notes.
    pub(super) id: String,
    /// `None` when they are those that the client has already.
    pub(super) notes: Option<Vec<Note>>,
}

/// Which kinds of action are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kinds {
    pub(super) quick: bool,
    pub(super) all: bool,
    pub(super) rewrite: bool,
    /// Where findings stand that a client names which says nothing else of what it wants.
    pub(super) named: Vec<Range>,
}

/// Actions on one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Actions {
    /// The version they are for, if the client wants to know.
    pub(super) version: Option<i32>,
    pub(super) items: Vec<Action>,
}

/// What an action is to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ActionKind {
    /// It is about a finding.
    Quick,
    /// It is everything at once.
    All,
    /// It is about no finding.
    Rewrite,
}

/// Something the user can have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Action {
    pub(super) title: String,
    pub(super) kind: ActionKind,
    /// It may be done without looking.
    pub(super) safe: bool,
    /// The finding it is about.
    pub(super) note: Option<Note>,
    pub(super) does: Does,
}

/// What happens when an action is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Does {
    /// Edits of the document that was asked about.
    Edits(Vec<(Range, String)>),
    /// This text goes into another file at this place; without a place into a new file.
    Elsewhere { uri: Uri, at: Option<LineCol>, text: String },
    /// The whole document becomes one of this version; the edits are asked for later.
    Upgrade(Version),
    /// A command with one argument.
    Command(&'static str, String),
}

/// Something to do, above a part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lens {
    pub(super) range: Range,
    pub(super) title: String,
    pub(super) does: LensDoes,
}

/// What a lens does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LensDoes {
    /// It leads to a test.
    Test { uri: Uri, at: LineCol },
    /// It runs a pact.
    #[cfg_attr(not(feature = "runner"), expect(dead_code, reason = "nothing is run"))]
    Run(Run),
}

/// Something to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) kind: RunKind,
    pub(super) uri: Uri,
    /// The chunk of the one interaction that is wanted.
    pub(super) index: Option<usize>,
}

/// How a pact is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunKind {
    /// A mock server is started.
    Mock,
    /// It is stopped.
    StopMock,
    /// The provider is held against the pact, states included.
    Verify,
    /// The request alone is sent to the provider.
    Try,
}

/// A part of a document that leads to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) range: Range,
    pub(super) target: String,
    pub(super) tooltip: Option<String>,
}

impl RunKind {
    /// The command that begins it.
    pub(super) fn command(self) -> &'static str {
        RUNS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }
}

/// What the session says without being asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Findings of documents that the client asks for may have changed.
    Refresh,
    /// Please watch the files of the workspace.
    Watch,
    /// Please ask for lenses again.
    RefreshLenses,
    /// The folders of the workspace are being read from now on, or have been.
    Reading(bool),
    /// Please show this document to the user.
    Show(Uri),
    /// Please tell the user this.
    #[cfg(feature = "runner")]
    Tell { text: String, error: bool },
    /// Please keep this where the user finds it.
    #[cfg(feature = "runner")]
    Log(String),
    /// May these addresses, which are not this machine, be asked?
    #[cfg(feature = "runner")]
    Ask { addresses: Vec<String>, run: Run },
    /// Please tell the user this, and offer with this title what mends it, to be shown afterwards.
    #[cfg(feature = "runner")]
    Offer { text: String, title: String, does: Does, shows: bool },
    /// A run begins.
    #[cfg(feature = "runner")]
    Began { number: i32, title: String },
    /// It got on.
    #[cfg(feature = "runner")]
    Advanced { number: i32, text: String, percent: u32 },
    /// It came to its end.
    #[cfg(feature = "runner")]
    Ended { number: i32 },
    /// These are the findings of a document.
    Findings { uri: Uri, version: Option<i32>, notes: Vec<Note> },
    /// Nothing is left to be done.
    #[cfg(test)]
    Settled,
}
