//! Why a pattern and its example do not fit, so that one rule speaks of it and no other.

use crate::model::example::{Mismatch, Problem};
use crate::model::regex::Verdict;
use crate::rules::InteractionCx;
use crate::rules::regex::js_literal::JsLiteral;
use crate::syntax::Cursor;

/// What is to be said of an example that the pattern of its rule does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// The pattern is a regular expression literal of JavaScript, slashes and all
    /// (`regex-js-literal`).
    JsLiteral,
    /// The pattern matches only a part of the example (`regex-matches-substring-only`).
    PartOnly,
    /// The pattern holds backspaces that were to be word boundaries (`regex-control-character`).
    LostBoundary,
    /// None of these: the example breaks its rule (`example-violates-rule`).
    Differs,
}

/// Which of the three it is; `None` for mismatches that are not about a pattern.
pub(crate) fn misfit(cx: &InteractionCx<'_>, mismatch: &Mismatch) -> Option<Misfit> {
    let Problem::Regex { occurs } = mismatch.problem else { return None };
    if occurs {
        return Some(Misfit::PartOnly);
    }
    let Some(pattern) = pattern_of(cx, mismatch).map(Cursor::to_text) else { return Some(Misfit::Differs) };
    let Some(literal) = JsLiteral::parse(&pattern) else {
        let meant = pattern_of(cx, mismatch).and_then(lost_boundaries);
        let matches = meant.is_some_and(|(_, meant)| {
            let example = mismatch.value(cx.root);
            cx.regexes.borrow_mut().matches_whole(&meant, &example) == Verdict::Match
        });
        return Some(if matches { Misfit::LostBoundary } else { Misfit::Differs });
    };
    let example = mismatch.value(cx.root);
    let meant = literal.never_matches() || literal.would_match(&mut cx.regexes.borrow_mut(), &example);
    Some(if meant { Misfit::JsLiteral } else { Misfit::Differs })
}

/// The pattern of the matcher.
pub(crate) fn pattern_of<'a>(cx: &InteractionCx<'a>, mismatch: &Mismatch) -> Option<Cursor<'a>> {
    cx.node(mismatch.matcher).get("regex").filter(|regex| regex.is_string())
}

/// Where a pattern holds its first backspace that was written `\b`, outside of classes in
/// brackets, and the pattern with word boundaries in the place of them all.
pub(crate) fn lost_boundaries(regex: Cursor<'_>) -> Option<(usize, String)> {
    if !regex.is_string() || !regex.raw().contains("\\b") {
        return None;
    }
    let pattern = regex.to_text();
    let mut meant = String::with_capacity(pattern.len() + 8);
    let (mut depth, mut escaped, mut first) = (0, false, None);
    for (at, c) in pattern.char_indices() {
        match c {
            '\u{8}' if depth == 0 && !escaped => {
                first.get_or_insert(at);
                meant.push_str("\\b");
                continue;
            }
            '[' if !escaped => depth += 1,
            ']' if !escaped && depth > 0 => depth -= 1,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        meant.push(c);
    }
    let first = first?;
    // Who writes the code of the character means it.
    (regex.span_within(first..first + 1).of(regex.text()) == "\\b").then_some((first, meant))
}
