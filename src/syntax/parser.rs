//! The error-tolerant parser. It keeps its own stack, so that no input can exhaust
//! the thread's.

use crate::syntax::scan::{
    indent_if_first, is_delimiter, is_merge_marker, line_end, line_indent, number_problem, skip_plain,
    skip_space,
};
use crate::syntax::{Kind, MAX_DEPTH, Node, NodeId, SyntaxError, SyntaxErrorKind as Problem, Tree};
use crate::text::Span;

/// Parses `text`, which may be any bytes that are UTF-8, up to 4 GiB.
///
/// A text without errors is RFC 8259 JSON that serde_json accepts too (nesting and
/// number range included). A text with errors is parsed a second time with the
/// layout as a hint for brackets that do not pair up; the reading with fewer errors
/// is kept.
pub fn parse(text: &str) -> Tree {
    parse_split(text, 0, &[]).spine
}

/// Parses `text` as something that stands `depth` containers deep in a larger text.
pub fn parse_at_depth(text: &str, depth: usize) -> Tree {
    parse_split(text, depth, &[]).spine
}

/// A parsed text whose items of certain top-level arrays are trees of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    /// The text without those items: each is one [`Kind::Chunk`] node.
    pub spine: Tree,
    /// The items in document order.
    pub parts: Vec<SplitPart>,
}

/// One item that was split off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitPart {
    /// Which of the names given to [`parse_split`] the array stands under.
    pub name: usize,
    /// The array, in the spine.
    pub array: NodeId,
    /// The item's bytes in the whole text.
    pub span: Span,
    /// Its tree, in offsets relative to its own start.
    pub tree: Tree,
}

/// Parses like [`parse`], but each item of an array that stands at the top level
/// under one of `names` becomes a tree of its own. The spine's spans are those of the
/// whole text.
pub fn parse_split(text: &str, depth: usize, names: &[&str]) -> Split {
    let plain = Parser::new(text, depth, names, false).run();
    if plain.spine.errors.is_empty() {
        return plain;
    }
    let hinted = Parser::new(text, depth, names, true).run();
    let better = if hinted.spine.errors.len() <= plain.spine.errors.len() { hinted } else { plain };
    share_errors(better)
}

/// Gives each part the errors that lie within it.
fn share_errors(mut split: Split) -> Split {
    let mut errors = std::mem::take(&mut split.spine.errors);
    errors.retain(|error| {
        let after = split.parts.partition_point(|part| part.span.start <= error.span.start);
        let Some(part) = after.checked_sub(1).map(|i| &mut split.parts[i]) else { return true };
        if !part.span.contains(error.span) {
            return true;
        }
        let base = part.span.start;
        let span = Span::new(error.span.start - base, error.span.end - base);
        part.tree.errors.push(SyntaxError { span, kind: error.kind.clone() });
        false
    });
    split.spine.errors = errors;
    split
}

#[derive(Clone, Copy)]
struct Frame {
    node: u32,
    object: bool,
    /// The key of the member that is being read.
    key: Option<u32>,
}

/// What the grammar allows next.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    /// A value: at the top, after a colon (`member`), or as the first or a further item.
    Value,
    /// After `{` or a comma in an object.
    Key,
    /// After a key.
    Colon,
    /// After a member or item.
    Comma,
    /// After the document.
    End,
}

