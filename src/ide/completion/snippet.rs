//! Text with places to fill in, as editors take it.

/// What is inserted: with places to fill in, and without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insert {
    /// For editors that know snippets: `$1`, `$2`, ... are places to fill in.
    pub snippet: String,
    /// For all others.
    pub plain: String,
}

impl Insert {
    /// A text without places to fill in.
    pub(super) fn plain(text: &str) -> Insert {
        Insert { snippet: escape(text), plain: text.to_owned() }
    }

    /// A text in which `$1`, `$2`, ... are places to fill in, behind one that has none.
    pub(super) fn with_places(before: &str, template: &str) -> Insert {
        let mut plain = before.to_owned();
        let mut rest = template;
        while let Some(at) = rest.find('$') {
            plain.push_str(&rest[..at]);
            rest = rest[at + 1..].trim_start_matches(|ch: char| ch.is_ascii_digit());
        }
        plain.push_str(rest);
        Insert { snippet: format!("{}{}", escape(before), in_snippet(template)), plain }
    }
}

/// What a snippet would take for something else: `$`, `}` and the backslash.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        if matches!(ch, '$' | '}' | '\\') {
            out.push('\\');
        }
        out.push(ch);
    }
    out
}

/// A template of ours: only its braces are to be protected.
fn in_snippet(template: &str) -> String {
    template.replace('}', "\\}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_literally_stays() {
        let insert = Insert::with_places("\"$.a\\\\b}\": ", "{\"match\": \"$1\"}");
        assert_eq!(insert.snippet, "\"\\$.a\\\\\\\\b\\}\": {\"match\": \"$1\"\\}");
        assert_eq!(insert.plain, "\"$.a\\\\b}\": {\"match\": \"\"}");
    }
}
