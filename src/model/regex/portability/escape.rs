//! Escapes that engines read differently.

use super::{Construct, Scanner, Target};

use Target::{Js, Jvm, Python, Ruby, Wasm};

/// Letters that `java.util.regex` takes after a backslash, outside and inside of a class.
const OF_JAVA: [&str; 2] = ["AabBcdDefGhHknNpPQrRsStuvVwWxXzZ", "acdDefhHnNpPQrsStuvVwWx"];

/// Letters that Python's `re` takes after a backslash, outside and inside of a class.
const OF_PYTHON: [&str; 2] = ["AabBdDfnNrsStuUvwWxZ", "abdDfnNrsStuUvwWx"];

impl Scanner<'_> {
    /// Reads an escape; whether a repeat after it applies to it.
    pub(super) fn escape(&mut self, in_class: bool) -> bool {
        let start = self.at;
        let Some(letter) = self.rest().chars().nth(1) else {
            self.at = self.text.len();
            return true;
        };
        self.at += 1 + letter.len_utf8();
        if !letter.is_ascii_alphabetic() {
            return true;
        }
        if letter == 'Q' {
            return self.quoted(start);
        }
        let braces = self.skip_argument(letter);
        let range = start..self.at;
        let plain = Construct::new(range.clone(), "");
        let at = usize::from(in_class);
        let construct = match letter {
            'h' | 'H' => {
                let (here, there, one) = if letter == 'h' {
                    ("a hexadecimal digit", "horizontal white space", "the letter h")
                } else {
                    ("no hexadecimal digit", "anything but horizontal white space", "the letter H")
                };
                let construct =
                    Construct::new(range, here).means(Jvm, there).means(Js, one).fails(&[Python, Wasm]);
                match (letter, in_class) {
                    ('h', true) => construct.instead("0-9a-fA-F"),
                    ('h', false) => construct.instead("[0-9a-fA-F]"),
                    (_, false) => construct.instead("[^0-9a-fA-F]"),
                    _ => construct.advice("spell the characters out"),
                }
            }
            'A' | 'z' | 'Z' | 'G' if !in_class => {
                let what = match letter {
                    'A' => "the start of the value",
                    'G' => "the place where the search began",
                    _ => "the end of the value",
                };
                plain.anchor(what).advice("leave it out: the whole value has to match anyway")
            }
            'K' | 'R' | 'X' if !in_class => {
                let here = match letter {
                    'K' => "the start of what counts",
                    'R' => "a line break",
                    _ => "a character with its marks",
                };
                Construct { here, ..plain }.means(Js, "a letter").advice("spell out what may stand there")
            }
            'e' => Construct { here: "the escape character", ..plain }.means(Js, "the letter e"),
            'a' => Construct { here: "the bell character", ..plain }.means(Js, "the letter a"),
            'p' | 'P' if braces => self.property(plain),
            'p' | 'P' => Construct { here: "a letter", ..plain }
                .means(Jvm, "a class of characters")
                .advice("put the name of the property into braces, as in \\p{L}"),
            'x' if braces => {
                let hex = self.text.get(range.start + 3..range.end.saturating_sub(1)).unwrap_or("");
                let code = u32::from_str_radix(hex, 16).ok().filter(|code| *code <= 0xFFFF);
                let construct = Construct { here: "the character of that code", ..plain };
                let construct = construct.fails(&[Ruby, Python]).means(Js, "a repeated letter x");
                match code {
                    Some(code) => construct.instead(format!("\\u{code:04X}")),
                    None => construct.advice("write the character itself"),
                }
            }
            'k' | 'g' => {
                let quote = self.text.as_bytes().get(start + 2) == Some(&b'\'');
                let construct = if letter == 'g' || quote { plain.fails(&[Jvm]) } else { plain };
                construct.fails(&[Python]).advice("refer to the group by its number, or spell it out twice")
            }
            _ => plain.advice("leave out the backslash before a letter without a meaning"),
        };
        let mut fails = Vec::new();
        if !OF_JAVA[at].contains(letter) || letter == 'N' && !braces {
            fails.push(Jvm);
        }
        if !OF_PYTHON[at].contains(letter) {
            fails.push(Python);
        }
        self.add(construct.fails(&fails));
        !matches!(letter, 'A' | 'z' | 'Z' | 'G' | 'b' | 'B') || in_class
    }

    /// Skips what belongs to an escape: `{...}`, `<...>`, `'...'`. Whether braces were there.
    fn skip_argument(&mut self, letter: char) -> bool {
        let (opens, closes) = match (letter, self.rest().as_bytes().first()) {
            ('p' | 'P' | 'x' | 'o' | 'N' | 'u', Some(b'{')) => (true, '}'),
            ('k' | 'g', Some(b'<')) => (false, '>'),
            ('k' | 'g', Some(b'\'')) => (false, '\''),
            _ => return false,
        };
        let Some(length) = self.rest()[1..].find(closes) else { return false };
        self.at += length + 2;
        opens
    }

    /// `\Q...\E`: quoted text to Java alone. What it quotes is not looked at.
    fn quoted(&mut self, start: usize) -> bool {
        let construct = Construct::new(start..start + 2, "the letter Q")
            .means(Jvm, "the start of quoted text")
            .fails(&[Python])
            .advice("put a backslash before each special character instead of \\Q and \\E");
        self.at = self.rest().find("\\E").map_or(self.text.len(), |length| self.at + length + 2);
        self.add(construct);
        true
    }

    /// `\p{...}`, which ends at the place that is read.
    fn property(&self, plain: Construct) -> Construct {
        let inner = self.text.get(plain.range.start + 3..plain.range.end.saturating_sub(1)).unwrap_or("");
        let construct = Construct { here: "a class of characters", ..plain }.means(Js, "a letter");
        if is_known_to_java(inner) {
            return construct.advice("spell the characters out");
        }
        construct
            .fails(&[Jvm])
            .advice("name it as all engines do: \\p{L}, \\p{Lu}, \\p{Alpha}; or spell the characters out")
    }
}

impl Construct {
    fn anchor(self, here: &'static str) -> Construct {
        Construct { here, ..self }.means(Js, "a letter")
    }
}

/// Whether `java.util.regex` has a property of this name. Scripts and blocks are taken on trust.
fn is_known_to_java(name: &str) -> bool {
    const POSIX: [&str; 14] = [
        "Alnum", "Alpha", "ASCII", "Blank", "Cntrl", "Digit", "Graph", "Lower", "Print", "Punct", "Space",
        "Upper", "XDigit", "L1",
    ];
    const CATEGORIES: &str = "L Lu Ll Lt Lm Lo LC LD M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cs Co Cn";
    POSIX.contains(&name)
        || CATEGORIES.split(' ').any(|category| category == name)
        || ["Is", "In", "java"].iter().any(|prefix| name.starts_with(prefix))
        || name.contains('=')
}
