//! What the core's `Regex` generator makes of a pattern.

use std::ops::Range;

use regex_syntax::ParserBuilder;
use regex_syntax::ast::{self, Ast, Visitor};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::MAX_LEN;

/// The most bytes a generated value must have before it is called a problem.
const MAX_GENERATED: usize = 1_000_000;

/// Why the core's `Regex` generator cannot make a value for `pattern`: the place, in bytes of the pattern,
/// and the reason. `None` when it can, and for patterns over [`MAX_LEN`] bytes, which are not looked at.
///
/// The generator reads its pattern with another engine than the matcher: `regex-syntax` without Unicode,
/// which knows no look-around and no backreferences, then `rand_regex`, which knows no anchors. Without
/// Unicode even `.` and `\D` are refused, for they would match half a character. A `^` at the start is
/// dropped only if there is a `$` at the end as well (pact_models generators/mod.rs `strip_anchors` and the
/// arm of `Generator::Regex`).
pub fn generator_problem(pattern: &str) -> Option<(Range<usize>, String)> {
    if pattern.len() > MAX_LEN {
        return None;
    }
    let (stripped, shift) = strip_anchors(pattern);
    let place = |start: usize, end: usize| {
        let whole = 0..pattern.len();
        let range = start + shift..end.max(start) + shift;
        if range.end <= pattern.len() { range } else { whole }
    };
    let hir = match ParserBuilder::new().unicode(false).build().parse(stripped) {
        Ok(hir) => hir,
        Err(error) => {
            let (span, reason) = match &error {
                regex_syntax::Error::Parse(error) => (*error.span(), error.kind().to_string()),
                regex_syntax::Error::Translate(error) => (*error.span(), error.kind().to_string()),
                other => return Some((place(0, stripped.len()), other.to_string())),
            };
            return Some((place(span.start.offset, span.end.offset), reason));
        }
    };
    if !hir.properties().look_set().is_empty() {
        let (start, end) = first_anchor(stripped).unwrap_or((0, stripped.len()));
        let reason = if stripped.len() == pattern.len() && pattern.starts_with('^') && start == 0 {
            "'^' is dropped only together with a '$' at the end, and other anchors are not supported"
        } else {
            "anchors and word boundaries are not supported"
        };
        return Some((place(start, end), reason.to_owned()));
    }
    let whole = place(0, stripped.len());
    if impossible(&hir) {
        return Some((whole, "no text can match it".to_owned()));
    }
    let least = hir.properties().minimum_len().unwrap_or(0);
    (least > MAX_GENERATED).then(|| (whole, format!("every value would have at least {least} bytes")))
}

/// The pattern as the generator reads it, and how many bytes are missing at its start.
fn strip_anchors(pattern: &str) -> (&str, usize) {
    match pattern.strip_prefix('^').map(|rest| rest.strip_suffix('$')) {
        Some(Some(inner)) => (inner, 1),
        Some(None) => (pattern, 0),
        None => (pattern.strip_suffix('$').unwrap_or(pattern), 0),
    }
}

/// The place of the first anchor.
fn first_anchor(pattern: &str) -> Option<(usize, usize)> {
    struct First;
    impl Visitor for First {
        type Output = ();
        type Err = (usize, usize);

        fn finish(self) -> Result<(), (usize, usize)> {
            Ok(())
        }

        fn visit_pre(&mut self, ast: &Ast) -> Result<(), (usize, usize)> {
            match ast {
                Ast::Assertion(anchor) => Err((anchor.span.start.offset, anchor.span.end.offset)),
                _ => Ok(()),
            }
        }
    }
    let ast = ast::parse::Parser::new().parse(pattern).ok()?;
    ast::visit(&ast, First).err()
}

/// Whether some part that must be generated is an empty class. The parser's limit of 250 levels bounds the
/// recursion.
fn impossible(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => class.ranges().is_empty(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().is_empty(),
        HirKind::Repetition(repetition) => repetition.max != Some(0) && impossible(&repetition.sub),
        HirKind::Capture(capture) => impossible(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(impossible),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => false,
    }
}
