//! Interactions that are alike: what depends on their form alone is done once.
//!
//! Interactions of one file repeat each other but for their values. Two have the same form where
//! they have the same keys, values of the same kinds, and the same everything but examples,
//! paths, descriptions and provider states. Of the second nothing is lowered and no rule is asked
//! that looks at the form alone and had nothing to say about the first.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::diagnostic::Severity;
use crate::model::{Interaction, Version};
use crate::rules::{Bodies, RuleIndex};
use crate::syntax::{Cursor, Kind};

/// Longer forms are not worth keeping.
const MAX_LEN: usize = 16 * 1024;

/// So much of them is kept, in bytes, and so many.
const MAX_BYTES: usize = 12 * 1024 * 1024;
const MAX_FORMS: usize = 2_048;

/// What is known of all interactions of one form.
pub(super) struct Alike {
    /// What they mean.
    pub(super) it: Rc<Interaction>,
    /// Which rule holds for what in their bodies.
    pub(super) bodies: Rc<Bodies>,
    /// The rules to run on them.
    pub(super) rules: Vec<(RuleIndex, Severity)>,
    /// The schema has nothing to say about them.
    pub(super) valid: bool,
    /// What the rules that are left out would take of the budget for regular expressions.
    pub(super) retries: u64,
}

/// The form of one interaction.
pub(super) type Form = Box<[u8]>;

/// What a form is known to come to, or the form itself if it is worth remembering.
pub(super) enum Known {
    Yes(Rc<Alike>),
    No(Form),
    Unusable,
}

#[derive(Default)]
struct Forms {
    known: FxHashMap<Form, Rc<Alike>>,
    bytes: usize,
    /// Room to write one.
    room: Vec<u8>,
}

thread_local! {
    static FORMS: RefCell<Forms> = RefCell::default();
}

/// What is known of the form of `root`. `key` stands for everything else that findings depend on.
pub(super) fn known(key: u64, root: Cursor<'_>, version: Version) -> Known {
    FORMS.with_borrow_mut(|forms| {
        forms.room.clear();
        forms.room.extend_from_slice(&key.to_ne_bytes());
        if !(Writer { out: &mut forms.room, v4: version == Version::V4 }).interaction(root) {
            return Known::Unusable;
        }
        match forms.known.get(&forms.room[..]) {
            Some(alike) => Known::Yes(Rc::clone(alike)),
            None => Known::No(forms.room[..].into()),
        }
    })
}

/// Remembers what a form comes to.
pub(super) fn remember(form: Form, alike: Alike) {
    FORMS.with_borrow_mut(|forms| {
        if forms.known.len() >= MAX_FORMS || forms.bytes + form.len() > MAX_BYTES {
            forms.known.clear();
            forms.bytes = 0;
        }
        forms.bytes += form.len();
        forms.known.insert(form, Rc::new(alike));
    });
}

/// Marks a value of which only the kind counts.
const FREE: u8 = 0x40;
const END: u8 = 0x20;

/// Writes forms; each function says `false` if there is none that is of use.
struct Writer<'o> {
    out: &'o mut Vec<u8>,
    v4: bool,
}

