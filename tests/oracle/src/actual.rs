//! Requests, responses and messages that somebody may send: an example, and what chance makes
//! of it.

use std::collections::HashMap;

use pact_models::bodies::OptionalBody;
use pact_models::v4::http_parts::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::random::Random;

type Headers = Option<HashMap<String, Vec<String>>>;

/// The request of an example; with a `number` over zero, a change of it.
pub fn request(expected: &HttpRequest, number: usize, random: &mut Random) -> HttpRequest {
    let mut actual = HttpRequest { body: bare(&expected.body), ..expected.clone() };
    if number == 0 {
        return actual;
    }
    match random.below(8) {
        0 => actual.path.push_str(["/", "x", "1"][random.below(3)]),
        1 => actual.method = ["GET", "POST", "DELETE"][random.below(3)].to_owned(),
        2 | 3 => query(&mut actual.query, random),
        4 => headers(&mut actual.headers, random),
        _ => actual.body = body(&actual.body, random),
    }
    actual
}

/// The response, likewise.
pub fn response(expected: &HttpResponse, number: usize, random: &mut Random) -> HttpResponse {
    let mut actual = HttpResponse { body: bare(&expected.body), ..expected.clone() };
    if number == 0 {
        return actual;
    }
    match random.below(8) {
        0 => actual.status = [200, 201, 404, 500][random.below(4)],
        1 | 2 => headers(&mut actual.headers, random),
        _ => actual.body = body(&actual.body, random),
    }
    actual
}

/// Contents and metadata of a message, likewise.
pub fn message(
    contents: &OptionalBody,
    metadata: &HashMap<String, Value>,
    number: usize,
    random: &mut Random,
) -> (OptionalBody, HashMap<String, Value>) {
    let (mut contents, mut metadata) = (bare(contents), metadata.clone());
    if number == 0 {
        return (contents, metadata);
    }
    if random.below(3) == 0 {
        let types = ["application/json", "text/plain", "application/json;charset=utf-8"];
        match random.below(4) {
            0 => drop(metadata.insert("contentType".to_owned(), json!(types[random.below(3)]))),
            1 => drop(metadata.insert("extra".to_owned(), json!(1))),
            2 => drop(metadata.remove("contentType")),
            _ => {
                let mut names: Vec<String> = metadata.keys().cloned().collect();
                names.sort();
                if !names.is_empty() {
                    metadata.insert(random.pick(&names).clone(), json!("changed"));
                }
            }
        }
    } else {
        contents = body(&contents, random);
    }
    (contents, metadata)
}

/// A body as it comes over the wire: bytes, whose type the headers tell.
fn bare(body: &OptionalBody) -> OptionalBody {
    match body {
        OptionalBody::Present(bytes, ..) => OptionalBody::Present(bytes.clone(), None, None),
        other => other.clone(),
    }
}

fn headers(headers: &mut Headers, random: &mut Random) {
    let map = headers.get_or_insert_with(HashMap::new);
    let mut names: Vec<String> = map.keys().cloned().collect();
    names.sort();
    if names.is_empty() || random.below(6) == 0 {
        map.insert("X-New".to_owned(), vec!["1".to_owned()]);
        return;
    }
    let name = random.pick(&names).clone();
    let types = ["application/json", "text/plain", "application/json; charset=utf-8", "application/xml"];
    match random.below(4) {
        0 => drop(map.remove(&name)),
        1 if name.eq_ignore_ascii_case("content-type") => {
            map.insert(name, vec![random.pick(&types).to_string()]);
        }
        1 => drop(map.insert(name, vec!["other".to_owned()])),
        2 => map.entry(name).or_default().push("more".to_owned()),
        _ => {
            let values = map.remove(&name).unwrap_or_default();
            map.insert(name.to_lowercase(), values);
        }
    }
}

fn query(query: &mut Option<HashMap<String, Vec<Option<String>>>>, random: &mut Random) {
    if random.below(5) == 0 {
        *query = None;
        return;
    }
    let map = query.get_or_insert_with(HashMap::new);
    let mut names: Vec<String> = map.keys().cloned().collect();
    names.sort();
    if names.is_empty() || random.below(6) == 0 {
        map.insert("new".to_owned(), vec![Some("1".to_owned())]);
        return;
    }
    let name = random.pick(&names).clone();
    match random.below(4) {
        0 => drop(map.remove(&name)),
        1 => drop(map.insert(name, vec![Some("other".to_owned())])),
        2 => drop(map.insert(name, vec![None])),
        _ => map.entry(name).or_default().push(Some("more".to_owned())),
    }
}

fn body(body: &OptionalBody, random: &mut Random) -> OptionalBody {
    let present = |bytes: Vec<u8>| OptionalBody::Present(bytes.into(), None, None);
    let Some(bytes) = body.value() else {
        return match random.below(3) {
            0 => present(b"{\"a\": 1}".to_vec()),
            1 => OptionalBody::Empty,
            _ => OptionalBody::Missing,
        };
    };
    match random.below(14) {
        0 => OptionalBody::Missing,
        1 => OptionalBody::Empty,
        2 => OptionalBody::Null,
        3 => present([&bytes[..], b" "].concat()),
        _ => match serde_json::from_slice::<Value>(&bytes) {
            Ok(mut json) => {
                for _ in 0..=random.below(2) {
                    change(&mut json, random);
                }
                // Neither is how it is written part of it.
                present(if random.coin() { json.to_string() } else { format!("{json:#}") }.into_bytes())
            }
            Err(_) => {
                let mut changed = bytes.to_vec();
                let at = random.below(changed.len());
                changed[at] = b'x';
                present(changed)
            }
        },
    }
}

/// Changes one node, mostly a deep one.
fn change(json: &mut Value, random: &mut Random) {
    let deeper = random.below(5) > 0;
    match json {
        Value::Object(map) if deeper && !map.is_empty() => {
            let at = random.below(map.len());
            if let Some(value) = map.values_mut().nth(at) {
                return change(value, random);
            }
        }
        Value::Array(list) if deeper && !list.is_empty() => {
            let at = random.below(list.len());
            return change(&mut list[at], random);
        }
        _ => {}
    }
    let other =
        [json!(null), json!(1), json!(1.5), json!("other"), json!(true), json!([]), json!({}), json!("")];
    match json {
        Value::Object(map) if random.coin() => {
            let key = map.keys().nth(random.below(map.len())).cloned();
            match key.filter(|_| random.coin()) {
                Some(key) => drop(map.remove(&key)),
                None => drop(map.insert("extra".to_owned(), json!(1))),
            }
        }
        Value::Array(list) if random.coin() => {
            if random.coin() {
                list.pop();
            } else {
                list.push(list.first().cloned().unwrap_or(json!(1)));
            }
        }
        Value::String(text) if random.coin() => text.push('x'),
        Value::Number(number) if random.coin() => {
            *json = match number.as_i64() {
                Some(n) => json!(n.wrapping_add(1)),
                None => json!(number.as_f64().unwrap_or(0.0) + 0.5),
            }
        }
        node => *node = random.pick(&other).clone(),
    }
}
