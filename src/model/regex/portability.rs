//! What of a pattern other engines read otherwise than the official core.
//!
//! A scanner over the constructs of a pattern that Oniguruma compiles: it knows escapes, classes, groups and
//! repeats well enough to find the ones that differ, in one pass and without a tree. What the other engines
//! make of them was tried with `java.util.regex` of JDK 17, V8 of Node 20 and `re` of Python 3.11; Ruby's
//! answers are those of Onigmo in Ruby 3.1. The WebAssembly build of the core uses the `regex` crate, whose
//! own parser is asked.
//!
//! Left out is what differs for nearly every pattern and hardly any value: `^` and `$` at line ends, and
//! letters and digits beyond ASCII in `\w` and `\d`.

mod escape;
mod group;
mod targets;
#[cfg(test)]
mod tests;

pub use targets::{Target, Targets};

use crate::model::keep::keeps;
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::MAX_LEN;

/// A piece of a pattern that some engine reads otherwise than the official core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Construct {
    /// Its bytes in the pattern.
    pub range: Range<usize>,
    /// What it is to the official core, as in "is a hexadecimal digit"; empty where that does not matter.
    pub here: &'static str,
    /// Engines that cannot compile it.
    pub fails: Targets,
    /// Engines that compile it to something else, and to what.
    pub means: Vec<(Target, &'static str)>,
    /// A spelling that all engines share and that means the same to the core.
    pub instead: Option<Cow<'static, str>>,
    /// What to do where no such spelling exists.
    pub advice: &'static str,
}

impl Construct {
    fn new(range: Range<usize>, here: &'static str) -> Construct {
        let (fails, means, instead) = (Targets::NONE, Vec::new(), None);
        Construct { range, here, fails, means, instead, advice: "" }
    }

    fn fails(mut self, targets: &[Target]) -> Construct {
        self.fails = self.fails.with(targets);
        self
    }

    fn means(mut self, target: Target, what: &'static str) -> Construct {
        self.means.push((target, what));
        self
    }

    fn instead(mut self, text: impl Into<Cow<'static, str>>) -> Construct {
        self.instead = Some(text.into());
        self
    }

    fn advice(mut self, text: &'static str) -> Construct {
        self.advice = text;
        self
    }
}

/// The most constructs that are listed of one pattern.
const MOST: usize = 8;

/// The constructs of a pattern that one of `targets` reads otherwise than the official core, in the order of
/// the text. Nothing is said of patterns over [`MAX_LEN`] bytes, nor of those with the flag `x`, whose white
/// space and comments would need another reader.
pub fn constructs(pattern: &str, targets: Targets) -> Vec<Construct> {
    if pattern.len() > MAX_KNOWN_LEN {
        return find_constructs(pattern, targets);
    }
    PORTABLE.with_borrow_mut(|known| {
        let known = known.entry(targets).or_default();
        if known.contains(pattern) {
            return Vec::new();
        }
        let found = find_constructs(pattern, targets);
        if found.is_empty() && keeps() {
            if known.len() >= MAX_KNOWN {
                known.clear();
            }
            known.insert(pattern.into());
        }
        found
    })
}

thread_local! {
    /// Patterns that have none, which stand in interaction after interaction.
    static PORTABLE: RefCell<FxHashMap<Targets, FxHashSet<Box<str>>>> = RefCell::default();
}

/// Bounds of that memory: patterns, and bytes of one.
const MAX_KNOWN: usize = 1024;
const MAX_KNOWN_LEN: usize = 256;

