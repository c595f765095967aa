//! Code that asks for the name of a state: `switch (state)`, `if state == "..."`.

use crate::analysis::handlers::table::is_state_at;
use crate::analysis::handlers::{Found, HandlerKind};
use crate::analysis::source::Language;

/// Most tokens of what is asked about.
const MAX_SUBJECT: usize = 16;

/// Finds the cases and comparisons of a file.
pub(super) fn find(found: &mut Found<'_>) {
    // One line has no two of these, save to make the search long.
    let mut fresh = true;
    for at in 0..found.source.len() {
        fresh |= found.source.is_first(at) || found.source.opens(at);
        if fresh && found.source.is_word(at, &["switch", "match", "when", "case"]) {
            fresh = !branches(found, at);
        }
        comparison(found, at);
    }
}

/// `switch (state) {`, `match state {`, `match state:`, `when (state) {`, `case state`,
/// `state switch {`.
///
/// Says whether there was one.
fn branches(found: &mut Found<'_>, at: usize) -> bool {
    let source = found.source;
    match source.language {
        Language::Python if source.is_word(at, &["match"]) => {
            let Some(colon) = subject_end(found, at, |at| source.is_sign(at, b':')) else { return false };
            indented_cases(found, at, colon);
            true
        }
        Language::Ruby if source.is_word(at, &["case"]) => {
            let Some(when) = subject_end(found, at, |at| source.is_word(at, &["when"])) else { return false };
            indented_cases(found, at, when - 1);
            true
        }
        Language::Python | Language::Ruby => false,
        _ => {
            let Some(body) = (at + 1..(at + MAX_SUBJECT).min(source.len()))
                .find(|i| source.is_sign(*i, b'{') || source.is_sign(*i, b';'))
                .filter(|i| source.is_sign(*i, b'{'))
            else {
                return false;
            };
            // In C# and Scala the subject stands before the word.
            let asked =
                (at + 1..body).any(|i| is_state_at(source, i)) || (body == at + 1 && asked_before(found, at));
            if asked {
                braced_cases(found, body);
            }
            asked
        }
    }
}

/// Where the subject that starts after `at` ends, if it is a state.
fn subject_end(found: &Found<'_>, at: usize, ends: impl Fn(usize) -> bool) -> Option<usize> {
    let end = (at + 1..(at + MAX_SUBJECT).min(found.source.len())).find(|at| ends(*at))?;
    (at + 1..end).any(|at| is_state_at(found.source, at)).then_some(end)
}

/// The cases below `head`, whose line tells how far they are indented.
fn indented_cases(found: &mut Found<'_>, head: usize, after: usize) {
    let source = found.source;
    let ruby = source.language == Language::Ruby;
    let keyword = if ruby { "when" } else { "case" };
    let indent = source.indent(head);
    let mut at = after + 1;
    while at < source.len() {
        if source.is_first(at) {
            // In Ruby `when` may stand as far left as `case`.
            let goes_on = ruby && source.is_word(at, &["when", "else"]);
            if source.indent(at) < indent || (source.indent(at) == indent && !goes_on) {
                return;
            }
        }
        // A case within a case is found by itself.
        if at > after + 1 && source.is_word(at, &["match"]) && !ruby && source.is_first(at) {
            let inner = source.indent(at);
            at += 1;
            while at < source.len() && !(source.is_first(at) && source.indent(at) <= inner) {
                at += 1;
            }
            continue;
        }
        if source.is_word(at, &[keyword]) {
            at += 1;
            while source.is_text(at) || matches!(source.sign(at), Some(b'|' | b',' | b'(' | b')')) {
                if source.is_text(at) {
                    found.take(at, HandlerKind::Dispatch);
                }
                at += 1;
            }
            continue;
        }
        at += 1;
    }
}

/// The cases of the block that opens at `body`.
fn braced_cases(found: &mut Found<'_>, body: usize) {
    let source = found.source;
    let end = source.close(body);
    // Texts joined by `,` or `|` that may turn out to be those of a case.
    let mut names: Vec<usize> = Vec::new();
    let mut in_case = false;
    let mut at = body + 1;
    while at < end {
        let arrow = source.is_operator(at, b"=>") || source.is_operator(at, b"->");
        if source.is_text(at) {
            if in_case && source.name_at(at).is_none() {
                found.computed(at);
                in_case = false;
            } else {
                names.push(at);
            }
        } else if in_case && names.is_empty() && source.word(at).is_some() && ends_case(found, at + 1) {
            // A constant, or the last word of its path.
            if !source.is_word(at, &["_", "default", "else"]) {
                names.push(at);
            }
        } else if arrow || (in_case && source.is_sign(at, b':')) || guards(found, at, &names) {
            for name in names.drain(..) {
                found.take(name, HandlerKind::Dispatch);
            }
            in_case = false;
            // What the case is worth may be a text too.
            at += if arrow { 2 } else { 1 };
            if arrow && source.is_text(at) {
                at += 1;
            }
            continue;
        } else if source.is_word(at, &["case"]) {
            in_case = true;
            names.clear();
        } else if !matches!(source.sign(at), Some(b',' | b'|' | b'.')) && !source.is_word(at, &["or"]) {
            names.clear();
        }
        at = source.after(at);
    }
}

