//! A line for each request.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, SystemTime};

use crate::cli::output;
use crate::report::escape;
use crate::runner::mock::{Event, Exchange, Miss, What};

/// How often to look whether the server has stopped.
const PAUSE: Duration = Duration::from_millis(100);
/// So many differences of each interaction are told.
const DIFFERENCES: usize = 3;

/// Prints what happens until the server has stopped and all is told.
pub(super) fn print(events: Receiver<Event>, stopped: &AtomicBool) {
    loop {
        let was_stopped = stopped.load(Ordering::Relaxed);
        let first = match events.recv_timeout(PAUSE) {
            Ok(first) => first,
            // A thread that never ends may still hold the other end.
            Err(RecvTimeoutError::Timeout) if !was_stopped => continue,
            Err(_) => return,
        };
        // What came together is written together.
        let batch: Vec<Event> = std::iter::once(first).chain(events.try_iter().take(256)).collect();
        let write = |out: &mut dyn Write| batch.iter().try_for_each(|event| line(out, event));
        if output::write(write).is_err() {
            return;
        }
    }
}

fn line(out: &mut dyn Write, event: &Event) -> std::io::Result<()> {
    let exchange = match event {
        Event::Lost(count) => return writeln!(out, "({count} more requests)"),
        Event::Exchange(exchange) => exchange,
    };
    let Exchange { at, method, target, status, took, what } = exchange;
    let request = format!("{:<4} {}", escape(method), escape(target));
    write!(out, "{} {request:<24}  {status}  ", clock(*at))?;
    match what {
        What::Served { description, pact: _, is_exact, chosen } => {
            let how = match (chosen, is_exact) {
                (Some(header), _) => format!("chosen by header {}", escape(header)),
                (None, true) => "exact match".to_owned(),
                (None, false) => "match by rules".to_owned(),
            };
            let millis = took.as_millis();
            let time = if millis > 0 { format!("{millis} ms") } else { format!("{} µs", took.as_micros()) };
            writeln!(out, "\"{}\"   {how}   {time}", escape(description))
        }
        What::Preflight => writeln!(out, "preflight request of a browser"),
        What::Failed(why) => writeln!(out, "{}", escape(why)),
        What::Missed(miss) => missed(out, miss),
    }
}

fn missed(out: &mut dyn Write, miss: &Miss) -> std::io::Result<()> {
    let Some(first) = miss.closest.first() else { return writeln!(out, "{}", escape(&miss.error)) };
    let (right, all) = (first.matched.len(), first.matched.len() + first.differs.len());
    writeln!(out, "no interaction matches; closest {right} of {all} parts:")?;
    // Others are told in the body of the answer; those as close are worth a line.
    let as_close = miss.closest.iter().filter(|near| near.matched.len() == right);
    for near in as_close {
        for (position, difference) in near.differences.iter().take(DIFFERENCES).enumerate() {
            let title = if position == 0 {
                format!("\"{}\" ({}:{})", escape(&near.description), escape(&near.pact), near.line)
            } else {
                String::new()
            };
            writeln!(out, "           {title}  {}", escape(&difference.said))?;
        }
        let more = near.more + near.differences.len().saturating_sub(DIFFERENCES);
        if more > 0 {
            writeln!(out, "           and {more} more")?;
        }
    }
    Ok(())
}

/// The time of day.
pub(super) fn clock(at: SystemTime) -> String {
    chrono::DateTime::<chrono::Local>::from(at).format("%H:%M:%S").to_string()
}
