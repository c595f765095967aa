//! Findings that the author of a test does not want to hear of, as the pact itself says it.
//!
//! JSON has no comments, and a pact is written anew by each run of its tests, so a suppression
//! is something that a test can have its library write:
//!
//! | where | forms | written by |
//! |---|---|---|
//! | `comments.pactlens` of an interaction (V4) | `{"ignore": ["a-rule"], "reason": "…"}`, `"ignore a-rule: reason"` | pact-js `comment({key, value})`, pact-python `set_comment`: both end in `pactffi_set_comment`, which takes a value that is JSON as such and any other as text |
//! | `comments.text[]` (V4) | `"pactlens-ignore a-rule: reason"` | pact-js `comment(text)`, pact-python `add_text_comment`, pact-jvm `comment(text)` |
//! | `comments.references.pactlens` (V4) | `{"ignore": "a-rule"}` | pact-js `reference`, pact-go `WithReference`: `pactffi_add_interaction_reference` |
//! | `metadata.pactlens` of the file | as `comments.pactlens` | pact-python `with_metadata`, whose values are texts; pact-jvm `addMetadataValue` |
//!
//! Wherever rules are named in a text, several are separated by commas, and what follows a
//! colon is the reason. Interactions before V4 have no comments: the core drops them.

use std::ops::Range;

use crate::syntax::{Cursor, NodeId};
use crate::text::Span;

/// A rule or group of rules that is not to be heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The name, as it is written.
    pub selector: String,
    /// Where the name stands.
    pub span: Span,
    /// Why, if it says.
    pub reason: Option<String>,
    /// What to take out of the text to be rid of it.
    pub removal: Removal,
}

/// What a suppression consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// A member (given by its key) or an item.
    Node(NodeId),
    /// A part of a text.
    Bytes(Span),
}

/// Something that looks like a suppression, and does not say what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The offending bytes.
    pub span: Span,
    /// What is wrong.
    pub what: &'static str,
    /// What to do.
    pub help: &'static str,
}

/// The suppressions at one place, and what is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suppressions {
    /// Those that can be understood, in their order.
    pub all: Vec<Suppression>,
    /// What cannot.
    pub flaws: Vec<Flaw>,
}

const OBJECT_FORM: &str = "write {\"ignore\": [\"a-rule\"], \"reason\": \"why\"}, or \"ignore a-rule: why\"";
const TEXT_FORM: &str = "write \"pactlens-ignore a-rule: why\"; several rules are separated by commas";
const REFERENCE_FORM: &str =
    "the reference is called `ignore`, and its value names rules: \"a-rule, another\"";

impl Suppressions {
    /// What an interaction's `comments` say.
    pub fn of_interaction(root: Cursor<'_>) -> Suppressions {
        let mut out = Suppressions::default();
        let Some(comments) = root.get("comments") else { return out };
        for member in comments.members() {
            let Some(value) = member.value else { continue };
            if member.key.is_named("pactlens") {
                out.of_key(member.key, value);
            } else if member.key.is_named("text") {
                value.elements().for_each(|text| out.of_text(text));
            } else if member.key.is_named("references")
                && let Some(ours) = value.get("pactlens")
            {
                out.of_references(ours);
            }
        }
        out
    }

    /// What a file's `metadata` says, given the root of the file.
    pub fn of_file(root: Cursor<'_>) -> Suppressions {
        let mut out = Suppressions::default();
        let ours = root.get("metadata").and_then(|metadata| metadata.get("pactlens"));
        if let Some((key, value)) = ours.and_then(|value| Some((value.key()?, value))) {
            out.of_key(key, value);
        }
        out
    }

