//! Standard output and the colour on it.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};

use crate::report::{ColourChoice, ColourEnv, decide_colour};

/// Where a report goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    /// Because standard output is for something else.
    Error,
}

/// Whether standard output gets colour.
pub(super) fn colour(choice: ColourChoice) -> bool {
    colour_on(Stream::Out, choice)
}

/// Whether this stream gets colour.
pub(super) fn colour_on(stream: Stream, choice: ColourChoice) -> bool {
    let get = |name| env::var(name).ok();
    let (no_color, force_color) = (get("NO_COLOR"), get("FORCE_COLOR"));
    let (clicolor_force, clicolor, term) = (get("CLICOLOR_FORCE"), get("CLICOLOR"), get("TERM"));
    let env = ColourEnv {
        no_color: no_color.as_deref(),
        force_color: force_color.as_deref(),
        clicolor_force: clicolor_force.as_deref(),
        clicolor: clicolor.as_deref(),
        term: term.as_deref(),
    };
    let terminal = match stream {
        Stream::Out => io::stdout().is_terminal(),
        Stream::Error => io::stderr().is_terminal(),
    };
    decide_colour(choice, terminal, env)
}

/// Writes to standard output. A reader that went away, as `head` does, is no error.
pub(super) fn write(run: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    write_to(Stream::Out, run)
}

/// Writes to one of the streams, likewise.
pub(super) fn write_to(stream: Stream, run: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let stream: Box<dyn Write> = match stream {
        Stream::Out => Box::new(io::stdout().lock()),
        Stream::Error => Box::new(io::stderr().lock()),
    };
    let mut out = BufWriter::new(stream);
    let result = run(&mut out).and_then(|()| out.flush());
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