fn find_constructs(pattern: &str, targets: Targets) -> Vec<Construct> {
    let mut scanner = Scanner { text: pattern, at: 0, last: Last::Nothing, targets, out: Vec::new() };
    if pattern.len() > MAX_LEN || !scanner.run() {
        return Vec::new();
    }
    let mut out = scanner.out;
    if targets.has(Target::Wasm)
        && let Err(error) = regex_syntax::Parser::new().parse(pattern)
    {
        let span = match &error {
            regex_syntax::Error::Parse(error) => error.span().start.offset..error.span().end.offset,
            regex_syntax::Error::Translate(error) => error.span().start.offset..error.span().end.offset,
            _ => 0..0,
        };
        let whole = 0..pattern.len();
        let range = if span.is_empty() || pattern.get(span.clone()).is_none() { whole } else { span };
        let construct = Construct::new(range, "")
            .fails(&[Target::Wasm])
            .advice("the regex crate knows no look-around, no backreferences and no possessive repeats");
        match out.iter_mut().find(|known| known.range.start == construct.range.start) {
            Some(known) => known.fails = known.fails.with(&[Target::Wasm]),
            None => out.push(construct),
        }
        out.sort_by_key(|construct| construct.range.start);
    }
    out
}

/// What stands before the place that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Atom,
    /// A repeat, with braces or not, that may still become lazy or possessive.
    Repeat {
        braces: bool,
    },
    /// A repeat that is complete.
    Closed,
}

