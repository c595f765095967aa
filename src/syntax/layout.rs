//! How a text lays out its JSON, and new values laid out likewise.

use std::fmt::Write;

use crate::syntax::{Cursor, Editor, NodeId, quote};
use crate::text::TextEdit;

/// A value to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// An object, with its members as name and value; whether it is written over several lines.
    Object(bool, Vec<(String, Json)>),
    /// An array, likewise.
    Array(bool, Vec<Json>),
    /// JSON text without line breaks.
    Raw(String),
}

/// How a text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// One level of indentation.
    pub(super) unit: &'static str,
    pub(super) newline: &'static str,
    /// What stands between a key and its value.
    colon: &'static str,
    /// What stands after a comma on one line.
    pub(super) space: &'static str,
    /// What stands between a brace and what is in it on one line.
    pad: &'static str,
    /// Objects are written over several lines, all of them.
    expanded: bool,
    /// The bracket of an array and the brace of its first item are on one line, with this
    /// between them.
    hug: Option<&'static str>,
}

impl Layout {
    /// The layout of the text that `root` is the root of. Linear in its length.
    pub fn of(root: Cursor<'_>) -> Layout {
        let text = root.text();
        let broken = root.raw().contains('\n');
        let mut colons: [(&'static str, usize); 3] = [(": ", 0), (":", 0), (" : ", 0)];
        let (mut one_line, mut hug) = (false, None);
        for node in root.subtree().map(|id| root.at(NodeId(id))) {
            if let Some(value) = node.value() {
                let between = text.get(node.span().end as usize..value.span().start as usize);
                if let Some(found) = colons.iter_mut().find(|(colon, _)| Some(*colon) == between) {
                    found.1 += 1;
                }
            }
            one_line =
                one_line || node.is_object() && !node.is_empty_container() && !node.raw().contains('\n');
            let first =
                node.elements().next().filter(|item| broken && item.is_object() && item.raw().contains('\n'));
            if let Some(first) = first.filter(|_| hug.is_none()) {
                hug = match text.get(node.span().start as usize + 1..first.span().start as usize) {
                    Some("") => Some(""),
                    Some(" ") => Some(" "),
                    _ => None,
                };
            }
        }
        let colon = colons.iter().rev().max_by_key(|(_, count)| *count).map_or(": ", |(colon, _)| colon);
        Layout {
            unit: indent_unit(text),
            newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
            colon,
            space: if colon == ":" && !broken { "" } else { " " },
            pad: if text.contains("{ \"") { " " } else { "" },
            expanded: broken && !one_line,
            hug,
        }
    }

    /// Whether the text has all objects over several lines.
    pub fn is_expanded(&self) -> bool {
        self.expanded
    }

    /// A key, up to where its value starts.
    pub(super) fn lead(&self, name: &str) -> String {
        quote(name) + self.colon
    }

    /// `value` as text; `indent` is what its line starts with, `None` if it must be on one line.
    fn write(&self, value: &Json, indent: Option<&str>, out: &mut String) {
        let (open, close, wide, count) = match value {
            Json::Raw(text) => return out.push_str(text),
            Json::Object(wide, members) => ('{', '}', *wide, members.len()),
            Json::Array(wide, items) => ('[', ']', *wide, items.len()),
        };
        let indent = indent.filter(|_| wide && count > 0);
        let hugs = self.hug.filter(|_| {
            indent.is_some()
                && matches!(value, Json::Array(_, items) if matches!(items[0], Json::Object(true, _)))
        });
        let deeper = indent.map(|indent| match hugs {
            Some(_) => indent.to_owned(),
            None => format!("{indent}{}", self.unit),
        });
        let edge = |out: &mut String, indent: Option<&str>| match (hugs, indent) {
            (Some(hug), _) => out.push_str(hug),
            (None, Some(indent)) => {
                out.push_str(self.newline);
                out.push_str(indent);
            }
            (None, None) if open == '{' && count > 0 => out.push_str(self.pad),
            _ => {}
        };
        out.push(open);
        edge(out, deeper.as_deref());
        for at in 0..count {
            if at > 0 {
                out.push(',');
                match &deeper {
                    Some(deeper) if hugs.is_none() => {
                        let _ = write!(out, "{}{deeper}", self.newline);
                    }
                    _ => out.push_str(self.space),
                }
            }
            match value {
                Json::Object(_, members) => {
                    let (name, value) = &members[at];
                    out.push_str(&self.lead(name));
                    self.write(value, deeper.as_deref(), out);
                }
                Json::Array(_, items) => self.write(&items[at], deeper.as_deref(), out),
                Json::Raw(_) => {}
            }
        }
        edge(out, indent);
        out.push(close);
    }

    fn member(&self, (name, value): &(String, Json), indent: Option<&str>) -> String {
        let mut out = self.lead(name);
        self.write(value, indent, &mut out);
        out
    }
}

/// One level of indentation: how much further a line is indented than the one before it. The
/// text may be cut out of a file, so that nobody knows where its first line begins; its last
/// line begins there too. No more than is reasonable.
fn indent_unit(text: &str) -> &'static str {
    const SPACES: &str = "                ";
    const TABS: &str = "\t\t\t\t\t\t\t\t";
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let outer = lines().next_back().map_or(0, indent);
    let mut before = outer;
    for line in lines().skip(1) {
        let here = indent(line);
        if here > before {
            let all = if line[before..].starts_with('\t') { TABS } else { SPACES };
            return &all[..all.len().min(here - before)];
        }
        before = here;
    }
    "  "
}

/// What the line of `at` starts with.
fn indent_of(text: &str, at: u32) -> &str {
    let line = text[..at as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let rest = &text[line..];
    &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
}

impl Editor<'_> {
    /// Adds members to `object`, laid out like the rest: with `sorted` each before the first
    /// one whose name is greater, else all at the end. Their names must not be there yet.
    pub fn insert_all(
        self,
        object: Cursor<'_>,
        mut members: Vec<(String, Json)>,
        sorted: bool,
    ) -> Vec<TextEdit> {
        let layout = self.layout();
        if sorted {
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        let Some(first) = object.members().next().map(|member| member.key) else {
            return empty(object, layout, members);
        };
        let lines = self.text[object.span().start as usize..first.span().start as usize].contains('\n');
        let indent = lines.then(|| indent_of(self.text, first.span().start));
        let gap = match indent {
            Some(indent) => format!("{}{indent}", layout.newline),
            None => layout.space.to_owned(),
        };
        let mut edits: Vec<TextEdit> = Vec::new();
        let mut add = |at: u32, new: String| match edits.last_mut() {
            Some(last) if last.span.start == at => last.text.push_str(&new),
            _ => edits.push(TextEdit::insert(at, new)),
        };
        let mut known = object.members().peekable();
        let mut after = None;
        for member in &members {
            while let Some(next) = known.peek().copied() {
                if sorted && *next.key.name() > *member.0 {
                    break;
                }
                after = Some(next.value.unwrap_or(next.key).span().end);
                known.next();
            }
            let new = layout.member(member, indent);
            match after {
                Some(after) => add(after, format!(",{gap}{new}")),
                None => add(first.span().start, format!("{new},{gap}")),
            }
        }
        edits
    }
}

fn empty(object: Cursor<'_>, layout: Layout, members: Vec<(String, Json)>) -> Vec<TextEdit> {
    let text = object.text();
    let indent = text.contains('\n').then(|| indent_of(text, object.span().start));
    let mut out = String::new();
    layout.write(&Json::Object(true, members), indent, &mut out);
    vec![TextEdit::replace(object.span(), out)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;
    use crate::text::apply_edits;

    fn raw(text: &str) -> Json {
        Json::Raw(text.to_owned())
    }

    /// `text` with rules for `b` and `d` in the object under `to`.
    fn added(text: &str, to: &str, sorted: bool) -> String {
        let tree = parse(text);
        let root = tree.root(text).expect("there is a root");
        let layout = Layout::of(root);
        let rule = || {
            let wide = layout.is_expanded();
            let item = Json::Object(wide, vec![("x".to_owned(), raw("1")), ("y".to_owned(), raw("2"))]);
            Json::Object(wide, vec![("m".to_owned(), Json::Array(wide, vec![item]))])
        };
        let members = vec![("d".to_owned(), rule()), ("b".to_owned(), rule())];
        let edits = Editor::new(root).insert_all(root.follow(to), members, sorted);
        let out = apply_edits(text, &edits).expect("the edits fit");
        assert_eq!(parse(&out).errors, [], "the result is JSON: {out}");
        out
    }

    #[test]
    fn on_one_line() {
        assert_eq!(
            added(r#"{"c":{}}"#, "/c", false),
            r#"{"c":{"d":{"m":[{"x":1,"y":2}]},"b":{"m":[{"x":1,"y":2}]}}}"#
        );
        assert_eq!(
            added(r#"{"c": { "a": 1 }, "e": 1}"#, "", true),
            r#"{"b": { "m": [{ "x": 1, "y": 2 }] }, "c": { "a": 1 }, "d": { "m": [{ "x": 1, "y": 2 }] }, "e": 1}"#
        );
    }

    #[test]
    fn over_lines_with_objects_on_one() {
        assert_eq!(
            added("{\n\t\"c\": {\"a\": 1},\n\t\"e\": {}\n}", "", true),
            "{\n\t\"b\": {\"m\": [{\"x\": 1, \"y\": 2}]},\n\t\"c\": {\"a\": 1},\n\t\"d\": {\"m\": [{\"x\": 1, \"y\": 2}]},\n\t\"e\": {}\n}"
        );
        assert_eq!(
            added("{\n    \"c\": {\"a\": 1},\n    \"e\": {}\n}", "/e", false),
            "{\n    \"c\": {\"a\": 1},\n    \"e\": {\n        \"d\": {\"m\": [{\"x\": 1, \"y\": 2}]},\n        \"b\": {\"m\": [{\"x\": 1, \"y\": 2}]}\n    }\n}"
        );
    }

    #[test]
    fn everything_over_lines() {
        let wide = |open: &str, close: &str, pad: &str| {
            format!(
                "{{\r\n{pad}\"m\" : {open}{{\r\n{pad}  \"x\" : 1,\r\n{pad}  \"y\" : 2\r\n{pad}}}{close}\r\n"
            )
        };
        let text = "{\r\n  \"c\" : [ {\r\n    \"a\" : 1\r\n  } ]\r\n}";
        let rule = wide("[ ", " ]", "    ");
        assert_eq!(
            added(text, "", false),
            format!(
                "{{\r\n  \"c\" : [ {{\r\n    \"a\" : 1\r\n  }} ],\r\n  \"d\" : {rule}  }},\r\n  \"b\" : {rule}  }}\r\n}}"
            )
        );
        // Cut out of a file, where it stands deeper.
        assert_eq!(
            added("{\n      \"a\": 1\n    }", "", true),
            format!(
                "{{\n      \"a\": 1,\n      \"b\": {0},\n      \"d\": {0}\n    }}",
                "{\n        \"m\": [\n          {\n            \"x\": 1,\n            \"y\": 2\n          }\n        ]\n      }"
            )
        );
    }
}
