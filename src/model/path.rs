//! Path expressions of matching rules and generators, such as `$.items[*].id`.

use std::fmt;

use smallvec::SmallVec;

/// One step of a path. Names are byte ranges of the (decoded) expression text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// `.name` or `['name']`: the range of the name.
    Field(u32, u32),
    /// `[3]`.
    Index(u32),
    /// `.*`: any member or item.
    Star,
    /// `[*]`: any item of an array, never a member.
    StarIndex,
}

/// The steps of a path: seldom more than a few.
type Steps = SmallVec<[(Step, u32, u32); 4]>;

/// A parsed path expression. `$` itself is not a step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathExpr {
    /// The steps after the root, each with its bytes in the expression, separators
    /// included (`.name`, `[3]`).
    pub steps: Steps,
    /// The expression is the empty string, which stands for "no path".
    pub empty: bool,
}

/// Why an expression does not parse. The official core then refuses the whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    /// Byte range of the expression that is to blame.
    pub start: u32,
    /// End of that range.
    pub end: u32,
    /// What is wrong, to be read after the expression.
    pub message: String,
}

/// Parses `text` by the grammar of `parse_path_exp` (pact_models, path_exp.rs): what
/// that function accepts is accepted here, and nothing else.
pub fn parse_path(text: &str) -> Result<PathExpr, PathError> {
    let mut parser = Parser { text, at: 0, steps: Steps::new() };
    match text.chars().next() {
        None => return Ok(PathExpr { steps: Steps::new(), empty: true }),
        Some('$') => parser.at = 1,
        Some(ch) if ch.is_alphanumeric() => parser.identifier(0)?,
        Some(ch) => {
            return Err(error(0, ch.len_utf8(), "a path starts with '$'".to_owned()));
        }
    }
    while let Some(ch) = parser.peek() {
        let start = parser.at;
        parser.at += ch.len_utf8();
        match ch {
            '.' => parser.dot(start)?,
            '[' => parser.bracket(start)?,
            _ => {
                return Err(error(start, parser.at, format!("expected '.' or '[' instead of '{ch}'")));
            }
        }
    }
    Ok(PathExpr { steps: parser.steps, empty: false })
}

impl Step {
    /// The name of a field step, given the expression it came from.
    pub fn name<'t>(&self, text: &'t str) -> Option<&'t str> {
        match *self {
            Step::Field(start, end) => text.get(start as usize..end as usize),
            _ => None,
        }
    }
}

/// `name` as a step in the shortest notation that parses back to it: `.name` or
/// `['name']`; `None` when no notation exists (it holds a quote and needs brackets).
pub fn field_step(name: &str) -> Option<String> {
    let plain = !name.is_empty() && name.chars().all(is_identifier) && name != "*";
    if plain {
        Some(format!(".{name}"))
    } else if name.is_empty() || name.contains('\'') {
        None
    } else {
        Some(format!("['{name}']"))
    }
}

fn is_identifier(ch: char) -> bool {
    ch.is_alphanumeric() || matches!(ch, '_' | '-' | ':' | '#' | '@')
}

