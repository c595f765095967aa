//! A line that tells how far a long run is.

use std::env;
use std::io::{self, IsTerminal};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that ends sooner has nothing to tell.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(super) struct ProgressArgs {
    /// Show no progress. It is shown on a terminal, of runs that last over a second, and not in
    /// CI.
    #[arg(long)]
    no_progress: bool,
}

/// Progress on standard error, until it is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

impl ProgressArgs {
    /// Starts to tell, if there is a `need` to.
    pub(super) fn start(&self, need: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let wanted = need
            && !self.no_progress
            && io::stderr().is_terminal()
            && is_told(env::var("CI").ok().as_deref(), env::var("TERM").ok().as_deref());
        let shown = wanted.then(|| {
            let (done, end) = channel();
            let bar = bar.clone();
            let waiting = thread::spawn(move || {
                if end.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(Duration::from_millis(100));
                    // Until the sender is gone.
                    let _ = end.recv();
                }
            });
            (done, waiting)
        });
        bar.set_style(style("{spinner} pactlens: searching for pacts, {elapsed}"));
        Progress { bar, shown }
    }
}

impl Progress {
    /// From now on `files` are checked.
    pub(super) fn check(&self, files: usize) {
        self.bar.set_length(files as u64);
        self.bar.set_style(style("{spinner} pactlens: checked {pos} of {len} files, {elapsed}"));
    }

    /// From now on `interactions` are verified.
    #[cfg(feature = "runner")]
    pub(super) fn verify(&self, interactions: usize) {
        self.bar.set_length(interactions as u64);
        self.bar.set_style(style("{spinner} pactlens: verified {pos} of {len} interactions, {elapsed}"));
    }

    /// Another of them is done.
    pub(super) fn step(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, waiting)) = self.shown.take() {
            drop(done);
            // It does nothing that could fail.
            let _ = waiting.join();
        }
        self.bar.finish_and_clear();
    }
}

/// Whether progress is for a person, by the variables `CI` and `TERM`.
fn is_told(ci: Option<&str>, term: Option<&str>) -> bool {
    ci.is_none_or(|it| it.is_empty() || it == "false") && term != Some("dumb")
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_for_people() {
        assert!(is_told(None, None) && is_told(None, Some("xterm")) && is_told(Some("false"), None));
        assert!(!is_told(Some("true"), Some("xterm")) && !is_told(Some("1"), None));
        assert!(!is_told(None, Some("dumb")));
    }
}
