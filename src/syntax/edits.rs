//! Structural changes as minimal text edits that keep the file's layout.

use std::cell::OnceCell;

use crate::syntax::scan::line_indent;
use crate::syntax::{Cursor, Kind, Layout, NodeId, quote};
use crate::text::{Span, TextEdit};

/// Turns structural changes of one text into text edits. Values are given as JSON
/// text; new lines in them are indented to where they land.
#[derive(Clone, Copy)]
pub struct Editor<'a> {
    root: Cursor<'a>,
    pub(super) text: &'a str,
    layout: Option<&'a OnceCell<Layout>>,
}

impl<'a> Editor<'a> {
    /// An editor for the text that `root` is the root of.
    pub fn new(root: Cursor<'a>) -> Editor<'a> {
        Editor { root, text: root.text(), layout: None }
    }

    /// An editor for the text of `root` that keeps here how that is laid out, once it must know.
    /// Costs less where many edits are made.
    pub fn laid_out(root: Cursor<'a>, layout: &'a OnceCell<Layout>) -> Editor<'a> {
        Editor { layout: Some(layout), ..Editor::new(root) }
    }

    /// How the text is laid out.
    pub(super) fn layout(self) -> Layout {
        let of = || Layout::of(self.root);
        self.layout.map_or_else(of, |known| *known.get_or_init(of))
    }

    /// Replaces the value at `node`.
    pub fn set(self, node: Cursor<'_>, value: &str) -> TextEdit {
        let indent = line_indent(self.text.as_bytes(), node.span().start as usize);
        TextEdit::replace(node.span(), self.reindented(value, indent))
    }

    /// Renames the member whose key is `key`.
    pub fn rename(self, key: Cursor<'_>, name: &str) -> TextEdit {
        TextEdit::replace(key.span(), quote(name))
    }

    /// Adds a member at the end of `object`.
    pub fn insert(self, object: Cursor<'_>, name: &str, value: &str) -> TextEdit {
        let last = object.members().last().map(|m| m.value.unwrap_or(m.key).span());
        let first = object.members().next().map(|m| m.key.span());
        self.append(object, first, last, &self.layout().lead(name), value)
    }

    /// Adds a member at the beginning of `object`.
    pub fn prepend(self, object: Cursor<'_>, name: &str, value: &str) -> TextEdit {
        let Some(first) = object.members().next().map(|m| m.key.span().start) else {
            return self.insert(object, name, value);
        };
        let layout = self.layout();
        let gap = if Span::new(object.span().start + 1, first).of(self.text).contains('\n') {
            let pad = self.pad(first, line_indent(self.text.as_bytes(), first as usize));
            format!("{}{pad}", layout.newline)
        } else {
            layout.space.to_owned()
        };
        TextEdit::insert(first, format!("{}{value},{gap}", layout.lead(name)))
    }

    /// Adds an item at the end of `array`.
    pub fn push(self, array: Cursor<'_>, value: &str) -> TextEdit {
        let last = array.elements().last().map(Cursor::span);
        let first = array.elements().next().map(Cursor::span);
        self.append(array, first, last, "", value)
    }

    fn append(
        self,
        container: Cursor<'_>,
        first: Option<Span>,
        last: Option<Span>,
        lead: &str,
        value: &str,
    ) -> TextEdit {
        let bytes = self.text.as_bytes();
        let span = container.span();
        let outer = line_indent(bytes, span.start as usize);
        if let (Some(first), Some(last)) = (first, last) {
            let between = Span::new(span.start + 1, first.start).of(self.text);
            if between.contains('\n') {
                let indent = line_indent(bytes, first.start as usize);
                let pad = self.pad(first.start, indent);
                return TextEdit::insert(
                    last.end,
                    format!(",{}{pad}{lead}{}", self.layout().newline, self.reindented(value, indent)),
                );
            }
            // On one line, with or without a space after commas, as the file has it.
            let space = if span.of(self.text).contains(", ") { " " } else { self.layout().space };
            return TextEdit::insert(last.end, format!(",{space}{lead}{value}"));
        }
        let inside = Span::new(span.start + 1, span.end - 1);
        if !self.text.contains('\n') {
            return TextEdit::replace(inside, format!("{lead}{value}"));
        }
        let Layout { newline: nl, unit, .. } = self.layout();
        let pad = self.pad(span.start, outer);
        let body = self.reindented(value, outer + unit.len());
        TextEdit::replace(inside, format!("{nl}{pad}{unit}{lead}{body}{nl}{pad}"))
    }