fn error(start: usize, end: usize, message: String) -> PathError {
    PathError { start: start as u32, end: end as u32, message }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    steps: Steps,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn push(&mut self, step: Step, start: usize) {
        self.steps.push((step, start as u32, self.at as u32));
    }

    fn dot(&mut self, start: usize) -> Result<(), PathError> {
        match self.peek() {
            Some('*') => {
                self.at += 1;
                self.push(Step::Star, start);
                Ok(())
            }
            Some(ch) if is_identifier(ch) => self.identifier(start),
            Some(ch) => Err(error(
                self.at,
                self.at + ch.len_utf8(),
                format!("expected a name or '*' after '.', found '{ch}'"),
            )),
            None => Err(error(start, self.at, "expected a name or '*' after the last '.'".to_owned())),
        }
    }

    /// A name at the cursor; `start` is where its step begins.
    fn identifier(&mut self, start: usize) -> Result<(), PathError> {
        let name = self.at;
        while let Some(ch) = self.peek() {
            if is_identifier(ch) {
                self.at += ch.len_utf8();
            } else if matches!(ch, '.' | '[' | '\'') {
                break;
            } else {
                let shown = if ch == ' ' { "a space".to_owned() } else { format!("'{ch}'") };
                return Err(error(
                    self.at,
                    self.at + ch.len_utf8(),
                    format!("{shown} is not allowed in a name outside of ['...']"),
                ));
            }
        }
        self.push(Step::Field(name as u32, self.at as u32), start);
        Ok(())
    }

    fn bracket(&mut self, start: usize) -> Result<(), PathError> {
        let step = match self.peek() {
            Some('\'') => self.quoted()?,
            Some('*') => {
                self.at += 1;
                Step::StarIndex
            }
            Some(ch) if ch.is_numeric() => self.index()?,
            Some(']') => return Err(error(start, self.at + 1, "the brackets are empty".to_owned())),
            Some(ch) => {
                return Err(error(
                    self.at,
                    self.at + ch.len_utf8(),
                    format!("expected a number, '*' or a name in single quotes, found '{ch}'"),
                ));
            }
            None => return Err(error(start, self.at, "'[' is never closed".to_owned())),
        };
        match self.peek() {
            Some(']') => {
                self.at += 1;
                self.push(step, start);
                Ok(())
            }
            Some(ch) => Err(error(self.at, self.at + ch.len_utf8(), format!("expected ']', found '{ch}'"))),
            None => Err(error(start, self.at, "'[' is never closed".to_owned())),
        }
    }

    fn quoted(&mut self) -> Result<Step, PathError> {
        let open = self.at;
        let name = open + 1;
        match self.text[name..].find('\'') {
            Some(0) => Err(error(open, name + 1, "the name is empty".to_owned())),
            Some(len) => {
                self.at = name + len + 1;
                Ok(Step::Field(name as u32, (name + len) as u32))
            }
            None => Err(error(open, self.text.len(), "the quote is never closed".to_owned())),
        }
    }

    fn index(&mut self) -> Result<Step, PathError> {
        let start = self.at;
        while let Some(ch) = self.peek() {
            if !ch.is_numeric() {
                break;
            }
            self.at += ch.len_utf8();
        }
        self.text[start..self.at].parse().map(Step::Index).map_err(|_| {
            // The core panics on these: it unwraps the same parse.
            error(start, self.at, "this is not a usable index".to_owned())
        })
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<Step> {
        parse_path(text).expect("it parses").steps.iter().map(|s| s.0).collect()
    }

    #[test]
    fn the_whole_grammar() {
        let text = "$.a[0]['b c'].*[*].@id";
        let path = parse_path(text).expect("it parses");
        let shown: Vec<_> = path.steps.iter().map(|s| &text[s.1 as usize..s.2 as usize]).collect();
        assert_eq!(shown, [".a", "[0]", "['b c']", ".*", "[*]", ".@id"]);
        assert_eq!(path.steps[2].0.name(text), Some("b c"));
        assert_eq!(steps("$"), []);
        assert_eq!(steps("a.b"), [Step::Field(0, 1), Step::Field(2, 3)]);
        assert!(parse_path("").expect("it parses").empty);
    }

    #[test]
    fn errors_point_at_the_character() {
        for (text, start, end) in [
            ("$.a b", 3, 4),
            ("$.", 1, 2),
            ("$..a", 2, 3),
            ("$[", 1, 2),
            ("$[]", 1, 3),
            ("$['", 2, 3),
            ("$['']", 2, 4),
            ("$[-1]", 2, 3),
            ("$[\"a\"]", 2, 3),
            ("$[1", 1, 3),
            ("$x", 1, 2),
            ("/a", 0, 1),
            ("$.a|b", 3, 4),
            ("$[99999999999999999999]", 2, 22),
        ] {
            let error = parse_path(text).expect_err(text);
            assert_eq!((error.start, error.end), (start, end), "{text}: {error}");
        }
    }

    #[test]
    fn steps_are_written_back() {
        assert_eq!(field_step("id").as_deref(), Some(".id"));
        assert_eq!(field_step("a b").as_deref(), Some("['a b']"));
        assert_eq!(field_step("it's"), None);
        assert_eq!(field_step("a.b").as_deref(), Some("['a.b']"));
    }
}
