//! Formats of dates as Python writes them, for those that pact-python turns into the same
//! letters again (`strftime_to_simple_date_format` in src/pact/_util.py).

/// The format in Python's letters; `None` where it has no letter, or one that pact-python
/// reads as another.
pub(super) fn of(java: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = java;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (text, behind) = rest[1..].split_once('\'')?;
            // A quote inside of a text, or text that pact-python would not quote alike.
            if text.is_empty() || behind.starts_with('\'') || text.contains('%') {
                return None;
            }
            out.push_str(text);
            rest = behind;
            continue;
        }
        let run = rest.len() - rest.trim_start_matches(first).len();
        if first.is_ascii_alphabetic() {
            out.push_str(match &rest[..run] {
                "yyyy" => "%Y",
                "yy" => "%y",
                "MM" => "%m",
                "MMM" => "%b",
                "dd" => "%d",
                "EEE" => "%a",
                "HH" => "%H",
                "hh" => "%I",
                "mm" => "%M",
                "ss" => "%S",
                "SSSSSS" => "%f",
                "a" => "%p",
                "Z" => "%z",
                _ => return None,
            });
        } else if first == '%' {
            return None;
        } else {
            out.push_str(&rest[..run]);
        }
        rest = &rest[run..];
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn what_comes_back_as_it_was() {
        assert_eq!(of("yyyy-MM-dd'T'HH:mm:ssZ").as_deref(), Some("%Y-%m-%dT%H:%M:%S%z"));
        assert_eq!(of("dd/MM/yyyy").as_deref(), Some("%d/%m/%Y"));
        // pact-python's `%z` is the letter `Z`, which takes no letter Z in a value.
        assert_eq!(of("yyyy-MM-dd'T'HH:mm:ssXXX"), None);
        assert_eq!(of("HH:mm:ss.SSS"), None);
        assert_eq!(of("HH 'o''clock'"), None);
        assert_eq!(of("HH'"), None);
    }
}
