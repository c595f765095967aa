//! Method, path, status, query, headers and content type.

use crate::http::wire::{Request, Response, header as sent};
use crate::model::{Category, MatcherKind, header_name_eq, parameters_of_text};
use crate::runner::engine::{Mismatch, Part};
use crate::runner::explain::near::nearest;
use crate::runner::explain::rule::{Governs, of_name};
use crate::runner::explain::show::{NAME, VALUE};
use crate::runner::explain::view::View;
use crate::runner::explain::{Difference, Kind};
use crate::syntax::Cursor;

/// A difference with what all of them have.
fn difference(view: &View<'_>, part: Part, at: String, own: &[&Mismatch]) -> Difference {
    Difference {
        part,
        kind: Kind::Value,
        at,
        expected: String::new(),
        got: String::new(),
        rule: None,
        place: view.part_place(),
        near: None,
        follows: false,
        steps: None,
        said: view.said(own),
    }
}

pub(super) fn method(view: &View<'_>, actual: &Request, own: &[&Mismatch]) -> Vec<Difference> {
    let mut out = difference(view, Part::Method, "method".to_owned(), own);
    let node = view.part.as_ref().and_then(|part| view.node(part.method?));
    // What is not there is GET (`method` of pact_models' requests).
    out.expected =
        node.map_or_else(|| "GET".to_owned(), |node| view.show.text(&node.to_text(), VALUE).to_uppercase());
    out.got = view.show.text(&actual.method, VALUE);
    out.place = node.and_then(|node| view.place(node)).or(out.place);
    vec![out]
}

pub(super) fn path(view: &View<'_>, actual: &Request, own: &[&Mismatch]) -> Vec<Difference> {
    let mut out = difference(view, Part::Path, "path".to_owned(), own);
    let node = view.part.as_ref().and_then(|part| view.node(part.path?));
    let rule = of_name(view, Category::Path, "");
    out.expected = match rule {
        Some(rule) => rule.wants(view, node),
        None => node.map_or_else(|| "/".to_owned(), |node| view.show.text(&node.to_text(), NAME)),
    };
    out.got = view.show.text(&actual.path, NAME);
    out.place = node.and_then(|node| view.place(node)).or(out.place);
    out.rule = rule.and_then(|rule| rule.ruling(view));
    vec![out]
}

pub(super) fn status(view: &View<'_>, actual: &Response, own: &[&Mismatch]) -> Vec<Difference> {
    let mut out = difference(view, Part::Status, "status".to_owned(), own);
    let node = view.part.as_ref().and_then(|part| view.node(part.status?));
    let rule = of_name(view, Category::Status, "");
    out.expected = match rule {
        Some(rule) => rule.wants(view, node),
        // What is not there is 200 (`HttpResponse::default`).
        None => node.map_or_else(|| "200".to_owned(), |node| view.show.text(&node.to_text(), VALUE)),
    };
    out.got = actual.status.to_string();
    out.place = node.and_then(|node| view.place(node)).or(out.place);
    out.rule = rule.and_then(|rule| rule.ruling(view));
    vec![out]
}

/// Names of what differs, each once, in the order of the alphabet, as the core has none.
fn names<'m>(own: &[&'m Mismatch]) -> Vec<&'m str> {
    let mut names: Vec<&str> = own.iter().map(|it| it.at.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn of<'m>(own: &[&'m Mismatch], name: &str) -> Vec<&'m Mismatch> {
    own.iter().copied().filter(|it| it.at == name).collect()
}

