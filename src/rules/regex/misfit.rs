//! Why a pattern and its example do not fit, so that one rule speaks of it and no other.

use crate::model::example::{Mismatch, Problem};
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
    /// Neither: the example breaks its rule (`example-violates-rule`).
    Differs,
}

/// Which of the three it is; `None` for mismatches that are not about a pattern.
pub(crate) fn misfit(cx: &InteractionCx<'_>, mismatch: &Mismatch) -> Option<Misfit> {
    let Problem::Regex { occurs } = mismatch.problem else { return None };
    if occurs {
        return Some(Misfit::PartOnly);
    }
    let Some(pattern) = pattern_of(cx, mismatch).map(Cursor::to_text) else { return Some(Misfit::Differs) };
    let Some(literal) = JsLiteral::parse(&pattern) else { return Some(Misfit::Differs) };
    let example = mismatch.value(cx.root);
    let meant = literal.never_matches() || literal.would_match(&mut cx.regexes.borrow_mut(), &example);
    Some(if meant { Misfit::JsLiteral } else { Misfit::Differs })
}

/// The pattern of the matcher.
pub(crate) fn pattern_of<'a>(cx: &InteractionCx<'a>, mismatch: &Mismatch) -> Option<Cursor<'a>> {
    cx.node(mismatch.matcher).get("regex").filter(|regex| regex.is_string())
}
