//! What is asked of documents beside what is wrong with them: outlines, folds, colours. For a large
//! document it takes long, so it comes after diagnostics, and is worked out on another thread.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Weak};

use crate::analysis::Document;
use crate::lsp::event::{ClientFacts, Question, Refusal, Reply, Uri};
use crate::lsp::log;
use crate::lsp::session::Session;

type Job = Box<dyn FnOnce() + Send>;

/// Questions that can wait, and who works on them.
#[derive(Default)]
pub(super) struct Aside {
    waiting: VecDeque<Question>,
    worker: Option<Sender<Job>>,
}

impl Aside {
    /// A question is answered when nothing else has to be done.
    pub(super) fn put(&mut self, question: Question) {
        self.waiting.push_back(question);
    }

    /// Whether one waits.
    pub(super) fn has_some(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The one that waits longest.
    pub(super) fn next(&mut self) -> Option<Question> {
        self.waiting.pop_front()
    }

    /// Has something done on the other thread; here if there is none.
    fn run(&mut self, job: Job) {
        let worker = self.worker.take().or_else(start);
        match &worker {
            Some(worker) => worker.send(job).unwrap_or_else(|job| (job.0)()),
            None => job(),
        }
        self.worker = worker;
    }
}

/// Starts the thread. It ends with the session, which holds the sender.
fn start() -> Option<Sender<Job>> {
    let (sender, jobs) = channel::<Job>();
    let work = move || {
        for job in jobs {
            // Who asked is told that something failed by being told nothing.
            if catch_unwind(AssertUnwindSafe(job)).is_err() {
                log::line("a question about a document could not be answered");
            }
        }
    };
    std::thread::Builder::new().name("aside".to_owned()).spawn(work).ok().map(|_| sender)
}

/// Lives as long as a document is what it is.
#[derive(Debug, Default)]
pub(super) struct Edition(Arc<()>);

impl Edition {
    fn watch(&self) -> Weak<()> {
        Arc::downgrade(&self.0)
    }
}

impl Session {
    /// Answers what `work` makes of a pact as it is now; `None` for what is no pact. What is edited
    /// meanwhile is asked about again.
    pub(super) fn answer_aside<T: Send + 'static>(
        &mut self,
        uri: &Uri,
        reply: Reply<Option<T>>,
        work: impl FnOnce(&Document, &ClientFacts) -> Option<T> + Send + 'static,
    ) {
        if reply.is_unwanted() {
            return;
        }
        let Some(doc) = self.pact(uri).cloned() else { return reply.send(Ok(None)) };
        let Some(edition) = self.files.get(uri).map(|file| file.edition.watch()) else {
            return reply.send(Ok(None));
        };
        let client = self.client;
        self.aside.run(Box::new(move || {
            let is_current = || edition.strong_count() > 0;
            if reply.is_unwanted() {
                return;
            }
            let answer = is_current().then(|| work(&doc, &client));
            reply.send(answer.filter(|_| is_current()).ok_or(Refusal::Outdated));
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::thread::JoinHandle;

    use super::*;
    use crate::analysis::configs::Lookup;
    use crate::config::Settings;
    use crate::lsp::configs::Configs;
    use crate::lsp::event::Event;
    use crate::lsp::inbox::{Post, inbox};
    use crate::lsp::pages::Pages;

    const URI: &str = "file:///w/pacts/a.json";
    const TEXT: &str =
        r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [{"description": 1}]}"#;

    fn start(say: impl Fn(String) + Send + 'static) -> (Post, JoinHandle<()>) {
        let (post, inbox) = inbox();
        let configs = Configs::new(Lookup::Nowhere, Settings::default()).expect("the defaults are valid");
        let say = move |words| say(format!("{words:?}"));
        let session = Session::new(inbox, post.clone(), configs, Pages::default(), say);
        (post, std::thread::spawn(move || session.run()))
    }

    fn question(work: impl FnOnce(&mut Session) + Send + 'static) -> Question {
        Question(Box::new(work))
    }

    fn opened() -> Event {
        Event::Opened { uri: URI.into(), version: 1, text: TEXT.to_owned() }
    }

    #[test]
    fn diagnostics_come_first() {
        let (say, said) = channel();
        let answer = say.clone();
        let (post, session) = start(move |words| say.send(words).expect("somebody listens"));
        let (hold, until) = channel();
        post.send(Event::Hold(until));
        post.send(opened());
        post.send(Event::Aside(question(move |_| answer.send("answered".to_owned()).expect("somebody"))));
        drop(hold);
        let heard = said.recv().expect("diagnostics");
        assert!(heard.starts_with("Findings") && heard.contains("missing-description"), "{heard}");
        assert_eq!(said.recv().as_deref(), Ok("answered"));
        post.send(Event::Left);
        session.join().expect("no panic");
    }

    #[test]
    fn work_goes_on_meanwhile_and_what_is_edited_is_asked_about_again() {
        let (post, session) = start(|_| {});
        post.send(opened());
        let ask = |work: Box<dyn FnOnce() + Send>| {
            let (reply, answer) = Reply::new();
            let ask = move |session: &mut Session| {
                session.answer_aside(&URI.into(), reply, |doc, _| {
                    work();
                    Some(doc.len())
                });
            };
            post.send(Event::Aside(question(ask)));
            answer
        };
        assert_eq!(ask(Box::new(|| {})).blocking_recv(), Ok(Ok(Some(TEXT.len() as u32))));
        let (begun, begins) = channel();
        let (go_on, goes_on) = channel::<()>();
        let slow = ask(Box::new(move || {
            begun.send(()).expect("somebody waits");
            goes_on.recv().expect("told to go on");
        }));
        begins.recv().expect("it begins");
        let range = None;
        let changes = vec![crate::lsp::event::ContentChange { range, text: format!("{TEXT} ") }];
        post.send(Event::Changed { uri: URI.into(), version: 2, changes });
        let (done, is_done) = channel();
        post.send(Event::Question(question(move |_| done.send(()).expect("somebody waits"))));
        is_done.recv().expect("the session is free");
        go_on.send(()).expect("it waits");
        assert_eq!(slow.blocking_recv(), Ok(Err(Refusal::Outdated)));
        assert_eq!(ask(Box::new(|| {})).blocking_recv(), Ok(Ok(Some(TEXT.len() as u32 + 1))));
        post.send(Event::Left);
        session.join().expect("no panic");
    }
}
