//! Repeats inside of repeats that can share out a text between them in ever more ways.

use std::ops::Range;

use regex_syntax::ast::{Ast, RepetitionKind, RepetitionRange, parse::Parser};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::{MAX_LEN, Pattern};

/// So many turns of a repeat show whether its time doubles with each.
const TURNS: usize = 24;

/// A repeat that takes exponential time on some values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runaway {
    /// The outer repeat, in bytes of the pattern.
    pub range: Range<usize>,
    /// The start of a value that takes long.
    pub value: String,
}

/// The first repeat of `pattern` whose time doubles, or nearly so, with each further character of some value.
/// Found by the form of the pattern, then tried with the engine on short values; `None` where either is in
/// doubt.
pub fn runaway(pattern: &str, compiled: &Pattern) -> Option<Runaway> {
    // Without a repeat after a group there is none inside of another.
    let nested = [")*", ")+", "){"].iter().any(|sign| pattern.contains(sign));
    if !nested || pattern.len() > MAX_LEN {
        return None;
    }
    let tree = Parser::new().parse(pattern).ok()?;
    let mut search = Search { pattern, tries: 4 };
    search.walk(&tree, &mut |range, prefix, pump| {
        let end = ["\u{1}", "\n", ""];
        let value = |end| format!("{prefix}{}{end}", pump.repeat(TURNS));
        end.iter().any(|end| compiled.runs_away(&value(end))).then(|| Runaway {
            range,
            value: format!("{prefix}{}", pump.repeat((12 / pump.len().max(1)).max(2))),
        })
    })
}

/// Called with a suspicious repeat, a text that leads to it and one that it repeats.
type Try<'t> = &'t mut dyn FnMut(Range<usize>, String, String) -> Option<Runaway>;

struct Search<'p> {
    pattern: &'p str,
    tries: u32,
}

impl Search<'_> {
    /// The recursion is bounded by the parser, which takes 250 levels.
    fn walk(&mut self, tree: &Ast, attempt: Try<'_>) -> Option<Runaway> {
        match tree {
            Ast::Repetition(repetition) => {
                if let (true, Some(pump)) =
                    (unbounded(&repetition.op.kind), shared(&repetition.ast, self.pattern))
                    && self.tries > 0
                {
                    self.tries -= 1;
                    let range = repetition.span.start.offset..repetition.span.end.offset;
                    let found = attempt(range, String::new(), pump);
                    if found.is_some() {
                        return found;
                    }
                }
                self.walk(&repetition.ast, attempt)
            }
            Ast::Group(group) => self.walk(&group.ast, attempt),
            Ast::Alternation(all) => all.asts.iter().find_map(|one| self.walk(one, attempt)),
            Ast::Concat(all) => {
                for (index, one) in all.asts.iter().enumerate() {
                    let pattern = self.pattern;
                    let found = self.walk(one, &mut |range, prefix, pump| {
                        let lead: Option<String> =
                            all.asts[..index].iter().map(|ast| sample(ast, pattern)).collect();
                        attempt(range, lead? + &prefix, pump)
                    });
                    if found.is_some() {
                        return found;
                    }
                }
                None
            }
            _ => None,
        }
    }
}

fn unbounded(kind: &RepetitionKind) -> bool {
    matches!(
        kind,
        RepetitionKind::ZeroOrMore
            | RepetitionKind::OneOrMore
            | RepetitionKind::Range(RepetitionRange::AtLeast(_))
    )
}

/// The least and the greatest number of turns, `None` without a limit.
pub(crate) fn turns(kind: &RepetitionKind) -> (u32, Option<u32>) {
    match kind {
        RepetitionKind::ZeroOrOne => (0, Some(1)),
        RepetitionKind::ZeroOrMore => (0, None),
        RepetitionKind::OneOrMore => (1, None),
        RepetitionKind::Range(RepetitionRange::Exactly(n)) => (*n, Some(*n)),
        RepetitionKind::Range(RepetitionRange::AtLeast(n)) => (*n, None),
        RepetitionKind::Range(RepetitionRange::Bounded(low, high)) => (*low, Some(*high)),
    }
}

/// A text of which one turn of a repeat around `body` can take one piece or several, so that it can be
/// shared out in many ways.
fn shared(body: &Ast, pattern: &str) -> Option<String> {
    match body {
        Ast::Group(group) => shared(&group.ast, pattern),
        Ast::Repetition(repetition) => {
            let (low, high) = turns(&repetition.op.kind);
            if high == Some(low) || high == Some(1) {
                return None;
            }
            sample(&repetition.ast, pattern).filter(|text| !text.is_empty())
        }
        Ast::Alternation(all) => {
            let branches = &all.asts[..all.asts.len().min(16)];
            let sets: Vec<Option<Hir>> = branches.iter().map(|branch| single(branch, pattern)).collect();
            let common = sets.iter().enumerate().find_map(|(at, one)| {
                sets[at + 1..].iter().find_map(|two| in_both(one.as_ref()?, two.as_ref()?))
            });
            common.map(String::from).or_else(|| branches.iter().find_map(|branch| shared(branch, pattern)))
        }
        Ast::Concat(all) => {
            let needed: Vec<&Ast> = all.asts.iter().filter(|piece| !may_be_empty(piece)).take(9).collect();
            match &needed[..] {
                // What may be empty may be left out, so one of those counts alone too.
                [] => all.asts.iter().find_map(|piece| shared(piece, pattern)),
                [one] => shared(one, pattern),
                _ if !needed.iter().any(|piece| varies(piece)) => None,
                _ => {
                    let sets: Option<Vec<Ranges>> =
                        needed.iter().map(|piece| Some(ranges(&single(piece, pattern)?))).collect();
                    let sets = sets?;
                    readable().find(|c| sets.iter().all(|set| holds(set, *c))).map(String::from)
                }
            }
        }
        _ => None,
    }
}

