//! Values in one line: short, without secrets and without control characters.

use bytes::Bytes;

use crate::model::secrets::{Mask, secrets};
use crate::runner::contract::{Contract, Item};
use crate::syntax::{Cursor, Kind, parse};
use crate::text::{Span, clip};

/// Whether secrets are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// They are covered.
    #[default]
    Masked,
    /// They are shown.
    Secrets,
}

/// A value takes so many columns.
pub(super) const VALUE: usize = 60;
/// A pattern, a path or a name takes so many.
pub(super) const NAME: usize = 100;
/// Bodies are searched for secrets up to here; what is shown of a larger one is searched
/// where it is shown.
const SEARCHED: usize = 1 << 20;
/// So much of a text is looked at to show some of it.
const WINDOW: usize = 4_096;

/// Shows texts and values of an interaction and of what was said for it.
#[derive(Debug)]
pub struct Shower {
    /// `None` where everything is shown.
    mask: Option<Mask>,
}

impl Shower {
    /// Knows the secrets of an interaction, and of the headers and the body that came.
    pub fn new(
        of: Option<(&Contract, &Item)>,
        headers: &[(String, String)],
        body: &Bytes,
        show: Show,
    ) -> Shower {
        if show == Show::Secrets {
            return Shower { mask: None };
        }
        let mut mask = Mask::default();
        let chunk = of.and_then(|(contract, item)| contract.document.chunk(item.chunk));
        if let Some((chunk, _)) = chunk {
            mask.add(chunk.text(), chunk.secrets());
        }
        for (name, value) in headers {
            let json = header_json(name, value);
            mask.add(&json, &secrets(&json, parse(&json).root(&json)));
        }
        if let Ok(text) = std::str::from_utf8(&body[..body.len().min(SEARCHED)]) {
            mask.add(text, &secrets(text, parse(text).root(text)));
        }
        Shower { mask: Some(mask) }
    }

    /// Knows secrets by their form alone.
    pub fn plain(show: Show) -> Shower {
        Shower::new(None, &[], &Bytes::new(), show)
    }

    /// A text, at most `most` columns wide, without control characters.
    pub fn text(&self, text: &str, most: usize) -> String {
        let mut window = text.chars().scan(0, |used, ch| {
            *used += ch.len_utf8();
            (*used <= WINDOW).then_some(ch)
        });
        let mut out: String = window.by_ref().collect();
        if let Some(mask) = &self.mask {
            mask.apply(&mut out);
        }
        clip(&out, most)
    }

    /// A text between quotes.
    pub(super) fn quoted(&self, text: &str, most: usize) -> String {
        format!("\"{}\"", self.text(text, most))
    }

    /// A value as JSON on one line.
    pub(super) fn value(&self, node: Cursor<'_>, most: usize) -> String {
        let mut out = String::new();
        compact(node, WINDOW.min(most * 8), &mut out);
        self.text(&out, most)
    }

    /// The value of a header, all of it covered that may be a credential.
    pub fn header(&self, name: &str, value: &str) -> String {
        if self.mask.is_none() {
            return value.to_owned();
        }
        let json = header_json(name, value);
        let tree = parse(&json);
        let places: Vec<Span> = secrets(&json, tree.root(&json)).iter().map(|it| it.hidden).collect();
        let covered = Mask::default().apply_to_file(&json, places);
        let covered = parse(&covered)
            .root(&covered)
            .and_then(|root| root.members().next()?.value)
            .and_then(|value| Some(value.as_str()?.into_owned()));
        let mut shown = covered.unwrap_or_else(|| "*****".to_owned());
        if let Some(mask) = &self.mask {
            mask.apply(&mut shown);
        }
        shown
    }

    /// A whole text without its secrets; nothing is escaped.
    pub fn whole(&self, text: &str) -> String {
        let Some(mask) = &self.mask else { return text.to_owned() };
        mask.whole(text)
    }
}

/// A header as a member of an object, which is where secrets are looked for.
fn header_json(name: &str, value: &str) -> String {
    serde_json::Value::Object([(name.to_owned(), value.into())].into_iter().collect()).to_string()
}

/// Writes a value without blanks; stops soon after `most` bytes.
fn compact(node: Cursor<'_>, most: usize, out: &mut String) {
    if out.len() > most {
        return;
    }
    match node.kind() {
        Kind::Object => {
            out.push('{');
            for (at, member) in node.members().enumerate() {
                if out.len() > most {
                    break;
                }
                out.push_str(if at > 0 { ", " } else { "" });
                push(member.key.raw(), most, out);
                out.push_str(": ");
                match member.value {
                    Some(value) => compact(value, most, out),
                    None => out.push('?'),
                }
            }
            out.push('}');
        }
        Kind::Array => {
            out.push('[');
            for (at, item) in node.elements().enumerate() {
                if out.len() > most {
                    break;
                }
                out.push_str(if at > 0 { ", " } else { "" });
                compact(item, most, out);
            }
            out.push(']');
        }
        _ => push(node.raw(), most, out),
    }
}

fn push(text: &str, most: usize, out: &mut String) {
    let mut end = text.len().min(most + 4);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    out.push_str(&text[..end]);
}
