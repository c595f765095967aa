//! The server's own log: standard error, and never a word of a document.

use std::io::Write;

/// Writes one line.
pub(super) fn line(text: &str) {
    // A log that cannot be written is no reason to stop.
    let _ = writeln!(std::io::stderr().lock(), "pactlens: {text}");
}

/// Has a panic say where it happened, and leave out what it says: that may quote a document.
pub(super) fn panics_without_contents() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |place| format!(" at {place}"));
        line(&format!("internal error{place}"));
    }));
}
