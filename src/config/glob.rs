//! The patterns of `pactlens.toml`: globs over paths, names and JSON pointers.
//!
//! `*` stands for any characters, `?` for one, `[...]` for one of a set, `{a,b}` for either. In
//! paths and pointers `*` and `?` stop at a `/`, and `**` does not.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::text::Span;

/// Longer patterns are not compiled.
const MAX_LEN: usize = 1_000;

/// What a pattern is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Paths below a folder, with forward slashes. One without a `/` holds at any depth, and one
    /// that matches a folder holds for all in it.
    Paths,
    /// Names and other texts, in which no character is special.
    Texts,
    /// JSON pointers; one that matches a node holds for all in it.
    Pointers,
}

/// A pattern and where it is written.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it is written.
    pub text: String,
    /// Where.
    pub span: Span,
    over: Over,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    /// No character is special, which is most often so.
    Literal(String),
    /// The pattern, with what lies below what it matches.
    Glob(GlobSet),
}

/// Where a pattern stands decides nothing, and what it is compiled to follows from its text.
impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        (&self.text, self.over) == (&other.text, other.over)
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// Reads a pattern; fails with what is wrong with it.
    pub fn new(text: &str, span: Span, over: Over) -> Result<Pattern, String> {
        if text.len() > MAX_LEN {
            return Err(format!("it is longer than {MAX_LEN} bytes"));
        }
        let mut glob = text.to_owned();
        if over == Over::Paths {
            if glob.starts_with('!') {
                return Err("a pattern cannot be negated".to_owned());
            }
            glob = from_the_folder(text);
        }
        let special = |ch: char| matches!(ch, '*' | '?' | '[' | ']' | '{' | '}' | '\\');
        let matcher = if glob.contains(special) {
            // By itself it has to be a pattern before something is put behind it.
            let build = |glob: &str| {
                let mut builder = GlobBuilder::new(glob);
                builder.literal_separator(over != Over::Texts).backslash_escape(over != Over::Paths);
                builder.empty_alternates(true).build().map_err(|error| error.kind().to_string())
            };
            let own = build(&glob)?;
            let whole = if over == Over::Texts { own } else { build(&format!("{glob}{{,/**}}"))? };
            // A set says so when a pattern is too large; a matcher would panic.
            let set = GlobSetBuilder::new().add(whole).build();
            Matcher::Glob(set.map_err(|error| error.kind().to_string())?)
        } else {
            Matcher::Literal(glob)
        };
        Ok(Pattern { text: text.to_owned(), span, over, matcher })
    }

    /// Whether a text matches.
    pub fn matches(&self, text: &str) -> bool {
        match &self.matcher {
            Matcher::Literal(literal) => text.strip_prefix(literal.as_str()).is_some_and(|rest| {
                rest.is_empty() || self.over != Over::Texts && (rest.starts_with('/') || literal.is_empty())
            }),
            Matcher::Glob(glob) => glob.is_match(text),
        }
    }

    /// The pattern as a path from the folder, if it is one over paths and says where it begins.
    pub(super) fn path(&self) -> String {
        from_the_folder(&self.text)
    }
}

/// A pattern over paths in its one form: forward slashes, no `./`, and `**/` before what holds
/// at any depth.
fn from_the_folder(text: &str) -> String {
    let slashed = slashed(text);
    let mut glob = slashed.as_str();
    let windows = is_windows_absolute(glob);
    while let Some(rest) = glob.strip_prefix("./") {
        glob = rest;
    }
    let anchored = glob.strip_prefix('/').filter(|_| !windows);
    let trimmed = anchored.unwrap_or(glob).trim_end_matches('/');
    if anchored.is_none() && !trimmed.contains('/') && !trimmed.is_empty() && trimmed != "**" {
        return format!("**/{trimmed}");
    }
    trimmed.to_owned()
}

/// Whether any of `patterns` matches.
pub fn any(patterns: &[Pattern], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(text))
}

/// A path in the one form that patterns are held against: forward slashes where it is one of
/// Windows, the letter of a drive in lower case, no `\\?\` in front.
pub fn normal(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { slashed(&text) } else { normal_text(&text) }
}

/// The same for a path of another machine: what looks like one of Windows is one.
fn normal_text(text: &str) -> String {
    if is_windows_absolute(text) { slashed(text) } else { text.to_owned() }
}

fn is_windows_absolute(text: &str) -> bool {
    let drive = matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    drive || text.starts_with("\\\\")
}

fn slashed(text: &str) -> String {
    let mut text = text.replace('\\', "/");
    if let Some(rest) = text.strip_prefix("//?/UNC/") {
        text = format!("//{rest}");
    } else if let Some(rest) = text.strip_prefix("//?/") {
        text = rest.to_owned();
    }
    if is_windows_absolute(&text) && !text.starts_with('/') {
        text[..1].make_ascii_lowercase();
    }
    text
}

