//! What a contract would not notice: an answer that passes is changed in small ways, and
//! judged again each time.
//!
//! Beside that, the rules of the pact that this answer puts to no test.

mod idle;
mod json;

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::http::wire::{Response, header};
use crate::runner::engine::{Judgement, Part, Subject};

pub use idle::IdleRule;

/// The most changes that are tried of one answer.
const MAX_CHANGES: usize = 500;

/// The most bytes of bodies that are judged of one answer.
const MAX_BYTES: usize = 16 << 20;

/// Headers that the server's software sets, whatever the application does.
const NOT_OF_THE_APPLICATION: [&str; 7] = [
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "pact-message-metadata",
    "server",
    "transfer-encoding",
];

/// The header that carries the metadata of a message.
const METADATA: &str = "pact-message-metadata";

/// How an answer was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It was left out.
    Removed,
    /// `null` was put in its place.
    Nulled,
    /// A value of another type was put in its place.
    Retyped,
    /// A text, list or object became an empty one.
    Emptied,
    /// Another value was put in its place (status).
    Changed,
}

impl Kind {
    /// The words for it, after the place: `$.a` ... "left out".
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Removed => "left out",
            Kind::Nulled => "null",
            Kind::Retyped => "another type",
            Kind::Emptied => "empty",
            Kind::Changed => "changed",
        }
    }

    /// The name for programs.
    pub const fn key(self) -> &'static str {
        match self {
            Kind::Removed => "removed",
            Kind::Nulled => "nulled",
            Kind::Retyped => "retyped",
            Kind::Emptied => "emptied",
            Kind::Changed => "changed",
        }
    }
}

/// A change of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What of the answer: status, header, body or metadata.
    pub part: Part,
    /// Where in it: a path such as `$.items[0].price`, the name of a header or of a metadata
    /// value; of the status the code that was put there.
    pub at: String,
    /// How.
    pub kind: Kind,
}

/// How much of an answer its contract looks at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// How many changes were judged.
    pub tried: usize,
    /// How many of them the contract noticed.
    pub noticed: usize,
    /// The others, in the order of the answer.
    pub missed: Vec<Change>,
    /// Changes that could not be judged; they are not counted.
    pub unjudged: usize,
    /// Changes that were not tried, because there are too many. Of a list, no more than
    /// three items are changed, and the others are not counted here.
    pub left_out: usize,
    /// Rules of the pact that nothing in the answer puts to the test.
    pub idle: Vec<IdleRule>,
    /// Why nothing was tried.
    pub skipped: Option<String>,
}

impl Coverage {
    /// The part of the changes that was noticed, in whole percent; `None` where none was
    /// tried.
    pub fn percent(&self) -> Option<usize> {
        (self.tried > 0).then(|| self.noticed * 100 / self.tried)
    }
}

/// Changes a passing answer in small ways, each alone, and has each judged: every value of
/// a JSON body left out, null, of another type, empty; any other body left out; every header
/// and metadata value left out; the status another. Of each list the first three items are
/// changed. Bounded by 500 changes and 16 MB of bodies; the rest is counted in
/// [`Coverage::left_out`].
pub fn answer(subject: &Subject, passing: &Response) -> Coverage {
    let mut coverage = Coverage { idle: idle::rules(subject, passing), ..Coverage::default() };
    let is_message = subject.message_call().is_some();
    let judge = |answer: &Response| {
        if is_message { subject.judge_message(answer) } else { subject.judge_response(answer) }
    };
    let body: Option<Value> = serde_json::from_slice(&passing.body).ok();
    // The body is written anew below, so it must pass written anew.
    let mut base = passing.clone();
    if let Some(body) = &body {
        base.body = Bytes::from(body.to_string());
    }
    match judge(&base) {
        Judgement::Match => {}
        Judgement::Mismatches(_) => {
            coverage.skipped = Some("the answer does not pass as it is".to_owned());
            return coverage;
        }
        Judgement::Unjudged(why) => {
            coverage.skipped = Some(why);
            return coverage;
        }
    }

    let changes = changes(&base, body.as_ref(), is_message);
    let most = MAX_CHANGES.min(MAX_BYTES / base.body.len().max(1)).max(1);
    coverage.left_out = changes.len().saturating_sub(most);
    for (change, changed) in changes.into_iter().take(most) {
        match judge(&changed.apply(&base, body.as_ref())) {
            Judgement::Match => {
                coverage.tried += 1;
                coverage.missed.push(change);
            }
            Judgement::Mismatches(_) => {
                coverage.tried += 1;
                coverage.noticed += 1;
            }
            Judgement::Unjudged(_) => coverage.unjudged += 1,
        }
    }
    coverage
}

