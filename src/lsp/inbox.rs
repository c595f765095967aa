//! The way into the session: an unbounded queue that can be looked into.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Weak};
use std::time::Instant;

use rustc_hash::FxHashMap;
use tokio::sync::Notify;

use crate::lsp::event::{Event, Uri};

/// So many events may wait before no more is read from the client, which keeps what it has to say
/// in its own memory then. More than there are open requests, so that an edit is always heard.
const MOST_WAITING: u64 = 1536;

/// The end that handlers hold.
#[derive(Debug, Clone)]
pub(super) struct Post {
    sender: Sender<Event>,
    arrivals: Arc<AtomicU64>,
    room: Arc<Room>,
    heard: Weak<()>,
}

/// Whether there is room for more.
#[derive(Debug, Default)]
struct Room {
    /// How many events were handled.
    handled: AtomicU64,
    /// Somebody waits for room.
    wanted: AtomicBool,
    made: Notify,
}

impl Post {
    /// Hands an event over; never waits.
    pub(super) fn send(&self, event: Event) {
        // If the session is gone, so is the client.
        let _ = self.sender.send(event);
        self.arrivals.fetch_add(1, Ordering::Release);
    }

    /// Waits until the session can keep up with what it hears.
    pub(super) async fn room(&self) {
        loop {
            let made = self.room.made.notified();
            self.room.wanted.store(true, Ordering::SeqCst);
            let arrived = self.arrivals.load(Ordering::SeqCst);
            let waiting = arrived.saturating_sub(self.room.handled.load(Ordering::SeqCst));
            if waiting < MOST_WAITING || !self.is_heard() {
                return;
            }
            made.await;
        }
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
    room: Arc<Room>,
    /// Lives as long as this end does.
    listening: Option<Arc<()>>,
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
    let room = Arc::new(Room::default());
    let (heard, listening) = (Arc::downgrade(&listening), Some(listening));
    let post = Post { sender, arrivals: Arc::clone(&arrivals), room: Arc::clone(&room), heard };
    let (queue, changes) = (VecDeque::new(), FxHashMap::default());
    (post, Inbox { receiver, queue, arrivals, changes, closed: false, room, listening })
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.listening = None;
        self.room.made.notify_waiters();
    }
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
        let handled = self.room.handled.fetch_add(1, Ordering::SeqCst) + 1;
        let waiting = self.arrivals.load(Ordering::SeqCst).saturating_sub(handled);
        if waiting <= MOST_WAITING / 2 && self.room.wanted.swap(false, Ordering::SeqCst) {
            self.room.made.notify_waiters();
        }
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

#[cfg(test)]
mod tests {
    use std::future::{Future, poll_fn};
    use std::pin::pin;
    use std::task::Poll;

    use super::*;

    #[test]
    fn as_long_as_too_much_waits_there_is_no_room() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (post, mut inbox) = inbox();
        (0..MOST_WAITING).for_each(|_| post.send(Event::Ready));
        runtime.block_on(async {
            let mut room = pin!(post.room());
            let mut waits = async || poll_fn(|cx| Poll::Ready(room.as_mut().poll(cx).is_pending())).await;
            for _ in 0..MOST_WAITING / 2 {
                assert!(waits().await);
                inbox.next(false, None);
            }
            assert!(!waits().await);

            // Nobody will ever make room again.
            (0..MOST_WAITING).for_each(|_| post.send(Event::Ready));
            let mut room = pin!(post.room());
            let mut waits = async || poll_fn(|cx| Poll::Ready(room.as_mut().poll(cx).is_pending())).await;
            assert!(waits().await);
            drop(inbox);
            assert!(!waits().await);
        });
    }
}
