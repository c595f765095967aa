//! Standard output and the colour on it.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};

use crate::report::{ColourChoice, ColourEnv, decide_colour};

/// Whether standard output gets colour.
pub(super) fn colour(choice: ColourChoice) -> bool {
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
    decide_colour(choice, io::stdout().is_terminal(), env)
}

/// Writes to standard output. A reader that went away, as `head` does, is no error.
pub(super) fn write(run: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let result = run(&mut out).and_then(|()| out.flush());
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