/// A normal path as seen from a normal folder; the path itself when it does not lie below.
pub fn below<'a>(folder: &str, path: &'a str) -> &'a str {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str, over: Over) -> Pattern {
        Pattern::new(text, Span::default(), over).expect("it is a pattern")
    }

    fn check(over: Over, glob: &str, yes: &[&str], no: &[&str]) {
        let pattern = pattern(glob, over);
        for text in yes {
            assert!(pattern.matches(text), "{glob} matches {text}");
        }
        for text in no {
            assert!(!pattern.matches(text), "{glob} does not match {text}");
        }
    }

    #[test]
    fn paths() {
        let path = |glob, yes: &[&str], no: &[&str]| check(Over::Paths, glob, yes, no);
        path("pacts/*.json", &["pacts/a.json"], &["pacts/x/a.json", "x/pacts/a.json"]);
        path("./pacts/a.json", &["pacts/a.json"], &["pacts/a.jsonx"]);
        path("/a.json", &["a.json"], &["x/a.json"]);
        path("a.json", &["a.json", "x/y/a.json"], &["ba.json"]);
        path("*.gen.json", &["a.gen.json", "x/a.gen.json"], &["a.json"]);
        path("fixtures/", &["fixtures/a.json", "x/fixtures/y/a.json"], &["fixtures2/a.json"]);
        path("spec-fixtures/**", &["spec-fixtures/x/a.json"], &["spec-fixtures.json"]);
        path("**/node_modules/**", &["node_modules/a.json", "x/node_modules/y/a.json"], &["a.json"]);
        path("pacts/{web,app}-*.json", &["pacts/web-a.json"], &["pacts/x-a.json"]);
        path("pacts", &["pacts", "pacts/a.json", "x/pacts/y/a.json"], &["pacts2"]);
        path("**", &["a", "a/b"], &[]);
        path("é/*", &["é/ü.json"], &[]);
    }

    #[test]
    fn paths_of_windows() {
        let path = |glob, yes: &[&str], no: &[&str]| check(Over::Paths, glob, yes, no);
        path(r"pacts\*.json", &["pacts/a.json"], &["pacts/x/a.json"]);
        path(r".\build\pacts", &["build/pacts/a.json"], &["x/build/pacts/a.json"]);
        path(r"**\gen\**", &["a/gen/b.json"], &["a/b.json"]);
        path(r"C:\w\*.json", &["c:/w/a.json"], &["d:/w/a.json"]);
        assert_eq!(normal_text(r"C:\Work\web.json"), "c:/Work/web.json");
        assert_eq!(normal_text(r"\\?\C:\Work\web.json"), "c:/Work/web.json");
        assert_eq!(normal_text(r"\\server\share\web.json"), "//server/share/web.json");
        assert_eq!(normal_text(r"\\?\UNC\server\share\web.json"), "//server/share/web.json");
        assert_eq!(normal_text(r"a\b.json"), r"a\b.json", "here that is one name");
        assert_eq!(below("c:/Work", "c:/Work/pacts/web.json"), "pacts/web.json");
        assert_eq!(below("c:/", "c:/web.json"), "web.json");
        assert_eq!(below("//server/share", "//server/share/a/b.json"), "a/b.json");
        assert_eq!(below("/w", "/web/a.json"), "/web/a.json");
        assert_eq!(below("/", "/web/a.json"), "web/a.json");
    }

    #[test]
    fn texts_and_pointers() {
        check(Over::Texts, "legacy-*", &["legacy-a/b", "legacy-"], &["a-legacy-"]);
        check(Over::Texts, "a/b", &["a/b"], &["a/b/c"]);
        check(Over::Texts, "a request for *", &["a request for 1 {x}"], &["A request for x"]);
        check(Over::Texts, r"what\?", &["what?"], &["whats"]);
        check(Over::Texts, "", &[""], &["a"]);
        let header = "/interactions/*/request/headers/Authorization";
        let below = "/interactions/12/request/headers/Authorization/0";
        check(Over::Pointers, header, &[&header.replace('*', "0"), below], &["/interactions/0/request"]);
        check(Over::Pointers, "/interactions/**/id", &["/interactions/0/response/body/id"], &["/a/id"]);
        check(Over::Pointers, "/metadata", &["/metadata", "/metadata/x"], &["/metadata2"]);
        check(Over::Pointers, "", &["", "/a"], &[]);
    }

    #[test]
    fn patterns_that_are_none() {
        for (text, over) in [
            ("[", Over::Texts),
            ("{a", Over::Paths),
            ("a}", Over::Pointers),
            ("[z-a]", Over::Texts),
            ("!a", Over::Paths),
            ("\\", Over::Texts),
        ] {
            assert!(Pattern::new(text, Span::default(), over).is_err(), "{text}");
        }
        assert!(Pattern::new(&"*".repeat(1_001), Span::default(), Over::Texts).is_err());
    }

    /// None of these takes time that grows faster than the text.
    #[test]
    fn no_pattern_is_a_trap() {
        let text = "a".repeat(20_000);
        let traps = [
            "*a".repeat(300) + "b",
            "**/".repeat(300) + "b",
            "{a,aa}".repeat(150) + "b",
            "{".repeat(900),
            "{".repeat(450) + "a" + &"}".repeat(450),
        ];
        for trap in traps.iter().chain([
            &"{a,".repeat(300),
            &"[!b]*".repeat(190),
            &"?".repeat(1_000),
            &"[é-ü]".repeat(150),
        ]) {
            for over in [Over::Paths, Over::Texts, Over::Pointers] {
                if let Ok(pattern) = Pattern::new(trap, Span::default(), over) {
                    let _ = pattern.matches(&text);
                }
            }
        }
    }
}
