//! What a request is answered with.

use std::sync::Arc;

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{StatusCode, Version};
use serde_json::{Map, Value, json};

use crate::http::wire::{self, Request, Response};
use crate::runner::engine::Side;
use crate::runner::mock::event::What;
use crate::runner::mock::index::{Found, Index};
use crate::runner::mock::miss::Miss;
use crate::runner::mock::mutation::Mutation;
use crate::runner::mock::states::Choice;

/// The methods that the official mock server allows to other origins.
const METHODS: &str = "GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH";

/// An answer and why it is that.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: bytes::Bytes,
    /// `None` where an interaction was served and nobody wants to know.
    pub(super) what: Option<What>,
}

/// How requests are answered.
#[derive(Debug, Clone)]
pub(super) struct Manner {
    /// Preflight requests of browsers are answered.
    pub(super) cors: bool,
    /// The choice of provider state for all requests.
    pub(super) state: Option<String>,
    /// The header with the choice for one.
    pub(super) state_header: String,
    /// A choice leaves interactions without a state.
    pub(super) stateless: bool,
    /// What generators ask of the server.
    pub(super) context: Map<String, Value>,
    /// Somebody wants to know what was served.
    pub(super) told: bool,
}

impl Manner {
    /// The index with the choice of state for requests that name none.
    pub(super) fn settle(&self, mut index: Index) -> Index {
        if let Some(text) = &self.state {
            index.usual = Choice::of(text, &index.contracts, self.stateless);
        }
        index
    }
}

impl Reply {
    /// An answer in JSON that says what went wrong.
    pub(super) fn failed(status: StatusCode, why: &str) -> Reply {
        Reply::told(status, &json!({ "error": why }), What::Failed(why.to_owned()))
    }

    fn told(status: StatusCode, body: &impl serde::Serialize, what: What) -> Reply {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        let body = (serde_json::to_string_pretty(body).unwrap_or_default() + "\n").into();
        Reply { status, headers, body, what: Some(what) }
    }

    /// The answer to a request.
    pub(super) fn to(
        request: &Request,
        version: Version,
        index: &Index,
        manner: &Manner,
        mutation: Option<&Mutation>,
    ) -> Reply {
        let sent = wire::header(&request.headers, &manner.state_header);
        let wanted = sent.or(manner.state.as_deref());
        let chosen = sent.map(|text| Choice::of(text, &index.contracts, manner.stateless));
        let choice = match chosen.as_ref().unwrap_or(&index.usual) {
            Ok(choice) => choice,
            Err(why) => {
                let text = index.no_such_state(wanted.unwrap_or_default(), Some(why));
                return Reply::failed(StatusCode::BAD_REQUEST, &text);
            }
        };
        match index.find(request, choice) {
            Found::Entry(number) => {
                let chosen = sent.filter(|_| manner.told);
                let chosen = chosen.map(|name| format!("{}: \"{name}\"", manner.state_header));
                Reply::with(number, request, version, index, manner, mutation, chosen)
            }
            // As the official mock server: only where nothing matches.
            _ if manner.cors && request.method.eq_ignore_ascii_case("OPTIONS") => Reply::preflight(request),
            Found::Unjudged(number, why) => {
                let named = index.entries.get(number).map(|entry| &**index.title(entry)).unwrap_or_default();
                let mut text = format!("\"{named}\" could not be compared with this request: {why}");
                index.mask().apply(&mut text);
                Reply::failed(StatusCode::INTERNAL_SERVER_ERROR, &text)
            }
            Found::Refused(contract, item) => Reply::refused(index, contract, item),
            Found::Nothing => Reply::missed(request, index, choice, wanted),
        }
    }

    fn with(
        number: usize,
        request: &Request,
        version: Version,
        index: &Index,
        manner: &Manner,
        mutation: Option<&Mutation>,
        chosen: Option<String>,
    ) -> Reply {
        let Some(entry) = index.entries.get(number) else {
            return Reply::failed(StatusCode::INTERNAL_SERVER_ERROR, "The interaction is gone");
        };
        entry.count();
        let mutated = mutation.filter(|mutation| mutation.field.entry == number);
        let ready = index.ready(entry);
        let usual = ready.filter(|_| mutated.is_none() && is_usual(request, version));
        let answer = match usual.and_then(|ready| Some((ready.head.usual.as_ref()?, &ready.body))) {
            Some(((status, headers), body)) => Ok((*status, headers.clone(), body.clone())),
            None => {
                let made = match ready {
                    Some(ready) => Ok(ready.response()),
                    None => entry.subject.response(Side::Consumer, &manner.context),
                };
                let made = made.map(|response| match mutated {
                    Some(mutation) => mutation.apply(response),
                    None => response,
                });
                made.and_then(|response| answer(request, version, response))
            }
        };
        let (status, headers, body) = match answer {
            Ok(answer) => answer,
            Err(why) => {
                let mut text =
                    format!("\"{}\" matches, but its response cannot be sent: {why}", index.title(entry));
                index.mask().apply(&mut text);
                return Reply::failed(StatusCode::INTERNAL_SERVER_ERROR, &text);
            }
        };
        let what = manner.told.then(|| {
            let (description, pact) = (Arc::clone(index.title(entry)), Arc::clone(&entry.pact));
            What::Served { description, pact, is_exact: entry.is_exact, chosen }
        });
        Reply { status, headers, body, what }
    }

