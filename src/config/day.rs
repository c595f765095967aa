//! Days, as settings and the clock have them.

use std::time::{SystemTime, UNIX_EPOCH};

/// The day it is now, as days since 1970-01-01 in UTC: see [`Settings::today`].
///
/// [`Settings::today`]: crate::config::Settings::today
pub fn today() -> u64 {
    const DAY: u64 = 24 * 60 * 60;
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / DAY)
}

/// A day of the Gregorian calendar as days since 1970-01-01; `None` for one that does not
/// exist or lies before.
pub(crate) fn day(year: u32, month: u32, day: u32) -> Option<u64> {
    let leap = |year: u32| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = |month: u32| match month {
        2 => 28 + u32::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=length(month)).contains(&day) {
        return None;
    }
    let leap_days = |year: u32| year / 4 - year / 100 + year / 400;
    let years = u64::from(year - 1970) * 365 + u64::from(leap_days(year - 1) - leap_days(1969));
    let months: u32 = (1..month).map(length).sum();
    Some(years + u64::from(months + day - 1))
}

/// A day written as `2027-03-01`.
pub(crate) fn parse_day(text: &str) -> Option<u64> {
    let digits = |text: &str, count: usize| {
        (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let mut parts = text.split('-');
    let (year, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    let none = parts.next().is_none();
    none.then(|| day(digits(year, 4)?, digits(month, 2)?, digits(last, 2)?))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted() {
        assert_eq!(parse_day("1970-01-01"), Some(0));
        assert_eq!(parse_day("1970-12-31"), Some(364));
        assert_eq!(parse_day("2000-03-01"), Some(11_017));
        assert_eq!(parse_day("2024-02-29"), Some(19_782));
        assert_eq!(parse_day("2026-11-21"), Some(20_778));
        for wrong in
            ["", "2023-02-29", "2024-13-01", "2024-1-01", "24-01-01", "2024-01-01T00:00", "1969-01-01"]
        {
            assert_eq!(parse_day(wrong), None, "{wrong}");
        }
    }
}
