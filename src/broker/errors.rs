//! What a Broker says when it refuses, in the words of who has to do something about it.

use serde_json::Value;

use crate::broker::client::Broker;
use crate::broker::hal::text;
use crate::http::wire::{Response, header};
use crate::http::{Credentials, Fault};
use crate::model::{ContentType, Format};

/// So many characters of what it says are shown.
const SAID: usize = 1_000;

/// Why the Broker did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The status of its answer, if that was the problem.
    pub status: Option<u16>,
    /// What happened, and what to do. It has no secrets and no control characters.
    pub message: String,
}

impl Problem {
    pub(super) fn other(message: String) -> Problem {
        Problem { status: None, message }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.message)
    }
}

/// A request that was sent.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: &'static str,
    /// As it may be shown.
    pub(super) url: String,
    pub(super) credentials: Credentials,
    /// How often it was sent.
    pub(super) tries: u32,
}

impl Asked {
    /// What to say where no answer came.
    pub(super) fn unanswered(&self, fault: &Fault) -> String {
        let why = fault.to_string();
        let help = if why.contains("certificate") {
            "; --ca-file FILE trusts a certificate of your own"
        } else {
            ""
        };
        format!("no answer of the Broker to {} {}: {why}{help}", self.method, self.url)
    }

    /// Whether the answer sends on.
    pub(super) fn is_moved(&self, answer: &Response) -> bool {
        matches!(answer.status, 301 | 302 | 303 | 307 | 308)
    }

    /// Whether the answer says that all is well.
    pub(super) fn well(&self, broker: &Broker, answer: &Response) -> Result<(), Problem> {
        let problem =
            |message: String| Problem { status: Some(answer.status), message: broker.shown(&message) };
        if !(200..300).contains(&answer.status) {
            return Err(problem(self.refused(answer)));
        }
        // Nobody but a browser asks for a page.
        if is_page(answer) {
            return Err(problem(format!(
                "{} {} is answered with a page for people: is there a login or a proxy before the Broker, or is \
                 this the address of something else?",
                self.method, self.url
            )));
        }
        Ok(())
    }

    /// The resource in an answer.
    pub(super) fn json(&self, broker: &Broker, answer: &Response) -> Result<Value, Problem> {
        self.well(broker, answer)?;
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            Problem::other(broker.shown(&format!(
                "the answer to {} {} is no JSON, which every Pact Broker speaks: {error}; check the address",
                self.method, self.url
            )))
        })
    }

    fn refused(&self, answer: &Response) -> String {
        let status = answer.status;
        let said = said(answer);
        let with = |help: &str| {
            let said = if said.is_empty() { String::new() } else { format!(": {said}") };
            let help = if help.is_empty() { String::new() } else { format!("; {help}") };
            format!("the Broker answers {status} to {} {}{said}{help}", self.method, self.url)
        };
        let writes = self.method == "PUT" || self.url.ends_with("/verification-results");
        match (status, &self.credentials) {
            (401 | 403, Credentials::None) => with(match header(&answer.headers, "www-authenticate") {
                Some(kind) if kind.get(..6).is_some_and(|it| it.eq_ignore_ascii_case("bearer")) => {
                    "it wants a token: give --token or PACT_BROKER_TOKEN"
                }
                Some(kind) if kind.get(..5).is_some_and(|it| it.eq_ignore_ascii_case("basic")) => {
                    "it wants a user and a password: give --user and --password, or PACT_BROKER_USERNAME and \
                     PACT_BROKER_PASSWORD"
                }
                _ => "it wants to know who asks: give --token, or --user and --password",
            }),
            (401 | 403, _) if writes => with(
                "it does not let the user or token that was given write: one that may only read gets this, too",
            ),
            (401 | 403, Credentials::Basic(..)) => with(
                "it does not take the user and the password that were given: check --user and --password, or \
                      PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD",
            ),
            (401 | 403, Credentials::Token(_)) => with(
                "it does not take the token that was given: check --token or PACT_BROKER_TOKEN; a Broker with \
                 users and passwords wants --user and --password",
            ),
            (400, Credentials::Token(_)) if answer.body.is_empty() => with(
                "a Broker with users and passwords says no more than that to a token: give --user and --password in \
                 place of --token",
            ),
            (404, _) if said.is_empty() => with("is this the address of a Pact Broker?"),
            (404, _) => with("a Broker that is below a path needs that path in its address"),
            (405 | 406 | 415, _) => with("it does not understand the request, so it may be no Pact Broker"),
            (407, _) => with("the proxy wants credentials: give them in the URL of --proxy"),
            (409, _) => with("it has something else in that place already"),
            (413, _) => with("the proxy before it does not let that much through"),
            (300..=399, _) => {
                let to = header(&answer.headers, "location").unwrap_or_default();
                with(&format!(
                    "it sends on to {}, which nothing is sent to: if that is the Broker, give its address",
                    without_query(to)
                ))
            }
            (500.., _) => with(match self.tries {
                1 => "it has a fault of its own; its log says more",
                _ => "it has a fault of its own, which lasted over all retries; its log says more",
            }),
            _ => with(""),
        }
    }
}

