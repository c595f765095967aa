//! Texts of a file quoted in messages.

use std::borrow::Cow;

/// `text` as it fits into a message: at most 40 characters, the middle left out.
pub fn shorten(text: &str) -> Cow<'_, str> {
    const MOST: usize = 40;
    if text.contains('\n') {
        // No more words than can be shown.
        let words: Vec<&str> =
            text.get(..text.len().min(4 * MOST)).unwrap_or(text).split_whitespace().collect();
        return Cow::Owned(shorten(&words.join(" ")).into_owned());
    }
    if text.len() <= MOST || text.chars().count() <= MOST {
        return Cow::Borrowed(text);
    }
    let cut = |count: usize| text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
    let tail = text.char_indices().rev().nth(11).map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{}...{}", &text[..cut(25)], &text[tail..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_both_ends() {
        assert_eq!(shorten("short"), "short");
        let long = "abcdefghijklmnopqrstuvwxyz".repeat(3);
        assert_eq!(shorten(&long), "abcdefghijklmnopqrstuvwxy...opqrstuvwxyz");
        assert_eq!(shorten(&"é".repeat(41)).chars().count(), 40);
    }
}
