//! Responses with a part taken away: does anybody notice?

mod json;
mod xml;

use crate::http::wire::{Response, header};
use crate::model::{ContentType, Format, decoded};
use crate::runner::engine::{Side, Subject};
use crate::runner::mock::index::Index;

/// So many fields of one response are looked at.
const MOST_FIELDS: usize = 500;

/// Headers that the server sets itself, whatever the pact says.
const OWN_HEADERS: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

/// What is done to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is left out; a status becomes another.
    Dropped,
    /// It is `null` in JSON, and empty elsewhere.
    Emptied,
}

/// A change of the response of one interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// The field.
    pub field: Field,
    /// What is done to it.
    pub kind: Kind,
}

/// Where a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// A status that has a rule, and the one that takes its place.
    Status(u16),
    /// A header.
    Header(String),
    /// A member of a JSON body: the keys that lead to it; `None` stands for every element of an
    /// array.
    Json(Vec<Option<String>>),
    /// The elements of an XML body, or their attribute, whose names lead there from the root.
    Xml(Vec<String>),
    /// All values of a parameter of a form.
    Form(String),
}

/// A part of a response that can be taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The entry of the index.
    pub entry: usize,
    /// Where it is.
    pub spot: Spot,
    /// Whether a matching rule governs it.
    pub is_ruled: bool,
}

impl Field {
    /// What it is called: a path expression, or the name of its part.
    pub fn expression(&self) -> String {
        let step = |step: Option<&str>| match step {
            None => "[*]".to_owned(),
            Some(key) if key.chars().all(|it| it.is_alphanumeric() || it == '_') => format!(".{key}"),
            Some(key) => format!("['{key}']"),
        };
        let steps: String = match &self.spot {
            Spot::Status(_) => return "status".to_owned(),
            Spot::Header(name) => return format!("header {name}"),
            Spot::Form(name) => step(Some(name)),
            Spot::Xml(path) => path.iter().map(|name| step(Some(name))).collect(),
            Spot::Json(path) => path.iter().map(|key| step(key.as_deref())).collect(),
        };
        format!("${steps}")
    }

    /// How a response is without it, to be read after "passes".
    pub fn without(&self) -> String {
        match self.spot {
            Spot::Status(other) => format!("with {other} in place of it"),
            _ => "without it".to_owned(),
        }
    }

    /// How a response is where it is empty, likewise; `None` if it cannot be.
    pub fn emptied(&self) -> Option<&'static str> {
        match self.spot {
            Spot::Status(_) => None,
            Spot::Json(_) => Some("with null"),
            Spot::Header(_) | Spot::Xml(_) | Spot::Form(_) => Some("with it empty"),
        }
    }

    /// Whether it is part of another, which it has to be without if that is taken away.
    pub fn is_below(&self, other: &Field) -> bool {
        fn below<T: PartialEq>(path: &[T], other: &[T]) -> bool {
            path.len() > other.len() && path.starts_with(other)
        }
        self.entry == other.entry
            && match (&self.spot, &other.spot) {
                (Spot::Json(path), Spot::Json(other)) => below(path, other),
                (Spot::Xml(path), Spot::Xml(other)) => below(path, other),
                _ => false,
            }
    }
}

impl Index {
    /// The fields of the response of an entry, each before those that are part of it.
    pub fn fields(&self, number: usize) -> Vec<Field> {
        let Some(entry) = self.entries.get(number) else { return Vec::new() };
        let Ok(response) = entry.subject.response(Side::Consumer, &serde_json::Map::new()) else {
            return Vec::new();
        };
        let field = |(spot, is_ruled)| Field { entry: number, spot, is_ruled };
        spots(&entry.subject, &response).into_iter().map(field).collect()
    }
}

/// What there is to take away of a response, and whether a rule governs it.
fn spots(subject: &Subject, response: &Response) -> Vec<(Spot, bool)> {
    let mut out: Vec<(Spot, bool)> = Vec::new();
    let mut add = |spot: Spot, is_ruled: &dyn Fn() -> bool| {
        if out.len() < MOST_FIELDS && !out.iter().any(|(known, _)| *known == spot) {
            let is_ruled = is_ruled();
            out.push((spot, is_ruled));
        }
    };
    if subject.is_response_status_ruled() {
        let other = if response.status < 400 { 500 } else { 200 };
        add(Spot::Status(other), &|| true);
    }
    for (name, _) in &response.headers {
        let is_ruled = subject.is_response_header_ruled(name);
        let lower = name.to_ascii_lowercase();
        let ours = OWN_HEADERS.contains(&lower.as_str()) || lower.starts_with("access-control-");
        // The type of the body is written by libraries, not by those who need it.
        if !ours && (is_ruled || lower != "content-type") {
            add(Spot::Header(name.clone()), &|| is_ruled);
        }
    }
    let Ok(text) = std::str::from_utf8(&response.body) else { return out };
    match format(response) {
        Some(Format::Xml) => xml::nodes(text, &mut |path| {
            let names: Vec<&str> = path.iter().map(String::as_str).collect();
            let text = [&names[..], &["#text"]].concat();
            let is_ruled = || subject.is_response_ruled(&names) || subject.is_response_ruled(&text);
            add(Spot::Xml(path.to_vec()), &is_ruled);
        }),
        Some(Format::Form) => {
            for name in text.split('&').filter(|pair| !pair.is_empty()).map(parameter) {
                let is_ruled = || subject.is_response_ruled(&[name.as_str()]);
                add(Spot::Form(name.clone()), &is_ruled);
            }
        }
        _ => json::members(text, &mut |path| {
            let example: Vec<&str> = path.iter().map(|step| step.as_deref().unwrap_or("0")).collect();
            add(Spot::Json(path.to_vec()), &|| subject.is_response_ruled(&example));
        }),
    }
    out
}

fn format(response: &Response) -> Option<Format> {
    header(&response.headers, "content-type").and_then(ContentType::parse).map(|it| it.format())
}

/// The name in a pair of a form.
fn parameter(pair: &str) -> String {
    decoded(pair.split('=').next().unwrap_or_default()).into_owned()
}

impl Mutation {
    /// The response without the field, every other byte as it was; untouched where it has no
    /// such field.
    pub(super) fn apply(&self, mut response: Response) -> Response {
        match &self.field.spot {
            Spot::Status(other) => response.status = *other,
            Spot::Header(name) => {
                let is = |other: &str| other.eq_ignore_ascii_case(name);
                match self.kind {
                    Kind::Dropped => response.headers.retain(|(other, _)| !is(other)),
                    Kind::Emptied => {
                        let values = response.headers.iter_mut().filter(|(other, _)| is(other));
                        values.for_each(|(_, value)| value.clear());
                    }
                }
            }
            body => {
                let text = std::str::from_utf8(&response.body).ok();
                if let Some(changed) = text.and_then(|text| self.change(body, text)) {
                    response.body = changed.into();
                }
            }
        }
        response
    }

    fn change(&self, spot: &Spot, text: &str) -> Option<String> {
        match spot {
            Spot::Json(path) => json::change(text, path, self.kind),
            Spot::Xml(path) => xml::change(text, path, self.kind),
            Spot::Form(name) => {
                let pairs = text.split('&').filter_map(|pair| match (parameter(pair) == *name, self.kind) {
                    (false, _) => Some(pair.to_owned()),
                    (true, Kind::Dropped) => None,
                    (true, Kind::Emptied) => Some(format!("{}=", pair.split('=').next().unwrap_or_default())),
                });
                Some(pairs.collect::<Vec<_>>().join("&"))
            }
            Spot::Status(_) | Spot::Header(_) => None,
        }
    }
}