    /// Removes the member or item at `node` (a key, or an item of an array), with the
    /// comma that goes with it.
    pub fn remove(self, node: Cursor<'_>) -> TextEdit {
        let end = node.value().filter(|_| node.kind() == Kind::Key).map_or(node.span(), Cursor::span).end;
        let bytes = self.text.as_bytes();
        let blank = |b: u8| matches!(b, b' ' | b'\n' | b'\r' | b'\t');
        let mut after = end as usize;
        while after < bytes.len() && blank(bytes[after]) {
            after += 1;
        }
        let mut before = node.span().start as usize;
        while before > 0 && blank(bytes[before - 1]) {
            before -= 1;
        }
        let span = if bytes.get(after) == Some(&b',') {
            // The gap before stays, so the next member takes this one's place.
            let mut next = after + 1;
            while next < bytes.len() && blank(bytes[next]) {
                next += 1;
            }
            Span::new(node.span().start, next as u32)
        } else if before > 0 && bytes[before - 1] == b',' {
            Span::new(before as u32 - 1, end)
        } else {
            Span::new(before as u32, after as u32)
        };
        TextEdit::delete(span)
    }

    /// Removes those members of `object` whose keys are `gone`, with the commas that go with
    /// them: each alone would leave or take one too many where they are neighbours.
    pub fn remove_members(self, object: Cursor<'_>, gone: &[NodeId]) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let (mut kept_end, mut run) = (None, None);
        for member in object.members() {
            let span = member.key.span();
            let end = member.value.map_or(span, Cursor::span).end;
            if gone.contains(&member.key.id()) {
                run = Some((run.map_or(span.start, |(start, _)| start), end));
                continue;
            }
            edits.extend(run.take().map(|(start, _)| TextEdit::delete(Span::new(start, span.start))));
            kept_end = Some(end);
        }
        edits.extend(run.map(|(_, end)| match kept_end {
            Some(kept) => TextEdit::delete(Span::new(kept, end)),
            None => TextEdit::delete(Span::new(object.span().start + 1, object.span().end - 1)),
        }));
        edits
    }

    /// An object of these members as text, laid out as `like` is, which is an object too.
    pub fn object<'b>(self, like: Cursor<'_>, members: impl Iterator<Item = (&'b str, String)>) -> String {
        let layout = self.layout();
        let lines = like.raw().contains('\n');
        let members = members.map(|(name, value)| layout.lead(name) + &value);
        let members: Vec<String> = members.collect();
        if members.is_empty() || !lines {
            return format!("{{{}}}", members.join(&format!(",{}", layout.space)));
        }
        let unit = layout.unit;
        format!("{{\n{unit}{}\n}}", members.join(&format!(",\n{unit}")))
    }

    /// Wraps the value at `node` into an object of which it becomes member `name`;
    /// `more` are further members as key and JSON text.
    pub fn wrap(self, node: Cursor<'_>, name: &str, more: &[(&str, &str)]) -> TextEdit {
        let (span, raw, layout) = (node.span(), node.raw(), self.layout());
        let member = |lead: &str, (key, value): &(&str, &str)| format!(",{lead}{}{value}", layout.lead(key));
        let first = layout.lead(name);
        if !raw.contains('\n') {
            let rest: String = more.iter().map(|more| member(layout.space, more)).collect();
            return TextEdit::replace(span, format!("{{{first}{raw}{rest}}}"));
        }
        let Layout { newline: nl, unit, .. } = layout;
        let pad = self.pad(span.start, line_indent(self.text.as_bytes(), span.start as usize));
        let lead = format!("{nl}{pad}{unit}");
        let deeper = raw.replace(nl, &format!("{nl}{unit}"));
        let rest: String = more.iter().map(|more| member(&lead, more)).collect();
        TextEdit::replace(span, format!("{{{lead}{first}{deeper}{rest}{nl}{pad}}}"))
    }

    /// Wraps the value at `node` as [`Editor::wrap`] does, by edits around it and in its
    /// indentation only.
    pub fn surround(self, node: Cursor<'_>, name: &str, more: &[(&str, &str)]) -> Vec<TextEdit> {
        let (span, raw, layout) = (node.span(), node.raw(), self.layout());
        let member = |lead: &str, (key, value): &(&str, &str)| format!(",{lead}{}{value}", layout.lead(key));
        let first = layout.lead(name);
        if !raw.contains('\n') {
            let rest: String = more.iter().map(|more| member(layout.space, more)).collect();
            return vec![
                TextEdit::insert(span.start, format!("{{{first}")),
                TextEdit::insert(span.end, format!("{rest}}}")),
            ];
        }
        let Layout { newline: nl, unit, .. } = layout;
        let pad = self.pad(span.start, line_indent(self.text.as_bytes(), span.start as usize));
        let lead = format!("{nl}{pad}{unit}");
        let mut edits = vec![TextEdit::insert(span.start, format!("{{{lead}{first}"))];
        let lines = raw.match_indices('\n').map(|(at, _)| span.start + at as u32 + 1);
        edits.extend(lines.map(|at| TextEdit::insert(at, unit)));
        let rest: String = more.iter().map(|more| member(&lead, more)).collect();
        edits.push(TextEdit::insert(span.end, format!("{rest}{nl}{pad}}}")));
        edits
    }