fn ends_case(found: &Found<'_>, at: usize) -> bool {
    matches!(found.source.sign(at), Some(b':' | b',')) && !found.source.is_operator(at, b"::")
        || found.source.is_operator(at, b"->")
        || found.source.is_operator(at, b"=>")
}

fn guards(found: &Found<'_>, at: usize, names: &[usize]) -> bool {
    !names.is_empty() && found.source.is_word(at, &["if", "when"])
}

/// `state == "a"`, `"a" === state`, `"a".equals(state)`, `state in ("a", "b")`.
fn comparison(found: &mut Found<'_>, at: usize) {
    let source = found.source;
    let length = [&b"==="[..], b"=="].iter().find(|it| source.is_operator(at, it)).map(|it| it.len());
    if let Some(length) = length {
        if at.checked_sub(1).is_some_and(|before| matches!(source.sign(before), Some(b'=' | b'!' | b'<'))) {
            return;
        }
        if source.is_text(at + length) && asked_before(found, at) {
            found.take(at + length, HandlerKind::Dispatch);
        } else if at.checked_sub(1).is_some_and(|before| source.is_text(before))
            && is_asked(found, at + length)
        {
            found.take(at - 1, HandlerKind::Dispatch);
        }
        return;
    }
    if source.is_word(at, &["equals", "eq", "Equals"]) && source.is_sign(at + 1, b'(') && at >= 2 {
        if source.is_text(at + 2) && asked_before(found, at - 1) {
            found.take(at + 2, HandlerKind::Dispatch);
        } else if source.is_text(at - 2) && is_asked(found, at + 2) {
            found.take(at - 2, HandlerKind::Dispatch);
        }
    }
    let list = source.language == Language::Python && source.is_word(at, &["in"]) && source.opens(at + 1);
    if list && !source.is_word(at.wrapping_sub(1), &["not"]) && asked_before(found, at) {
        for item in at + 2..source.close(at + 1).min(at + 200) {
            if source.is_text(item) {
                found.take(item, HandlerKind::Dispatch);
            }
        }
    }
}

/// Whether the operand that ends right before `at` fetches the state: its last name does.
fn asked_before(found: &Found<'_>, at: usize) -> bool {
    let source = found.source;
    let Some(last) = at.checked_sub(1) else { return false };
    if source.word(last).is_some() {
        return is_state_at(source, last);
    }
    match source.sign(last) {
        Some(b')' | b']') => {
            let open = source.open(last);
            let inside = open + 1..last.min(open + 6);
            // `body["state"]`, `body.get("state")`, `state.name()`, `getState()`
            let text = inside.clone().next().is_some_and(|at| is_state_at(source, at));
            let symbol = source.is_sign(open + 1, b':') && is_state_at(source, open + 2);
            let called = source.is_sign(last, b')') && last == open + 1;
            let method = called
                && open.checked_sub(1).and_then(|at| source.word(at)).is_some_and(|word| {
                    matches!(word, "getState" | "getName" | "state" | "as_str" | "trim" | "strip")
                        && (word == "getState"
                            || word == "state"
                            || open.checked_sub(3).is_some_and(|at| is_state_at(source, at)))
                });
            text || symbol || method
        }
        _ => false,
    }
}

/// Whether the operand that starts at `at` fetches the state: one of its names does.
fn is_asked(found: &Found<'_>, at: usize) -> bool {
    let source = found.source;
    for at in at..at + 8 {
        if source.word(at).is_some() {
            let joined = matches!(source.sign(at + 1), Some(b'.' | b'[' | b'?' | b'-'));
            if is_state_at(source, at) {
                return true;
            }
            if !joined {
                return false;
            }
        } else if source.is_text(at) {
            return is_state_at(source, at);
        } else if !matches!(source.sign(at), Some(b'.' | b'[' | b'?' | b'-' | b'>')) {
            return false;
        }
    }
    false
}
