//! Interactions that are alike: what depends on their form alone is done once.
//!
//! Interactions of one file repeat each other but for their values. Two have the same form where
//! their texts differ in nothing but examples, paths, descriptions and provider states. The second
//! is not read token by token, nothing of it is lowered, and no rule is asked that looks at the
//! form alone: what such a rule said of the first, if anything, is said again.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::analysis::again::Again;
use crate::diagnostic::Severity;
use crate::model::{Interaction, Version};
use crate::rules::{Bodies, Caught, RuleIndex};
use crate::syntax::{Cursor, Free, Kind, NodeId, Template, Templates};

/// So many forms are kept.
const MAX_FORMS: usize = 4_096;

/// What is known of all interactions of one form.
pub(super) struct Alike {
    /// What they mean.
    pub(super) it: Rc<Interaction>,
    /// Which rule holds for what in their bodies.
    pub(super) bodies: Rc<Bodies>,
    /// The rules that have something to say of them, or may have.
    pub(super) rules: Vec<Asked>,
    /// The schema has nothing to say about them.
    pub(super) valid: bool,
    /// What all texts of this form have in them.
    pub(super) caught: Caught,
    /// Where the nodes stand that something was said of, and the kinds of their values.
    pub(super) places: RefCell<FxHashMap<NodeId, (Box<str>, &'static str)>>,
    /// What the rules that are left out would take of the budget for regular expressions.
    pub(super) retries: u64,
}

/// A rule that is to be asked of each interaction of a form, or what it says of all of them.
pub(super) struct Asked {
    pub(super) index: RuleIndex,
    pub(super) severity: Severity,
    pub(super) known: Option<Box<[Again]>>,
}

impl Asked {
    pub(super) fn as_ref(&self) -> (RuleIndex, Severity, Option<&[Again]>) {
        (self.index, self.severity, self.known.as_deref())
    }
}

/// A form, and a number for everything else that findings depend on.
pub(super) type Form = (u64, u64);

/// What a form is known to come to, or the form itself if it is worth remembering.
pub(super) enum Known {
    Yes(Rc<Alike>),
    No(Form),
    Unusable,
}

thread_local! {
    static TEMPLATES: RefCell<Templates> = RefCell::new(Templates::new(free_values));
    static FORMS: RefCell<Forms<Alike>> = RefCell::default();
}

/// What forms are known to come to, by what else findings depend on. Who types the name of a
/// consumer makes that another with each letter, so only the few that were needed last are kept:
/// there may be four in one file.
struct Forms<T> {
    /// The one that was needed last is the last one.
    by_key: Vec<(u64, FxHashMap<u64, Rc<T>>)>,
}

impl<T> Default for Forms<T> {
    fn default() -> Forms<T> {
        Forms { by_key: Vec::new() }
    }
}

impl<T> Forms<T> {
    const MAX_KEYS: usize = 4;

    fn of(&mut self, key: u64) -> Option<&mut FxHashMap<u64, Rc<T>>> {
        let at = self.by_key.iter().rposition(|known| known.0 == key)?;
        self.by_key[at..].rotate_left(1);
        self.by_key.last_mut().map(|known| &mut known.1)
    }

    fn put(&mut self, (key, id): Form, alike: Rc<T>) {
        if self.by_key.iter().map(|known| known.1.len()).sum::<usize>() >= MAX_FORMS {
            self.by_key.clear();
        }
        if let Some(forms) = self.of(key) {
            forms.insert(id, alike);
            return;
        }
        if self.by_key.len() >= Self::MAX_KEYS {
            self.by_key.remove(0);
        }
        self.by_key.push((key, FxHashMap::from_iter([(id, alike)])));
    }
}

/// Has `work` done with the forms that this thread has seen.
pub(super) fn with_templates<T>(work: impl FnOnce(&mut Templates) -> T) -> T {
    TEMPLATES.with_borrow_mut(work)
}

/// What is known of the form of an interaction. `key` stands for everything else that findings
/// depend on.
pub(super) fn known(key: u64, template: &Template, version: Version) -> Known {
    if (template.tag == TYPED) != (version == Version::V4) {
        return Known::Unusable;
    }
    let form = (key, template.id);
    FORMS.with_borrow_mut(|forms| match forms.of(key).and_then(|forms| forms.get(&template.id)) {
        Some(alike) => Known::Yes(Rc::clone(alike)),
        None => Known::No(form),
    })
}

/// Remembers what a form comes to.
pub(super) fn remember(form: Form, alike: Alike) {
    FORMS.with_borrow_mut(|forms| forms.put(form, Rc::new(alike)));
}

/// Marks an interaction as one of V4, by its type: while a text is read its version is not known.
const TYPED: u8 = 1;

/// The values of an interaction that are not part of its form.
fn free_values(root: Cursor<'_>, out: &mut Vec<(NodeId, Free)>) -> u8 {
    let typed = root.get("type").is_some_and(Cursor::is_string);
    let mut frees = Frees { out, typed };
    frees.members(root, |frees, key, value| match key {
        "description" if is_filled(value) => frees.out.push((value.id(), Free::Filled)),
        "key" => frees.all(value),
        "comments" if value.is_object() => frees.all(value),
        "providerStates" if value.is_array() => value.elements().for_each(|it| frees.state(it)),
        "request" | "response" if value.is_object() => frees.part(value),
        "response" if value.is_array() => value.elements().for_each(|it| frees.part(it)),
        "contents" => frees.body(value),
        _ => {}
    });
    if typed { TYPED } else { 0 }
}

struct Frees<'o> {
    out: &'o mut Vec<(NodeId, Free)>,
    typed: bool,
}

