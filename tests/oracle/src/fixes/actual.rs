//! What a consumer may send or a provider may answer: the example, and others made of it
//! without a look at the fix, but more often than not at the places that it names.

use std::collections::{BTreeMap, HashMap};

use pact_models::bodies::OptionalBody;
use pact_models::content_types::ContentType;
use pact_models::generators::Generators;
use pact_models::matchingrules::MatchingRules;
use pact_models::v4::http_parts::{HttpRequest, HttpResponse};
use pact_models::v4::message_parts::MessageContents;
use pact_models::v4::sync_message::SynchronousMessage;
use serde_json::Value;

use crate::fixes::body;
use crate::fixes::hints::Hints;
use crate::judge::CoreInteraction;
use crate::random::Random;

/// A request, a response or a message.
#[derive(Debug, Clone)]
pub enum Actual {
    /// What a consumer sends.
    Request(HttpRequest),
    /// What a provider answers.
    Response(HttpResponse),
    /// A message.
    Message(MessageContents),
    /// A message and its answers.
    Sync(Box<SynchronousMessage>),
}

/// What the examples of an interaction are, without its rules.
pub fn examples(it: &CoreInteraction) -> Vec<Actual> {
    let bare = |contents: MessageContents| MessageContents {
        matching_rules: MatchingRules::default(),
        generators: Generators::default(),
        ..contents
    };
    if let Some(http) = it.as_v4_http() {
        let (mut request, mut response) = (http.request, http.response);
        request.matching_rules = MatchingRules::default();
        request.generators = Generators::default();
        response.matching_rules = MatchingRules::default();
        response.generators = Generators::default();
        vec![Actual::Request(request), Actual::Response(response)]
    } else if let Some(mut message) = it.as_v4_sync_message() {
        message.request = bare(message.request);
        message.response = message.response.into_iter().map(bare).collect();
        vec![Actual::Sync(Box::new(message))]
    } else if let Some(message) = it.as_v4_async_message() {
        vec![Actual::Message(bare(message.contents))]
    } else {
        Vec::new()
    }
}

/// A map in order, to be written.
fn sorted<T>(map: Option<&HashMap<String, T>>) -> BTreeMap<&String, &T> {
    map.into_iter().flatten().collect()
}

impl Actual {
    /// The name of its part of the interaction.
    pub fn part(&self) -> &'static str {
        match self {
            Actual::Request(_) => "request",
            Actual::Response(_) => "response",
            Actual::Message(_) => "contents",
            Actual::Sync(_) => "",
        }
    }

    /// The same text for the same actual.
    pub fn text(&self) -> String {
        let contents = |it: &MessageContents| format!("{:?} {:?}", it.contents, sorted(Some(&it.metadata)));
        match self {
            Actual::Request(it) => {
                let (query, headers) = (sorted(it.query.as_ref()), sorted(it.headers.as_ref()));
                format!("{} {} {query:?} {headers:?} {:?}", it.method, it.path, it.body)
            }
            Actual::Response(it) => format!("{} {:?} {:?}", it.status, sorted(it.headers.as_ref()), it.body),
            Actual::Message(it) => contents(it),
            Actual::Sync(it) => {
                let answers: Vec<String> = it.response.iter().map(contents).collect();
                format!("{} {answers:?}", contents(&it.request))
            }
        }
    }

    /// Another one, not far from this.
    pub fn vary(&self, hints: &Hints, random: &mut Random) -> Actual {
        let mut new = self.clone();
        let times = [1, 1, 1, 1, 2, 2, 3][random.below(7)];
        for _ in 0..times {
            match &mut new {
                Actual::Request(request) => {
                    vary_request(request, hints, random);
                    let said =
                        said_type(request.headers.iter().flatten().map(|(name, it)| (name, it.first())));
                    settle(&mut request.body, said, random);
                }
                Actual::Response(response) => {
                    vary_response(response, hints, random);
                    let said =
                        said_type(response.headers.iter().flatten().map(|(name, it)| (name, it.first())));
                    settle(&mut response.body, said, random);
                }
                Actual::Message(contents) => vary_message(contents, hints, random),
                Actual::Sync(message) => {
                    let answers = message.response.len();
                    let at = random.below(answers + 1);
                    match message.response.get_mut(at) {
                        Some(answer) if hints.names("response") || random.coin() => {
                            vary_message(answer, hints, random);
                        }
                        _ => vary_message(&mut message.request, hints, random),
                    }
                }
            }
        }
        new
    }
}