struct Parser<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
    nodes: Vec<Node>,
    errors: Vec<SyntaxError>,
    stack: Vec<Frame>,
    open_objects: usize,
    open_arrays: usize,
    /// Where the last comma stood, if it was the last token.
    comma: Option<usize>,
    /// An error was reported and no valid token has followed yet.
    muted: bool,
    hints: bool,
    depth: usize,
    names: &'a [&'a str],
    parts: Vec<SplitPart>,
    /// The node that stands for the part split off last.
    last_chunk: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, depth: usize, names: &'a [&'a str], hints: bool) -> Parser<'a> {
        Parser {
            bytes: text.as_bytes(),
            text,
            at: 0,
            nodes: Vec::with_capacity(text.len() / 20 + 8),
            errors: Vec::new(),
            stack: Vec::with_capacity(16),
            open_objects: 0,
            open_arrays: 0,
            comma: None,
            muted: false,
            hints,
            depth,
            names,
            parts: Vec::new(),
            last_chunk: 0,
        }
    }

    fn run(mut self) -> Split {
        if self.bytes.starts_with(b"\xEF\xBB\xBF") {
            self.error(0, 3, Problem::ByteOrderMark);
            self.muted = false;
            self.at = 3;
        }
        let mut expect = Expect::Value;
        loop {
            self.at = skip_space(self.bytes, self.at);
            let Some(&byte) = self.bytes.get(self.at) else { break };
            if self.skip_noise(byte) {
                continue;
            }
            expect = match expect {
                Expect::Key => self.key_or_close(byte),
                Expect::Colon => self.colon(byte),
                Expect::Value => self.value_or_close(byte),
                Expect::Comma => self.comma_or_close(byte),
                Expect::End => match self.after_end(byte) {
                    Some(next) => next,
                    None => break,
                },
            };
        }
        self.finish(expect)
    }

    fn finish(mut self, expect: Expect) -> Split {
        let end = self.bytes.len();
        if self.nodes.is_empty() {
            if self.errors.is_empty() {
                self.error(0, 0, Problem::Empty);
            }
        } else if let Some(frame) = self.stack.last().copied() {
            match expect {
                Expect::Colon | Expect::Value if frame.object => self.error_at_last_key(),
                _ => {}
            }
            self.muted = false;
            // Only the innermost: the outer ones follow from it.
            let node = self.nodes[frame.node as usize];
            let open = if frame.object { '{' } else { '[' };
            self.error(node.start as usize, node.start as usize + 1, Problem::Unclosed(open));
            while !self.stack.is_empty() {
                self.close(end);
            }
        }
        self.errors.sort_by_key(|e| (e.span.start, e.span.end));
        Split { spine: Tree { nodes: self.nodes, errors: self.errors }, parts: self.parts }
    }

    fn error(&mut self, start: usize, end: usize, kind: Problem) {
        if !self.muted {
            self.errors.push(SyntaxError { span: Span::new(start as u32, end as u32), kind });
        }
        self.muted = true;
    }

    fn error_at_last_key(&mut self) {
        if let Some(key) = self.stack.last().and_then(|frame| frame.key) {
            let key = self.nodes[key as usize];
            self.error(key.start as usize, key.end as usize, Problem::MissingValue);
        }
    }

    /// Comments and merge markers, which may stand between any two tokens.
    fn skip_noise(&mut self, byte: u8) -> bool {
        let (at, bytes) = (self.at, self.bytes);
        let (end, kind) = match byte {
            b'/' if bytes[at..].starts_with(b"//") => (line_end(bytes, at), Problem::Comment),
            b'/' if bytes[at..].starts_with(b"/*") => {
                let end = memchr::memmem::find(&bytes[at..], b"*/").map_or(bytes.len(), |n| at + n + 2);
                (end, Problem::Comment)
            }
            b'#' => (line_end(bytes, at), Problem::Comment),
            b'<' | b'=' | b'>' | b'|' if is_merge_marker(bytes, at) => {
                (line_end(bytes, at), Problem::MergeMarker)
            }
            _ => return false,
        };
        // A comment says nothing about what follows, so it neither mutes nor is muted twice.
        let muted = self.muted;
        self.error(at, end, kind);
        self.muted = muted;
        self.at = end;
        true
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize, escaped: bool) -> u32 {
        let id = self.nodes.len() as u32;
        self.nodes.push(Node { start: start as u32, end: end as u32, next: id + 1, kind, escaped });
        id
    }

    fn key_or_close(&mut self, byte: u8) -> Expect {
        match byte {
            b'"' => {
                if self.hints {
                    self.close_dedented();
                }
                let (end, escaped) = self.string();
                self.push_key(self.at, end, escaped);
                self.at = end;
                Expect::Colon
            }
            b'}' | b']' => self.closer(byte),
            b',' => {
                self.error(self.at, self.at + 1, Problem::ExtraComma);
                self.comma = Some(self.at);
                self.at += 1;
                Expect::Key
            }
            _ => self.bad_key(),
        }
    }

    /// An unquoted key is kept as a key; anything else is skipped.
    fn bad_key(&mut self) -> Expect {
        let start = self.at;
        let end = self.word_end();
        self.error(start, end, Problem::ExpectedKey);
        self.at = end;
        let after = skip_space(self.bytes, end);
        if end > start && self.bytes.get(after) == Some(&b':') && self.bytes[start] != b':' {
            self.push_key(start, end, false);
            return Expect::Colon;
        }
        if end == start {
            self.at += 1;
        }
        Expect::Key
    }

    /// End of the bare word at the cursor; the cursor itself at a delimiter.
    fn word_end(&self) -> usize {
        let mut end = self.at;
        while let Some(&byte) = self.bytes.get(end) {
            if is_delimiter(byte) {
                break;
            }
            end += 1;
        }
        end
    }

    fn colon(&mut self, byte: u8) -> Expect {
        let (start, end) = self.last_span();
        match byte {
            b':' => {
                self.at += 1;
                Expect::Value
            }
            b',' | b'}' | b']' => {
                self.error(start, end, Problem::MissingValue);
                self.member_end();
                Expect::Comma
            }
            _ if self.at_key_of_new_line() => {
                self.error(start, end, Problem::MissingValue);
                self.member_end();
                Expect::Comma
            }
            _ => {
                self.error(start, end, Problem::MissingColon);
                Expect::Value
            }
        }
    }

    fn last_span(&self) -> (usize, usize) {
        self.nodes.last().map_or((0, 0), |node| (node.start as usize, node.end as usize))
    }

    /// Whether the cursor stands at `"key":` that is first on its line: where to start
    /// again after something went missing.
    fn at_key_of_new_line(&self) -> bool {
        if self.bytes.get(self.at) != Some(&b'"') || indent_if_first(self.bytes, self.at).is_none() {
            return false;
        }
        let mut end = self.at + 1;
        loop {
            end = skip_plain(self.bytes, end);
            match self.bytes.get(end) {
                Some(b'\\') => end += 2,
                Some(b'"') => break,
                _ => return false,
            }
        }
        self.bytes.get(skip_space(self.bytes, end + 1)) == Some(&b':')
    }

    fn value_or_close(&mut self, byte: u8) -> Expect {
        let in_object = self.stack.last().is_some_and(|frame| frame.object);
        match byte {
            b'"' if in_object && self.at_key_of_new_line() => {
                self.error_at_last_key();
                self.member_end();
                return Expect::Comma;
            }
            b'"' => {
                let (end, escaped) = self.string();
                self.push(Kind::String, self.at, end, escaped);
                self.at = end;
            }
            b'{' | b'[' => return self.open(byte),
            b'}' | b']' if in_object => {
                self.error_at_last_key();
                self.member_end();
                return self.closer(byte);
            }
            b'}' | b']' if self.stack.is_empty() => {
                self.error(self.at, self.at + 1, Problem::UnexpectedCloser(byte as char));
                self.at += 1;
                return Expect::Value;
            }
            b'}' | b']' => return self.closer(byte),
            b',' => {
                if in_object {
                    self.error_at_last_key();
                    self.member_end();
                    return Expect::Comma;
                }
                self.error(self.at, self.at + 1, Problem::ExtraComma);
                self.at += 1;
                return Expect::Value;
            }
            b':' => {
                self.error(self.at, self.at + 1, Problem::ExpectedValue);
                self.at += 1;
                return Expect::Value;
            }
            _ => self.scalar(),
        }
        self.value_end()
    }

    /// A literal, a number, or a word that is neither.
    fn scalar(&mut self) {
        let start = self.at;
        let end = self.word_end();
        let word = &self.bytes[start..end];
        let kind = match word {
            b"true" => Kind::True,
            b"false" => Kind::False,
            b"null" => Kind::Null,
            [b'-' | b'+' | b'.' | b'0'..=b'9', ..] => match number_problem(word) {
                None => {
                    self.check_range(start, end);
                    Kind::Number
                }
                Some(why) => {
                    let shown = self.shown(start, end);
                    self.error(start, end, Problem::BadNumber(shown, why));
                    Kind::Error
                }
            },
            _ => {
                let hint = match word {
                    b"True" | b"TRUE" => "; write true",
                    b"False" | b"FALSE" => "; write false",
                    b"None" | b"nil" | b"NULL" | b"Null" | b"undefined" => "; write null",
                    [b'\'', ..] => "; strings take double quotes",
                    _ => "",
                };
                let shown = self.shown(start, end);
                self.error(start, end, Problem::BadWord(shown, hint));
                Kind::Error
            }
        };
        self.push(kind, start, end, false);
        self.at = end;
    }

    fn check_range(&mut self, start: usize, end: usize) {
        // Only an exponent or hundreds of digits can leave the range of f64.
        let word = &self.text[start..end];
        let suspicious = end - start > 300 || memchr::memchr2(b'e', b'E', word.as_bytes()).is_some();
        if suspicious && word.parse::<f64>().is_ok_and(f64::is_infinite) {
            self.error(start, end, Problem::NumberOutOfRange);
        }
    }

    fn shown(&self, start: usize, end: usize) -> String {
        let word = &self.text[start..end];
        match word.char_indices().nth(24) {
            Some((cut, _)) => format!("{}...", &word[..cut]),
            None => word.to_owned(),
        }
    }

    fn open(&mut self, byte: u8) -> Expect {
        if self.depth + self.stack.len() >= MAX_DEPTH {
            let end = balanced_end(self.bytes, self.at);
            self.error(self.at, self.at + 1, Problem::TooDeep);
            self.push(Kind::Opaque, self.at, end, false);
            self.at = end;
            return self.value_end();
        }
        let object = byte == b'{';
        let kind = if object { Kind::Object } else { Kind::Array };
        let node = self.push(kind, self.at, self.at + 1, false);
        self.stack.push(Frame { node, object, key: None });
        *(if object { &mut self.open_objects } else { &mut self.open_arrays }) += 1;
        self.at += 1;
        self.comma = None;
        self.muted = false;
        if object { Expect::Key } else { Expect::Value }
    }

    /// After a whole value.
    fn value_end(&mut self) -> Expect {
        self.comma = None;
        if !matches!(self.nodes.last(), Some(node) if node.kind == Kind::Error || node.kind == Kind::Opaque) {
            self.muted = false;
        }
        self.member_end();
        self.split_item();
        if self.stack.is_empty() { Expect::End } else { Expect::Comma }
    }

    /// Moves the item that was just read into a tree of its own, if it is to be split off.
    fn split_item(&mut self) {
        let [top, array] = self.stack[..] else { return };
        if self.names.is_empty() || !top.object || array.object {
            return;
        }
        let Some(key) = top.key else { return };
        let key = self.nodes[key as usize];
        let name = &self.text[key.start as usize..key.end as usize];
        let name = crate::syntax::decode(name);
        let Some(name) = self.names.iter().position(|n| *n == name) else { return };
        // The last item begins where the previous sibling, or the array itself, ends.
        let first = match self.parts.last() {
            Some(part) if part.array.0 == array.node => self.last_chunk + 1,
            _ => array.node as usize + 1,
        };
        let Some(root) = self.nodes.get(first).copied() else { return };
        let (base, shift) = (root.start, first as u32);
        let move_node = |node: Node| Node {
            start: node.start - base,
            end: node.end - base,
            next: node.next - shift,
            ..node
        };
        let nodes: Vec<Node> = self.nodes.drain(first..).map(move_node).collect();
        self.last_chunk = first;
        self.push(Kind::Chunk, root.start as usize, root.end as usize, false);
        let tree = Tree { nodes, errors: Vec::new() };
        let span = Span::new(root.start, root.end);
        self.parts.push(SplitPart { name, array: NodeId(array.node), span, tree });
    }

    /// Closes the member that is open in the innermost object, if there is one.
    fn member_end(&mut self) {
        let next = self.nodes.len() as u32;
        if let Some(key) = self.stack.last_mut().and_then(|frame| frame.key.take()) {
            self.nodes[key as usize].next = next;
        }
    }

    /// Adds a key to the innermost object.
    fn push_key(&mut self, start: usize, end: usize, escaped: bool) {
        let key = self.push(Kind::Key, start, end, escaped);
        if let Some(frame) = self.stack.last_mut() {
            frame.key = Some(key);
        }
        self.comma = None;
    }

    fn comma_or_close(&mut self, byte: u8) -> Expect {
        let in_object = self.stack.last().is_some_and(|frame| frame.object);
        match byte {
            b',' => {
                self.comma = Some(self.at);
                self.at += 1;
                if in_object { Expect::Key } else { Expect::Value }
            }
            b'}' | b']' => self.closer(byte),
            b':' => {
                self.error(self.at, self.at + 1, Problem::MissingComma);
                self.at += 1;
                Expect::Comma
            }
            _ => {
                let (start, end) = self.gap();
                self.error(start, end, Problem::MissingComma);
                if in_object { Expect::Key } else { Expect::Value }
            }
        }
    }

    /// Where a comma is missing: directly after the last token.
    fn gap(&self) -> (usize, usize) {
        let mut at = self.at;
        while at > 0 && matches!(self.bytes[at - 1], b' ' | b'\n' | b'\r' | b'\t') {
            at -= 1;
        }
        (at, at)
    }

    /// A closing bracket, matching or not.
    fn closer(&mut self, byte: u8) -> Expect {
        let closes_object = byte == b'}';
        let Some(frame) = self.stack.last().copied() else {
            return self.skip_closer(byte);
        };
        let depth = if self.hints { self.hinted_frame(closes_object) } else { None };
        if depth == Some(usize::MAX) {
            return self.skip_closer(byte);
        }
        let implicit = match depth {
            Some(depth) => self.stack.len() - 1 - depth,
            None if frame.object == closes_object => 0,
            None => {
                let open = if closes_object { self.open_objects } else { self.open_arrays };
                if open == 0 {
                    return self.skip_closer(byte);
                }
                self.stack.iter().rev().take_while(|f| f.object != closes_object).count()
            }
        };
        if implicit > 0 {
            let node = self.nodes[frame.node as usize];
            let open = if frame.object { '{' } else { '[' };
            self.error(node.start as usize, node.start as usize + 1, Problem::Unclosed(open));
            for _ in 0..implicit {
                let (end, _) = self.gap();
                self.close(end);
            }
        } else if frame.object != closes_object {
            self.error(self.at, self.at + 1, Problem::UnexpectedCloser(byte as char));
        } else if let Some(comma) = self.comma {
            self.error(comma, comma + 1, Problem::TrailingComma(byte as char));
        }
        self.comma = None;
        self.at += 1;
        self.close(self.at);
        self.muted = false;
        if self.stack.is_empty() { Expect::End } else { Expect::Comma }
    }

    fn skip_closer(&mut self, byte: u8) -> Expect {
        self.error(self.at, self.at + 1, Problem::UnexpectedCloser(byte as char));
        self.at += 1;
        Expect::Comma
    }

    /// By layout, the frame that a closing bracket which is first on its line belongs to;
    /// `usize::MAX` when it belongs to none and should be skipped. Only in files that have
    /// an error anyway, and only if the layout speaks clearly.
    fn hinted_frame(&self, closes_object: bool) -> Option<usize> {
        let indent = indent_if_first(self.bytes, self.at)?;
        let opening = |f: &Frame| line_indent(self.bytes, self.nodes[f.node as usize].start as usize);
        let top = self.stack.last()?;
        if opening(top) == indent {
            // The place is right; the kind of bracket may be wrong.
            return (top.object != closes_object).then_some(self.stack.len() - 1);
        }
        let near = self.stack.len().saturating_sub(16);
        let found = (near..self.stack.len())
            .rev()
            .find(|&i| self.stack[i].object == closes_object && opening(&self.stack[i]) == indent);
        match found {
            Some(depth) => Some(depth),
            // Deeper than the container it would close: an extra bracket.
            None if indent > opening(top) && self.stack.len() < 16 => Some(usize::MAX),
            None => None,
        }
    }

    /// By layout, a key that stands no deeper than the line that opened its object belongs
    /// to an object further out: a closing bracket went missing.
    fn close_dedented(&mut self) {
        let Some(indent) = indent_if_first(self.bytes, self.at) else { return };
        let Some(top) = self.stack.last().copied() else { return };
        let opening = |f: &Frame| line_indent(self.bytes, self.nodes[f.node as usize].start as usize);
        if opening(&top) < indent || self.stack.len() < 2 {
            return;
        }
        let near = self.stack.len().saturating_sub(16);
        let owner = (near..self.stack.len())
            .rev()
            .find(|&i| self.stack[i].object && opening(&self.stack[i]) < indent);
        let Some(owner) = owner else { return };
        let start = self.nodes[top.node as usize].start as usize;
        self.error(start, start + 1, Problem::Unclosed('{'));
        let end = self.comma.unwrap_or(self.at);
        while self.stack.len() > owner + 1 {
            self.close(end);
        }
    }

    /// Closes the innermost container at byte `end`.
    fn close(&mut self, end: usize) {
        let Some(frame) = self.stack.pop() else { return };
        *(if frame.object { &mut self.open_objects } else { &mut self.open_arrays }) -= 1;
        let next = self.nodes.len() as u32;
        let node = &mut self.nodes[frame.node as usize];
        node.end = end as u32;
        node.next = next;
        self.member_end();
        self.split_item();
    }

    fn after_end(&mut self, byte: u8) -> Option<Expect> {
        let start = self.at;
        // A stray closer at the end of the document does not make the rest unreadable.
        if matches!(byte, b'}' | b']' | b',') && self.at + 1 < self.bytes.len() {
            self.error(start, start + 1, Problem::TrailingText);
            self.at += 1;
            return Some(Expect::End);
        }
        self.error(start, self.bytes.len(), Problem::TrailingText);
        None
    }

    /// Scans the string at the cursor; returns its end and whether it holds a backslash.
    fn string(&mut self) -> (usize, bool) {
        let start = self.at;
        let mut at = start + 1;
        let mut escaped = false;
        loop {
            at = skip_plain(self.bytes, at);
            match self.bytes.get(at) {
                Some(b'"') => return (at + 1, escaped),
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(at);
                }
                Some(b'\n' | b'\r') | None => {
                    self.error(start, at, Problem::UnterminatedString);
                    return (at, escaped);
                }
                Some(&control) => {
                    self.error(at, at + 1, Problem::ControlCharacter(control));
                    self.muted = false;
                    at += 1;
                }
            }
        }
    }

    /// Checks the escape at `at`; returns where it ends.
    fn escape(&mut self, at: usize) -> usize {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at + 2,
            Some(b'u') => match hex4(self.bytes, at + 2) {
                None => self.bad_escape(at, 2),
                Some(0xD800..=0xDBFF)
                    if self.bytes.get(at + 6..at + 8) == Some(b"\\u")
                        && matches!(hex4(self.bytes, at + 8), Some(0xDC00..=0xDFFF)) =>
                {
                    at + 12
                }
                Some(0xD800..=0xDFFF) => {
                    let shown = self.shown(at, at + 6);
                    self.error(at, at + 6, Problem::LoneSurrogate(shown));
                    self.muted = false;
                    at + 6
                }
                Some(_) => at + 6,
            },
            Some(b'\n' | b'\r') | None => at + 1,
            Some(_) => {
                let width = self.text[at + 1..].chars().next().map_or(1, char::len_utf8);
                self.bad_escape(at, 1 + width)
            }
        }
    }

    fn bad_escape(&mut self, at: usize, width: usize) -> usize {
        let end = at + width;
        let shown = self.shown(at, end);
        self.error(at, end, Problem::BadEscape(shown));
        self.muted = false;
        end
    }
}

/// The four hex digits at `at` as a number.
pub(super) fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |value, &d| Some(value * 16 + (d as char).to_digit(16)?))
}

/// Where the container at `start` ends, brackets in strings left out; the end of the
/// text when it does not.
fn balanced_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            b'"' => loop {
                at = skip_plain(bytes, at);
                match bytes.get(at) {
                    Some(b'\\') => at += 2,
                    Some(b'"' | b'\n') => {
                        at += 1;
                        break;
                    }
                    Some(_) => at += 1,
                    None => return bytes.len(),
                }
            },
            _ => {}
        }
    }
    bytes.len()
}
