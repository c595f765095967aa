//! The report on states for a person at a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::analysis::states::{Parameter, PlacedHandler, State, User};
use crate::diagnostic::Severity;
use crate::report::colour::{Tone, paint};
use crate::report::escape;
use crate::report::escape::clip;
use crate::report::states::stub::{self, StubLanguage};
use crate::report::states::{StatesReport, Status};
use crate::text::counted;

/// Names and descriptions are cut to this many columns.
const NAME_COLUMNS: usize = 120;
/// Users, handlers and sets of parameters of one state are cut to this many.
const LIST_ITEMS: usize = 10;
/// Stubs are for writing a few; for more there is `--format json`.
const MAX_STUBS: usize = 50;

pub(super) fn write(report: &StatesReport<'_>, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    for (at, provider) in report.providers.iter().enumerate().filter(|(_, it)| !it.states.is_empty()) {
        let name = provider.name.as_deref().map_or_else(|| "(provider without a name)".to_owned(), name);
        writeln!(out, "{}", paint(colour, Tone::Strong, name))?;
        if report.compared.unjudged.contains(&at) && !report.handlers.is_empty() {
            let why = "none of the handlers found is for one of its states, so nothing can be said of them";
            writeln!(out, "  {}", paint(colour, Tone::Faint, why))?;
        }
        for (index, state) in provider.states.iter().enumerate() {
            write_state(report, (at, index), state, colour, out)?;
        }
        writeln!(out)?;
    }
    write_unused(report, colour, out)?;
    write_stubs(report, out)?;
    write_totals(report, out)
}

fn write_state(
    report: &StatesReport<'_>,
    (provider, index): (usize, usize),
    state: &State,
    colour: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "  {}{}", paint(colour, Tone::Strong, quoted(&state.name)), params(&state.params))?;
    match report.status(provider, index) {
        Status::Handled => {
            let all = report.serving(provider, index);
            let places: Vec<String> = all.iter().take(LIST_ITEMS).map(|it| place(it)).collect();
            writeln!(out, "    handled by {}{}", places.join(", "), more(all.len()))?;
        }
        Status::Missing(missing) => {
            let said = paint(colour, Tone::Severity(Severity::Error), "no handler");
            let near = missing.near.map(|at| &report.handlers[at]);
            let near = near.map_or_else(String::new, |it| {
                format!(": did you mean {} at {}?", quoted(&it.name), place(it))
            });
            writeln!(out, "    {said}{near}")?;
        }
        Status::Unknown => {}
    }
    if state.params_differ {
        writeln!(out, "    parameters differ: {}", differences(&state.users))?;
    }
    for user in state.users.iter().take(LIST_ITEMS) {
        let consumer = consumer(user);
        let (path, line) = (escape(&user.path), user.place.line);
        writeln!(out, "    {consumer}: {} {path}:{line}", quoted(&user.description))?;
    }
    if state.users.len() > LIST_ITEMS {
        writeln!(out, "    and {} more interactions", state.users.len() - LIST_ITEMS)?;
    }
    Ok(())
}

fn write_unused(report: &StatesReport<'_>, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    if report.compared.unused.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint(colour, Tone::Strong, "Handlers of states that no pact here asks for"))?;
    for handler in report.compared.unused.iter().map(|at| &report.handlers[*at]) {
        writeln!(out, "  {} {}", quoted(&handler.name), place(handler))?;
    }
    writeln!(out)
}

fn write_stubs(report: &StatesReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let states = report.unwritten();
    let Some(language) = report.stub.or_else(|| StubLanguage::of_most(report.handlers)) else {
        return Ok(());
    };
    if states.is_empty() {
        return Ok(());
    }
    let shown = &states[..states.len().min(MAX_STUBS)];
    let what = if states.len() == 1 { "handler" } else { "handlers" };
    writeln!(
        out,
        "To write, {} {what} in {} (--stub LANG for another language):\n",
        states.len(),
        language.name()
    )?;
    out.write_all(stub::write(language, shown).as_bytes())?;
    if states.len() > MAX_STUBS {
        writeln!(out, "\n... and {} more", states.len() - MAX_STUBS)?;
    }
    writeln!(out)
}

fn write_totals(report: &StatesReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let states: usize = report.providers.iter().map(|it| it.states.len()).sum();
    let providers = report.providers.iter().filter(|it| !it.states.is_empty()).count();
    if states == 0 {
        return writeln!(out, "No provider state in {}.", counted(report.pacts, "pact"));
    }
    if !report.dynamic.is_empty() {
        let (path, first) = &report.dynamic[0];
        let names = if report.dynamic.len() == 1 {
            "1 handler's name is"
        } else {
            &format!("{} handlers' names are", report.dynamic.len())
        };
        let at = format!("{}:{}", escape(path), first.line);
        writeln!(
            out,
            "{names} computed or not in the same file ({at}), so a state without a handler may have one."
        )?;
    }
    let what = format!(
        "{} of {} in {}",
        counted(states, "state"),
        counted(providers, "provider"),
        counted(report.pacts, "pact")
    );
    if report.handlers.is_empty() {
        writeln!(out, "{what}.")?;
        return writeln!(
            out,
            "No handler was found in {}, so nothing can be said of what is missing; --handlers PATH or [states] in pactlens.toml says where they are.",
            counted(report.sources, "source file")
        );
    }
    let compared = report.compared;
    writeln!(
        out,
        "{what}; {} in {}: {} without a handler, {} unused.",
        counted(report.handlers.len(), "handler"),
        counted(report.sources, "source file"),
        compared.missing.len(),
        compared.unused.len()
    )
}

fn more(count: usize) -> String {
    if count > LIST_ITEMS { format!(" and {} more", count - LIST_ITEMS) } else { String::new() }
}

fn name(name: &str) -> String {
    clip(name, NAME_COLUMNS)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", clip(name, NAME_COLUMNS))
}

fn place(handler: &PlacedHandler) -> String {
    format!("{}:{}", escape(&handler.path), handler.place.line)
}

fn consumer(user: &User) -> String {
    user.consumer.as_deref().map_or_else(|| "(consumer without a name)".to_owned(), name)
}

/// ` (id: number, name: string, only by some)`.
fn params(params: &[Parameter]) -> String {
    if params.is_empty() {
        return String::new();
    }
    let one = |param: &Parameter| {
        let types = param.types.join(" or ");
        let some = if param.always { "" } else { ", not always" };
        format!("{}: {types}{some}", clip(&param.name, NAME_COLUMNS))
    };
    format!(" ({})", params.iter().map(one).collect::<Vec<_>>().join("; "))
}

/// Who passes what: `web passes id, name; mobile passes id`.
fn differences(users: &[User]) -> String {
    let mut sets: BTreeMap<&[String], Vec<String>> = BTreeMap::new();
    for user in users {
        let consumers = sets.entry(&user.params).or_default();
        let name = consumer(user);
        if consumers.len() < 3 && !consumers.contains(&name) {
            consumers.push(name);
        }
    }
    let one = |(params, consumers): (&&[String], &Vec<String>)| {
        let names: Vec<String> = params.iter().map(|it| clip(it, NAME_COLUMNS)).collect();
        let what = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let verb = if consumers.len() > 1 { "pass" } else { "passes" };
        format!("{} {verb} {what}", consumers.join(" and "))
    };
    let all: Vec<String> = sets.iter().take(LIST_ITEMS).map(one).collect();
    all.join("; ") + &more(sets.len())
}
