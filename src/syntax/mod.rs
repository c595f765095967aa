//! JSON text to a tree with exact spans. Parsing cannot fail: every text gives a
//! tree, and what is wrong with it is a list of errors beside the tree.

mod cursor;
mod edits;
mod layout;
mod parser;
mod part;
mod scan;
mod string;
mod template;

#[cfg(test)]
mod tests;

#[cfg(debug_assertions)]
pub use cursor::visits;
pub use cursor::{Cursor, Elements, Member, Members};
pub use edits::Editor;
pub use layout::{Json, Layout};
pub use parser::{MAX_PARTS, Split, SplitPart, parse, parse_at_depth, parse_split, parse_typed};
pub use part::PartTree;
pub use string::{decode, quote, span_in_string};
pub use template::{Free, Frees, Template, Templates};

use crate::text::Span;

/// Containers nested deeper than this are refused by the official core, which
/// parses with serde_json's recursion limit of 128. They become one
/// [`Kind::Opaque`] node, so that every walk over a tree has bounded depth.
pub const MAX_DEPTH: usize = 127;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// `{ ... }`; its children are [`Kind::Key`] nodes.
    Object,
    /// `[ ... ]`; its children are values.
    Array,
    /// A member: spans the key's text; its child, if any, is the value.
    Key,
    /// A string, quotes included in its span.
    String,
    /// A number, its text kept as written.
    Number,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `null`.
    Null,
    /// Text that is no JSON value.
    Error,
    /// A container below [`MAX_DEPTH`], not looked into.
    Opaque,
    /// In the spine of a pact: the place of an element that is a chunk of its own.
    Chunk,
}

/// Index of a node in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The root of every tree.
    pub const ROOT: NodeId = NodeId(0);
}

/// One node. Nodes lie in document order, each followed by its whole subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Index just past the subtree, which is where the next sibling stands.
    pub(crate) next: u32,
    pub(crate) kind: Kind,
    /// For strings and keys: there is a backslash in the text.
    pub(crate) escaped: bool,
}

/// A parsed text. It does not own the text; [`Cursor`] joins the two.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    pub(crate) nodes: Vec<Node>,
    /// What is wrong with the text, in order of position.
    pub errors: Vec<SyntaxError>,
}

impl Tree {
    /// A cursor at the root; `text` must be the text that was parsed. `None` when the
    /// text holds no value at all.
    pub fn root<'a>(&'a self, text: &'a str) -> Option<Cursor<'a>> {
        (!self.nodes.is_empty()).then_some(Cursor { text, tree: self, id: NodeId::ROOT })
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

/// One place where the text is not RFC 8259 JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The offending bytes; empty where something is missing.
    pub span: Span,
    /// What is wrong.
    pub kind: SyntaxErrorKind,
}

impl SyntaxErrorKind {
    /// Whether the error leaves no doubt about what the text around it means, so that the
    /// rest can be judged as if it were mended.
    pub fn is_local(&self) -> bool {
        use SyntaxErrorKind as Kind;
        matches!(
            self,
            Kind::ByteOrderMark
                | Kind::TrailingComma(_)
                | Kind::ExtraComma
                | Kind::ControlCharacter(_)
                | Kind::BadEscape(_)
                | Kind::LoneSurrogate(_)
                | Kind::BadNumber(..)
                | Kind::NumberOutOfRange
                | Kind::Comment
        )
    }
}

/// The ways in which a text can fail to be JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxErrorKind {
    /// The text is empty or blank.
    #[error("the file is empty: expected a JSON object")]
    Empty,
    /// The text starts with U+FEFF.
    #[error("the file starts with a byte order mark")]
    ByteOrderMark,
    /// A comma directly before a closing bracket.
    #[error("trailing comma before '{0}'")]
    TrailingComma(char),
    /// A comma where a value or key should stand.
    #[error("unexpected ','")]
    ExtraComma,
    /// Two members or items without a comma between them.
    #[error("missing ',' here")]
    MissingComma,
    /// A key that no colon follows.
    #[error("missing ':' after this key")]
    MissingColon,
    /// A key, or key and colon, without a value.
    #[error("this key has no value")]
    MissingValue,
    /// An item is missing.
    #[error("expected a value")]
    ExpectedValue,
    /// Something that is no key where a key should stand.
    #[error("expected a key in double quotes")]
    ExpectedKey,
    /// A bracket that is never closed.
    #[error("this '{0}' is never closed")]
    Unclosed(char),
    /// A closing bracket that nothing opened.
    #[error("unexpected '{0}'")]
    UnexpectedCloser(char),
    /// Text after the end of the document.
    #[error("unexpected text after the end of the document")]
    TrailingText,
    /// A string without its closing quote.
    #[error("this string is never closed")]
    UnterminatedString,
    /// A raw control character in a string.
    #[error("control character U+{0:04X} must be escaped in a string")]
    ControlCharacter(u8),
    /// A backslash followed by something JSON does not know.
    #[error("'{0}' is not a JSON escape; a literal backslash is written '\\\\'")]
    BadEscape(String),
    /// A `\u` escape for half a surrogate pair.
    #[error("'{0}' is half a surrogate pair")]
    LoneSurrogate(String),
    /// A number not written as JSON wants.
    #[error("'{0}' is not a JSON number: {1}")]
    BadNumber(String, &'static str),
    /// A number no f64 can hold.
    #[error("number out of range: the official core refuses the file")]
    NumberOutOfRange,
    /// A word that is no JSON literal.
    #[error("'{0}' is not a JSON value{1}")]
    BadWord(String, &'static str),
    /// `//`, `/* */` or `#`.
    #[error("JSON has no comments")]
    Comment,
    /// `<<<<<<<` and its kind.
    #[error("merge conflict marker")]
    MergeMarker,
    /// Containers nested too deeply.
    #[error("nested more than {MAX_DEPTH} levels deep: the official core refuses the file")]
    TooDeep,
}
