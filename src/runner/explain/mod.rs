//! Differences in words: what differs, which rule or value of the pact it goes against, where
//! that stands, and what is probably meant.
//!
//! The verdict is the core's, and nothing here judges. What the core says is taken for what
//! differs and where; the words are ours, made from the example, the rule that governs it and
//! what came. Of whatever size that is, an explanation is small.

mod body;
mod curl;
mod diff;
mod near;
mod parts;
mod path;
mod raw;
mod rule;
mod show;
#[cfg(test)]
mod tests;
mod view;
mod xml;

use serde::Serialize;

use crate::http::wire::{Request, Response, header};
use crate::model::Role;
use crate::runner::contract::{Contract, Item};
use crate::runner::engine::{Judgement, Mismatch, Part, RequestVerdict};

pub use curl::curl;
pub use show::{Show, Shower};
use view::View;

/// So many differences are told; of more there is the number.
pub const MOST: usize = 20;
/// So many differences of the core are looked at.
const MOST_READ: usize = 2_000;

/// Why something is not what the pact asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What differs, the more telling part first; at most [`MOST`].
    pub differences: Vec<Difference>,
    /// How many further differences there are.
    pub more: usize,
    /// The parts of the body that differ; at most 20 lines.
    pub diff: Vec<DiffLine>,
    /// The beginning of the body that came, where that tells more than its differences.
    pub actual: Option<String>,
    /// The parts that were compared, and whether they matched; all that are in the pact.
    pub parts: Vec<PartResult>,
}

/// Whether a part matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartResult {
    /// The part.
    pub part: Part,
    /// Whether it is what the pact asks for.
    pub matched: bool,
}

/// One thing that differs. No text of it has control characters, and none a secret that is
/// known as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Of which part.
    pub part: Part,
    /// What kind of difference it is.
    pub kind: Kind,
    /// Where: `$.items[1].price`, `header X-Tenant`, `status`.
    pub at: String,
    /// What the pact asks for, in words: `decimal`, `201`.
    pub expected: String,
    /// What came instead, in words: `"9.50" (string)`, `nothing`.
    pub got: String,
    /// The rule that governs the value; `None` where it is compared with the example.
    pub rule: Option<Ruling>,
    /// Where in the pact the example stands, or else what is nearest to it.
    pub place: Option<Place>,
    /// A name that came and is likely what is missing.
    pub near: Option<String>,
    /// It is a difference of another answer than the one the pact speaks of, as its status
    /// says, so that it need not be looked at.
    pub follows: bool,
    /// What the core says.
    pub said: Vec<String>,
    /// The way to it in a body of JSON.
    #[serde(skip)]
    steps: Option<Vec<path::Seg>>,
}

/// What kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What the pact asks for did not come.
    Missing,
    /// Something came that the pact has not.
    Unexpected,
    /// Another value came.
    Value,
    /// A value of another type came.
    Type,
    /// There are more or fewer items.
    Length,
    /// None of the items is what is looked for.
    NoItem,
    /// A key is not as keys must be.
    Key,
    /// It could not be read, or not be compared.
    Unreadable,
    /// Anything else, in the words of the core.
    Other,
}

/// The rule that governs a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ruling {
    /// What it is: `decimal`, `regex ^[a-z]+$`.
    pub text: String,
    /// The path it is written under; the name of the header or parameter; empty for a part of
    /// one value.
    pub path: String,
    /// Where it is written.
    pub place: Place,
}

/// A place in the pact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Line, from one.
    pub line: u32,
    /// Column in code points, from one.
    pub column: u32,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffLine {
    /// On which side it is.
    pub side: Side,
    /// The line, indented.
    pub text: String,
}

/// On which side a line of a diff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// On both, to show where the others are.
    Both,
    /// In the pact.
    Expected,
    /// In what came.
    Actual,
}

impl Side {
    /// The sign before the line.
    pub const fn sign(self) -> char {
        match self {
            Side::Both => ' ',
            Side::Expected => '-',
            Side::Actual => '+',
        }
    }
}

impl Difference {
    /// The difference in one line:
    /// `$.items[1].price: expected decimal, got "9.50" (string) (rule decimal, line 71)`.
    pub fn sentence(&self) -> String {
        let mut out = format!("{}: {}", self.at, self.told(", "));
        let because = self.because();
        if !because.is_empty() {
            out.push_str(&format!(" ({because})"));
        }
        if let Some(near) = &self.near {
            out.push_str(&format!("; did you mean {near}?"));
        }
        out
    }

    /// What was expected and what came, with `between` between them.
    pub fn told(&self, between: &str) -> String {
        match self.kind {
            Kind::Other if self.expected.is_empty() => self.got.clone(),
            _ => format!("expected {}{between}got {}", self.expected, self.got),
        }
    }

    /// What in the pact it goes against: `rule decimal, line 71`, or `exact value, line 33`;
    /// empty where that is nowhere.
    pub fn because(&self) -> String {
        match (&self.rule, self.place) {
            (Some(rule), _) => {
                // A pattern or a format is not said twice.
                let (name, rest) = rule.text.split_once(' ').unwrap_or((&rule.text, ""));
                let again = rest.chars().count() > 12 && self.expected.contains(rest);
                let text = if again { name } else { &rule.text };
                format!("rule {text}, line {}", rule.place.line)
            }
            (None, Some(place)) => {
                // Whether it is an object or an array is looked at before any rule.
                let whole = self.part == Part::ContentType
                    || (self.kind == Kind::Type && matches!(&*self.expected, "object" | "array"));
                let exact = matches!(self.kind, Kind::Value | Kind::Type | Kind::Length) && !whole;
                format!("{}line {}", if exact { "exact value, " } else { "" }, place.line)
            }
            (None, None) => String::new(),
        }
    }
}