/// A change, ready to be made.
enum Changed {
    Status(u16),
    Header(String),
    Metadata(String),
    WholeBody,
    Body(Vec<json::Step>, Kind),
}

impl Changed {
    fn apply(&self, base: &Response, body: Option<&Value>) -> Response {
        let mut out = base.clone();
        match self {
            Changed::Status(status) => out.status = *status,
            Changed::Header(name) => out.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name)),
            Changed::Metadata(name) => {
                let mut metadata = metadata(base);
                metadata.remove(name);
                let text = STANDARD.encode(Value::Object(metadata).to_string());
                for (key, value) in &mut out.headers {
                    if key.eq_ignore_ascii_case(METADATA) {
                        value.clone_from(&text);
                    }
                }
            }
            Changed::WholeBody => out.body = Bytes::new(),
            Changed::Body(steps, kind) => {
                let mut body = body.cloned().unwrap_or_default();
                json::apply(&mut body, steps, *kind);
                out.body = Bytes::from(body.to_string());
            }
        }
        out
    }
}

/// The changes of an answer: status, headers or metadata, body.
fn changes(base: &Response, body: Option<&Value>, is_message: bool) -> Vec<(Change, Changed)> {
    let mut out = Vec::new();
    if is_message {
        for name in metadata(base).into_iter().map(|(name, _)| name) {
            let change = Change { part: Part::Metadata, at: name.clone(), kind: Kind::Removed };
            out.push((change, Changed::Metadata(name)));
        }
    } else {
        // One of the same class, one of another.
        let near = if base.status % 100 == 99 { base.status - 1 } else { base.status + 1 };
        let far = if base.status >= 500 { 200 } else { 500 };
        for status in [near, far] {
            let change = Change { part: Part::Status, at: status.to_string(), kind: Kind::Changed };
            out.push((change, Changed::Status(status)));
        }
    }
    let names: BTreeSet<String> = base.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    for name in names.into_iter().filter(|name| !NOT_OF_THE_APPLICATION.contains(&name.as_str())) {
        let change = Change { part: Part::Header, at: name.clone(), kind: Kind::Removed };
        out.push((change, Changed::Header(name)));
    }
    if body.is_none() && !base.body.is_empty() {
        let change = Change { part: Part::Body, at: "$".to_owned(), kind: Kind::Removed };
        out.push((change, Changed::WholeBody));
    }
    for (steps, kind) in body.map(json::changes).unwrap_or_default() {
        let change = Change { part: Part::Body, at: json::path(&steps), kind };
        out.push((change, Changed::Body(steps, kind)));
    }
    out
}

