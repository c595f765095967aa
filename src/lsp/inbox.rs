//! The way into the session: an unbounded queue that can be looked into.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Weak};
use std::time::Instant;

use rustc_hash::FxHashMap;

use crate::lsp::event::{Event, Uri};

/// The end that handlers hold.
#[derive(Debug, Clone)]
pub(super) struct Post {
    sender: Sender<Event>,
    arrivals: Arc<AtomicU64>,
    heard: Weak<()>,
}

impl Post {
    /// Hands an event over; never waits.
    pub(super) fn send(&self, event: Event) {
        // If the session is gone, so is the client.
        let _ = self.sender.send(event);
        self.arrivals.fetch_add(1, Ordering::Release);
    }

    /// Whether the session still listens.
    pub(super) fn is_heard(&self) -> bool {
        self.heard.upgrade().is_some()
    }
}

/// The end that the session holds.
#[derive(Debug)]
pub(super) struct Inbox {
    receiver: Receiver<Event>,
    /// What arrived and was not handled yet.
    queue: VecDeque<Event>,
    arrivals: Arc<AtomicU64>,
    /// How many events of the queue change each document.
    changes: FxHashMap<Uri, usize>,
    closed: bool,
    /// Lives as long as this end does.
    _listening: Arc<()>,
}

/// What to do next.
#[derive(Debug)]
pub(super) enum Next {
    /// Handle this.
    Event(Event),
    /// Nothing has to be handled: do what can wait.
    Idle,
    /// Nothing will arrive any more.
    End,
}

/// A queue and its entrance.
pub(super) fn inbox() -> (Post, Inbox) {
    let (sender, receiver) = channel();
    let arrivals = Arc::new(AtomicU64::new(0));
    let listening = Arc::new(());
    let post = Post { sender, arrivals: Arc::clone(&arrivals), heard: Arc::downgrade(&listening) };
    let (queue, changes) = (VecDeque::new(), FxHashMap::default());
    (post, Inbox { receiver, queue, arrivals, changes, closed: false, _listening: listening })
}

impl Inbox {
    /// Takes in everything that has arrived.
    pub(super) fn take_in(&mut self) {
        loop {
            match self.receiver.try_recv() {
                Ok(event) => self.put(event),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => {
                    self.closed = true;
                    return;
                }
            }
        }
    }

    fn put(&mut self, event: Event) {
        if let Some(uri) = event.changes() {
            *self.changes.entry(Arc::clone(uri)).or_default() += 1;
        }
        self.queue.push_back(event);
    }

    /// The next event in order. Waits for one only if there is nothing else to do, and not
    /// longer than `until`.
    pub(super) fn next(&mut self, has_work: bool, until: Option<Instant>) -> Next {
        self.take_in();
        if self.queue.is_empty() && !self.closed {
            if has_work {
                return Next::Idle;
            }
            let arrived = match until.map(|until| until.saturating_duration_since(Instant::now())) {
                Some(wait) => self.receiver.recv_timeout(wait),
                None => self.receiver.recv().map_err(RecvTimeoutError::from),
            };
            match arrived {
                Ok(event) => self.put(event),
                Err(RecvTimeoutError::Timeout) => return Next::Idle,
                Err(RecvTimeoutError::Disconnected) => self.closed = true,
            }
        }
        let Some(event) = self.queue.pop_front() else { return Next::End };
        if let Some(uri) = event.changes() {
            let left = self.changes.get(uri).map_or(0, |count| count - 1);
            match left {
                0 => self.changes.remove(uri),
                _ => self.changes.insert(Arc::clone(uri), left),
            };
        }
        Next::Event(event)
    }

    /// Whether the document will change before anything asked from now on.
    pub(super) fn changes(&self, uri: &Uri) -> bool {
        self.changes.contains_key(uri)
    }

    /// Counts what has arrived so far, taken in or not.
    pub(super) fn arrivals(&self) -> impl Fn() -> u64 + Sync + 'static {
        let arrivals = Arc::clone(&self.arrivals);
        move || arrivals.load(Ordering::Acquire)
    }
}
