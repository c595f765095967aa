//! Expressions of the Date, Time and DateTime generators: `next monday + 2 weeks @ noon`.
//!
//! The grammar is the one of pact_models, generators/date_expression_parser.rs and
//! time_expression_parser.rs, which pact-jvm shares. What follows a complete expression counts
//! as wrong, although the core overlooks some of it.

use crate::model::datetime::Kind;

/// What is wrong with an expression: what stands at `at`, and what is expected there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Bytes from the start of the expression.
    pub(super) at: usize,
    /// What may stand there.
    pub(super) expected: &'static str,
}

/// Reads an expression; an empty one means now.
pub(super) fn check(expression: &str, kind: Kind) -> Result<(), Problem> {
    if expression.is_empty() {
        return Ok(());
    }
    match (kind, expression.split_once('@')) {
        (Kind::Time, _) => time(&mut Words { text: expression, at: 0 }),
        (Kind::DateTime, Some((date_part, time_part))) => {
            if !date_part.is_empty() {
                date(&mut Words { text: date_part, at: 0 })?;
            }
            if time_part.is_empty() {
                return Ok(());
            }
            time(&mut Words { text: expression, at: date_part.len() + 1 })
        }
        _ => date(&mut Words { text: expression, at: 0 }),
    }
}

const DATE_BASES: &[&str] = &["now", "today", "yesterday", "tomorrow"];
const DATE_UNITS: &[&str] = &["days", "day", "weeks", "week", "months", "month", "years", "year"];
const DATE_OFFSETS: &[&str] = &[
    "day",
    "week",
    "month",
    "year",
    "fortnight",
    "monday",
    "mon",
    "tuesday",
    "tues",
    "wednesday",
    "wed",
    "thursday",
    "thurs",
    "friday",
    "fri",
    "saturday",
    "sat",
    "sunday",
    "sun",
    "january",
    "jan",
    "february",
    "feb",
    "march",
    "mar",
    "april",
    "apr",
    "may",
    "june",
    "jun",
    "july",
    "jul",
    "august",
    "aug",
    "september",
    "sep",
    "october",
    "oct",
    "november",
    "nov",
    "december",
    "dec",
];
const TIME_BASES: &[&str] = &["now", "midnight", "noon"];
const TIME_UNITS: &[&str] =
    &["hours", "hour", "minutes", "minute", "seconds", "second", "milliseconds", "millisecond"];

fn date(words: &mut Words<'_>) -> Result<(), Problem> {
    if words.take(&["next", "last"]) {
        words.need(DATE_OFFSETS, "a day, week, month, year, or the name of a day or month")?;
    } else if !words.take(DATE_BASES) && !words.ahead(&["+", "-"]) {
        return Err(words.problem("now, today, yesterday, tomorrow, next, last, + or -"));
    }
    adjustments(words, DATE_UNITS, "days, weeks, months or years")
}

fn time(words: &mut Words<'_>) -> Result<(), Problem> {
    if words.take(&["next", "last"]) {
        words.need(TIME_UNITS, "an hour, minute, second or millisecond")?;
    } else if let Some(hour) = words.number() {
        words.need(&["o'clock"], "o'clock")?;
        if !(1..=12).contains(&hour) {
            return Err(Problem { at: 0, expected: "an hour from 1 to 12" });
        }
        words.take(&["am", "pm"]);
    } else if !words.take(TIME_BASES) && !words.ahead(&["+", "-"]) {
        return Err(words.problem("now, midnight, noon, an hour as in 2 o'clock, next, last, + or -"));
    }
    adjustments(words, TIME_UNITS, "hours, minutes, seconds or milliseconds")
}

fn adjustments(words: &mut Words<'_>, units: &[&str], what: &'static str) -> Result<(), Problem> {
    while words.take(&["+", "-"]) {
        if words.number().is_none() {
            return Err(words.problem("a number"));
        }
        words.need(units, what)?;
    }
    words.skip();
    if words.rest().is_empty() { Ok(()) } else { Err(words.problem("+ or -")) }
}

struct Words<'e> {
    text: &'e str,
    at: usize,
}

impl Words<'_> {
    fn skip(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t', '\n', '\u{c}']).len();
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn problem(&mut self, expected: &'static str) -> Problem {
        self.skip();
        Problem { at: self.at, expected }
    }

    fn ahead(&mut self, words: &[&str]) -> bool {
        self.skip();
        words.iter().any(|word| self.rest().starts_with(word))
    }

    /// Takes the longest of `words` that stands here.
    fn take(&mut self, words: &[&str]) -> bool {
        self.skip();
        let length = words.iter().filter(|word| self.rest().starts_with(**word)).map(|word| word.len()).max();
        self.at += length.unwrap_or(0);
        length.is_some()
    }

    fn need(&mut self, words: &[&str], expected: &'static str) -> Result<(), Problem> {
        if self.take(words) { Ok(()) } else { Err(self.problem(expected)) }
    }

    fn number(&mut self) -> Option<u64> {
        self.skip();
        let length = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let number = self.rest()[..length].parse().ok()?;
        self.at += length;
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_core_documents_is_fine() {
        for (kind, expressions) in [
            (
                Kind::Date,
                "now|today|+ 1 day|- 2 weeks|tomorrow+ 4 years|next fortnight|last mon + 2 weeks|last december + 2 weeks + 4 days|next jan|+1day",
            ),
            (
                Kind::Time,
                "now|midnight|2 o'clock|12 o'clock am|+ 1 hour|midnight+ 4 minutes|next hour|+ 4 milliseconds|1 o'clock + 2 hours",
            ),
            (
                Kind::DateTime,
                "@ now|@ + 1 hour|yesterday @ midnight - 1 hour|+ 1 week @ +1 hour|next week|today@",
            ),
        ] {
            for expression in expressions.split('|') {
                assert_eq!(check(expression, kind), Ok(()), "{expression}");
            }
        }
    }

    #[test]
    fn what_it_refuses_is_not() {
        for (kind, expression, at) in [
            (Kind::Date, "not valid", 0),
            (Kind::Date, "+ day", 2),
            (Kind::Date, "+ 1 dy", 4),
            (Kind::Date, "now 1 day", 4),
            (Kind::Date, "next days ", 8),
            (Kind::Date, "+1 hour", 3),
            (Kind::Time, "13 o'clock", 0),
            (Kind::Time, "+ 1 day", 4),
            (Kind::DateTime, "today @ soon", 8),
            (Kind::Date, " ", 1),
        ] {
            assert_eq!(check(expression, kind).map_err(|p| p.at), Err(at), "{expression}");
        }
    }
}