impl Writer<'_> {
    fn interaction(&mut self, root: Cursor<'_>) -> bool {
        self.members(root, &mut |writer, key, value| match key {
            "description" if is_filled(value) => writer.free(value),
            "key" => writer.free(value),
            "comments" if value.is_object() => writer.free(value),
            "providerStates" if value.is_array() => writer.items(value, Writer::state),
            "request" | "response" if value.is_object() => writer.part(value),
            "response" if value.is_array() => writer.items(value, Writer::part),
            "contents" => writer.body(value),
            _ => writer.exact(value),
        })
    }

    fn state(&mut self, state: Cursor<'_>) -> bool {
        self.members(state, &mut |writer, key, value| match key {
            "name" | "params" => writer.free(value),
            _ => writer.exact(value),
        })
    }

    fn part(&mut self, part: Cursor<'_>) -> bool {
        self.members(part, &mut |writer, key, value| match key {
            "path" => writer.free(value),
            "body" | "contents" => writer.body(value),
            _ => writer.exact(value),
        })
    }

    /// A text may be anything: bytes, JSON once more. Only what is in the tree is an example.
    fn body(&mut self, body: Cursor<'_>) -> bool {
        if !self.v4 && body.is_container() {
            return self.free(body);
        }
        self.members(body, &mut |writer, key, value| match key {
            "content" if value.is_container() => writer.free(value),
            _ => writer.exact(value),
        })
    }

    /// The keys of an object, and what `value` makes of the values; anything else as it is.
    fn members(
        &mut self,
        node: Cursor<'_>,
        value: &mut dyn FnMut(&mut Self, &str, Cursor<'_>) -> bool,
    ) -> bool {
        if !node.is_object() {
            return self.exact(node);
        }
        self.out.push(Kind::Object as u8);
        for member in node.members() {
            let raw = member.key.raw();
            // A key in other letters than usual is another key here, whose value counts.
            let name = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
            if !(self.text(raw) && member.value.is_some_and(|it| value(self, name, it))) {
                return false;
            }
        }
        self.end()
    }

    fn items(&mut self, list: Cursor<'_>, item: fn(&mut Self, Cursor<'_>) -> bool) -> bool {
        self.out.push(Kind::Array as u8);
        list.elements().all(|it| item(self, it)) && self.end()
    }

    /// Keys and kinds.
    fn free(&mut self, node: Cursor<'_>) -> bool {
        let kind = node.kind();
        self.out.push(kind as u8 | FREE);
        match kind {
            Kind::Object => {
                for member in node.members() {
                    if !(self.text(member.key.raw()) && member.value.is_some_and(|it| self.free(it))) {
                        return false;
                    }
                }
                self.end()
            }
            Kind::Array => node.elements().all(|item| self.free(item)) && self.end(),
            Kind::String | Kind::Number | Kind::True | Kind::False | Kind::Null => self.fits(0),
            _ => false,
        }
    }

    /// All of it, layout included: what one program writes is laid out alike, and one stretch of
    /// text takes less time than its nodes.
    fn exact(&mut self, node: Cursor<'_>) -> bool {
        self.out.push(node.kind() as u8);
        self.text(node.raw())
    }

    fn text(&mut self, text: &str) -> bool {
        let fits = self.fits(text.len());
        if fits {
            self.out.extend_from_slice(&(text.len() as u32).to_ne_bytes());
            self.out.extend_from_slice(text.as_bytes());
        }
        fits
    }

    fn end(&mut self) -> bool {
        self.out.push(END);
        self.fits(0)
    }

    fn fits(&self, more: usize) -> bool {
        self.out.len() + more <= MAX_LEN
    }
}

