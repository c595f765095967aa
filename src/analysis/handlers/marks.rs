//! Handlers that are marked as such where they stand, and what makes a file worth a look.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::analysis::handlers::{Found, HandlerKind};
use crate::analysis::source::Language;

/// Whether a file can hold a handler at all; most files cannot.
pub(super) fn may_handle(text: &str) -> bool {
    static STATE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("(?i-u)state").ok());
    STATE.as_ref().is_none_or(|pattern| pattern.is_match(text.as_bytes()))
}

/// Whether a file speaks of Pact or of provider states: without that a `state` is taken for
/// something else.
pub(super) fn mentions_pact(text: &str) -> bool {
    static PACT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new("(?-u)(?i:provider[_ -]?states?)|(?:^|[^a-zA-Z])(?i:pact)|[a-z]P(?:act|ACT)").ok()
    });
    PACT.as_ref().is_none_or(|pattern| pattern.is_match(text.as_bytes()))
}

/// Whether a word names the state that is asked for.
pub(super) fn is_state(word: &str) -> bool {
    let folded = fold(word);
    matches!(
        folded.as_str(),
        "state" | "statename" | "providerstate" | "providerstatename" | "pactstate" | "requestedstate"
    )
}

/// Lower case, without `_` and `$`.
pub(super) fn fold(word: &str) -> String {
    // Longer words are none of those looked for, and a file may be one word.
    if word.len() > 64 {
        return String::new();
    }
    word.chars().filter(|ch| !matches!(ch, '_' | '$')).map(|ch| ch.to_ascii_lowercase()).collect()
}

/// Finds annotations, attributes and calls.
pub(super) fn find(found: &mut Found<'_>) {
    let pact = mentions_pact(found.source.text);
    for at in 0..found.source.len() {
        match found.source.language {
            Language::Java | Language::Kotlin | Language::Groovy | Language::Scala if pact => {
                annotation(found, at);
            }
            Language::CSharp => attribute(found, at),
            Language::Ruby => block(found, at),
            Language::Python if pact => decorator(found, at),
            _ => {}
        }
        if pact {
            registration(found, at);
        }
    }
}

/// `@State("a")`, `@State({"a", "b"})`, `@State(value = ["a"], comment = "...")`.
fn annotation(found: &mut Found<'_>, at: usize) {
    let source = found.source;
    if !source.is_word(at, &["State"]) || !source.is_sign(at + 1, b'(') || !is_annotated(found, at) {
        return;
    }
    let end = source.close(at + 1);
    let mut counts = true;
    let mut next = at + 2;
    let mut starts = true;
    while next < end {
        if starts && source.word(next).is_some() && source.is_assignment(next + 1) {
            counts = source.is_word(next, &["value"]);
            next += 2;
            continue;
        }
        // The argument of a JMH annotation is `Scope.Something`.
        if counts && starts && !source.is_word(next, &["Scope"]) {
            values(found, next, end);
        }
        starts = false;
        if source.is_sign(next, b',') {
            starts = true;
        }
        next = source.after(next);
    }
}

/// Whether `@`, or `@` and a package, stands before the name at `at`.
fn is_annotated(found: &Found<'_>, at: usize) -> bool {
    let source = found.source;
    let mut first = at;
    // No package is deeper than that.
    for _ in 0..12 {
        match first.checked_sub(2) {
            Some(before) if source.is_sign(first - 1, b'.') && source.word(before).is_some() => {
                first = before;
            }
            _ => break,
        }
    }
    first.checked_sub(1).is_some_and(|sign| source.is_sign(sign, b'@'))
}

/// The names in one argument: a text, a constant, or a list of them.
fn values(found: &mut Found<'_>, at: usize, end: usize) {
    let source = found.source;
    let is_list = source.is_word(at, &["arrayOf", "Array", "listOf"]) && source.is_sign(at + 1, b'(');
    let list = if is_list { at + 1 } else { at };
    if source.opens(list) {
        let close = source.close(list).min(end);
        let mut item = list + 1;
        while item < close {
            let next = argument_end(found, item, close);
            value(found, item, next);
            item = next + 1;
        }
        return;
    }
    value(found, at, argument_end(found, at, end));
}

fn argument_end(found: &Found<'_>, mut at: usize, end: usize) -> usize {
    while at < end && !found.source.is_sign(at, b',') {
        at = found.source.after(at);
    }
    at.min(end)
}

/// One name in the tokens from `at` to `end`: a text, or the last word of a path.
fn value(found: &mut Found<'_>, at: usize, end: usize) {
    let source = found.source;
    if at >= end {
        return;
    }
    if source.is_text(at) {
        found.take(at, HandlerKind::Annotation);
    } else if source.word(at).is_some() {
        let path = (at..end).all(|i| source.word(i).is_some() || matches!(source.sign(i), Some(b'.' | b':')));
        if path { found.take(end - 1, HandlerKind::Annotation) } else { found.computed(at) }
    }
}

/// `[ProviderState("a")]`.
fn attribute(found: &mut Found<'_>, at: usize) {
    let source = found.source;
    let Some(word) = source.word(at) else { return };
    let named = word.ends_with("ProviderState") || word.ends_with("ProviderStateAttribute");
    let opened = at.checked_sub(1).and_then(|before| source.sign(before));
    if named && matches!(opened, Some(b'[' | b',' | b'.')) && source.is_sign(at + 1, b'(') {
        let end = argument_end(found, at + 2, source.close(at + 1));
        // A call of that name is followed by its end, not by that of an attribute.
        let after = source.after(at + 1);
        if matches!(source.sign(after), Some(b']' | b',')) {
            value(found, at + 2, end);
        }
    }
}

/// `provider_state "a" do`.
fn block(found: &mut Found<'_>, at: usize) {
    let source = found.source;
    if !source.is_word(at, &["provider_state"]) {
        return;
    }
    let name = if source.is_sign(at + 1, b'(') { at + 2 } else { at + 1 };
    if source.is_text(name) && !source.is_first(name) {
        found.take(name, HandlerKind::Call);
    }
}

/// `@provider_state("a")` over a function.
fn decorator(found: &mut Found<'_>, at: usize) {
    let source = found.source;
    let named =
        source.is_word(at, &["state", "provider_state", "state_handler", "given_state", "pact_state"]);
    if named && source.is_sign(at + 1, b'(') && source.is_text(at + 2) && is_annotated(found, at) {
        found.take(at + 2, HandlerKind::Annotation);
    }
}

/// `set_state("a", ...)`, `addStateHandler("a", ...)` and their kind.
fn registration(found: &mut Found<'_>, at: usize) {
    let source = found.source;
    if !source.is_sign(at + 1, b'(') || !source.is_text(at + 2) {
        return;
    }
    let Some(word) = source.word(at) else { return };
    let folded = fold(word);
    let verb =
        ["register", "add", "on", "handle", "define", "map"].iter().find(|verb| folded.starts_with(**verb));
    let rest = verb.and_then(|verb| folded.strip_prefix(verb)).unwrap_or("");
    let named = matches!(rest, "state" | "providerstate" | "statehandler" | "providerstatehandler");
    // `set_state` of pact-python 2 takes the address of the endpoint.
    let address = source.value(at + 2).is_some_and(|text| text.contains("://") || text.starts_with('/'));
    // In React `setState` is something else.
    if !address
        && (named || word == "set_state")
        && !source.is_word(at.wrapping_sub(1), &["function", "def", "func", "fn"])
    {
        found.take(at + 2, HandlerKind::Call);
    }
}
