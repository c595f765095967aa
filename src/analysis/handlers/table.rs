//! Tables from the name of a state to what sets it up.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::handlers::marks::{fold, is_state, mentions_pact};
use crate::analysis::handlers::{Found, HandlerKind};
use crate::analysis::source::Language;
use crate::analysis::source::Source;

/// Most tokens between a name and the table that it is given.
const MAX_BETWEEN: usize = 64;

/// How sure it is that a name is one of a table of handlers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sure {
    /// It says so.
    Named,
    /// States are looked up in it, or it is passed on as one.
    Used,
    /// It is about states, in a file about Pact.
    Likely,
}

/// What a key without quotes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bare {
    /// The name itself, as in JavaScript.
    Names,
    /// A constant.
    Constants,
    /// Nothing to do with states.
    Nothing,
}

/// Finds the tables of a file.
pub(super) fn find(found: &mut Found<'_>) {
    let source = found.source;
    let pact = mentions_pact(source.text);
    let looked_up = if pact { looked_up(source) } else { FxHashSet::default() };
    let passed = passed(source);
    let mut read: FxHashSet<&str> = FxHashSet::default();
    for at in 0..source.len() {
        let Some(word) = source.word(at) else { continue };
        let sure = if is_named(word) {
            Sure::Named
        } else if looked_up.contains(word) || passed.contains_key(word) {
            Sure::Used
        } else if pact && is_likely(word) {
            Sure::Likely
        } else {
            continue;
        };
        if filled(found, at, sure, pact) {
            read.insert(word);
        }
    }
    if !pact {
        return;
    }
    // What comes from elsewhere is not seen here, and may not be found there either.
    let functions = functions(source);
    for (word, at) in passed {
        if !read.contains(word) && !is_named(word) && !functions.contains(word) {
            found.computed(at);
        }
    }
}

fn is_named(word: &str) -> bool {
    let word = fold(word);
    word.contains("state") && word.contains("handler")
}

fn is_likely(word: &str) -> bool {
    let word = fold(word);
    let ends =
        ["states", "map", "mapping", "setup", "setups", "actions", "functions", "callbacks", "fixtures"];
    word.contains("state") && ends.iter().any(|end| word.ends_with(end))
}

/// Names of the functions that are defined in the file.
fn functions<'a>(source: &Source<'a>) -> FxHashSet<&'a str> {
    let defined = |at: usize| source.is_word(at, &["def", "function", "func", "fn", "fun"]);
    (1..source.len()).filter(|at| defined(at - 1)).filter_map(|at| source.word(at)).collect()
}

/// Names `t` of `t[state]`, `t.get(body["state"])` and the like.
fn looked_up<'a>(source: &Source<'a>) -> FxHashSet<&'a str> {
    const LOOK_UPS: [&str; 9] = [
        "get",
        "fetch",
        "has",
        "TryGetValue",
        "ContainsKey",
        "GetValueOrDefault",
        "key?",
        "dig",
        "containsKey",
    ];
    let mut names = FxHashSet::default();
    for at in 0..source.len() {
        let Some(word) = source.word(at) else { continue };
        let open = if source.is_sign(at + 1, b'[') {
            at + 1
        } else if source.is_sign(at + 1, b'.')
            && source.is_word(at + 2, &LOOK_UPS)
            && source.is_sign(at + 3, b'(')
        {
            at + 3
        } else {
            continue;
        };
        // `body["state"]` and `params[:state]` fetch the state itself.
        if source.is_text(open + 1) || source.is_sign(open + 1, b':') || is_state(word) {
            continue;
        }
        let inside = open + 1..source.close(open).min(open + 24);
        if inside.clone().any(|at| is_state_at(source, at)) {
            names.insert(word);
        }
    }
    names
}

/// Whether the state is fetched at this token: `state`, `["state"]`.
pub(super) fn is_state_at(source: &Source<'_>, at: usize) -> bool {
    match source.word(at) {
        Some(word) => is_state(word),
        None => source.value(at).is_some_and(|value| is_state(&value)),
    }
}

/// Names that are passed on as tables: `state_handler(t)`, `stateHandlers: t`.
fn passed<'a>(source: &Source<'a>) -> FxHashMap<&'a str, usize> {
    let mut names = FxHashMap::default();
    for at in 0..source.len() {
        if !source.word(at).is_some_and(is_named) {
            continue;
        }
        let given =
            source.is_sign(at + 1, b'(') || source.is_assignment(at + 1) || source.is_sign(at + 1, b':');
        let declares =
            source.is_word(at.wrapping_sub(1), &["def", "function", "func", "fn", "class", "type"]);
        let ends = matches!(source.sign(at + 3), Some(b',' | b')' | b'}' | b';'));
        let Some(word) = source.word(at + 2).filter(|_| given && !declares && ends) else { continue };
        // A parameter `stateHandlers: StateHandlers` names its type.
        let is_type = word.starts_with(|ch: char| ch.is_ascii_uppercase())
            && source.is_sign(at + 1, b':')
            && word.chars().any(|ch| ch.is_ascii_lowercase());
        if !is_type
            && !matches!(word, "None" | "null" | "undefined" | "nil" | "true" | "false" | "self" | "any")
        {
            names.entry(word).or_insert(at + 2);
        }
    }
    names
}