    fn preflight(request: &Request) -> Reply {
        let mut headers = HeaderMap::new();
        allow(request, &mut headers);
        let asked = joined(request, "access-control-request-headers").map(|asked| format!("{asked}, *"));
        let asked = asked.and_then(|asked| HeaderValue::from_str(&asked).ok());
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            asked.unwrap_or_else(|| HeaderValue::from_static("*")),
        );
        Reply {
            status: StatusCode::NO_CONTENT,
            headers,
            body: bytes::Bytes::new(),
            what: Some(What::Preflight),
        }
    }

    fn refused(index: &Index, contract: usize, item: usize) -> Reply {
        let found = index.contracts.get(contract).and_then(|it| Some((it, it.items.get(item)?)));
        let mut text = match found {
            Some((contract, item)) => {
                let why = match &item.runnable {
                    crate::runner::Runnable::Not(why) => why.to_string(),
                    crate::runner::Runnable::Ready(_) => String::new(),
                };
                let line = item.at.line + 1;
                format!("\"{}\" ({}:{line}) is not served: {why}", item.description, contract.name)
            }
            None => "The interaction is not served".to_owned(),
        };
        index.mask().apply(&mut text);
        Reply::failed(StatusCode::NOT_IMPLEMENTED, &text)
    }

    fn missed(request: &Request, index: &Index, choice: &Choice, wanted: Option<&str>) -> Reply {
        let mut miss = Miss::new(index, request, choice);
        if let Some(wanted) = wanted.filter(|_| !index.has_chosen(choice)) {
            miss.error = index.no_such_state(wanted, None);
        } else if index.entries.is_empty() {
            "The pacts have no HTTP interaction that can be served".clone_into(&mut miss.error);
        }
        // What the official mock server calls the two.
        let kind = if miss.is_known() { "Request-Mismatch" } else { "Unexpected-Request" };
        let mut reply = Reply::told(StatusCode::INTERNAL_SERVER_ERROR, &miss, What::Failed(String::new()));
        reply.what = Some(What::Missed(miss));
        reply.headers.insert("x-pact", HeaderValue::from_static(kind));
        reply
    }
}

/// The values of a header of the request, as the official mock server reads them.
fn joined(request: &Request, name: &str) -> Option<String> {
    let values = request.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// The headers that let a browser use the answer (`match_result_to_hyper_response` of
/// pact_mock_server), but for those that are there already: twice they are as good as none.
fn allow(request: &Request, headers: &mut HeaderMap) {
    let origin = joined(request, "origin").and_then(|origin| HeaderValue::from_str(&origin).ok());
    let values = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.unwrap_or_else(|| HeaderValue::from_static("*"))),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*")),
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS)),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Location, Link")),
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true")),
    ];
    for (name, value) in values {
        headers.entry(name).or_insert(value);
    }
}

/// Whether the answer depends on the interaction alone ([`answer`]).
fn is_usual(request: &Request, version: Version) -> bool {
    version >= Version::HTTP_11
        && !request.method.eq_ignore_ascii_case("HEAD")
        && wire::header(&request.headers, "origin").is_none()
}

/// Status, headers and body as they are sent; `Err` says why they cannot be.
pub(super) fn answer(
    request: &Request,
    version: Version,
    response: Response,
) -> Result<(StatusCode, HeaderMap, bytes::Bytes), String> {
    let status = StatusCode::from_u16(response.status)
        .ok()
        .filter(|status| !status.is_informational())
        .ok_or_else(|| format!("{} is no status that a server can end with", response.status))?;
    let is_head = request.method.eq_ignore_ascii_case("HEAD");
    let mut headers = HeaderMap::with_capacity(response.headers.len() + 5);
    for (name, value) in &response.headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("\"{name}\" is no name of a header"))?;
        // The length is that of the body which is sent, whatever the recorded one was. Only
        // the answer to HEAD has none to count.
        let counted = name == header::CONTENT_LENGTH && !(is_head && response.body.is_empty());
        let chunked = name == header::TRANSFER_ENCODING
            && (version < Version::HTTP_11 || !value.eq_ignore_ascii_case("chunked"));
        if counted || chunked {
            continue;
        }
        let value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| format!("the value of the header \"{name}\" cannot be sent"))?;
        headers.append(name, value);
    }
    allow(request, &mut headers);
    Ok((status, headers, response.body))
}
