//! Contents that git keeps, read by name from one process.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use crate::analysis::files::{self, Loaded};

/// A way to read contents. git is started when the first is asked for; one question is
/// answered before the next is asked, so that no pipe fills up.
#[derive(Clone)]
pub(in crate::cli) struct Blobs(Arc<Mutex<Asking>>);

struct Asking {
    git: Command,
    talk: Option<Talk>,
}

struct Talk {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// One content.
#[derive(Clone)]
pub(in crate::cli) struct Blob {
    blobs: Blobs,
    name: String,
}

impl Blobs {
    /// `git` is `git cat-file --batch`.
    pub(super) fn new(git: Command) -> Blobs {
        Blobs(Arc::new(Mutex::new(Asking { git, talk: None })))
    }

    /// The content of this name.
    pub(in crate::cli) fn blob(&self, name: String) -> Blob {
        Blob { blobs: self.clone(), name }
    }
}

impl Blob {
    /// Reads it.
    pub(in crate::cli) fn load(&self) -> io::Result<Loaded> {
        let mut asking = self.blobs.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut talk = match asking.talk.take() {
            Some(talk) => talk,
            None => Talk::start(&mut asking.git)?,
        };
        let read = talk.ask(&self.name)?;
        // After an error nobody knows what would be the answer to what.
        asking.talk = Some(talk);
        Ok(read)
    }
}

impl std::fmt::Debug for Blob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Blob").field(&self.name).finish()
    }
}

impl Talk {
    fn start(git: &mut Command) -> io::Result<Talk> {
        let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (questions, answers) = (child.stdin.take(), child.stdout.take());
        let answers = BufReader::new(answers.ok_or(io::ErrorKind::BrokenPipe)?);
        Ok(Talk { child, questions, answers })
    }

    fn ask(&mut self, name: &str) -> io::Result<Loaded> {
        let broken = || io::Error::other("git has no such content");
        let questions = self.questions.as_mut().ok_or_else(broken)?;
        questions.write_all(format!("{name}\n").as_bytes())?;
        questions.flush()?;
        // NAME, kind, size.
        let mut head = Vec::new();
        (&mut self.answers).take(1000).read_until(b'\n', &mut head)?;
        let head = String::from_utf8_lossy(&head);
        let size = head.trim_end().strip_prefix(&format!("{name} blob ")).and_then(|it| it.parse().ok());
        let size: u64 = size.ok_or_else(broken)?;
        let mut content = (&mut self.answers).take(size);
        let loaded = if size > files::MAX_FILE_SIZE {
            io::copy(&mut content, &mut io::sink())?;
            Loaded::TooLarge(size)
        } else {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            if bytes.len() as u64 != size {
                return Err(broken());
            }
            files::decode(bytes)
        };
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        Ok(loaded)
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // git ends when there are no more questions; what it may still have to say nobody reads.
        self.questions = None;
        let _ = io::copy(&mut self.answers, &mut io::sink());
        let _ = self.child.wait();
    }
}
