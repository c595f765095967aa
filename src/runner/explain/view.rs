//! One half of an interaction beside what came in its place.

use std::cell::Cell;

use bytes::Bytes;

use crate::http::wire::header;
use crate::model::{Content, Format, Part as ModelPart, Role, RuleGroup, lower};
use crate::runner::contract::{Contract, Item};
use crate::runner::engine::{Mismatch, Part};
use crate::runner::explain::raw::own_words;
use crate::runner::explain::show::{NAME, Shower};
use crate::runner::explain::{Difference, Kind, PartResult, Place, Show};
use crate::syntax::{Cursor, NodeId, Tree, parse};
use crate::text::{Encoding, Span};

/// What there is to compare.
pub(super) struct View<'a> {
    contract: &'a Contract,
    /// The interaction, and its first byte in the file.
    root: Option<(Cursor<'a>, u32)>,
    /// The half of it that is looked at.
    pub(super) part: Option<ModelPart>,
    pub(super) show: Shower,
    /// The body that came.
    pub(super) body: &'a Bytes,
    /// What it says it is packed with.
    packing: Option<String>,
    /// The same, if it is text that may be JSON, and its tree.
    actual: Option<(&'a str, Tree)>,
    /// The body of the pact, where it stands in a string and may be JSON.
    inner: Option<(String, Tree)>,
    /// How many differences there are that nobody looked at.
    pub(super) untold: Cell<usize>,
}

impl<'a> View<'a> {
    pub(super) fn new(
        contract: &'a Contract,
        item: &Item,
        role: Role,
        headers: &[(String, String)],
        body: &'a Bytes,
        show: Show,
    ) -> View<'a> {
        let chunk = contract.document.chunk(item.chunk);
        let root = chunk.and_then(|(chunk, base)| Some((chunk.root()?, base)));
        let part = root.and_then(|(root, _)| {
            let parts = lower(root, item.section, contract.document.facts().version()).parts;
            let mut parts: Vec<ModelPart> = parts.into_iter().collect();
            let at = parts.iter().position(|part| part.role == role);
            let at = at.or_else(|| parts.iter().position(|part| part.role == Role::Contents))?;
            Some(parts.swap_remove(at))
        });
        let show = Shower::new(Some((contract, item)), headers, body, show);
        let packing = header(headers, "content-encoding").filter(|it| !it.eq_ignore_ascii_case("identity"));
        let packing = packing.filter(|_| !body.is_empty()).map(|it| show.text(it, NAME));
        let (actual, inner, untold) = (None, None, Cell::new(0));
        let mut view = View { contract, root, part, show, body, packing, actual, inner, untold };
        view.inner = view.expected_text().and_then(|(text, _)| json(text));
        view.actual = std::str::from_utf8(body).ok().and_then(json);
        view
    }

    /// The example of the body, if it is in the tree of the pact or is the text of JSON.
    pub(super) fn expected(&self) -> Option<Cursor<'_>> {
        let body = self.part.as_ref()?.body.as_ref()?;
        match (body.json(), &self.inner) {
            (Some(node), _) => Some(self.node(node)?),
            (None, Some((text, tree))) => tree.root(text),
            (None, None) => None,
        }
    }

    /// The body that came, if it is JSON.
    pub(super) fn came(&self) -> Option<Cursor<'_>> {
        let (text, tree) = self.actual.as_ref()?;
        tree.root(text)
    }

    /// What may be the matter with a body that cannot be read, as the end of a sentence. Nothing
    /// that is still packed here is unpacked by the core.
    pub(super) fn packed(&self) -> Option<String> {
        let with = self.packing.as_ref()?;
        Some(format!("it is packed (Content-Encoding: {with})"))
    }

    /// The bytes of a body of the pact that stands in a string, if they are text; and whether
    /// the body is not known to be anything else.
    pub(super) fn expected_text(&self) -> Option<(String, bool)> {
        let bytes = self.expected_bytes()?;
        let format = self.part.as_ref()?.body.as_ref()?.format;
        let text = String::from_utf8(bytes).ok()?;
        Some((text, !matches!(format, Format::Binary | Format::Multipart)))
    }

    /// The bytes of a body of the pact that stands in a string.
    pub(super) fn expected_bytes(&self) -> Option<Vec<u8>> {
        let body = self.part.as_ref()?.body.as_ref()?;
        let (root, _) = self.root?;
        Some(body.bytes(root)?.0.into_owned())
    }

    /// How the body of the pact is compared.
    pub(super) fn format(&self) -> Option<Format> {
        Some(self.part.as_ref()?.body.as_ref()?.format)
    }

    /// A node of the interaction.
    pub(super) fn node(&self, id: NodeId) -> Option<Cursor<'a>> {
        Some(self.root?.0.at(id))
    }

    /// The rules of the half.
    pub(super) fn groups(&self) -> &[RuleGroup] {
        self.part.as_ref().and_then(|part| part.rules.as_ref()).map_or(&[], |block| &block.groups)
    }

    /// Where a node of the interaction starts.
    pub(super) fn place(&self, node: Cursor<'_>) -> Option<Place> {
        self.place_of(node.span())
    }

    fn place_of(&self, span: Span) -> Option<Place> {
        let (_, base) = self.root?;
        let at = self.contract.document.line_col(base + span.start, Encoding::Utf32);
        Some(Place { line: at.line + 1, column: at.col + 1 })
    }

    /// Where a node of the body's example stands; for one in a string, where the string does.
    pub(super) fn place_in_body(&self, node: Cursor<'_>) -> Option<Place> {
        let body = self.part.as_ref()?.body.as_ref()?;
        if body.json().is_some() {
            return self.place(node);
        }
        self.body_place()
    }

    /// Where the body stands.
    pub(super) fn body_place(&self) -> Option<Place> {
        let body = self.part.as_ref()?.body.as_ref()?;
        self.place(self.node(body.example().unwrap_or(body.node))?)
    }

    /// Where the half stands.
    pub(super) fn part_place(&self) -> Option<Place> {
        let part = self.part.as_ref()?;
        let node = self.node(part.node)?;
        self.place(node.key().unwrap_or(node))
    }

    /// Counts differences that are not looked at.
    pub(super) fn skip(&self, count: usize) {
        self.untold.set(self.untold.get() + count);
    }

    /// A difference of a kind that is not known, in the words of the core.
    pub(super) fn other(&self, mismatch: &Mismatch) -> Difference {
        let at = match (mismatch.part, mismatch.at.as_str()) {
            (Part::Body, "" | "/") => "body".to_owned(),
            (Part::Body, at) => self.show.text(at, NAME),
            (part, "") => part.name().to_owned(),
            (part, at) => format!("{} {}", part.name(), self.show.text(at, NAME)),
        };
        let of_body = mismatch.part == Part::Body;
        Difference {
            part: mismatch.part,
            kind: Kind::Other,
            at,
            expected: String::new(),
            got: self.show.text(own_words(&mismatch.said), 2 * NAME),
            rule: None,
            place: if of_body { self.body_place() } else { self.part_place() },
            near: None,
            follows: false,
            steps: None,
            said: self.said(&[mismatch]),
        }
    }

    /// What the core says, each thing once.
    pub(super) fn said(&self, mismatches: &[&Mismatch]) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for mismatch in mismatches {
            let said = self.show.text(own_words(&mismatch.said), 500);
            if out.len() < 5 && !said.is_empty() && !out.contains(&said) {
                out.push(said);
            }
        }
        out
    }

    /// The parts that the pact speaks of, each with whether it matched.
    pub(super) fn compared(&self, found: &[Difference], parts: &[Part]) -> Vec<PartResult> {
        let part = self.part.as_ref();
        let has = |node: Option<NodeId>| {
            node.and_then(|node| self.node(node)).is_some_and(|node| {
                !node.is_empty_container() && !node.is_null() && node.as_str().is_none_or(|it| !it.is_empty())
            })
        };
        let speaks = |one: Part| match one {
            Part::Query => has(part.and_then(|part| part.query)),
            Part::Header => has(part.and_then(|part| part.headers)),
            Part::Body => part
                .and_then(|part| part.body.as_ref())
                .is_some_and(|body| !matches!(body.content, Content::Missing)),
            Part::ContentType => false,
            _ => true,
        };
        let differs = |one: Part| {
            found.iter().any(|it| it.part == one || (one == Part::Body && it.part == Part::ContentType))
        };
        let result = |part: Part| PartResult { part, matched: !differs(part) };
        let parts = parts.iter().copied().filter(|part| *part != Part::ContentType);
        parts.filter(|part| speaks(*part) || differs(*part)).map(result).collect()
    }
}

/// A text with its tree, if it is JSON.
fn json<T: AsRef<str>>(whole: T) -> Option<(T, Tree)> {
    let text = whole.as_ref();
    // Most that is no JSON is told by its first letter.
    let first = text.trim_start().bytes().next()?;
    if !matches!(first, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') {
        return None;
    }
    let tree = parse(text);
    tree.errors.is_empty().then_some((whole, tree))
}
