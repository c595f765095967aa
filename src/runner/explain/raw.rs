//! Bodies that are no tree, and bodies as a whole.

use bytes::Bytes;

use crate::model::Format;
use crate::runner::engine::{Mismatch, Part};
use crate::runner::explain::body::ruled;
use crate::runner::explain::rule::in_body;
use crate::runner::explain::show::VALUE;
use crate::runner::explain::view::View;
use crate::runner::explain::{Difference, Kind};
use crate::text::{counted, whole_letters};

/// So much is shown of a body that came.
const BEGINNING: usize = 200;
/// So much is looked at of it.
const WINDOW: usize = 16_384;
/// So many characters are shown before the first that differs.
const BEFORE: usize = 20;

/// What concerns the body as a whole: there is none, or it cannot be read.
pub(super) fn whole(view: &View<'_>, own: &[&Mismatch]) -> Option<Difference> {
    let starts = |start: &str| own.iter().any(|it| it.said.starts_with(start));
    let mut out = difference(view, own);
    if starts("Expected empty body") || starts("Expected an empty body") {
        out.kind = Kind::Unexpected;
        out.expected = "no body".to_owned();
        out.got = beginning(view, view.body, None).unwrap_or_default();
    } else if own.iter().any(|it| it.at == "/" && it.actual.is_none()) {
        out.kind = Kind::Missing;
        out.expected = "a body".to_owned();
        out.got = "nothing".to_owned();
    } else if starts("Failed to parse the actual body") {
        out.kind = Kind::Unreadable;
        out.expected = name(view.format()).to_owned();
        let reason = reason(own).map(|reason| view.show.text(reason, BEGINNING));
        out.got = match view.packed().or(reason) {
            Some(reason) => format!("what is no {}: {reason}", out.expected),
            None => format!("what is no {}", out.expected),
        };
    } else if starts("Failed to parse the expected body") {
        out.kind = Kind::Unreadable;
        out.expected = format!("an example that is no {}", name(view.format()));
        out.got = "a body that cannot be compared with it".to_owned();
    } else {
        return None;
    }
    Some(out)
}

/// What the core says, without the backtrace that it adds where one is asked for.
pub(super) fn own_words(said: &str) -> &str {
    said.split("\n\nStack backtrace:").next().unwrap_or(said)
}

/// Why the core cannot read it: what stands between its quotes.
fn reason<'m>(own: &[&'m Mismatch]) -> Option<&'m str> {
    let said = own.iter().find(|it| it.said.starts_with("Failed to parse the actual"))?;
    let (_, reason) = said.said.split_once(": '")?;
    Some(own_words(reason).trim_end_matches('\''))
}

const fn name(format: Option<Format>) -> &'static str {
    match format {
        Some(Format::Json) => "JSON",
        Some(Format::Xml) => "XML",
        Some(Format::Form) => "form",
        Some(Format::Multipart) => "multipart body",
        _ => "such body",
    }
}

fn difference(view: &View<'_>, own: &[&Mismatch]) -> Difference {
    Difference {
        part: Part::Body,
        kind: Kind::Value,
        at: "body".to_owned(),
        expected: String::new(),
        got: String::new(),
        rule: None,
        place: view.body_place(),
        near: None,
        follows: false,
        said: view.said(own),
        steps: None,
    }
}

