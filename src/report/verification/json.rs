//! The report as one JSON object; its keys are described at [`super::write`].

use std::io::{self, Write};

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::http::wire::Headers;
use crate::report::verification::Options;
use crate::report::verification::told::{Told, Totals, WHY, parties, path, provider};
use crate::report::{TOOL, VERSION};
use crate::runner::engine::{CORE, Mismatch};
use crate::runner::explain::Explanation;
use crate::runner::verify::outcome::{PactResult, Verdict, Verification};
use crate::text::whole_letters;

/// Bodies are cut to so many columns.
const BODY: usize = 4_000;
/// So many mismatches of the core are given for an interaction, and each text of it in so many
/// columns.
const MISMATCHES: usize = 50;
const SAID: usize = 500;

pub(super) fn write(run: &Verification, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = Report {
        version: 1,
        tool: Tool { name: TOOL, version: VERSION, core: CORE },
        provider: provider(run, options),
        summary: Summary { totals: Totals::of(run), exit: options.exit, took: millis(run.took) },
        pacts: run.pacts.iter().map(|pact| Pact::new(pact, options)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Report {
    version: u32,
    tool: Tool,
    provider: String,
    summary: Summary,
    pacts: Vec<Pact>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
    core: &'static str,
}

#[derive(Serialize)]
struct Summary {
    #[serde(flatten)]
    totals: Totals,
    exit: Option<u8>,
    took: f64,
}

#[derive(Serialize)]
struct Pact {
    path: String,
    consumer: String,
    provider: String,
    interactions: Vec<Interaction>,
}

#[derive(Serialize)]
struct Interaction {
    section: &'static str,
    index: u32,
    description: String,
    states: Vec<State>,
    kind: &'static str,
    status: &'static str,
    pending: bool,
    why: Option<String>,
    line: u32,
    column: u32,
    test: Option<Test>,
    curl: Option<String>,
    request: Option<Request>,
    response: Option<Response>,
    explanation: Option<Explanation>,
    core: Vec<Mismatch>,
    state_calls: Vec<StateCall>,
    took: f64,
}

#[derive(Serialize)]
struct State {
    name: String,
    params: Value,
}

#[derive(Serialize)]
struct Test {
    path: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Request {
    url: String,
    method: String,
    headers: Headers,
    body: Option<String>,
    bytes: usize,
}

#[derive(Serialize)]
struct Response {
    status: u16,
    headers: Headers,
    body: Option<String>,
    bytes: usize,
}

#[derive(Serialize)]
struct StateCall {
    state: String,
    setup: bool,
    url: Option<String>,
    status: Option<u16>,
    error: Option<String>,
}

fn millis(took: std::time::Duration) -> f64 {
    (took.as_secs_f64() * 1e6).round() / 1e3
}

impl Pact {
    fn new(pact: &PactResult, options: &Options<'_>) -> Pact {
        let (consumer, provider) = parties(&pact.contract, options);
        let told = pact.results.iter().filter_map(|it| Told::new(&pact.contract, it, options));
        let interactions = told.map(Interaction::new).collect();
        Pact { path: path(&pact.contract), consumer, provider, interactions }
    }
}

impl Interaction {
    fn new(told: Told<'_>) -> Interaction {
        let at = told.at();
        let text = |text: &str| told.shower.text(text, WHY);
        // What passed is what the pact says.
        let exchange = told.result.exchange.as_ref().filter(|_| told.result.verdict != Verdict::Passed);
        let state = |it: &crate::runner::State| State {
            name: text(&it.name),
            params: masked(&told, &Value::Object(it.params.clone())),
        };
        let core = match &told.result.verdict {
            Verdict::Failed(list) => list.iter().take(MISMATCHES).map(|it| mismatch(&told, it)).collect(),
            _ => Vec::new(),
        };
        Interaction {
            section: told.item.section.name(),
            index: told.item.index,
            description: if told.item.description.is_empty() { String::new() } else { told.description() },
            states: told.item.states.iter().map(state).collect(),
            kind: told.item.kind.name(),
            status: told.status.name(),
            pending: told.result.pending,
            why: told.why(),
            line: at.line,
            column: at.column,
            test: told.test.as_ref().map(|test| Test {
                path: text(&test.file),
                line: test.start.line + 1,
                column: test.start.col + 1,
            }),
            curl: told.curl.clone(),
            request: exchange.map(|it| Request {
                url: text(&it.url),
                method: text(&it.request.method),
                headers: headers(&told, &it.request.headers),
                body: body(&told, &it.request.body),
                bytes: it.request.body.len(),
            }),
            response: exchange.and_then(|it| it.response.as_ref()).map(|it| Response {
                status: it.status,
                headers: headers(&told, &it.headers),
                body: body(&told, &it.body),
                bytes: it.body.len(),
            }),
            core,
            state_calls: told
                .result
                .states
                .iter()
                .map(|call| StateCall {
                    state: text(&call.state),
                    setup: call.setup,
                    url: call.url.as_deref().map(text),
                    status: call.outcome.as_ref().err().and_then(|it| it.status),
                    error: call.outcome.as_ref().err().map(|it| text(&it.said)),
                })
                .collect(),
            took: millis(told.result.took),
            explanation: told.explanation,
        }
    }
}

fn headers(told: &Told<'_>, headers: &Headers) -> Headers {
    let shown = |value: &str, name: &str| told.shower.text(&told.shower.header(name, value), WHY);
    headers.iter().map(|(name, value)| (told.shower.text(name, WHY), shown(value, name))).collect()
}

/// The text of a body, cut where it is long.
fn body(told: &Told<'_>, body: &Bytes) -> Option<String> {
    let window = &body[..body.len().min(4 * BODY)];
    let text = told.shower.whole(whole_letters(window)?);
    // What a program reads may have lines, and no other control characters than JSON writes out.
    let mut cut: String = text.chars().take(BODY).collect();
    if cut.len() < text.len() || window.len() < body.len() {
        cut.push('…');
    }
    Some(cut)
}

fn mismatch(told: &Told<'_>, mismatch: &Mismatch) -> Mismatch {
    let text = |text: &str| {
        // The values of headers may be credentials of any form.
        let text = if mismatch.part == crate::runner::Part::Header {
            told.shower.header(&mismatch.at, text)
        } else {
            text.to_owned()
        };
        told.shower.text(&text, SAID)
    };
    let is_header = mismatch.part == crate::runner::Part::Header;
    let hides = |value: &Option<String>| {
        is_header && value.as_deref().is_some_and(|value| told.shower.header(&mismatch.at, value) != value)
    };
    let hidden = hides(&mismatch.expected) || hides(&mismatch.actual);
    Mismatch {
        part: mismatch.part,
        at: told.shower.text(&mismatch.at, SAID),
        expected: mismatch.expected.as_deref().map(text),
        actual: mismatch.actual.as_deref().map(text),
        said: if hidden { String::new() } else { told.shower.text(&mismatch.said, SAID) },
    }
}

/// A value with its secrets covered.
fn masked(told: &Told<'_>, value: &Value) -> Value {
    serde_json::from_str(&told.shower.whole(&value.to_string())).unwrap_or(Value::Null)
}