/// Whether a text has something other than blanks in it, beyond doubt.
fn is_filled(text: Cursor<'_>) -> bool {
    let raw = text.raw();
    text.is_string() && !raw.contains('\\') && raw.bytes().any(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Document, RunOptions, analyse};
    use crate::config::Settings;
    use crate::diagnostic::Finding;
    use crate::rules::{ALL, Preset, examples, is_by_form};
    use crate::syntax::{NodeId, parse};

    /// What is found in each of `texts`; with the forms of those before in mind, or each anew.
    fn found(texts: &[String], anew: bool) -> Vec<Vec<Finding>> {
        let settings = Settings { preset: Some(Preset::Strict), ..Settings::default() };
        let levels = settings.resolve().expect("it names no rule");
        let options = RunOptions { one_core: true, ..RunOptions::default() };
        let one = |text: &String| {
            if anew {
                FORMS.take();
            }
            analyse(&Document::new(text.as_str()), &levels, options).findings
        };
        texts.iter().map(one).collect()
    }

    /// `text` with other values in all places where values are free, and in some where not.
    fn variants(text: &str) -> Vec<String> {
        const TEXTS: [&str; 6] = [
            "\"\"",
            "\"http://localhost/1\"",
            "\"2024-07-20\"",
            "\"ACTIVE\"",
            "\"/a b/{id}?x=\\u0031\"",
            "\"f81d4fae-7dec-41d0-a765-00a0c91e6bf6\"",
        ];
        const NUMBERS: [&str; 4] = ["0", "-0", "1.5", "1e3"];
        let tree = parse(text);
        let Some(root) = tree.root(text) else { return Vec::new() };
        let mut out = vec![text.to_owned()];
        for turn in 0..TEXTS.len() {
            let mut changed = String::new();
            let mut at = 0;
            for node in root.subtree().map(|id| root.at(NodeId(id))) {
                let new = match node.kind() {
                    Kind::String => TEXTS[(turn + node.id().0 as usize) % TEXTS.len()],
                    Kind::Number => NUMBERS[(turn + node.id().0 as usize) % NUMBERS.len()],
                    _ => continue,
                };
                // Not what tells the parser of pacts what this is.
                if node.pointer().starts_with("/metadata") || node.key().is_some_and(|k| k.is_named("type")) {
                    continue;
                }
                let rules = ["/matchingRules", "/generators", "/headers"];
                if turn < 4 && rules.iter().any(|part| node.pointer().contains(part)) {
                    continue;
                }
                let span = node.span();
                changed.push_str(&text[at..span.start as usize]);
                changed.push_str(new);
                at = span.end as usize;
            }
            changed.push_str(&text[at..]);
            out.push(changed);
        }
        out
    }

    #[test]
    fn what_was_seen_before_changes_no_finding() {
        let mut texts: Vec<String> = Vec::new();
        for rule in ALL.iter() {
            texts.extend(examples(rule.meta.docs).into_iter().flat_map(|example| variants(&example.text)));
        }
        // In another order than the variants come in, so that each form is met by several of them.
        let shuffled = (0..texts.len()).map(|at| texts[at * 7_919 % texts.len()].clone());
        texts = shuffled.collect();
        let warm = found(&texts, false);
        for ((text, warm), cold) in texts.iter().zip(warm).zip(found(&texts, true)) {
            assert_eq!(cold, warm, "{text}");
        }
    }

    #[test]
    fn forms_leave_out_what_is_free_and_nothing_else() {
        let form = |text: &str| {
            let tree = parse(text);
            match known(0, tree.root(text).expect("there is a root"), Version::V4) {
                Known::No(form) => form,
                _ => panic!("{text} has no form"),
            }
        };
        let text = |description: &str, path: &str, content: &str, rule: &str| {
            format!(
                r#"{{"description": {description}, "providerStates": [{{"name": {path}, "params": {{"p": {path}}}}}],
                "request": {{"method": "GET", "path": {path}}}, "response": {{"status": 200,
                "body": {{"content": {content}}}, "matchingRules": {{"body": {{{rule}: {{}}}}}}}}}}"#
            )
        };
        let one = form(&text("\"a\"", "\"/1\"", r#"{"a": [1, "x"]}"#, "\"$.a\""));
        assert_eq!(one, form(&text("\"b\"", "\"/2\"", r#"{"a": [2.5, ""]}"#, "\"$.a\"")));
        for other in [
            text("\" \"", "\"/1\"", r#"{"a": [1, "x"]}"#, "\"$.a\""),
            text("\"a\"", "1", r#"{"a": [1, "x"]}"#, "\"$.a\""),
            text("\"a\"", "\"/1\"", r#"{"a": [1, null]}"#, "\"$.a\""),
            text("\"a\"", "\"/1\"", r#"{"a": [[1, "x"]]}"#, "\"$.a\""),
            text("\"a\"", "\"/1\"", r#"{"b": [1, "x"]}"#, "\"$.a\""),
            text("\"a\"", "\"/1\"", r#"{"a": [1, "x"]}"#, "\"$.b\""),
        ] {
            assert_ne!(one, form(&other), "{other}");
        }
        assert!(ALL.iter().enumerate().any(|(index, _)| is_by_form(index)));
    }
}
