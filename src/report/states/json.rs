//! The report on states as one JSON object; its keys are described at
//! [`crate::report::render_states`].

use std::io::{self, Write};

use serde::Serialize;

use crate::analysis::states::{Parameter, PlacedHandler, ProviderStates, State, User};
use crate::report::states::{StatesReport, Status};
use crate::report::{TOOL, VERSION};

pub(super) fn write(report: &StatesReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let handlers: Vec<Handler<'_>> = report.handlers.iter().map(Handler::new).collect();
    let object = Object {
        version: 1,
        tool: Tool { name: TOOL, version: VERSION },
        summary: Totals {
            pacts: report.pacts,
            providers: report.providers.len(),
            states: report.providers.iter().map(|it| it.states.len()).sum(),
            sources: report.sources,
            handlers: report.handlers.len(),
            dynamic: report.dynamic.len(),
            missing: report.compared.missing.len(),
            near_twins: report.compared.missing.iter().filter(|it| it.near.is_some()).count(),
            unused: report.compared.unused.len(),
        },
        providers: report
            .providers
            .iter()
            .enumerate()
            .map(|(at, it)| Provider::new(report, at, it))
            .collect(),
        unused: report.compared.unused.iter().map(|at| handlers[*at]).collect(),
        dynamic: report
            .dynamic
            .iter()
            .map(|(path, place)| Where { path, line: place.line, column: place.column })
            .collect(),
        handlers,
    };
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Object<'a> {
    version: u32,
    tool: Tool,
    summary: Totals,
    providers: Vec<Provider<'a>>,
    handlers: Vec<Handler<'a>>,
    unused: Vec<Handler<'a>>,
    dynamic: Vec<Where<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Totals {
    pacts: usize,
    providers: usize,
    states: usize,
    sources: usize,
    handlers: usize,
    dynamic: usize,
    missing: usize,
    near_twins: usize,
    unused: usize,
}

#[derive(Serialize)]
struct Provider<'a> {
    name: Option<&'a str>,
    judged: bool,
    states: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    status: &'static str,
    near: Option<Handler<'a>>,
    parameters: Vec<Param<'a>>,
    parameters_differ: bool,
    handlers: Vec<Where<'a>>,
    users: Vec<Use<'a>>,
}

#[derive(Serialize)]
struct Param<'a> {
    name: &'a str,
    types: &'a [&'static str],
    always: bool,
}

#[derive(Serialize)]
struct Use<'a> {
    consumer: Option<&'a str>,
    description: &'a str,
    path: &'a str,
    line: u32,
    column: u32,
    parameters: &'a [String],
}

#[derive(Serialize, Clone, Copy)]
struct Handler<'a> {
    name: &'a str,
    path: &'a str,
    line: u32,
    column: u32,
    kind: &'static str,
    language: Option<&'static str>,
    provider: Option<&'a str>,
}

#[derive(Serialize)]
struct Where<'a> {
    path: &'a str,
    line: u32,
    column: u32,
}

impl<'a> Provider<'a> {
    fn new(report: &StatesReport<'a>, at: usize, provider: &'a ProviderStates) -> Provider<'a> {
        let entry = |(index, state)| Entry::new(report, (at, index), state);
        Provider {
            name: provider.name.as_deref(),
            judged: !report.compared.unjudged.contains(&at),
            states: provider.states.iter().enumerate().map(entry).collect(),
        }
    }
}

impl<'a> Entry<'a> {
    fn new(report: &StatesReport<'a>, (provider, index): (usize, usize), state: &'a State) -> Entry<'a> {
        let status = report.status(provider, index);
        let near = match status {
            Status::Missing(missing) => missing.near.map(|at| Handler::new(&report.handlers[at])),
            Status::Handled | Status::Unknown => None,
        };
        let param = |Parameter { name, types, always }: &'a Parameter| Param { name, types, always: *always };
        let place =
            |it: &'a PlacedHandler| Where { path: &it.path, line: it.place.line, column: it.place.column };
        Entry {
            name: &state.name,
            status: match status {
                Status::Handled => "handled",
                Status::Missing(_) => "missing",
                Status::Unknown => "unknown",
            },
            near,
            parameters: state.params.iter().map(param).collect(),
            parameters_differ: state.params_differ,
            handlers: report.serving(provider, index).into_iter().map(place).collect(),
            users: state.users.iter().map(Use::new).collect(),
        }
    }
}

impl<'a> Use<'a> {
    fn new(user: &'a User) -> Use<'a> {
        Use {
            consumer: user.consumer.as_deref(),
            description: &user.description,
            path: &user.path,
            line: user.place.line,
            column: user.place.column,
            parameters: &user.params,
        }
    }
}

impl<'a> Handler<'a> {
    fn new(handler: &'a PlacedHandler) -> Handler<'a> {
        Handler {
            name: &handler.name,
            path: &handler.path,
            line: handler.place.line,
            column: handler.place.column,
            kind: handler.kind.map_or("config", |kind| kind.name()),
            language: handler.language.map(|language| language.name()),
            provider: handler.provider.as_deref(),
        }
    }
}