impl Explanation {
    /// How many of the parts that were compared matched, and how many there are.
    pub fn score(&self) -> (usize, usize) {
        (self.parts.iter().filter(|it| it.matched).count(), self.parts.len())
    }

    /// The first difference as a mock server logs it:
    /// `path /orders/9 ≠ rule regex ^/orders/[1-7]$ (line 12)`.
    pub fn line(&self) -> Option<String> {
        let first = self.differences.first()?;
        let got = crate::text::clip(&first.got, show::VALUE);
        let against = match (&first.rule, first.place) {
            (Some(rule), _) => format!("rule {} (line {})", rule.text, rule.place.line),
            (None, Some(place)) => format!("{} (line {})", first.expected, place.line),
            (None, None) => first.expected.clone(),
        };
        let near = first.near.as_ref().map_or_else(String::new, |near| format!(", did you mean {near}?"));
        Some(match first.kind {
            Kind::Missing => format!("{} is missing, expected {against}{near}", first.at),
            Kind::Unexpected => format!("{} {got} is not expected{near}", first.at),
            Kind::Other => first.sentence(),
            _ => format!("{} {got} ≠ {against}{near}", first.at),
        })
    }
}

/// Why a response is not what the pact asks for.
pub fn response(
    contract: &Contract,
    item: &Item,
    actual: &Response,
    mismatches: &[Mismatch],
    show: Show,
) -> Explanation {
    let view = View::new(contract, item, Role::Response, &actual.headers, &actual.body, show);
    let mut out = differences(&view, mismatches, &|part, own| match part {
        Part::Status => parts::status(&view, actual, own),
        Part::Header | Part::ContentType => parts::header(&view, &actual.headers, own),
        Part::Metadata => parts::metadata(&view, own),
        _ => body::explain(&view, own, true),
    });
    // The body of another answer than the expected one is not compared in earnest.
    let other = out.iter().any(|it| it.part == Part::Status);
    if other {
        out.iter_mut().filter(|it| it.part != Part::Status).for_each(|it| it.follows = true);
    }
    let unreadable = out.iter().any(|it| it.kind == Kind::Unreadable || it.part == Part::ContentType);
    let content_type = header(&actual.headers, "content-type");
    let shown = (other || unreadable).then(|| raw::beginning(&view, &actual.body, content_type));
    let parts = view.compared(&out, &[Part::Status, Part::Header, Part::ContentType, Part::Body]);
    let diff = if other { Vec::new() } else { diff::lines(&view, &out) };
    finish(&view, out, diff, shown.flatten(), parts)
}

/// Why a request is not the one of the pact.
pub fn request(
    contract: &Contract,
    item: &Item,
    actual: &Request,
    verdict: &RequestVerdict,
    show: Show,
) -> Explanation {
    let view = View::new(contract, item, Role::Request, &actual.headers, &actual.body, show);
    let none = Vec::new();
    let mismatches = match &verdict.judgement {
        Judgement::Mismatches(list) => list,
        _ => &none,
    };
    let out = differences(&view, mismatches, &|part, own| match part {
        Part::Method => parts::method(&view, actual, own),
        Part::Path => parts::path(&view, actual, own),
        Part::Query => parts::query(&view, actual, own),
        Part::Header | Part::ContentType => parts::header(&view, &actual.headers, own),
        _ => body::explain(&view, own, false),
    });
    let all = [Part::Method, Part::Path, Part::Query, Part::Header, Part::ContentType, Part::Body];
    let parts = view.compared(&out, &all);
    let diff = diff::lines(&view, &out);
    finish(&view, out, diff, None, parts)
}

/// The differences of each part, in the order of parts.
fn differences<'m>(
    view: &View<'_>,
    mismatches: &'m [Mismatch],
    explain: &dyn Fn(Part, &[&'m Mismatch]) -> Vec<Difference>,
) -> Vec<Difference> {
    let mut out = Vec::new();
    for part in Part::ALL {
        let mut own: Vec<&Mismatch> = mismatches.iter().filter(|it| it.part == part).collect();
        if own.is_empty() {
            continue;
        }
        // The core keeps those of a body by path, in the order of chance.
        own.sort_by_key(|it| path::steps(&it.at));
        view.skip(own.len().saturating_sub(MOST_READ));
        own.truncate(MOST_READ);
        let before = out.len();
        out.extend(explain(part, &own));
        if out.len() == before {
            // What the core found must not get lost.
            out.extend(own.iter().take(MOST).map(|it| view.other(it)));
        }
    }
    out
}

fn finish(
    view: &View<'_>,
    mut differences: Vec<Difference>,
    diff: Vec<DiffLine>,
    actual: Option<String>,
    parts: Vec<PartResult>,
) -> Explanation {
    let more = differences.len().saturating_sub(MOST) + view.untold.get();
    differences.truncate(MOST);
    Explanation { differences, more, diff, actual, parts }
}
