//! Defects of the text, which no tree can hold.

use crate::random::Random;

/// A class of defects in text.
pub(super) struct TextClass {
    /// The rule that has to find it.
    pub(super) rule: &'static str,
    /// Who plants it: the text with one defect.
    pub(super) plant: fn(&str, &mut Random) -> Option<Vec<u8>>,
}

pub(super) const CLASSES: &[TextClass] = &[
    TextClass { rule: "json-syntax", plant: broken },
    TextClass { rule: "json-bom", plant: |text, _| Some(format!("\u{feff}{text}").into_bytes()) },
    TextClass {
        rule: "json-not-utf8",
        plant: |text, random| {
            // A letter of a Latin-1 file, somewhere in a string.
            let at = place(text, random, |line| line.ends_with("\",") || line.ends_with('"'))?;
            let mut bytes = text.as_bytes().to_vec();
            bytes.insert(text[at..].find('\n').map_or(text.len(), |end| at + end) - 2, 0xe9);
            Some(bytes)
        },
    },
    TextClass {
        rule: "json-duplicate-key",
        plant: |text, random| {
            let at = place(text, random, |line| line.contains("\": ") && line.ends_with(','))?;
            let line = text[at..].lines().next()?;
            if line.ends_with(['{', '[']) {
                return None;
            }
            Some(format!("{}{line}\n{}", &text[..at], &text[at..]).into_bytes())
        },
    },
    TextClass {
        rule: "json-unsafe-number",
        plant: |text, random| {
            let number = random.pick(&["12345678901234567890", "9007199254740993", "-98765432109876543210"]);
            let at = text.find("\"id\": ")? + "\"id\": ".len();
            let end = at + text[at..].find(',')?;
            let digits = text[at..end].bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| format!("{}{number}{}", &text[..at], &text[end..]).into_bytes())
        },
    },
];

/// The start of a random line that fits.
fn place(text: &str, random: &mut Random, fits: fn(&str) -> bool) -> Option<usize> {
    let mut at = 0;
    let mut starts = Vec::new();
    for line in text.split_inclusive('\n') {
        if fits(line.trim_end()) {
            starts.push(at);
        }
        at += line.len();
    }
    (!starts.is_empty()).then(|| *random.pick(&starts))
}

/// What hands do to JSON.
fn broken(text: &str, random: &mut Random) -> Option<Vec<u8>> {
    let line = place(text, random, |line| line.ends_with(','))?;
    let end = line + text[line..].find('\n')?;
    let comma = end - 1;
    let broken = match random.below(7) {
        // No comma.
        0 => format!("{}{}", &text[..comma], &text[end..]),
        // Two of them.
        1 => format!("{},{}", &text[..end], &text[end..]),
        2 => format!("{} // a note{}", &text[..end], &text[end..]),
        // One before the end of an object.
        3 => {
            let close = place(text, random, |line| line.trim() == "}")?;
            let before = text[..close].trim_end();
            format!("{before},\n{}", &text[close..])
        }
        4 => format!("{}\"note: 1,\n{}", &text[..line], &text[line..]),
        5 => format!("{}\n<<<<<<< HEAD{}", &text[..end], &text[end..]),
        // Cut off.
        _ => text[..end].to_owned(),
    };
    Some(broken.into_bytes())
}
