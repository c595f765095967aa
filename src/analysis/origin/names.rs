//! Names of tests: where source code declares them, and what of them a pact holds.

use crate::analysis::source::{Language, Source};
use crate::text::Span;

/// Longest name of a test that is taken apart, in bytes.
const MAX_NAME: usize = 1_000;

/// Tells each function that may be a test: its name, the class or module it stands in as far
/// as that is the last one named before it, and where its name stands.
pub(super) fn declared<'a>(source: &Source<'a>, tell: &mut dyn FnMut(&str, Option<&'a str>, Span)) {
    use Language::{CSharp, Go, Groovy, Java, Kotlin, Php, Python, Ruby, Rust, Scala};
    let mut class = None;
    for at in 0..source.len() {
        let Some(word) = source.word(at) else { continue };
        let next = at + 1;
        let keyword = match source.language {
            Python | Ruby | Scala => "def",
            Kotlin => "fun",
            Php => "function",
            Go => "func",
            Rust => "fn",
            _ => "",
        };
        if matches!(word, "class" | "object") || word == "mod" && source.language == Rust {
            if let Some(name) = source.word(next) {
                class = Some(name);
            }
        } else if !keyword.is_empty() && word == keyword {
            if let Some((name, span)) = quoted(source, next) {
                tell(name, class, span);
            } else if let (Some(name), Some(span)) = (source.word(next), source.span(next)) {
                tell(name, class, span);
            }
        } else if matches!(source.language, Java | CSharp | Groovy)
            && source.is_sign(next, b'(')
            && at.checked_sub(1).is_some_and(|before| {
                source.word(before).is_some_and(|word| !matches!(word, "new" | "return" | "await" | "else"))
                    || matches!(source.sign(before), Some(b'>' | b']'))
            })
        {
            let after = source.close(next) + 1;
            let body = source.is_sign(after, b'{') || source.is_word(after, &["throws"]);
            if let Some(span) = source.span(at).filter(|_| body) {
                tell(word, class, span);
            }
        }
    }
}

/// The name between backticks at `at`, which may be any text, and where it stands.
fn quoted<'a>(source: &Source<'a>, at: usize) -> Option<(&'a str, Span)> {
    if !source.is_sign(at, b'`') {
        return None;
    }
    let end = (at + 1..source.len().min(at + 200)).find(|end| source.is_sign(*end, b'`'))?;
    let span = Span::new(source.span(at)?.end, source.span(end)?.start);
    Some((source.text.get(span.start as usize..span.end as usize)?, span))
}

/// A test's name as libraries write it: `package.Class.method(Parameter)`,
/// `file.py::Class::method[case]`, `module::function`.
pub(super) struct TestName<'a> {
    /// The function, or the whole of it if it is a sentence.
    pub(super) function: &'a str,
    /// What it stands in: class, modules, file.
    pub(super) around: Vec<&'a str>,
}

impl<'a> TestName<'a> {
    /// Takes a name apart; `None` for one that is too long.
    pub(super) fn new(name: &'a str) -> Option<TestName<'a>> {
        if name.len() > MAX_NAME {
            return None;
        }
        // What is in brackets tells the cases of one test apart.
        let plain = name.split(['(', '[']).next().unwrap_or(name).trim();
        let mut around: Vec<&str> =
            plain.split(['.', ':', '/', '\\', '#', '$']).filter(|part| !part.is_empty()).collect();
        let function = around.pop()?;
        Some(TestName { function, around })
    }
}