/// Reads the table that the name at `at` is given here, if it is given one.
fn filled(found: &mut Found<'_>, at: usize, sure: Sure, pact: bool) -> bool {
    let source = found.source;
    // `t["name"] = ...`
    if source.is_sign(at + 1, b'[') && source.is_text(at + 2) && source.is_sign(at + 3, b']') {
        if source.is_assignment(at + 4) {
            found.take(at + 2, HandlerKind::Table);
            return true;
        }
        return false;
    }
    // `t.put("name", ...)`
    if source.is_sign(at + 1, b'.') {
        let adds = source.is_word(at + 2, &["put", "set", "Add", "insert", "add", "store"]);
        if adds && source.is_sign(at + 3, b'(') && source.is_text(at + 4) && source.is_sign(at + 5, b',') {
            found.take(at + 4, HandlerKind::Table);
            return true;
        }
        return false;
    }
    let Some(open) = table(source, at) else { return false };
    // Elsewhere than in tests with Pact, `stateHandlers` has names of events or of fields.
    let own_names = pact
        && matches!(source.language, Language::JavaScript | Language::TypeScript)
        && sure != Sure::Likely
        // What is passed to a function, or taken apart by one, has options beside names.
        && !source.is_sign(open.wrapping_sub(1), b'(');
    let pairs = source.language == Language::Java;
    let names = if own_names {
        Bare::Names
    } else if pact {
        Bare::Constants
    } else {
        Bare::Nothing
    };
    entries(found, open, names, pairs, sure);
    true
}

/// The bracket that opens the table of the name at `at`.
fn table(source: &Source<'_>, at: usize) -> Option<usize> {
    let mut next = at + 1;
    if matches!(source.sign(next), Some(b'?' | b'!')) {
        next += 1;
    }
    match source.sign(next)? {
        b':' if source.is_operator(next, b":=") => value_of(source, next + 2),
        b':' if source.is_sign(next + 1, b':') => None,
        b':' if source.is_sign(next + 1, b'{') => {
            let declared = ["const", "let", "var", "val", "readonly", "static", "private", "public"];
            let after = source.after(next + 1);
            if source.is_assignment(after) {
                value_of(source, after + 1)
            } else {
                (!source.is_word(at.wrapping_sub(1), &declared)).then_some(next + 1)
            }
        }
        b':' => value_of(source, next + 1),
        b'=' if source.is_assignment(next) => value_of(source, next + 1),
        b'{' if source.language == Language::Go => Some(next),
        b'(' if source.is_sign(next + 1, b'{') => {
            let declares = source.is_word(at.wrapping_sub(1), &["def", "function", "func", "fn", "fun"]);
            (!declares).then_some(next + 1)
        }
        // A method that returns the table.
        b'(' if source.is_sign(source.after(next), b'{') => returned(source, source.after(next)),
        _ => None,
    }
}

/// The bracket of the table in a value or in a type and a value, which start at `from`.
fn value_of(source: &Source<'_>, from: usize) -> Option<usize> {
    let mut angles = 0usize;
    let mut at = from;
    for _ in 0..MAX_BETWEEN {
        let arrow = at > from && source.is_operator(at - 1, b"=>");
        if at > from
            && source.is_first(at)
            && source.word(at).is_some()
            && source.language != Language::CSharp
        {
            return None;
        }
        match source.sign(at) {
            Some(b'{') if angles > 0 => at = source.after(at),
            Some(b'{') if arrow_before(source, at) => return returned(source, at),
            Some(b'{') => return Some(at),
            Some(b'(') if source.is_sign(at + 1, b'{') => return Some(at + 1),
            Some(b'(') if source.language == Language::Rust && source.is_sign(at + 1, b'[') => {
                return Some(at + 1);
            }
            Some(b'(')
                if source.is_word(
                    at.wrapping_sub(1),
                    &["mapOf", "mutableMapOf", "hashMapOf", "linkedMapOf", "Map", "of", "array"],
                ) =>
            {
                return Some(at);
            }
            Some(b'[') if source.language == Language::Php => return Some(at),
            Some(b'[') if at == from && source.language != Language::Go => return None,
            Some(b'(' | b'[') => at = source.after(at),
            Some(b',') if angles == 0 => return None,
            Some(b';' | b')' | b'}' | b']') | None if source.word(at).is_none() => return None,
            Some(b'<') => {
                angles += 1;
                at += 1;
            }
            Some(b'>') => {
                if !arrow && !source.is_operator(at.wrapping_sub(1), b"->") {
                    angles = angles.saturating_sub(1);
                }
                at += 1;
            }
            None if source.is_word(at, &["function", "class", "if", "return", "for", "while", "lambda"]) => {
                return None;
            }
            _ => at += 1,
        }
    }
    None
}

