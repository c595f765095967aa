//! Where a pattern is broken.

use std::ops::Range;

use regex_syntax::ast::{self, ErrorKind};

use super::guard;

/// Where a pattern does not compile, in bytes of the pattern, as well as it can be told; `None` for a
/// pattern the engine takes, one that is not handed to it, and when nothing better than the whole is known.
///
/// Oniguruma gives a message and no place. What it reads, it reads from left to right, so the shortest
/// beginning that already fails with the same error ends at the place. For what is opened and never closed,
/// `regex-syntax` knows the place; its word is taken only for what is wrong in both engines, as it refuses
/// look-around, backreferences and more that Oniguruma has. Without the feature `onig` this second way is
/// the only one.
pub fn error_span(pattern: &str) -> Option<Range<usize>> {
    guard::checked(pattern).ok()?;
    #[cfg(feature = "onig")]
    {
        let code = refusal(pattern)?;
        // Errors of a pattern that ends too early (oniguruma.h): the end is not the place.
        let unfinished = matches!(code, -106..=-103 | -101..=-100 | -118..=-117);
        if unfinished {
            wrong_in_both(pattern).or_else(|| guard::left_open(pattern))
        } else {
            first_failure(pattern, code)
        }
    }
    #[cfg(not(feature = "onig"))]
    wrong_in_both(pattern)
}

/// The span of `regex-syntax` where both engines agree that something is wrong.
fn wrong_in_both(pattern: &str) -> Option<Range<usize>> {
    let error = ast::parse::Parser::new().parse(pattern).err()?;
    let both = matches!(
        error.kind(),
        ErrorKind::GroupUnclosed
            | ErrorKind::GroupUnopened
            | ErrorKind::ClassUnclosed
            | ErrorKind::ClassRangeInvalid
            | ErrorKind::EscapeUnexpectedEof
            | ErrorKind::RepetitionMissing
    );
    let (start, end) = (error.span().start.offset, error.span().end.offset);
    // A repeat without a target has an empty span before it.
    let next = pattern.get(start..)?.chars().next().map_or(0, char::len_utf8);
    both.then_some(start..end.max(start + next))
}

/// The engine's code for refusing a text.
#[cfg(feature = "onig")]
fn refusal(pattern: &str) -> Option<i32> {
    onig::Regex::new(pattern).err().map(|error| error.code())
}

/// The end of the shortest beginning that fails the same way, back to where the wrong thing starts.
#[cfg(feature = "onig")]
fn first_failure(pattern: &str, code: i32) -> Option<Range<usize>> {
    let ends: Vec<usize> = pattern.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    let shortest = ends.partition_point(|&end| refusal(&pattern[..end]) != Some(code));
    let end = *ends.get(shortest)?;
    let head = &pattern[..end];
    if refusal(head) != Some(code) {
        return None;
    }
    let start = match code {
        // Options and names of groups, look-behind.
        -119 | -122 | -216..=-214 => head.rfind("(?"),
        // Properties.
        -223 => head.rfind(r"\p").max(head.rfind(r"\P")).max(head.rfind("[:")),
        // Backreferences and calls.
        -208 | -209 | -217 | -218 => head.rfind('\\'),
        // Ranges in a class: the character before the dash.
        -112..=-110 | -203 | -204 => head
            .rfind('-')
            .and_then(|dash| head[..dash].char_indices().next_back())
            .map(|(at, _)| if head[..at].ends_with('\\') { at - 1 } else { at }),
        -102 => head.rfind('['),
        // Bounds of repeats.
        -201 | -202 => head.rfind('{'),
        -113 | -114 if head.ends_with('}') => head.rfind('{'),
        _ => None,
    };
    let last = head.char_indices().next_back().map_or(0, |(at, _)| at);
    Some(start.unwrap_or(last)..end)
}
