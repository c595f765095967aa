//! The core with a deadline: it has no limit on what a regular expression may cost.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::judge::{Matched, Reading, read};

/// What a file may take; thousands are judged in a minute.
const DEADLINE: Duration = Duration::from_secs(5);

/// The core in a thread of its own. One that does not answer in time is left to itself, and
/// ends with the process.
pub struct Watchdog {
    jobs: Sender<(String, Matched)>,
    answers: Receiver<Reading>,
}

impl Default for Watchdog {
    fn default() -> Watchdog {
        let (jobs, inbox) = channel::<(String, Matched)>();
        let (outbox, answers) = channel();
        thread::Builder::new()
            .stack_size(64 << 20)
            .spawn(move || {
                for (text, matched) in inbox {
                    if outbox.send(read(&text, matched)).is_err() {
                        return;
                    }
                }
            })
            .expect("a thread can be started");
        Watchdog { jobs, answers }
    }
}

impl Watchdog {
    /// What the core makes of `text`; `None` when it does not come to an end.
    pub fn judge(&mut self, text: &str, matched: Matched) -> Option<Reading> {
        let answer = self
            .jobs
            .send((text.to_owned(), matched))
            .ok()
            .and_then(|()| self.answers.recv_timeout(DEADLINE).ok());
        if answer.is_none() {
            *self = Watchdog::default();
        }
        answer
    }
}

/// What `work` gives, done in a thread of its own; `None` when it does not come to an end.
pub fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (outbox, answer) = channel();
    let run = move || drop(outbox.send(work()));
    thread::Builder::new().stack_size(64 << 20).spawn(run).expect("a thread can be started");
    match answer.recv_timeout(4 * DEADLINE) {
        Ok(answer) => Some(answer),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => panic!("the work itself panics"),
    }
}
