//! The error-tolerant parser. It keeps its own stack, so that no input can exhaust
//! the thread's.

mod brackets;
mod split;
mod strings;
mod values;

pub use split::{MAX_PARTS, Split, SplitPart, parse_split, parse_typed};
pub(super) use strings::hex4;

use crate::syntax::scan::{indent_if_first, is_delimiter, is_merge_marker, line_end, skip_plain, skip_space};
use crate::syntax::{Kind, Node, SyntaxError, SyntaxErrorKind as Problem, Templates, Tree};
use crate::text::Span;

/// Parses `text`, which may be any bytes that are UTF-8, up to 4 GiB.
///
/// A text without errors is RFC 8259 JSON that serde_json accepts too (nesting and
/// number range included). A text with errors is parsed a second time with the
/// layout as a hint for brackets that do not pair up; the reading with fewer errors
/// is kept.
pub fn parse(text: &str) -> Tree {
    parse_split(text, 0, &[], None).spine
}

/// Parses `text` as something that stands `depth` containers deep in a larger text.
pub fn parse_at_depth(text: &str, depth: usize) -> Tree {
    parse_split(text, depth, &[], None).spine
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
    /// How many errors of the string being read were reported.
    told_in_string: usize,
    hints: bool,
    depth: usize,
    names: &'a [&'a str],
    parts: Vec<SplitPart>,
    /// The node that stands for the part split off last.
    last_chunk: usize,
    /// Known items, where the text is read for the first time.
    templates: Option<&'a mut Templates>,
    /// Whether more are learnt from it.
    learns: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, depth: usize, names: &'a [&'a str], hints: bool) -> Parser<'a> {
        // What is split off does not stay.
        let stays = if names.is_empty() { text.len() } else { text.len().min(4_096) };
        Parser {
            bytes: text.as_bytes(),
            text,
            at: 0,
            nodes: Vec::with_capacity(stays / 20 + 8),
            errors: Vec::new(),
            stack: Vec::with_capacity(16),
            open_objects: 0,
            open_arrays: 0,
            comma: None,
            muted: false,
            told_in_string: 0,
            hints,
            depth,
            names,
            parts: Vec::new(),
            last_chunk: 0,
            templates: None,
            learns: true,
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
}