pub(super) fn query(view: &View<'_>, actual: &Request, own: &[&Mismatch]) -> Vec<Difference> {
    let node = view.part.as_ref().and_then(|part| view.node(part.query?));
    let expected = node.map(parameters).unwrap_or_default();
    let came: Vec<(String, String)> = parameters_of_text(actual.query.as_deref().unwrap_or(""))
        .map(|(name, value)| (name.into_owned(), value.unwrap_or_default().into_owned()))
        .collect();
    let mut absorbed: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for name in names(own) {
        let wanted: Vec<&str> = values(&expected, name);
        let got: Vec<&str> = values(&came, name);
        let at = format!("query {}", view.show.text(name, NAME));
        let mut one = difference(view, Part::Query, at, &of(own, name));
        let rule = of_name(view, Category::Query, name);
        let member = node.and_then(|node| node.get(name));
        one.place = member.or(node).and_then(|node| view.place(node)).or(one.place);
        one.expected = wants(view, rule, member, &wanted, |value| view.show.quoted(value, VALUE));
        one.rule = rule.and_then(|rule| rule.ruling(view));
        one.got = joined(&got, |value| view.show.quoted(value, VALUE));
        if !expected.iter().any(|(known, _)| known == name) {
            (one.kind, one.expected) = (Kind::Unexpected, "nothing".to_owned());
        } else if !came.iter().any(|(known, _)| known == name) {
            one.kind = Kind::Missing;
            let strange = came.iter().filter(|(known, _)| !expected.iter().any(|(it, _)| it == known));
            let near = nearest(name, None, strange.map(|(name, _)| (name.as_str(), None)));
            absorbed.extend(near.map(|near| format!("query {}", view.show.text(near, NAME))));
            one.near = near.map(|near| view.show.quoted(near, NAME));
        } else if wanted.len() != got.len() {
            one.kind = Kind::Length;
        }
        out.push(one);
    }
    // What has been said with the name it stands for is not said again.
    out.retain(|it| it.kind != Kind::Unexpected || !absorbed.contains(&it.at));
    out
}

/// The parameters of a query, in both forms.
fn parameters(node: Cursor<'_>) -> Vec<(String, String)> {
    if let Some(text) = node.as_str() {
        let all = parameters_of_text(&text);
        return all
            .map(|(name, value)| (name.into_owned(), value.unwrap_or_default().into_owned()))
            .collect();
    }
    let mut out = Vec::new();
    for member in node.members() {
        let Some(value) = member.value else { continue };
        let name = member.key.name();
        let mut push = |value: Cursor<'_>| out.push((name.to_string(), value.to_text().into_owned()));
        if value.is_array() {
            value.elements().for_each(&mut push);
        } else {
            push(value);
        }
    }
    out
}

fn values<'v>(all: &'v [(String, String)], name: &str) -> Vec<&'v str> {
    all.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
}

/// So many values of one name are shown.
const VALUES: usize = 5;

fn joined(values: &[&str], show: impl Fn(&str) -> String) -> String {
    if values.is_empty() {
        return "nothing".to_owned();
    }
    let mut shown: Vec<String> = values.iter().take(VALUES).map(|value| show(value)).collect();
    if values.len() > VALUES {
        shown.push(format!("{} more", values.len() - VALUES));
    }
    shown.join(", ")
}

/// What the pact asks of a header or a parameter.
fn wants(
    view: &View<'_>,
    rule: Option<Governs<'_>>,
    example: Option<Cursor<'_>>,
    values: &[&str],
    show: impl Fn(&str) -> String,
) -> String {
    let plain = |kind: &MatcherKind| {
        matches!(kind, MatcherKind::Equality | MatcherKind::Type { min: None, max: None })
    };
    match rule {
        Some(rule) if rule.has(|kind| matches!(kind, MatcherKind::ArrayContains(_))) => {
            format!("among others {}", joined(values, show))
        }
        Some(rule) if !rule.has(plain) => {
            let example = example.map(|node| node.elements().next().unwrap_or(node));
            rule.wants(view, example)
        }
        Some(rule) if rule.has(|kind| matches!(kind, MatcherKind::Type { .. })) => "any text".to_owned(),
        _ if values.is_empty() => "no value".to_owned(),
        _ => joined(values, show),
    }
}