impl Frees<'_> {
    fn state(&mut self, state: Cursor<'_>) {
        self.members(state, |frees, key, value| {
            if matches!(key, "name" | "params") {
                frees.all(value);
            }
        });
    }

    fn part(&mut self, part: Cursor<'_>) {
        self.members(part, |frees, key, value| match key {
            "path" => frees.all(value),
            "body" | "contents" => frees.body(value),
            _ => {}
        });
    }

    /// A text may be anything: bytes, JSON once more. Only what is in the tree is an example.
    fn body(&mut self, body: Cursor<'_>) {
        if !self.typed && body.is_container() {
            return self.all(body);
        }
        self.members(body, |frees, key, value| {
            if key == "content" && value.is_container() {
                frees.all(value);
            }
        });
    }

    /// What `one` makes of the members of an object; of anything else nothing.
    fn members(&mut self, node: Cursor<'_>, one: impl Fn(&mut Self, &str, Cursor<'_>)) {
        for member in node.members() {
            let raw = member.key.raw();
            // A key in other letters than usual is another key here, whose value counts.
            let name = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
            if let Some(value) = member.value {
                one(self, name, value);
            }
        }
    }

    /// Keys and kinds count, strings and numbers do not.
    fn all(&mut self, node: Cursor<'_>) {
        for id in node.subtree() {
            match node.at(NodeId(id)).kind() {
                Kind::String => self.out.push((NodeId(id), Free::Text)),
                Kind::Number => self.out.push((NodeId(id), Free::Number)),
                _ => {}
            }
        }
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
    use crate::analysis::{Change, Document, RunOptions, analyse};
    use crate::config::Settings;
    use crate::diagnostic::Finding;
    use crate::rules::{ALL, Preset, examples, is_by_form};
    use crate::syntax::parse;
    use crate::text::Span;

    /// What is found in each of `texts`; with the forms of those before in mind, or each anew.
    fn found(texts: &[String], anew: bool) -> Vec<Vec<Finding>> {
        let settings = Settings { preset: Some(Preset::Strict), ..Settings::default() };
        let levels = settings.resolve().expect("it names no rule");
        let options = RunOptions { one_core: true, ..RunOptions::default() };
        let one = |text: &String| {
            if anew {
                FORMS.take();
                TEMPLATES.set(Templates::new(free_values));
            }
            analyse(&Document::new(text.as_str()), &levels, options).findings
        };
        texts.iter().map(one).collect()
    }

    /// `text` with other values in all places where values are free, and in some where not.
    fn variants(text: &str) -> Vec<String> {
        const TEXTS: [&str; 9] = [
            "\"\"",
            "\"http://localhost/1\"",
            "\"10.1.2.3\"",
            "\"api.corp\"",
            "\"pact:x\"",
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
        TEMPLATES.set(Templates::new(free_values));
        let form = |text: &str| {
            let document = Document::new(format!("{{\"interactions\": [{text}]}}"));
            document.chunks[0].chunk.tree.template().expect("it has no error").id
        };
        let text = |description: &str, path: &str, content: &str, rule: &str| {
            format!(
                r#"{{"type": "Synchronous/HTTP", "description": {description}, "providerStates": [{{"name": {path}, "params": {{"p": {path}}}}}],
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

    #[test]
    fn what_is_typed_is_known_by_its_form_and_teaches_nothing() {
        TEMPLATES.set(Templates::new(free_values));
        let item = |path: &str| format!("{{\"request\": {{\"path\": \"/{path}\"}}}}");
        let file = |items: &[String]| format!("{{\"interactions\": [{}]}}", items.join(", "));
        let ids = |doc: &Document| -> Vec<Option<u64>> {
            doc.chunks.iter().map(|it| it.chunk.tree.template().map(|template| template.id)).collect()
        };
        let edit = |doc: &Document, from: &str, to: &str| {
            let at = doc.text().find(from).expect("it is there") as u32;
            doc.edit(&Change { span: Span::new(at, at + from.len() as u32), text: to.to_owned() })
        };
        let doc = Document::new(file(&[item("1"), item("2")]));
        let known = ids(&doc)[0];
        assert!(known.is_some());
        // Another value has no other form, a new key has.
        assert_eq!(ids(&edit(&doc, "/1", "/one")), [known, known]);
        let odd = edit(&doc, "\"path\": \"/1\"", "\"path\": \"/1\", \"x\": 1");
        assert_eq!(ids(&odd), [None, known]);
        // Nor is it learnt when the whole file is read again.
        let again = edit(&odd, "]", " ]");
        assert_eq!(ids(&again), [None, known]);
        assert_eq!(ids(&edit(&odd, "}]", "}, {\"x\": 2}]")), [None, known, None]);
        // Who opens a file or pastes many interactions did not type them.
        assert_eq!(ids(&Document::new(again.text()))[1], known);
        assert!(ids(&Document::new(again.text()))[0].is_some());
        let pasted: Vec<String> = (0..9).map(|at| format!("{{\"y\": {at}}}")).collect();
        let pasted = edit(&doc, "}]", &format!("}}, {}]", pasted.join(", ")));
        assert!(pasted.chunks.len() == 11 && ids(&pasted).iter().all(Option::is_some));
    }

    #[test]
    fn of_all_that_findings_depend_on_the_last_few_are_kept() {
        let mut forms = Forms::default();
        for key in 0..9 {
            forms.put((key, 1), Rc::new(()));
            assert!(forms.of(0).is_some_and(|forms| forms.contains_key(&1)), "it is needed all the time");
        }
        let kept: Vec<u64> = (0..9).filter(|key| forms.by_key.iter().any(|it| it.0 == *key)).collect();
        assert_eq!(kept, [0, 6, 7, 8]);
        (0..2 * MAX_FORMS as u64).for_each(|id| forms.put((8, id), Rc::new(())));
        assert!(forms.by_key.iter().map(|it| it.1.len()).sum::<usize>() <= MAX_FORMS);
    }

    #[test]
    fn secrets_are_found_in_what_is_like_something_without() {
        let pact = |name: &str, note: &str| {
            let item = format!(
                r#"{{"type": "Synchronous/HTTP", "description": "d", "request": {{"method": "GET", "path": "/"}},
                "response": {{"status": 200, "body": {{"content": {{"name": {name}, "note": {note}, "n": 1}}}}}}}}"#
            );
            format!(
                r#"{{"interactions": [{item}], "metadata": {{"pactSpecification": {{"version": "4.0"}}}}}}"#
            )
        };
        let plain = pact("\"a\"", "\"b\"");
        let settings = Settings { preset: Some(Preset::Strict), ..Settings::default() };
        let levels = settings.resolve().expect("it names no rule");
        for value in [
            r#""jane.doe@gmail.com""#,
            r#""Basic YWxhZGRpbjpvcGVuc2VzYW1l""#,
            r#""basic cm9vdDpYazItbVE3dg==""#,
            r#""key AKIAQ4NXZ7RTLM2P6VKD""#,
            r#""GB77 NWBK 6016 1338 7261 40""#,
            r#""https://bob:Xk2-mQ7v@shop.io/x""#,
            r#""jane\u002edoe@gmail.com""#,
            "\"+16502530817\"",
            "\"078-05-1121\"",
            "\"j@gmx.de\"",
            "4929318670254172",
            "36074152980630",
        ] {
            for text in [pact(value, "\"b\""), pact("\"a\"", value)] {
                let [cold, warm] = [&text, &plain].map(|first| {
                    FORMS.take();
                    let options = RunOptions { one_core: true, ..RunOptions::default() };
                    analyse(&Document::new(first.as_str()), &levels, options);
                    let document = Document::new(text.as_str());
                    analyse(&document, &levels, options);
                    document.chunks[0].chunk.secrets().to_vec()
                });
                assert_eq!(cold, warm, "{text}");
                assert!(!cold.is_empty(), "{text}");
            }
        }
    }
}