struct Scanner<'p> {
    text: &'p str,
    at: usize,
    last: Last,
    targets: Targets,
    out: Vec<Construct>,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Keeps a construct if one of the targets minds it.
    fn add(&mut self, mut construct: Construct) {
        construct.fails = construct.fails.among(self.targets);
        construct.means.retain(|(target, _)| self.targets.has(*target));
        if (!construct.fails.is_empty() || !construct.means.is_empty()) && self.out.len() < MOST {
            self.out.push(construct);
        }
    }

    /// Reads the whole pattern; `false` when it has the flag `x`.
    fn run(&mut self) -> bool {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\\' => {
                    let quantified = self.escape(false);
                    self.last = if quantified { Last::Atom } else { Last::Nothing };
                }
                '[' => {
                    self.class();
                    self.last = Last::Atom;
                }
                '(' => {
                    if !self.open() {
                        return false;
                    }
                    self.last = Last::Nothing;
                }
                ')' => {
                    self.at += 1;
                    self.last = Last::Atom;
                }
                '|' => {
                    self.at += 1;
                    self.last = Last::Nothing;
                }
                '*' | '+' | '?' => self.repeat(1),
                '{' => self.brace(),
                _ => {
                    self.at += c.len_utf8();
                    self.last = Last::Atom;
                }
            }
        }
        true
    }

    /// A repeat of `length` bytes.
    fn repeat(&mut self, length: usize) {
        let start = self.at;
        let sign = self.rest().as_bytes().first().copied().unwrap_or_default();
        let range = start..start + length;
        self.at += length;
        match (self.last, sign) {
            (Last::Repeat { .. }, b'?') => self.last = Last::Closed,
            (Last::Repeat { braces: false }, b'+') => {
                self.add(
                    Construct::new(range, "")
                        .fails(&[Target::Js])
                        .advice("leave out the '+' if nothing depends on it"),
                );
                self.last = Last::Closed;
            }
            (Last::Repeat { braces: true }, b'+') => {
                let possessive = "a repeat that gives nothing back";
                self.add(
                    Construct::new(range, "a repeat of the repeat")
                        .fails(&[Target::Js])
                        .means(Target::Jvm, possessive)
                        .means(Target::Python, possessive)
                        .advice("put what is repeated twice into a group"),
                );
                self.last = Last::Closed;
            }
            (Last::Repeat { .. } | Last::Closed, sign) => {
                let mut fails = vec![Target::Js, Target::Python];
                if sign != b'{' {
                    fails.push(Target::Jvm);
                }
                let construct = Construct::new(range, "").fails(&fails);
                self.add(construct.advice("write one repeat, or put what is repeated twice into a group"));
                self.last = Last::Closed;
            }
            _ => self.last = Last::Repeat { braces: sign == b'{' },
        }
    }

    /// A brace: a repeat, or text.
    fn brace(&mut self) {
        let start = self.at;
        let close = self.rest().bytes().take(24).position(|b| b == b'}');
        let inner = close.and_then(|close| self.rest().get(1..close));
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let (length, most, crossed) = match inner.map(|inner| (inner, inner.split_once(','))) {
            Some((count, None)) if number(count) => (count.len() + 2, None, false),
            Some((inner, Some((low, "")))) if number(low) => (inner.len() + 2, None, false),
            Some((inner, Some(("", high)))) if number(high) => {
                (inner.len() + 2, Some(format!("{{0,{high}}}")), false)
            }
            Some((inner, Some((low, high)))) if number(low) && number(high) => {
                let value = |text: &str| text.parse().unwrap_or(u64::MAX);
                (inner.len() + 2, None, value(low) > value(high))
            }
            _ => return self.text_brace(),
        };
        if self.last == Last::Nothing {
            return self.text_brace();
        }
        let range = start..start + length;
        if let Some(most) = most {
            self.add(
                Construct::new(range, "a repeat")
                    .fails(&[Target::Jvm])
                    .means(Target::Js, "plain text")
                    .instead(most),
            );
        } else if crossed {
            self.add(
                Construct::new(range, "")
                    .fails(&[Target::Jvm, Target::Js, Target::Python])
                    .advice("write the smaller number first"),
            );
        }
        self.repeat(length);
    }

    /// A brace that stands for itself.
    fn text_brace(&mut self) {
        let range = self.at..self.at + 1;
        self.at += 1;
        self.last = Last::Atom;
        self.add(Construct::new(range, "").fails(&[Target::Jvm]).instead("\\{"));
    }

    /// A class in brackets, with those inside of it.
    fn class(&mut self) {
        let start = self.at;
        self.at += 1;
        let mut depth = 1;
        let mut first = self.skip_caret();
        let mut mixed = false;
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\\' => {
                    self.escape(true);
                }
                '[' if self.rest().starts_with("[:") && self.posix() => {}
                '[' => {
                    self.nested(start, &mut mixed);
                    self.at += 1;
                    depth += 1;
                    first = self.skip_caret();
                    continue;
                }
                '&' if self.rest().starts_with("&&") => {
                    self.nested(start, &mut mixed);
                    self.at += 2;
                }
                ']' if first && self.rest()[1..].contains(']') => self.at += 1,
                ']' => {
                    self.at += 1;
                    depth -= 1;
                }
                _ => self.at += c.len_utf8(),
            }
            first = false;
            if depth == 0 {
                return;
            }
        }
    }

    /// Skips the caret of a class that is negated. Always true: the class is at its start.
    fn skip_caret(&mut self) -> bool {
        self.at += usize::from(self.rest().starts_with('^'));
        true
    }

    /// A class, or an intersection, inside of the class that starts at `start`.
    fn nested(&mut self, start: usize, known: &mut bool) {
        let range = self.at..self.at + if self.rest().starts_with("&&") { 2 } else { 1 };
        if !std::mem::replace(known, true) && self.at > start {
            let text = "plain characters";
            self.add(
                Construct::new(range, "a class inside of a class")
                    .means(Target::Js, text)
                    .means(Target::Python, text)
                    .advice("write one class, with a backslash before brackets that stand for themselves"),
            );
        }
    }

    /// `[:alpha:]` inside of a class; `false` if it is none.
    fn posix(&mut self) -> bool {
        let Some(length) = self.rest()[2..].find(":]") else { return false };
        let name = self.rest()[2..2 + length].trim_start_matches('^');
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase()) {
            return false;
        }
        let range = self.at..self.at + length + 4;
        let letters = "the letters of its name";
        self.at = range.end;
        self.add(
            Construct::new(range, "a class of characters")
                .means(Target::Jvm, letters)
                .means(Target::Js, letters)
                .means(Target::Python, letters)
                .advice("spell the characters out, as in a-zA-Z for [:alpha:]"),
        );
        true
    }
}