    /// Whether there is nothing that looks like a suppression.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.flaws.is_empty()
    }

    fn flaw(&mut self, node: Cursor<'_>, what: &'static str, help: &'static str) {
        self.flaws.push(Flaw { span: node.span(), what, help });
    }

    /// The value of a key `pactlens`.
    fn of_key(&mut self, key: Cursor<'_>, value: Cursor<'_>) {
        if let Some(text) = value.as_str() {
            match text.strip_prefix("ignore").filter(|rest| rest.starts_with([' ', ':'])) {
                Some(_) => self.names(value, &text, "ignore".len(), key.id()),
                None => self.flaw(value, "This is no suppression that pactlens understands", OBJECT_FORM),
            }
            return;
        }
        if !value.is_object() {
            self.flaw(value, "This is no suppression that pactlens understands", OBJECT_FORM);
            return;
        }
        let reason = value.get("reason").and_then(Cursor::as_str).map(|reason| reason.into_owned());
        let known = |key: Cursor<'_>| key.is_named("ignore") || key.is_named("reason");
        for odd in value.members().map(|member| member.key).filter(|key| !known(*key)) {
            self.flaw(odd, "A suppression has no such key", OBJECT_FORM);
        }
        let from = self.all.len();
        match value.get("ignore") {
            Some(ignore) => self.list(ignore, key.id()),
            None => self.flaw(value, "This suppression names no rule", OBJECT_FORM),
        }
        self.all[from..].iter_mut().for_each(|it| it.reason = it.reason.take().or_else(|| reason.clone()));
    }

    /// The value of `ignore` in an object: names in a list or a text. Metadata that went
    /// through the core has the list as a text.
    fn list(&mut self, ignore: Cursor<'_>, whole: NodeId) {
        if let Some(text) = ignore.as_str() {
            return self.names(ignore, &text, 0, whole);
        }
        let items = ignore.elements().count();
        if items == 0 {
            return self.flaw(ignore, "This suppression names no rule", OBJECT_FORM);
        }
        for item in ignore.elements() {
            match item.as_str() {
                Some(text) => self.names(item, &text, 0, if items == 1 { whole } else { item.id() }),
                None => self.flaw(item, "The name of a rule is a text", OBJECT_FORM),
            }
        }
    }

    fn of_text(&mut self, entry: Cursor<'_>) {
        let Some(text) = entry.as_str() else { return };
        let rest = text.trim_start();
        let start = text.len() - rest.len();
        if let Some(after) = rest.strip_prefix("pactlens-ignore") {
            if after.is_empty() || after.starts_with([' ', ':']) {
                self.names(entry, &text, start + "pactlens-ignore".len(), entry.id());
            } else {
                self.flaw(entry, "This comment looks like a suppression, and is none", TEXT_FORM);
            }
        } else if ["pactlens ignore", "pactlens: ignore", "pactlens:ignore", "pactlens_ignore"]
            .iter()
            .any(|slip| rest.get(..slip.len()).is_some_and(|it| it.eq_ignore_ascii_case(slip)))
        {
            self.flaw(entry, "This comment looks like a suppression, and is none", TEXT_FORM);
        }
    }

    fn of_references(&mut self, ours: Cursor<'_>) {
        if !ours.is_object() || ours.members().next().is_none() {
            return self.flaw(ours, "This is no suppression that pactlens understands", REFERENCE_FORM);
        }
        let alone = ours.members().count() == 1;
        for member in ours.members() {
            let text = member.value.and_then(Cursor::as_str);
            match (member.value, text) {
                (Some(value), Some(text)) if member.key.is_named("ignore") => {
                    let group = ours.key().filter(|_| alone).unwrap_or(member.key);
                    self.names(value, &text, 0, group.id());
                }
                _ => self.flaw(member.key, "A reference to pactlens says nothing else", REFERENCE_FORM),
            }
        }
    }

    /// The names in the decoded `text` of `node` from byte `from` on, and the reason after a
    /// colon. Without any of them nothing of `whole` is needed.
    fn names(&mut self, node: Cursor<'_>, text: &str, from: usize, whole: NodeId) {
        // `ignore: a-rule: why` is as good as `ignore a-rule: why`.
        let said = text[from..].trim_start_matches([' ', ':']);
        let from = text.len() - said.len();
        // A list that became a text is no less a list.
        let (said, from) = match said.strip_prefix('[').and_then(|it| it.trim_end().strip_suffix(']')) {
            Some(inner) => (inner, from + 1),
            None => (said, from),
        };
        let (list, reason) = match said.split_once(':') {
            Some((list, reason)) => (list, Some(reason.trim().to_owned()).filter(|it| !it.is_empty())),
            None => (said, None),
        };
        let mut places: Vec<Range<usize>> = Vec::new();
        let mut at = from;
        for piece in list.split(',') {
            let quoted = |ch: char| ch.is_whitespace() || ch == '"';
            let name = piece.trim_matches(quoted);
            if !name.is_empty() {
                let start = at + (piece.len() - piece.trim_start_matches(quoted).len());
                places.push(start..start + name.len());
            }
            at += piece.len() + 1;
        }
        if places.is_empty() {
            return self.flaw(node, "This suppression names no rule", TEXT_FORM);
        }
        let escaped = node.is_escaped();
        for (index, place) in places.iter().enumerate() {
            let span = node.span_within(place.clone());
            let removal = match (places.len(), places.get(index + 1)) {
                (1, _) => Removal::Node(whole),
                // A list in a text has more to it than commas.
                _ if escaped => Removal::Bytes(Span::at(span.start)),
                (_, Some(next)) => Removal::Bytes(node.span_within(place.start..next.start)),
                (_, None) => Removal::Bytes(node.span_within(places[index - 1].end..place.end)),
            };
            let selector = text[place.clone()].to_owned();
            self.all.push(Suppression { selector, span, reason: reason.clone(), removal });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn of(text: &str) -> Suppressions {
        let tree = parse(text);
        let root = tree.root(text).expect("there is a root");
        let mut found = Suppressions::of_interaction(root);
        let of_file = Suppressions::of_file(root);
        found.all.extend(of_file.all);
        found.flaws.extend(of_file.flaws);
        for one in &found.all {
            assert_eq!(one.span.of(text), one.selector, "{text}");
        }
        found
    }

    fn said(text: &str) -> Vec<(String, Option<String>)> {
        let found = of(text);
        assert!(found.flaws.is_empty(), "{text}: {:?}", found.flaws);
        found.all.into_iter().map(|one| (one.selector, one.reason)).collect()
    }

    #[test]
    fn every_form_is_read() {
        let why = |name: &str, reason: Option<&str>| (name.to_owned(), reason.map(str::to_owned));
        let both = vec![why("a-rule", Some("why: so")), why("g/b", Some("why: so"))];
        for text in [
            r#"{"comments": {"pactlens": {"ignore": ["a-rule", "g/b"], "reason": "why: so"}}}"#,
            r#"{"comments": {"pactlens": {"reason": "why: so", "ignore": "a-rule,g/b"}}}"#,
            r#"{"comments": {"pactlens": "ignore a-rule, g/b: why: so"}}"#,
            r#"{"comments": {"pactlens": "ignore: a-rule, g/b: why: so"}}"#,
            r#"{"comments": {"text": ["x", "pactlens-ignore a-rule, g/b: why: so"], "testname": "t"}}"#,
            r#"{"comments": {"text": [1, " pactlens-ignore: a-rule ,g/b : why: so "]}}"#,
            r#"{"comments": {"references": {"pactlens": {"ignore": "a-rule, g/b: why: so"}}}}"#,
            r#"{"metadata": {"pactlens": {"ignore": "a-rule, g/b: why: so"}}}"#,
            r#"{"metadata": {"pactlens": "ignore a-rule, g/b: why: so"}}"#,
        ] {
            assert_eq!(said(text), both, "{text}");
        }
        let bare = vec![why("a-rule", None)];
        for text in [
            r#"{"comments": {"pactlens": {"ignore": ["a-rule"]}}}"#,
            r#"{"comments": {"pactlens": "ignore a-rule"}}"#,
            r#"{"comments": {"text": ["pactlens-ignore a-rule"]}}"#,
            r#"{"metadata": {"pactlens": {"ignore": "[\"a-rule\"]"}}}"#,
        ] {
            assert_eq!(said(text), bare, "{text}");
        }
    }

    #[test]
    fn what_is_no_suppression_is_none() {
        for text in [
            "{}",
            "[]",
            "null",
            r#"{"comments": ""}"#,
            r#"{"comments": {"text": "pactlens-ignore x"}}"#,
            r#"{"comments": {"text": ["pactlens is nice", 3]}}"#,
            r#"{"comments": {"references": {"Jira": {"T": "T-1"}}}}"#,
            r#"{"metadata": "pactlens"}"#,
        ] {
            assert_eq!(of(text), Suppressions::default(), "{text}");
        }
    }

    #[test]
    fn slips_are_told() {
        for text in [
            r#"{"comments": {"pactlens": "a-rule"}}"#,
            r#"{"comments": {"pactlens": "ignore"}}"#,
            r#"{"comments": {"pactlens": "ignore : "}}"#,
            r#"{"comments": {"pactlens": ["a-rule"]}}"#,
            r#"{"comments": {"pactlens": null}}"#,
            r#"{"comments": {"pactlens": {}}}"#,
            r#"{"comments": {"pactlens": {"ignore": []}}}"#,
            r#"{"comments": {"pactlens": {"ignore": [1]}}}"#,
            r#"{"comments": {"text": ["pactlens-ignore"]}}"#,
            r#"{"comments": {"text": ["pactlens-ignores a-rule"]}}"#,
            r#"{"comments": {"text": ["Pactlens: ignore a-rule"]}}"#,
            r#"{"comments": {"references": {"pactlens": {"skip": "a-rule"}}}}"#,
            r#"{"comments": {"references": {"pactlens": {}}}}"#,
            r#"{"metadata": {"pactlens": 1}}"#,
        ] {
            let found = of(text);
            assert_eq!((found.all.len(), found.flaws.len()), (0, 1), "{text}");
        }
        let found = of(r#"{"comments": {"pactlens": {"ignore": ["a"], "reasons": "x"}}}"#);
        assert_eq!((found.all.len(), found.flaws.len()), (1, 1));
    }
}