/// The value of the content type among headers or metadata.
fn said_type<'a>(mut all: impl Iterator<Item = (&'a String, Option<&'a String>)>) -> Option<&'a String> {
    let is_type = |name: &str| ["content-type", "contenttype"].contains(&name.to_lowercase().as_str());
    all.find(|(name, _)| is_type(name))?.1
}

/// Sees to it that the body is of the type that is said, as it is when a message is received.
/// Where none is said, it may be known from elsewhere.
fn settle(body: &mut OptionalBody, said: Option<&String>, random: &mut Random) {
    if let OptionalBody::Present(_, kind, hint) = body {
        match said {
            Some(said) => *kind = ContentType::parse(said.as_str()).ok(),
            None if random.coin() => *kind = None,
            None => {}
        }
        *hint = None;
    }
}

/// One of some aspects; those that the fix names are drawn far more often.
fn aspect(of: &[(&'static str, usize)], hints: &Hints, random: &mut Random) -> &'static str {
    let weight = |&(name, weight): &(&'static str, usize)| {
        let named = hints.names(name) || name == "header" && hints.names("headers");
        if named { weight * 6 } else { weight }
    };
    let mut left = random.below(of.iter().map(weight).sum());
    for one in of {
        let weight = weight(one);
        if left < weight {
            return one.0;
        }
        left -= weight;
    }
    "body"
}

fn vary_request(request: &mut HttpRequest, hints: &Hints, random: &mut Random) {
    let body = if request.body.is_present() { 6 } else { 1 };
    let all = [("body", body), ("header", 2), ("query", 2), ("path", 2), ("method", 1)];
    match aspect(&all, hints, random) {
        "body" => request.body = body::vary(&request.body, hints, random),
        "header" => vary_headers(&mut request.headers, hints, random),
        "query" => vary_query(&mut request.query, hints, random),
        "path" => {
            request.path = match random.below(4) {
                0 => format!("{}/", request.path),
                1 => format!("/x{}", request.path),
                2 => {
                    let mut steps: Vec<String> = request.path.split('/').map(str::to_owned).collect();
                    let at = random.below(steps.len());
                    steps[at] = hints.text(&steps[at], random);
                    steps.join("/")
                }
                _ => hints.text(&request.path, random),
            };
        }
        _ => {
            request.method =
                (*random.pick(&["GET", "POST", "PUT", "DELETE", "PATCH", "get", "HEAD"])).to_owned();
        }
    }
}

fn vary_response(response: &mut HttpResponse, hints: &Hints, random: &mut Random) {
    let body = if response.body.is_present() { 6 } else { 1 };
    match aspect(&[("body", body), ("header", 2), ("status", 1)], hints, random) {
        "body" => response.body = body::vary(&response.body, hints, random),
        "header" => vary_headers(&mut response.headers, hints, random),
        _ => {
            let around = [response.status.saturating_add(1), response.status.saturating_sub(1)];
            let common = [100, 200, 201, 204, 301, 400, 404, 422, 500, 503];
            response.status =
                if random.below(3) == 0 { *random.pick(&around) } else { *random.pick(&common) };
        }
    }
}

const CONTENT_TYPES: [&str; 8] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-16",
    "application/hal+json",
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
];

type Headers = Option<HashMap<String, Vec<String>>>;

/// A key of the map, one that the fix names if there is any. Sorted: the order of a hash map
/// is another one each time.
fn key<T>(map: &HashMap<String, T>, hints: &Hints, random: &mut Random) -> Option<String> {
    let mut all: Vec<&String> = map.keys().collect();
    all.sort();
    let hot: Vec<&String> = all.iter().filter(|name| hints.names(name)).copied().collect();
    let some = if hot.is_empty() || random.below(4) == 0 { all } else { hot };
    (!some.is_empty()).then(|| (*random.pick(&some)).clone())
}

fn vary_headers(headers: &mut Headers, hints: &Hints, random: &mut Random) {
    let map = headers.get_or_insert_default();
    let Some(name) = key(map, hints, random).filter(|_| random.below(8) > 0) else {
        let (name, value) = *random.pick(&[
            ("X-More", "1"),
            ("Content-Type", "application/json"),
            ("Content-Type", "text/plain"),
        ]);
        map.insert(name.to_owned(), vec![value.to_owned()]);
        return;
    };
    let Some(mut values) = map.remove(&name) else { return };
    match random.below(10) {
        0 => return,
        1 => {
            let other = if random.coin() { name.to_uppercase() } else { name.to_lowercase() };
            map.insert(other, values);
            return;
        }
        2 => values.push(values.first().cloned().unwrap_or_default()),
        3 => values.reverse(),
        4 => values.clear(),
        5 => values.iter_mut().for_each(|value| value.push_str("; charset=utf-8")),
        6 => values.iter_mut().for_each(|value| *value = value.replace(", ", ",").replace("; ", ";")),
        _ => {
            let is_type = name.eq_ignore_ascii_case("content-type") && random.coin();
            let at = random.below(values.len());
            if let Some(value) = values.get_mut(at) {
                *value = if is_type {
                    (*random.pick(&CONTENT_TYPES)).to_owned()
                } else {
                    hints.text(value, random)
                };
            }
        }
    }
    map.insert(name, values);
}

fn vary_query(query: &mut Option<HashMap<String, Vec<Option<String>>>>, hints: &Hints, random: &mut Random) {
    let map = query.get_or_insert_default();
    let Some(name) = key(map, hints, random).filter(|_| random.below(8) > 0) else {
        map.insert("more".to_owned(), vec![Some("1".to_owned())]);
        return;
    };
    let Some(mut values) = map.remove(&name) else { return };
    match random.below(8) {
        0 => return,
        1 => {
            map.insert(name.to_uppercase(), values);
            return;
        }
        2 => values.push(values.first().cloned().unwrap_or_default()),
        3 => values.reverse(),
        4 => drop(values.pop()),
        _ => {
            let at = random.below(values.len());
            if let Some(value) = values.get_mut(at) {
                *value = Some(hints.text(value.as_deref().unwrap_or_default(), random));
            }
        }
    }
    map.insert(name, values);
}

fn vary_message(contents: &mut MessageContents, hints: &Hints, random: &mut Random) {
    if aspect(&[("body", 4), ("metadata", 1)], hints, random) == "body" {
        contents.contents = body::vary(&contents.contents, hints, random);
        return;
    }
    vary_metadata(&mut contents.metadata, hints, random);
    let texts: HashMap<String, String> = contents
        .metadata
        .iter()
        .filter_map(|(name, it)| Some((name.clone(), it.as_str()?.to_owned())))
        .collect();
    settle(&mut contents.contents, said_type(texts.iter().map(|(name, it)| (name, Some(it)))), random);
}

fn vary_metadata(map: &mut HashMap<String, Value>, hints: &Hints, random: &mut Random) {
    let Some(name) = key(map, hints, random).filter(|_| random.below(8) > 0) else {
        map.insert("more".to_owned(), Value::from(1));
        return;
    };
    let Some(old) = map.remove(&name) else { return };
    let new = match (random.below(8), &old) {
        (0, _) => return,
        (1, old) => {
            map.insert(name.to_uppercase(), old.clone());
            return;
        }
        (2, _) => Value::Null,
        (3, _) => Value::from(7),
        (4, _) => Value::from(*random.pick(&CONTENT_TYPES)),
        (_, Value::String(text)) => Value::from(hints.text(text, random)),
        (_, old) => Value::from(old.to_string()),
    };
    map.insert(name, new);
}
