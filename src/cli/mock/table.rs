//! What is printed before and after.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use crate::cli::output::{self, Stream};
use crate::report::escape;
use crate::runner::Runnable;
use crate::runner::contract::Item;
use crate::runner::mock::{Handle, Report};
use crate::text::counted;

/// What is known of a provider.
#[derive(Default)]
struct Row<'a> {
    consumers: BTreeSet<&'a str>,
    interactions: usize,
    states: BTreeSet<&'a str>,
    unserved: BTreeMap<String, usize>,
    messages: usize,
}

/// The providers, where they are served, and what is served of them.
pub(super) fn print(handle: &Handle, watch: bool) {
    let indices = handle.indices();
    let mut rows: BTreeMap<(String, &str), Row<'_>> = BTreeMap::new();
    for (place, index) in handle.places().into_iter().zip(&indices) {
        for contract in &index.contracts {
            let row = rows.entry((place.url.clone(), contract.provider.as_str())).or_default();
            row.consumers.insert(&contract.consumer);
            for item in &contract.items {
                row.add(item);
            }
        }
    }
    let empty = indices.iter().all(|index| index.entries.is_empty());
    let lines: Vec<[String; 5]> =
        rows.iter().map(|((url, provider), row)| row.cells(url, provider)).collect();
    drop(output::write(|out| {
        write_columns(out, &lines)?;
        if rows.is_empty() {
            writeln!(out, "no pact yet  {}", handle.url())?;
        } else if empty {
            writeln!(out, "no interaction can be served")?;
        }
        for ((_, provider), row) in &rows {
            for (why, count) in &row.unserved {
                let named =
                    if provider.is_empty() { String::new() } else { format!("{}: ", escape(provider)) };
                writeln!(
                    out,
                    "{named}{} answered with 501: {}",
                    counted(*count, "interaction"),
                    escape(why)
                )?;
            }
        }
        if let Some(certificate) = handle.certificate() {
            writeln!(out, "clients have to trust this certificate, or not to check it:")?;
            write!(out, "{certificate}")?;
        }
        let reloads = if watch { "reloads on change      " } else { "" };
        writeln!(out, "{reloads}ctrl-c stops")
    }));
}

impl<'a> Row<'a> {
    fn add(&mut self, item: &'a Item) {
        if item.kind != crate::model::InteractionKind::Http {
            self.messages += 1;
            return;
        }
        match &item.runnable {
            Runnable::Ready(_) => {
                self.interactions += 1;
                self.states.extend(item.states.iter().map(|state| state.name.as_str()));
            }
            Runnable::Not(why) => *self.unserved.entry(why.to_string()).or_default() += 1,
        }
    }

    fn cells(&self, url: &str, provider: &str) -> [String; 5] {
        let consumers: Vec<&str> = self.consumers.iter().copied().filter(|name| !name.is_empty()).collect();
        let provider = if provider.is_empty() { "(no name)" } else { provider };
        let messages = match self.messages {
            0 => String::new(),
            count => format!("{} left out", counted(count, "message")),
        };
        [
            format!("{}  ({})", escape(provider), escape(&consumers.join(", "))),
            url.to_owned(),
            counted(self.interactions, "interaction"),
            counted(self.states.len(), "state"),
            messages,
        ]
    }
}

/// Rows with their columns one below the other.
pub(super) fn write_columns<const N: usize>(
    out: &mut dyn Write,
    rows: &[[String; N]],
) -> std::io::Result<()> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.chars().count() + 3));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// What has happened, on standard error.
pub(super) fn report(report: &Report) {
    drop(output::write_to(Stream::Error, |out| {
        if !report.never_called.is_empty() {
            writeln!(out, "never called:")?;
            for one in &report.never_called {
                let given = if one.states.is_empty() {
                    String::new()
                } else {
                    format!("   given {}", escape(&one.states.join(", ")))
                };
                let place = format!("{}:{}", escape(&one.pact), one.line);
                writeln!(out, "  \"{}\"{given}   {place}", escape(&one.description))?;
            }
        }
        if !report.unexpected.is_empty() {
            writeln!(out, "not expected:")?;
            for one in &report.unexpected {
                let times = if one.count == 1 { String::new() } else { format!("   {} times", one.count) };
                writeln!(
                    out,
                    "  {} {}{times}   {}",
                    escape(&one.method),
                    escape(&one.target),
                    escape(&one.why)
                )?;
            }
            if report.unexpected_is_cut {
                writeln!(out, "  and others")?;
            }
        }
        let (served, missed) = (report.served, report.missed);
        writeln!(
            out,
            "{}, {} not expected; {} never called",
            counted(usize::try_from(served + missed).unwrap_or(usize::MAX), "request"),
            missed,
            counted(report.never_called.len(), "interaction"),
        )
    }));
}
