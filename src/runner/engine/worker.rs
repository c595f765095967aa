//! A process of its own for what would take this one down.
//!
//! The same program, started with [`COMMAND`], judges what it is sent: a frame is four bytes
//! of length, the least first, and that much JSON. It is started when it is first needed and
//! stays for the next question; if it is too slow it is killed and started anew. It ends
//! when its standard input does, so also when this process is killed, in the midst of a
//! judgement too. It opens no file, and leaves none behind when it crashes.
#![allow(
    clippy::disallowed_methods,
    reason = "the judge that may crash is a process; it runs this very program and nothing else"
)]

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::http::wire::{Headers, Request, Response};
use crate::runner::engine::{RequestVerdict, STACK, Subject};

/// The subcommand that is a worker.
pub const COMMAND: &str = "judge-worker";

/// How long a judgement may take.
const JUDGE: Duration = Duration::from_secs(2);

/// How long the program may take to start, on a busy machine.
const START: Duration = Duration::from_secs(10);

/// The longest frame, so that a broken one is not waited for.
const MAX_FRAME: usize = 1 << 30;

/// What is to be judged.
pub(super) enum Question<'a> {
    Request(&'a Request),
    Response(&'a Response),
    Message(&'a Response),
}

/// A question as it is sent.
#[derive(Serialize, Deserialize)]
struct Job<'a> {
    pact: Cow<'a, str>,
    what: What,
    method: Cow<'a, str>,
    path: Cow<'a, str>,
    query: Option<Cow<'a, str>>,
    status: u16,
    headers: Cow<'a, Headers>,
    /// In Base64.
    body: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum What {
    Request,
    Response,
    Message,
}

impl<'a> Job<'a> {
    fn new(pact: &'a str, question: &'a Question<'_>) -> Job<'a> {
        let (what, answer) = match question {
            Question::Request(request) => {
                return Job {
                    pact: pact.into(),
                    what: What::Request,
                    method: Cow::Borrowed(&request.method),
                    path: Cow::Borrowed(&request.path),
                    query: request.query.as_deref().map(Cow::Borrowed),
                    status: 0,
                    headers: Cow::Borrowed(&request.headers),
                    body: STANDARD.encode(&request.body),
                };
            }
            Question::Response(answer) => (What::Response, answer),
            Question::Message(answer) => (What::Message, answer),
        };
        Job {
            pact: pact.into(),
            what,
            method: "".into(),
            path: "".into(),
            query: None,
            status: answer.status,
            headers: Cow::Borrowed(&answer.headers),
            body: STANDARD.encode(&answer.body),
        }
    }

    /// Judges it here, in the worker.
    fn judge(self) -> Result<RequestVerdict, String> {
        let pact = serde_json::from_str(&self.pact).map_err(|error| error.to_string())?;
        let subject = Subject::load(&pact)?;
        let body = STANDARD.decode(&self.body).map_err(|error| error.to_string())?.into();
        let headers = self.headers.into_owned();
        if self.what == What::Request {
            let (method, path) = (self.method.into_owned(), self.path.into_owned());
            let query = self.query.map(Cow::into_owned);
            return Ok(subject.judge_here(&Question::Request(&Request {
                method,
                path,
                query,
                headers,
                body,
            })));
        }
        let answer = Response { status: self.status, headers, body };
        let message = self.what == What::Message;
        let question = if message { Question::Message(&answer) } else { Question::Response(&answer) };
        Ok(subject.judge_here(&question))
    }
}

/// Judges in a process of its own; to be shared by all who may need it.
#[derive(Debug)]
pub struct Worker {
    program: PathBuf,
    running: Mutex<Option<Running>>,
}

impl Worker {
    /// A worker that runs `program`, which is this very program; nothing is started yet.
    pub fn new(program: impl Into<PathBuf>) -> Worker {
        Worker { program: program.into(), running: Mutex::new(None) }
    }

    /// Judges one answer or request; `Err` says, as a clause, why nothing came of it.
    pub(super) fn judge(&self, pact: &str, question: &Question<'_>) -> Result<RequestVerdict, String> {
        let job = serde_json::to_vec(&Job::new(pact, question)).map_err(|error| error.to_string())?;
        let answer = self.ask(job)?;
        let said: Result<RequestVerdict, String> =
            serde_json::from_slice(&answer).map_err(|error| error.to_string())?;
        said
    }

    fn ask(&self, job: Vec<u8>) -> Result<Vec<u8>, String> {
        let mut slot = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let running = match slot.take() {
            Some(running) => running,
            None => Running::start(&self.program)
                .map_err(|error| format!("the process that would try could not be started: {error}"))?,
        };
        // One that fails is dropped, which ends it.
        let answer = running.ask(job)?;
        *slot = Some(running);
        Ok(answer)
    }
}

/// A process that waits for jobs, or works on one.
#[derive(Debug)]
struct Running {
    child: Child,
    jobs: Sender<Vec<u8>>,
    answers: Receiver<io::Result<Vec<u8>>>,
}

impl Running {
    fn start(program: &Path) -> io::Result<Running> {
        let mut child = Command::new(program)
            .arg(COMMAND)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (jobs, wanted) = channel::<Vec<u8>>();
        let (found, answers) = channel();
        let running = Running { child, jobs, answers };
        let (mut to, mut from) = pipes.ok_or_else(|| io::Error::other("it has no pipes"))?;
        // Reading and writing wait, and this thread must not: it looks at the clock.
        std::thread::Builder::new().name("judge-pipes".to_owned()).spawn(move || {
            let mut next = read_frame(&mut from);
            while found.send(next).is_ok() {
                let Ok(job) = wanted.recv() else { return };
                next = write_frame(&mut to, &job).and_then(|()| read_frame(&mut from));
            }
        })?;
        match running.answers.recv_timeout(START) {
            Ok(Ok(_greeting)) => Ok(running),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn ask(&self, job: Vec<u8>) -> Result<Vec<u8>, String> {
        let died = || "the process that tried crashed".to_owned();
        self.jobs.send(job).map_err(|_| died())?;
        match self.answers.recv_timeout(JUDGE) {
            Ok(answer) => answer.map_err(|_| died()),
            Err(RecvTimeoutError::Timeout) => {
                Err(format!("the process that tried was stopped after {} seconds", JUDGE.as_secs()))
            }
            Err(RecvTimeoutError::Disconnected) => Err(died()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_frame(to: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(frame)?;
    to.flush()
}

fn read_frame(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_FRAME {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // No memory is taken for bytes that never come.
    let mut frame = Vec::new();
    let read = from.take(length as u64).read_to_end(&mut frame)?;
    if read == length { Ok(frame) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// The worker itself: judges what comes on `from` until it ends, which is watched while it
/// judges too; then the process is to end.
pub fn serve(mut from: impl Read, mut to: impl Write + Send + 'static) -> io::Result<()> {
    bound_this_process();
    write_frame(&mut to, b"ready")?;
    let (jobs, wanted) = channel::<Vec<u8>>();
    std::thread::Builder::new().name("judge".to_owned()).stack_size(STACK).spawn(move || {
        for job in wanted {
            let judged = serde_json::from_slice::<Job<'_>>(&job).map_err(|error| error.to_string());
            let judged = judged.and_then(Job::judge);
            let answer = serde_json::to_vec(&judged).unwrap_or_default();
            if write_frame(&mut to, &answer).is_err() {
                return;
            }
        }
    })?;
    while let Ok(job) = read_frame(&mut from) {
        if jobs.send(job).is_err() {
            break;
        }
    }
    Ok(())
}

/// The most memory of a worker, in bytes.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 4 << 30;

/// A crash is expected here: it must not fill anybody's disk with a dump, and what takes
/// more and more memory must end here rather than have the machine choose a victim.
fn bound_this_process() {
    // Where a limit cannot be set, the work goes on without it.
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let at = |limit| Rlimit { current: Some(limit), maximum: Some(limit) };
        let _ = setrlimit(Resource::Core, at(0));
        #[cfg(target_os = "linux")]
        let _ = setrlimit(Resource::As, at(MEMORY));
    }
}