/// The metadata of a message in the answer of a proxy.
fn metadata(answer: &Response) -> Map<String, Value> {
    let bytes = header(&answer.headers, METADATA).and_then(|text| STANDARD.decode(text).ok());
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn subject(response: Value) -> Subject {
        Subject::load(&json!({"consumer": {"name": "c"}, "provider": {"name": "p"},
            "interactions": [{"description": "d", "request": {"method": "GET", "path": "/"}, "response": response}],
            "metadata": {"pactSpecification": {"version": "3.0.0"}}}))
        .unwrap()
    }

    fn json_answer(body: &Value) -> Response {
        let headers = [("Content-Type", "application/json"), ("X-Page", "1"), ("Date", "today")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Response { status: 200, headers, body: body.to_string().into() }
    }

    #[test]
    fn what_a_contract_does_not_notice() {
        let subject = subject(json!({"status": 200, "headers": {"Content-Type": "application/json"},
            "body": {"id": 1, "name": "Ada", "tags": ["a"]},
            "matchingRules": {"body": {
                "$.id": {"matchers": [{"match": "integer"}]},
                "$.name": {"matchers": [{"match": "type"}]},
                "$.tags": {"matchers": [{"match": "type"}]},
                "$.gone.*": {"matchers": [{"match": "type"}]}},
                "header": {"X-Rate": {"matchers": [{"match": "regex", "regex": "\\d+"}]}}}}));
        let body = json!({"id": 7, "name": "Bob", "tags": ["x", "y"], "more": {"a": null}});
        let coverage = answer(&subject, &json_answer(&body));
        let missed: Vec<String> = coverage
            .missed
            .iter()
            .map(|it| format!("{} {} {}", it.part.name(), it.at, it.kind.name()))
            .collect();
        assert_eq!(
            missed,
            [
                "header x-page left out",
                "body $.more left out",
                "body $.more null",
                "body $.more another type",
                "body $.more.a left out",
                "body $.more.a another type",
                "body $.name empty",
                "body $.tags empty",
                "body $.tags[0] left out",
                "body $.tags[0] empty",
                "body $.tags[1] left out",
                "body $.tags[1] empty",
            ]
        );
        assert_eq!((coverage.unjudged, coverage.left_out, &coverage.skipped), (0, 0, &None));
        assert_eq!(coverage.tried, coverage.noticed + missed.len());
        assert!(coverage.percent().is_some_and(|it| it > 40 && it < 80), "{coverage:?}");
        let idle: Vec<_> = coverage.idle.iter().map(|it| (it.part, it.at.as_str())).collect();
        assert_eq!(idle, [(Part::Body, "$.gone.*"), (Part::Header, "X-Rate")]);
    }

    #[test]
    fn what_does_not_pass_is_not_changed() {
        let subject = subject(json!({"status": 200, "body": {"id": 1}}));
        let coverage = answer(&subject, &json_answer(&json!({"id": 2})));
        assert_eq!((coverage.tried, coverage.percent()), (0, None));
        assert!(coverage.skipped.unwrap().contains("does not pass"));
    }

    #[test]
    fn the_work_is_bounded() {
        let subject = subject(json!({"status": 200}));
        let many: Map<String, Value> = (0..2_000).map(|at| (format!("k{at}"), json!("v"))).collect();
        let coverage = answer(&subject, &json_answer(&Value::Object(many)));
        assert_eq!(coverage.tried, MAX_CHANGES);
        assert!(coverage.left_out > 7_000, "{}", coverage.left_out);
    }

    #[test]
    fn metadata_of_messages_is_left_out_too() {
        let pact = json!({"consumer": {"name": "c"}, "provider": {"name": "p"}, "messages": [
            {"description": "d", "metadata": {"topic": "t", "contentType": "application/json"}, "contents": {"id": 1}}],
            "metadata": {"pactSpecification": {"version": "3.0.0"}}});
        let subject = Subject::load(&pact).unwrap();
        let metadata = STANDARD.encode(r#"{"topic": "t", "extra": 1}"#);
        let mut came = json_answer(&json!({"id": 1}));
        came.headers.push(("Pact-Message-Metadata".to_owned(), metadata));
        let coverage = answer(&subject, &came);
        assert_eq!(coverage.skipped, None);
        let missed: Vec<_> = coverage.missed.iter().map(|it| (it.part, it.at.as_str())).collect();
        assert!(missed.contains(&(Part::Metadata, "extra")), "{missed:?}");
        assert!(!missed.contains(&(Part::Metadata, "topic")), "{missed:?}");
    }
}