pub(super) fn header(view: &View<'_>, came: &[(String, String)], own: &[&Mismatch]) -> Vec<Difference> {
    let headers = view.part.as_ref().and_then(|part| view.node(part.headers?));
    if own.first().is_some_and(|it| it.part == Part::ContentType) {
        return vec![content_type(view, headers, came, own)];
    }
    let mut out = Vec::new();
    for name in names(own) {
        let member = headers.and_then(|node| {
            let mut members = node.members().filter(|it| header_name_eq(&it.key.name(), name));
            members.next().and_then(|it| it.value)
        });
        let written: Vec<String> = match member {
            Some(node) if node.is_array() => node.elements().map(|it| it.to_text().into_owned()).collect(),
            Some(node) => vec![node.to_text().into_owned()],
            None => Vec::new(),
        };
        let wanted: Vec<&str> = written.iter().map(String::as_str).collect();
        let got: Vec<&str> =
            came.iter().filter(|(known, _)| header_name_eq(known, name)).map(|(_, it)| it.as_str()).collect();
        let show = |value: &str| view.show.quoted(&view.show.header(name, value), VALUE);
        let at = format!("header {}", view.show.text(name, NAME));
        let mut one = difference(view, Part::Header, at, &of(own, name));
        // The core quotes values, which may be credentials.
        if wanted.iter().chain(&got).any(|value| view.show.header(name, value) != **value) {
            one.said.clear();
        }
        let rule = of_name(view, Category::Header, name);
        one.place = member.or(headers).and_then(|node| view.place(node)).or(one.place);
        one.expected = wants(view, rule, member, &wanted, show);
        one.rule = rule.and_then(|rule| rule.ruling(view));
        one.got = joined(&got, show);
        if let Some(rule) = rule.filter(|_| !got.is_empty() && wanted == got) {
            one.got.push_str(rule.refusing(view));
        }
        if got.is_empty() {
            one.kind = Kind::Missing;
            let strange = came.iter().map(|(name, _)| name.as_str()).filter(|known| {
                headers.is_none_or(|node| !node.members().any(|it| header_name_eq(&it.key.name(), known)))
            });
            let near = nearest(name, None, strange.map(|name| (name, None)));
            one.near = near.map(|near| view.show.quoted(near, NAME));
        }
        out.push(one);
    }
    out
}

/// Metadata of a message.
pub(super) fn metadata(view: &View<'_>, own: &[&Mismatch]) -> Vec<Difference> {
    let node = view.part.as_ref().and_then(|part| view.node(part.metadata?));
    let mut out = Vec::new();
    for name in names(own) {
        let all = of(own, name);
        let mut one =
            difference(view, Part::Metadata, format!("metadata {}", view.show.text(name, NAME)), &all);
        let member = node.and_then(|node| node.get(name));
        let rule = of_name(view, Category::Metadata, name);
        let text = |text: Option<&str>| match text.unwrap_or("") {
            // The core gives them as JSON.
            json if json.starts_with('"') => view.show.text(json, VALUE),
            text => view.show.quoted(text, VALUE),
        };
        one.place = member.or(node).and_then(|node| view.place(node)).or(one.place);
        one.expected = match rule {
            Some(rule) => rule.wants(view, member),
            None => {
                member.map_or_else(|| text(all[0].expected.as_deref()), |node| view.show.value(node, VALUE))
            }
        };
        one.rule = rule.and_then(|rule| rule.ruling(view));
        one.got = text(all[0].actual.as_deref());
        if all.iter().any(|it| it.said.ends_with("but was missing")) {
            (one.kind, one.got) = (Kind::Missing, "nothing".to_owned());
        }
        out.push(one);
    }
    out
}

fn content_type(
    view: &View<'_>,
    headers: Option<Cursor<'_>>,
    came: &[(String, String)],
    own: &[&Mismatch],
) -> Difference {
    let mut out = difference(view, Part::ContentType, "content type".to_owned(), own);
    out.kind = Kind::Type;
    let text = |text: Option<&str>| view.show.text(text.unwrap_or("nothing"), NAME);
    let first = own.first();
    out.expected = text(first.and_then(|it| it.expected.as_deref()));
    out.got = text(first.and_then(|it| it.actual.as_deref()));
    if sent(came, "content-type").is_none() {
        out.got.push_str(" (by its content: no Content-Type came)");
    }
    let body = view.part.as_ref().and_then(|part| part.body.as_ref());
    let said = body.and_then(|body| view.node(body.declared.or(body.header)?)).or(headers);
    out.place = said.and_then(|node| view.place(node)).or_else(|| view.body_place()).or(out.place);
    out
}
