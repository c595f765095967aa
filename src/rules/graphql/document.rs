//! The outline of a GraphQL document: which operations it has, and whether its brackets and
//! texts are closed.

/// The outline of a document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Document<'a> {
    /// The operations, in order.
    pub(super) operations: Vec<Operation<'a>>,
}

/// A query, mutation or subscription.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Operation<'a> {
    /// Its name, if it has one.
    pub(super) name: Option<&'a str>,
    /// The variables that must be given: their types are not null and they have no default.
    pub(super) required: Vec<&'a str>,
}

/// A place where a document breaks off or has a bracket too many.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// The byte of the text.
    pub(super) at: usize,
    /// What is wrong, as a clause.
    pub(super) what: &'static str,
}

const OPERATIONS: [&str; 3] = ["query", "mutation", "subscription"];

/// Whether a text is meant to be GraphQL: it begins like a document and has a selection.
pub(super) fn is_graphql(text: &str) -> bool {
    let start = skip_ignored(text, 0);
    let rest = &text[start..];
    if let Some(inside) = rest.strip_prefix('{') {
        let first = inside[skip_ignored(inside, 0)..].chars().next();
        return first.is_some_and(|ch| is_name(ch) || ch == '.');
    }
    let word = name_at(rest);
    let known = OPERATIONS.contains(&word) || word == "fragment";
    known && rest.contains('{')
}

fn is_name(ch: char) -> bool {
    ch == '_' || ch.is_ascii_alphanumeric()
}

/// The name that a text begins with.
fn name_at(text: &str) -> &str {
    &text[..text.find(|ch| !is_name(ch)).unwrap_or(text.len())]
}

/// The first byte from `at` on that is neither blank, comma nor comment.
fn skip_ignored(text: &str, mut at: usize) -> usize {
    while let Some(ch) = text[at..].chars().next() {
        match ch {
            '#' => at += text[at..].find(['\n', '\r']).unwrap_or(text.len() - at),
            _ if ch.is_whitespace() || matches!(ch, ',' | '\u{feff}') => at += ch.len_utf8(),
            _ => break,
        }
    }
    at
}

/// Reads the outline of a document.
pub(super) fn outline(text: &str) -> Result<Document<'_>, Broken> {
    let mut document = Document::default();
    let mut open: Vec<(char, usize)> = Vec::new();
    // Whether a definition has begun whose selection is yet to come.
    let mut pending = false;
    let mut at = 0;
    loop {
        at = skip_ignored(text, at);
        let Some(ch) = text[at..].chars().next() else { break };
        match ch {
            '"' => {
                at = string_end(text, at).ok_or(Broken { at, what: "a text is not closed" })?;
                continue;
            }
            '{' | '(' | '[' => {
                if ch == '{' && open.is_empty() && !std::mem::take(&mut pending) {
                    document.operations.push(Operation::default());
                }
                open.push((ch, at));
            }
            '}' | ')' | ']' => {
                let what = "this bracket closes nothing";
                let (opened, _) = open.pop().ok_or(Broken { at, what })?;
                if !matches!((opened, ch), ('{', '}') | ('(', ')') | ('[', ']')) {
                    return Err(Broken { at, what: "this bracket closes another kind" });
                }
            }
            _ if is_name(ch) => {
                let word = name_at(&text[at..]);
                at += word.len();
                if open.is_empty() && !pending && (OPERATIONS.contains(&word) || word == "fragment") {
                    pending = true;
                    let next = skip_ignored(text, at);
                    let name = Some(name_at(&text[next..])).filter(|name| !name.is_empty());
                    at = next + name.map_or(0, str::len);
                    if word != "fragment" {
                        let required = required_variables(text, skip_ignored(text, at));
                        document.operations.push(Operation { name, required });
                    }
                }
                continue;
            }
            _ => {}
        }
        at += ch.len_utf8();
    }
    match open.first() {
        Some((_, at)) => Err(Broken { at: *at, what: "this bracket is never closed" }),
        None => Ok(document),
    }
}