/// Text and bytes that are compared as they are, or by one rule.
pub(super) fn explain(view: &View<'_>, own: &[&Mismatch]) -> Vec<Difference> {
    if view.format() == Some(Format::Multipart) {
        return own.iter().map(|it| ruled(view, it)).collect();
    }
    let mut out = difference(view, own);
    let came = std::str::from_utf8(view.body).ok();
    if let Some(rule) = in_body(view, &[]) {
        out.rule = rule.ruling(view);
        out.expected = rule.wants(view, None);
        out.got = beginning(view, view.body, None).unwrap_or_else(|| "nothing".to_owned());
        if let Some(kind) = detected(view, own) {
            out.got = format!("{kind}: {}", out.got);
        }
        return vec![out];
    }
    match (view.expected_text().filter(|(_, is_text)| *is_text), came) {
        (Some((text, _)), Some(came)) => {
            let (wanted, got) = contrast(&text, came).unwrap_or_else(|| (text.clone(), came.to_owned()));
            out.expected = view.show.quoted(&wanted, 2 * VALUE);
            out.got = view.show.quoted(&got, 2 * VALUE);
            let same = text.bytes().zip(came.bytes()).take_while(|(a, b)| a == b).count();
            let line = text.as_bytes()[..same].iter().filter(|it| **it == b'\n').count() + 1;
            if line > 1 {
                out.at = format!("body, line {line}");
            }
        }
        _ => {
            let wanted = view.expected_bytes();
            // What is no string is compared as it is written.
            let written = view.expected().map(|node| view.show.value(node, VALUE));
            match (wanted, written, came) {
                (None, Some(written), Some(came)) => {
                    (out.expected, out.got) = (written, view.show.text(came, VALUE));
                }
                (wanted, ..) => {
                    let wanted = wanted.unwrap_or_default();
                    out.expected = bytes(&wanted, view.body);
                    out.got = bytes(view.body, &wanted);
                    if let Some(packed) = view.packed() {
                        out.got = format!("{} ({packed})", out.got);
                    }
                }
            }
        }
    }
    vec![out]
}

/// What the core takes the content for, where a rule is about that.
pub(super) fn detected(view: &View<'_>, own: &[&Mismatch]) -> Option<String> {
    let kind = own.iter().find_map(|it| it.said.split_once("but detected contents was '"))?.1;
    Some(format!("content of type {}", view.show.text(kind.trim_end_matches('\''), VALUE)))
}

/// How many bytes there are, and those from the first on that is another in `other`.
fn bytes(some: &[u8], other: &[u8]) -> String {
    let same = some.iter().zip(other).take_while(|(a, b)| a == b).count();
    let hex: Vec<String> = some[same..].iter().take(8).map(|it| format!("{it:02x}")).collect();
    let at = if hex.is_empty() { String::new() } else { format!(", from byte {same} on {}", hex.join(" ")) };
    format!("{}{at}", counted(some.len(), "byte"))
}

/// Two texts from shortly before the first letter that differs; `None` where both are short
/// enough to be shown whole.
pub(super) fn contrast(a: &str, b: &str) -> Option<(String, String)> {
    if a.len() <= VALUE && b.len() <= VALUE {
        return None;
    }
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    if same <= BEFORE {
        return None;
    }
    // The same for both, and on the line that differs.
    let before: Vec<char> = a.chars().take(same).skip(same - BEFORE).collect();
    let shown = before.iter().rev().take_while(|ch| **ch != '\n').count();
    let from = same - shown;
    let cut = |text: &str| {
        let rest: String = text.chars().skip(from).take(VALUE).collect();
        let more = if text.chars().nth(from + VALUE).is_some() { "…" } else { "" };
        format!("…{rest}{more}")
    };
    Some((cut(a), cut(b)))
}

/// The beginning of a body that came, on one line; `None` where it is empty.
pub(super) fn beginning(view: &View<'_>, body: &Bytes, content_type: Option<&str>) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    if let Some(node) = view.came() {
        return Some(view.show.value(node, BEGINNING));
    }
    let window = &body[..body.len().min(WINDOW)];
    Some(match whole_letters(window) {
        Some(text) => {
            let text = view.show.whole(text);
            let words: Vec<&str> = text.split_whitespace().collect();
            view.show.text(&words.join(" "), BEGINNING)
        }
        None => {
            let of = content_type.map(|it| format!(" of {}", view.show.text(it, VALUE))).unwrap_or_default();
            let hex: Vec<String> = body.iter().take(16).map(|it| format!("{it:02x}")).collect();
            format!("{}{of}, starting with {}", counted(body.len(), "byte"), hex.join(" "))
        }
    })
}
