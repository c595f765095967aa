//! Whether a value fits a pattern.

use super::parse::{Format, Token};
use super::zones;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The first day, month and year read, for the check against the calendar.
#[derive(Default)]
struct Calendar {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<u64>,
}

impl Format {
    /// Whether the core would accept `value`, by the verdict of pact_models time_utils.rs
    /// `validate_datetime`.
    ///
    /// Time grows with the length of the value and the pattern. Names compare without regard to case.
    ///
    /// # Errors
    ///
    /// A short text for people, saying which part of the value does not fit.
    pub fn validate(&self, value: &str) -> Result<(), String> {
        let mut input = Input { value, rest: value };
        let mut calendar = Calendar::default();
        for token in &self.tokens {
            match token {
                Token::Literal(text) => match input.rest.strip_prefix(text.as_str()) {
                    Some(rest) => input.rest = rest,
                    None => return Err(input.expected(&format!("'{text}'"))),
                },
                Token::Field { letter, count } => field(&mut input, *letter, *count, &mut calendar)?,
            }
        }
        if !input.rest.is_empty() {
            return Err(format!("'{}' is left over at the end", clip(input.rest)));
        }
        calendar.check()
    }
}

impl Calendar {
    /// Only the first of each field counts, and only the month letter `M`, not `L`.
    fn check(&self) -> Result<(), String> {
        let Some(day) = self.day else { return Ok(()) };
        // The core keeps the year in 16 bits and panics on more; a crash is no acceptance.
        if let Some(year) = self.year
            && year > i16::MAX as u64
        {
            return Err(format!("the year {year} is larger than the core can read ({})", i16::MAX));
        }
        let Some(month) = self.month else { return Ok(()) };
        let year = self.year.unwrap_or(2001);
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if day <= days {
            return Ok(());
        }
        let name = MONTHS.get(month as usize - 1).copied().unwrap_or_default();
        let (initial, tail) = name.split_at(name.len().min(1));
        let year = self.year.map(|year| format!(" {year}")).unwrap_or_default();
        Err(format!("{}{tail}{year} has no day {day}", initial.to_ascii_uppercase()))
    }
}

/// Reads one field off the input.
fn field(input: &mut Input<'_>, letter: char, count: usize, calendar: &mut Calendar) -> Result<(), String> {
    match letter {
        'G' => input.word(["ad", "bc"], "an era (AD or BC)").map(drop),
        'y' | 'Y' | 'u' => {
            let digits = input.digits(count, "a year")?;
            // Years too long for 64 bits are too long for the core as well.
            calendar.year.get_or_insert(digits.parse().unwrap_or(u64::MAX));
            Ok(())
        }
        'M' => {
            let month = match count {
                1 | 2 => input.number(2, 1, 12, "a month")?,
                3 => input.word(MONTHS.map(|name| &name[..3]), "a short month name (Jan to Dec)")? + 1,
                _ => input.word(MONTHS, "a month name")? + 1,
            };
            calendar.month.get_or_insert(month);
            Ok(())
        }
        'L' => input.number(2, 1, 12, "a month").map(drop),
        'D' => input.number(3, 1, 356, "a day of the year").map(drop),
        'd' => {
            let day = input.number(2, 1, 31, "a day of the month")?;
            calendar.day.get_or_insert(day);
            Ok(())
        }
        'Q' if count == 3 => input.word(["q1", "q2", "q3", "q4"], "a quarter (Q1 to Q4)").map(drop),
        'Q' if count > 3 => {
            let names = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];
            input.word(names, "a quarter (such as '1st quarter')").map(drop)
        }
        'Q' | 'q' => input.number(2, 1, 4, "a quarter").map(drop),
        'w' => input.number(2, 1, 56, "a week of the year").map(drop),
        'W' => input.number(2, 1, 5, "a week of the month").map(drop),
        'F' => input.number(2, 0, 4, "a week of the month").map(drop),
        'E' | 'e' if letter == 'E' || count > 2 => {
            if count <= 3 {
                input.word(DAYS.map(|name| &name[..3]), "a short day name (Mon to Sun)").map(drop)
            } else {
                input.word(DAYS, "a day name").map(drop)
            }
        }
        'e' | 'c' => input.number(1, 1, 7, "a day of the week").map(drop),
        'a' => input.word(["am", "pm"], "AM or PM").map(drop),
        'H' => input.number(2, 0, 23, "an hour").map(drop),
        'k' => input.number(2, 1, 24, "an hour").map(drop),
        'h' => input.number(2, 1, 12, "an hour of the half day").map(drop),
        'K' => input.number(2, 0, 11, "an hour of the half day").map(drop),
        'm' => input.number(2, 0, 59, "a minute").map(drop),
        's' => input.number(2, 0, 60, "a second").map(drop),
        'S' => fraction(input, count),
        'n' | 'A' | 'N' => input.digits(usize::MAX, "a number").map(drop),
        _ => zone(input, letter, count),
    }
}

/// `S`: as many digits as letters.
fn fraction(input: &mut Input<'_>, count: usize) -> Result<(), String> {
    let before = *input;
    let digits = input.digits(count, "a fraction of a second")?;
    // From 20 letters on, the core's upper bound of 10^count - 1 wraps around in 64 bits.
    let bound = 10u64.wrapping_pow(count as u32).wrapping_sub(1);
    match digits.parse::<u64>() {
        Ok(number) if number <= bound => Ok(()),
        _ => Err(before.expected("a shorter fraction of a second")),
    }
}