/// The variables in the list that opens at `at`, if one does, that must be given.
fn required_variables(text: &str, mut at: usize) -> Vec<&str> {
    let mut out = Vec::new();
    if !text[at..].starts_with('(') {
        return out;
    }
    // Brackets within default values and arguments of directives.
    let mut depth = 0;
    loop {
        let Some(ch) = text[at..].chars().next() else { return out };
        at += ch.len_utf8();
        match ch {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' if depth == 1 => return out,
            ')' | '}' | ']' => depth -= 1,
            '"' => match string_end(text, at - 1) {
                Some(end) => at = end,
                None => return out,
            },
            '$' if depth == 1 => {
                let name = name_at(&text[at..]);
                let colon = skip_ignored(text, at + name.len());
                let Some(rest) = text[colon..].strip_prefix(':') else { continue };
                let in_type = |ch: char| is_name(ch) || ch.is_whitespace() || matches!(ch, '[' | ']' | '!');
                let end = rest.find(|ch| !in_type(ch)).unwrap_or(rest.len());
                let default = rest[end..].starts_with('=');
                // Without a comma the name of the next variable comes after its dollar sign.
                if !default && rest[..end].trim_end().ends_with('!') {
                    out.push(name);
                }
                at = colon + 1 + end;
            }
            _ => {}
        }
        at = skip_ignored(text, at);
    }
}

/// The byte after the string that begins at `at`.
fn string_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if let Some(block) = rest.strip_prefix("\"\"\"") {
        let mut from = 0;
        loop {
            let end = from + block.get(from..)?.find("\"\"\"")?;
            if !block[..end].ends_with('\\') {
                return Some(at + 3 + end + 3);
            }
            from = end + 3;
        }
    }
    let mut escaped = false;
    for (index, ch) in rest.char_indices().skip(1) {
        match ch {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + index + 1),
            '\n' | '\r' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_language() {
        for yes in [
            "{ user { id } }",
            "query { a }",
            "query($x: Int) {a}",
            "# c\n mutation M { a }",
            "fragment F on U { a }",
        ] {
            assert!(is_graphql(yes), "{yes}");
        }
        for no in ["", "shoes", "query of the day", "{\"match\": 1}", "{}", "queries { a }", "#1 {"] {
            assert!(!is_graphql(no), "{no}");
        }
    }

    #[test]
    fn finds_operations() {
        let names = |text| {
            outline(text).map(|document| {
                document.operations.iter().map(|operation| operation.name).collect::<Vec<_>>()
            })
        };
        assert_eq!(names("{ a }"), Ok(vec![None]));
        assert_eq!(
            names("query A($x: [Int!] = [1]) @d(a: \"}\") { query { a } } mutation B { a(o: {b: 1}) }"),
            Ok(vec![Some("A"), Some("B")])
        );
        assert_eq!(names("fragment F on U { a }, query($x: In = {a: 1}) { ...F } # }"), Ok(vec![None]));
        assert_eq!(names("{ a(s: \"\"\" \\\"\"\" } \"\"\") }"), Ok(vec![None]));
    }

    #[test]
    fn finds_required_variables() {
        let required = |text| outline(text).map(|mut document| document.operations.remove(0).required);
        assert_eq!(
            required("query A($a: Int!, $b: [Int!] $c: [Int]! , $d: In! = {x: \")\"}) { a }"),
            Ok(vec!["a", "c"])
        );
        assert_eq!(required("query($a: A! @d(b: {c: 1}) $e: E!) { a(b: $f) }"), Ok(vec!["a", "e"]));
        assert_eq!(required("query A @d(a: 1) { a }"), Ok(vec![]));
        assert_eq!(required("{ a(b: $c) }"), Ok(vec![]));
    }

    #[test]
    fn finds_breaks() {
        let broken = |text| outline(text).map_err(|broken| broken.at);
        assert_eq!(broken("query A { a { b }"), Err(8));
        assert_eq!(broken("{ a } }"), Err(6));
        assert_eq!(broken("{ a(b: 1} }"), Err(8));
        assert_eq!(broken("{ a(b: \"x) }"), Err(7));
    }
}
