//! What the core's generators make of a pattern.

use super::Format;
use super::parse::Token;

impl Format {
    /// A value as the core's date and time generators would write it in this pattern (`to_chrono_pattern` in
    /// pact_models, time_utils.rs): always two digits, and offsets of one spelling. `None` for letters that
    /// are seldom generated.
    pub fn generated(&self) -> Option<String> {
        let mut out = String::new();
        for token in &self.tokens {
            let (letter, count) = match token {
                Token::Literal(text) => {
                    out.push_str(text);
                    continue;
                }
                Token::Field { letter, count } => (*letter, *count),
            };
            out.push_str(match (letter, count) {
                ('y', 2) => "24",
                ('y', _) => "2024",
                ('M', 1..=2) => "11",
                ('M', 3) => "Nov",
                ('d', 1..=2) => "23",
                ('E', 1..=3) => "Sat",
                ('H', 1..=2) => "14",
                ('h', 1..=2) => "02",
                ('m', 1..=2) => "35",
                ('s', 1..=2) => "46",
                ('S', 1..=3) => "123",
                ('S', 6) => "123456",
                ('a', 1) => "PM",
                ('Z', 1..=3) => "+0100",
                ('X' | 'x', _) => "+01:00",
                _ => return None,
            });
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;

    #[test]
    fn letters_that_are_common() {
        let made = |pattern: &str| Format::parse(pattern).expect("it can be read").generated();
        assert_eq!(made("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").as_deref(), Some("2024-11-23T14:35:46.123+01:00"));
        assert_eq!(made("d.M.yy h:mm a").as_deref(), Some("23.11.24 02:35 PM"));
        assert_eq!(made("yyyy-'W'ww"), None);
    }
}