/// What may be secret in a URL that nobody gave.
fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

fn is_page(answer: &Response) -> bool {
    header(&answer.headers, "content-type").is_some_and(|it| it.trim_start().starts_with("text/html"))
}

/// What an answer says, of all the shapes in which errors come; empty where it says nothing.
pub(super) fn said(answer: &Response) -> String {
    let kind = header(&answer.headers, "content-type").and_then(ContentType::parse);
    let is_json = kind.is_some_and(|kind| kind.format() == Format::Json);
    let parsed = serde_json::from_slice(&answer.body).ok().filter(|_| is_json);
    let said = match parsed {
        Some(body) => said_in(&body),
        None if is_page(answer) => String::new(),
        None => {
            let window = &answer.body[..answer.body.len().min(4 * SAID)];
            String::from_utf8_lossy(window).lines().next().unwrap_or_default().trim().to_owned()
        }
    };
    let said = said.trim().trim_end_matches('.');
    let cut: String = said.chars().take(SAID).collect();
    if cut.len() < said.len() { format!("{cut}…") } else { cut }
}

fn said_in(body: &Value) -> String {
    let joined =
        |list: Vec<String>| list.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("; ");
    let errors = match body.get("errors") {
        Some(Value::Array(list)) => joined(list.iter().map(one).collect()),
        Some(Value::Object(fields)) => joined(
            fields
                .iter()
                .map(|(field, list)| {
                    let list =
                        list.as_array().map_or_else(|| one(list), |it| joined(it.iter().map(one).collect()));
                    format!("{field}: {list}")
                })
                .collect(),
        ),
        Some(other) => one(other),
        None => String::new(),
    };
    let error = match body.get("error") {
        Some(Value::String(text)) => text.clone(),
        // It writes the reference into its log.
        Some(error @ Value::Object(_)) => {
            let reference = text(error, "reference");
            let reference =
                if reference.is_empty() { String::new() } else { format!(" (reference {reference})") };
            format!("{}{reference}", text(error, "message"))
        }
        _ => String::new(),
    };
    let notices = body.get("notices").and_then(Value::as_array).map(|list| {
        let bad = list.iter().filter(|it| text(it, "type") == "error");
        joined(bad.map(|it| text(it, "text").to_owned()).collect())
    });
    let mut all = vec![errors, error];
    if all.iter().all(String::is_empty) {
        all.push(notices.unwrap_or_default());
    }
    // The rest of problem+json.
    if all.iter().all(String::is_empty) {
        all.extend([text(body, "title").to_owned(), text(body, "detail").to_owned()]);
    }
    joined(all)
}

/// One error, as a text or as a problem with a place in what was sent.
fn one(error: &Value) -> String {
    match error {
        Value::String(text) => text.clone(),
        Value::Object(_) => {
            let detail =
                if text(error, "detail").is_empty() { text(error, "title") } else { text(error, "detail") };
            match text(error, "pointer") {
                "" => detail.to_owned(),
                pointer => format!("{pointer}: {detail}"),
            }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: &str, body: &str) -> Response {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Response { status: 400, headers, body: body.to_owned().into() }
    }

    #[test]
    fn all_shapes_of_errors_are_read() {
        let cases = [
            ("application/hal+json", r#"{"errors": {"a": ["x", "y"], "b": "z"}}"#, "a: x; y; b: z"),
            ("application/hal+json;charset=utf-8", r#"{"errors": ["x", 1]}"#, "x; 1"),
            (
                "application/problem+json",
                r#"{"title": "T", "status": 500, "errors": [{"title": "t", "detail": "d", "pointer": "/p/0"}, {"title": "t"}]}"#,
                "/p/0: d; t",
            ),
            ("application/problem+json", r#"{"title": "T", "detail": "d"}"#, "T; d"),
            ("application/json", r#"{"error": "gone"}"#, "gone"),
            ("application/json", r#"{"error": {"message": "m", "reference": "r1"}}"#, "m (reference r1)"),
            (
                "application/json",
                r#"{"notices": [{"type": "error", "text": "n"}, {"type": "info", "text": "i"}]}"#,
                "n",
            ),
            ("text/plain", "no\nmore", "no"),
            ("text/html", "<html>", ""),
            ("application/json", "[[[", "[[["),
            ("application/json", "[]", ""),
        ];
        for (kind, body, wanted) in cases {
            assert_eq!(said(&answer(kind, body)), wanted, "{body}");
        }
        assert_eq!(said(&answer("text/plain", &"ä".repeat(5_000))).chars().count(), SAID + 1);
    }
}