fn arrow_before(source: &Source<'_>, at: usize) -> bool {
    at >= 2 && source.is_operator(at - 2, b"=>")
}

/// The table that the function whose body opens at `body` returns.
fn returned(source: &Source<'_>, body: usize) -> Option<usize> {
    let end = source.close(body);
    let mut at = body + 1;
    while at < end {
        if source.is_word(at, &["return"]) {
            let open = if source.is_sign(at + 1, b'(') { at + 2 } else { at + 1 };
            return source.is_sign(open, b'{').then_some(open);
        }
        at = source.after(at);
    }
    None
}

/// Takes the keys of the table that opens at `open`.
fn entries(found: &mut Found<'_>, open: usize, bare: Bare, pairs: bool, sure: Sure) {
    let source = found.source;
    let end = source.close(open);
    let mut at = open + 1;
    let mut key = true;
    let mut count = 0;
    while at < end {
        if source.is_sign(at, b',') || (source.is_sign(at, b';') && source.language != Language::Php) {
            count += 1;
            key = !pairs || count % 2 == 0;
            at += 1;
            continue;
        }
        if key && source.is_word(at, &["async", "static"]) && !is_key_end(source, at + 1) {
            at += 1;
            continue;
        }
        if key && source.is_sign(at, b'*') && !source.is_sign(at + 1, b'*') {
            at += 1;
            continue;
        }
        if key {
            entry(found, at, bare, pairs, sure);
            key = false;
        }
        at = source.after(at);
    }
}

/// Whether what stands at `at` ends a key.
fn is_key_end(source: &Source<'_>, at: usize) -> bool {
    matches!(source.sign(at), Some(b':' | b'(' | b',' | b'}'))
        || source.is_operator(at, b"=>")
        || source.is_operator(at, b"->")
        || source.is_assignment(at)
        || source.is_word(at, &["to"])
}

/// The last word of a constant such as `States.Open.Name`.
fn path_end(source: &Source<'_>, at: usize) -> usize {
    let mut last = at;
    while source.word(last).is_some()
        && source.is_sign(last + 1, b'.')
        && source.word(last + 2).is_some()
        && last < at + 12
    {
        last += 2;
    }
    last
}

/// Takes the key at `at`.
fn entry(found: &mut Found<'_>, at: usize, bare: Bare, pairs: bool, sure: Sure) {
    let source = found.source;
    if source.is_text(at) {
        let ends = is_key_end(source, at + 1) && !matches!(source.sign(at + 1), Some(b',' | b'}'));
        if ends || (pairs && source.is_sign(at + 1, b',')) {
            let value = at + if source.sign(at + 1) == Some(b':') { 2 } else { 3 };
            let plain = source.is_text(value)
                || source.word(value).is_some_and(|word| word.starts_with(|ch: char| ch.is_ascii_digit()));
            if sure != Sure::Likely || !plain {
                found.take(at, HandlerKind::Table);
            }
        } else if matches!(source.sign(at + 1), Some(b'+' | b'.' | b'%')) || source.is_text(at + 1) {
            found.computed(at);
        }
        return;
    }
    match source.sign(at) {
        // `["name"]: f`, `["name"] = f`
        Some(b'[')
            if is_key_end(source, source.after(at)) && (bare != Bare::Nothing || source.is_text(at + 1)) =>
        {
            let last = source.close(at).saturating_sub(1);
            let path = (at + 1..=last).all(|i| source.word(i).is_some() || source.is_sign(i, b'.'));
            if last == at + 1 || path { found.take(last, HandlerKind::Table) } else { found.computed(at + 1) }
        }
        // `{ "name", f }`, `("name", f)`
        Some(b'{' | b'(') if source.is_text(at + 1) || source.word(at + 1).is_some() => {
            let last = path_end(source, at + 1);
            if source.is_sign(last + 1, b',') && (source.is_text(last) || bare != Bare::Nothing) {
                found.take(last, HandlerKind::Table);
            }
        }
        None if source.word(at).is_some() => {
            if bare == Bare::Names {
                if let Some(name) = source.word(at).filter(|_| is_key_end(source, at + 1)) {
                    found.name(at, name, HandlerKind::Table);
                }
                return;
            }
            if bare == Bare::Nothing {
                return;
            }
            let last = path_end(source, at);
            let javascript = matches!(source.language, Language::JavaScript | Language::TypeScript);
            let ends = is_key_end(source, last + 1)
                && !matches!(source.sign(last + 1), Some(b',' | b'(' | b'}'))
                && !source.is_assignment(last + 1);
            if ends && !javascript {
                found.take(last, HandlerKind::Table);
            }
        }
        _ => {}
    }
}