/// The zone letters. An offset's hours end at 11 in the core, so `+12:00` fits none of them.
fn zone(input: &mut Input<'_>, letter: char, count: usize) -> Result<(), String> {
    match (letter, count) {
        ('X', _) if input.rest.starts_with('Z') => {
            input.rest = &input.rest[1..];
            Ok(())
        }
        ('x' | 'X', 1) => {
            input.offset_hour()?;
            input.optional(Input::minute);
            Ok(())
        }
        ('x' | 'X', 2) | ('Z', 1..=3) => {
            input.offset_hour()?;
            input.minute()
        }
        ('x' | 'X', 3) | ('Z', 5) => {
            input.offset_hour()?;
            input.colon(Input::minute)
        }
        ('x' | 'X', 4) => {
            input.offset_hour()?;
            input.minute()?;
            input.optional(Input::second);
            Ok(())
        }
        ('x' | 'X', _) => {
            input.offset_hour()?;
            input.colon(Input::minute)?;
            input.optional(|input| input.colon(Input::second));
            Ok(())
        }
        ('Z', _) => {
            input.prefix()?;
            input.optional(|input| {
                input.offset_hour()?;
                input.colon(Input::minute)
            });
            Ok(())
        }
        ('O', 1..=3) => {
            input.prefix()?;
            input.offset_hour()?;
            input.optional(|input| input.colon(Input::minute));
            Ok(())
        }
        ('O', _) => {
            input.prefix()?;
            input.offset_hour()?;
            input.colon(Input::minute)
        }
        ('z', 1..=3) => {
            let capitals = input.rest.bytes().take(4).take_while(u8::is_ascii_uppercase).count();
            let (name, rest) = input.rest.split_at(capitals);
            if capitals < 3 || !zones::is_abbreviation(name) {
                return Err(input.expected("the abbreviation of a time zone (such as CET)"));
            }
            input.rest = rest;
            Ok(())
        }
        ('z', _) => Err("the core reads no full names of time zones ('zzzz')".to_owned()),
        _ => {
            let alphanumeric = |text: &str| text.bytes().take_while(u8::is_ascii_alphanumeric).count();
            let (area, rest) = input.rest.split_at(alphanumeric(input.rest));
            let after = rest.strip_prefix('/').unwrap_or_default();
            let (place, rest) = after.split_at(alphanumeric(after));
            if !zones::is_zone_id(area, place) {
                return Err(input.expected("a time zone known to the core (such as Europe/Paris)"));
            }
            input.rest = rest;
            Ok(())
        }
    }
}

/// What is left of the value.
#[derive(Clone, Copy)]
struct Input<'v> {
    value: &'v str,
    rest: &'v str,
}

impl<'v> Input<'v> {
    fn expected(&self, what: &str) -> String {
        if self.rest.is_empty() {
            return format!("expected {what} after '{}'", clip(self.value));
        }
        format!("expected {what} at '{}'", clip(self.rest))
    }

    /// One to `most` ASCII digits.
    fn digits(&mut self, most: usize, what: &str) -> Result<&'v str, String> {
        let count = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return Err(self.expected(what));
        }
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        Ok(digits)
    }

    /// Up to `most` digits (at most 3) whose value lies within the bounds.
    fn number(&mut self, most: usize, low: u32, high: u32, what: &str) -> Result<u32, String> {
        let before = *self;
        let digits = self.digits(most, what)?;
        match digits.parse::<u32>() {
            Ok(number) if (low..=high).contains(&number) => Ok(number),
            _ => Err(before.expected(&format!("{what} from {low} to {high}"))),
        }
    }

    /// One of the words, given in lower case; its index.
    fn word<const N: usize>(&mut self, words: [&str; N], what: &str) -> Result<u32, String> {
        for (index, word) in (0..).zip(words) {
            if let Some((head, rest)) = self.rest.split_at_checked(word.len())
                && head.eq_ignore_ascii_case(word)
            {
                self.rest = rest;
                return Ok(index);
            }
        }
        Err(self.expected(what))
    }

    /// One or more signs, as the core takes any number of them, and an hour.
    fn offset_hour(&mut self) -> Result<(), String> {
        let rest = self.rest.trim_start_matches(['+', '-']);
        if rest.len() == self.rest.len() {
            return Err(self.expected("'+' or '-'"));
        }
        self.rest = rest;
        self.number(2, 0, 11, "the hour of an offset").map(drop)
    }

    fn minute(&mut self) -> Result<(), String> {
        self.number(2, 0, 59, "a minute").map(drop)
    }

    fn second(&mut self) -> Result<(), String> {
        self.number(2, 0, 60, "a second").map(drop)
    }

    fn colon(&mut self, then: impl FnOnce(&mut Self) -> Result<(), String>) -> Result<(), String> {
        self.rest = self.rest.strip_prefix(':').ok_or_else(|| self.expected("':'"))?;
        then(self)
    }

    fn prefix(&mut self) -> Result<(), String> {
        let rest = self.rest.strip_prefix("GMT").or_else(|| self.rest.strip_prefix("UTC"));
        self.rest = rest.ok_or_else(|| self.expected("GMT or UTC"))?;
        Ok(())
    }

    /// Reads a part if it is there, and nothing of it otherwise.
    fn optional(&mut self, part: impl FnOnce(&mut Self) -> Result<(), String>) {
        let before = *self;
        if part(self).is_err() {
            *self = before;
        }
    }
}

/// Enough of a text to recognise the place.
fn clip(text: &str) -> &str {
    text.char_indices().nth(30).map_or(text, |(end, _)| &text[..end])
}