    /// Moves the member with key `key` to the end of `target`, under `name`.
    pub fn relocate(self, key: Cursor<'_>, target: Cursor<'_>, name: &str) -> Vec<TextEdit> {
        let value = key.value().map_or("null", Cursor::raw);
        let from = line_indent(self.text.as_bytes(), key.span().start as usize);
        let nl = self.layout().newline;
        let flat = value.replace(&format!("{nl}{}", self.pad(key.span().start, from)), "\n");
        let flat = flat.replace("\r\n", "\n");
        vec![self.remove(key), self.insert(target, name, &flat)]
    }

    /// The white space that the line holding `at` starts with.
    fn pad(self, at: u32, indent: usize) -> String {
        let line = self.text[..at as usize].rfind('\n').map_or(0, |nl| nl + 1);
        self.text[line..line + indent].to_owned()
    }

    fn reindented(self, value: &str, indent: usize) -> String {
        if !value.contains('\n') {
            return value.to_owned();
        }
        let layout = self.layout();
        let unit = if layout.unit.starts_with('\t') { "\t" } else { " " };
        value.replace('\n', &format!("{}{}", layout.newline, unit.repeat(indent)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;
    use crate::text::apply_edits;

    fn check(text: &str, edit: impl Fn(Editor<'_>, Cursor<'_>) -> Vec<TextEdit>, expected: &str) {
        let tree = parse(text);
        let root = tree.root(text).expect("there is a root");
        let out = apply_edits(text, &edit(Editor::new(root), root)).expect("the edits fit");
        assert_eq!(out, expected);
        assert_eq!(parse(&out).errors, [], "the result is JSON");
    }

    #[test]
    fn insert_follows_the_layout() {
        check("{\n  \"a\": 1\n}", |e, r| vec![e.insert(r, "b", "2")], "{\n  \"a\": 1,\n  \"b\": 2\n}");
        check("{\"a\":1}", |e, r| vec![e.insert(r, "b", "2")], "{\"a\":1,\"b\":2}");
        check("{}", |e, r| vec![e.insert(r, "b", "{}")], "{\"b\": {}}");
        let nested = "{\r\n\t\"a\": {}\r\n}";
        check(
            nested,
            |e, r| vec![e.insert(r.get("a").expect("a"), "b", "[]")],
            "{\r\n\t\"a\": {\r\n\t\t\"b\": []\r\n\t}\r\n}",
        );
    }

    #[test]
    fn a_piece_of_a_file_is_indented_as_the_file_is() {
        check(
            "{\n      \"a\" : {}\n    }",
            |e, r| vec![e.insert(r.get("a").expect("a"), "b", "[]")],
            "{\n      \"a\" : {\n        \"b\" : []\n      }\n    }",
        );
    }

    #[test]
    fn remove_takes_one_comma_along() {
        let key = |r: Cursor<'_>, n: &str| r.get(n).and_then(Cursor::key).map(|k| k.id()).expect("key");
        let text = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}";
        check(text, |e, r| vec![e.remove(r.at(key(r, "a")))], "{\n  \"b\": 2,\n  \"c\": 3\n}");
        check(text, |e, r| vec![e.remove(r.at(key(r, "c")))], "{\n  \"a\": 1,\n  \"b\": 2\n}");
        check("{\"a\": 1}", |e, r| vec![e.remove(r.at(key(r, "a")))], "{}");
    }

    #[test]
    fn set_rename_push_wrap_and_relocate() {
        let text = "{\n  \"a\": {\n    \"x\": [1]\n  },\n  \"b\": {}\n}";
        let a = |r: Cursor<'_>| r.get("a").map(|c| c.id()).expect("a");
        check(
            text,
            |e, r| vec![e.wrap(r.at(a(r)), "content", &[("encoded", "false")])],
            "{\n  \"a\": {\n    \"content\": {\n      \"x\": [1]\n    },\n    \"encoded\": false\n  },\n  \"b\": {}\n}",
        );
        check(
            text,
            |e, r| e.relocate(r.get("b").and_then(Cursor::key).expect("b"), r.at(a(r)), "c"),
            "{\n  \"a\": {\n    \"x\": [1],\n    \"c\": {}\n  }\n}",
        );
        check("{\"a\": [1]}", |e, r| vec![e.push(r.get("a").expect("a"), "2")], "{\"a\": [1, 2]}");
        check("{\"a\": 1}", |e, r| vec![e.set(r.get("a").expect("a"), "\"x\"")], "{\"a\": \"x\"}");
        let key = |r: Cursor<'_>| r.get("a").and_then(Cursor::key).map(|k| k.id()).expect("key");
        check("{\"a\": 1}", |e, r| vec![e.rename(r.at(key(r)), "z\"")], "{\"z\\\"\": 1}");
    }
}
