//! Bodies of XML, of which the core tells elements, attributes and texts (`xml.rs` of
//! pact_matching).

use crate::runner::engine::{Mismatch, Part};
use crate::runner::explain::near::nearest;
use crate::runner::explain::path::steps;
use crate::runner::explain::rule::in_body;
use crate::runner::explain::show::{NAME, VALUE};
use crate::runner::explain::view::View;
use crate::runner::explain::{Difference, Kind, MOST};

pub(super) fn explain(view: &View<'_>, own: &[&Mismatch]) -> Vec<Difference> {
    let missing = own.iter().filter(|it| it.said.starts_with("Expected attribute")).count();
    let mut out: Vec<Difference> = Vec::new();
    for mismatch in own {
        // Said again for each attribute.
        if missing > 0 && mismatch.said.contains("attribute(s) but received") {
            continue;
        }
        if out.len() > MOST {
            view.skip(1);
            continue;
        }
        let one = one(view, mismatch);
        match out.iter_mut().find(|it| it.at == one.at && it.kind == one.kind && it.expected == one.expected)
        {
            Some(known) => {
                known.said.extend(one.said);
                known.said.truncate(5);
            }
            None => out.push(one),
        }
    }
    out
}

fn one(view: &View<'_>, mismatch: &Mismatch) -> Difference {
    let rule = in_body(view, &steps(&mismatch.at));
    let text = |text: &Option<String>| match text.as_deref() {
        None | Some("") => "nothing".to_owned(),
        Some(text) => view.show.quoted(text, VALUE),
    };
    let mut out = Difference {
        part: Part::Body,
        kind: Kind::Value,
        at: view.show.text(&mismatch.at, NAME),
        expected: text(&mismatch.expected),
        got: text(&mismatch.actual),
        rule: rule.and_then(|rule| rule.ruling(view)),
        place: view.body_place(),
        near: None,
        follows: false,
        said: view.said(&[mismatch]),
        steps: None,
    };
    let element = |start: &str| {
        let rest = mismatch.said.strip_prefix(start)?;
        rest.split_once("/>").map(|(name, _)| name)
    };
    if let Some(name) = element("Expected child <") {
        out.kind = Kind::Missing;
        out.expected = format!("<{}>", view.show.text(name, VALUE));
        let [wanted, came] = [&mismatch.expected, &mismatch.actual].map(|it| it.as_deref().unwrap_or(""));
        let known: Vec<&str> = wanted.split(", ").collect();
        let strange = came.split(", ").filter(|it| !it.is_empty() && !known.contains(it));
        let near = nearest(name, None, strange.map(|name| (name, None)));
        out.near = near.map(|near| format!("<{}>", view.show.text(near, VALUE)));
        out.got = "nothing".to_owned();
        out.rule = None;
    } else if let Some(name) = element("Unexpected child <") {
        out.kind = Kind::Unexpected;
        (out.expected, out.got) = ("nothing".to_owned(), format!("<{}>", view.show.text(name, VALUE)));
    } else if mismatch.said.starts_with("Expected attribute") {
        out.kind = Kind::Missing;
        out.expected = format!("attribute {}", text(&mismatch.expected));
        out.rule = None;
    } else if mismatch.said.contains("attribute(s)") || mismatch.said.starts_with("Expected no children") {
        return view.other(mismatch);
    } else if let Some(rule) = rule {
        out.expected = rule.wants(view, None);
    }
    out
}