/// Whether a repeat can take more or fewer turns.
fn varies(tree: &Ast) -> bool {
    match tree {
        Ast::Group(group) => varies(&group.ast),
        Ast::Repetition(repetition) => {
            let (low, high) = turns(&repetition.op.kind);
            high != Some(low)
        }
        _ => false,
    }
}

fn may_be_empty(tree: &Ast) -> bool {
    match tree {
        Ast::Empty(_) | Ast::Flags(_) => true,
        // An anchor holds at few places only.
        Ast::Assertion(_) => false,
        Ast::Repetition(repetition) => turns(&repetition.op.kind).0 == 0 || may_be_empty(&repetition.ast),
        Ast::Group(group) => may_be_empty(&group.ast),
        Ast::Concat(all) => all.asts.iter().all(may_be_empty),
        Ast::Alternation(all) => all.asts.iter().any(may_be_empty),
        _ => false,
    }
}

/// The characters that `tree` takes one of, or several turns of.
fn single(tree: &Ast, pattern: &str) -> Option<Hir> {
    match tree {
        Ast::Group(group) => single(&group.ast, pattern),
        Ast::Repetition(repetition) => single(&repetition.ast, pattern),
        Ast::Literal(_) | Ast::Dot(_) | Ast::ClassUnicode(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) => {
            set(tree, pattern)
        }
        _ => None,
    }
}

/// The class of a tree that takes one character.
fn set(tree: &Ast, pattern: &str) -> Option<Hir> {
    let span = tree.span();
    regex_syntax::parse(pattern.get(span.start.offset..span.end.offset)?).ok()
}

type Ranges = Vec<(char, char)>;

/// The ranges of a class or of a literal character.
fn ranges(hir: &Hir) -> Ranges {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            class.ranges().iter().map(|r| (r.start(), r.end())).collect()
        }
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or("");
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) => vec![(one, one)],
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn holds(ranges: &[(char, char)], c: char) -> bool {
    ranges.iter().any(|(low, high)| (*low..=*high).contains(&c))
}

/// Characters that read well in a message, before the rest of ASCII.
fn readable() -> impl Iterator<Item = char> {
    "a0A-_ ".chars().chain((b' '..=b'~').map(char::from)).chain("\t\n".chars())
}

fn in_both(one: &Hir, two: &Hir) -> Option<char> {
    let (one, two) = (ranges(one), ranges(two));
    readable().find(|c| holds(&one, *c) && holds(&two, *c))
}

/// A text that `tree` takes; `None` where that is not easily told.
fn sample(tree: &Ast, pattern: &str) -> Option<String> {
    Some(match tree {
        Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => String::new(),
        Ast::Literal(literal) => literal.c.to_string(),
        Ast::Dot(_) | Ast::ClassUnicode(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) => {
            let set = ranges(&set(tree, pattern)?);
            readable().find(|c| holds(&set, *c))?.to_string()
        }
        Ast::Repetition(repetition) => match turns(&repetition.op.kind).0 {
            0 => String::new(),
            low @ 1..=64 => sample(&repetition.ast, pattern)?.repeat(low as usize),
            _ => return None,
        },
        Ast::Group(group) => sample(&group.ast, pattern)?,
        Ast::Alternation(all) => sample(all.asts.first()?, pattern)?,
        Ast::Concat(all) => {
            all.asts.iter().map(|piece| sample(piece, pattern)).collect::<Option<String>>()?
        }
    })
    .filter(|text| text.len() <= 256)
}

#[cfg(all(test, feature = "onig"))]
mod tests {
    use super::*;

    fn found(pattern: &str) -> Option<String> {
        let compiled = Pattern::compile(pattern).expect("it compiles");
        runaway(pattern, &compiled).map(|found| format!("{} on {}", &pattern[found.range], found.value))
    }

    #[test]
    fn shared_out_in_many_ways() {
        for (pattern, says) in [
            ("(a+)+b", "(a+)+ on aaaaaaaaaaaa"),
            ("^x-(\\w+\\s?)*$", "(\\w+\\s?)* on x-aaaaaaaaaaaa"),
            ("(.|\\s)*x", "(.|\\s)* on             "),
            ("(a|a)*b", "(a|a)* on aaaaaaaaaaaa"),
            ("id:(?:(ab)+,?)+;", "(?:(ab)+,?)+ on id:abababababab"),
            ("([a-z]+|[0-9])*[a-z]*(\\d|\\w)+!", "([a-z]+|[0-9])* on aaaaaaaaaaaa"),
            ("^(([a-z])+.)+[A-Z]([a-z])+$", "(([a-z])+.)+ on aaaaaaaaaaaa"),
        ] {
            assert_eq!(found(pattern).as_deref(), Some(says), "{pattern}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_left_alone() {
        for pattern in [
            "(a+b)+",
            "^(\\d{1,3}\\.)+\\d{1,3}$",
            "([a-z]+-)*[a-z]+",
            "(a|b)*c",
            "(?>a+)+b",
            "(?:a+)",
            "(ab){2,}",
            "(\\s*,\\s*\\w)*",
            "^((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.|$)){4}$",
            "([+-][0-2]\\d(?:|:?[0-5]\\d)|Z)?",
            "(a{2}){3,}",
            "application/json(;\\s?charset=[\\w\\-]+)?",
        ] {
            assert_eq!(found(pattern), None, "{pattern}");
        }
    }
}
