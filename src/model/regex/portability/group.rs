//! Groups that engines read differently.

use super::{Construct, Scanner, Target};

use Target::{Js, Jvm, Python, Ruby, Wasm};

impl Scanner<'_> {
    /// Reads the start of a group, all of a comment or of flags; `false` at the flag `x`.
    pub(super) fn open(&mut self) -> bool {
        let start = self.at;
        self.at += 1;
        let Some(kind) = self.rest().strip_prefix('?') else { return true };
        let range = |length: usize| start..start + 2 + length;
        match kind.as_bytes() {
            [b':' | b'=' | b'!', ..] => self.at += 2,
            [b'<', b'=' | b'!', ..] => self.at += 3,
            [b'>', ..] => {
                self.at += 2;
                self.add(
                    Construct::new(range(1), "")
                        .fails(&[Js])
                        .advice("write (?:...) if nothing depends on it"),
                );
            }
            [b'#', ..] => {
                self.at = self.rest().find(')').map_or(self.text.len(), |length| self.at + length + 1);
                let comment = Construct::new(start..self.at, "");
                self.add(comment.fails(&[Jvm, Js]).instead(""));
            }
            [b'~', ..] => {
                self.at += 2;
                let construct = Construct::new(range(1), "").fails(&[Jvm, Js, Python]);
                self.add(construct.advice("say what may stand there, not what may not"));
            }
            [b'(', ..] => {
                // The condition is a group of its own to this reader.
                self.at += 1;
                self.add(
                    Construct::new(range(1), "")
                        .fails(&[Jvm, Js])
                        .advice("write both cases as an alternation"),
                );
            }
            [b'<', ..] => self.named(start, '>'),
            [b'\'', ..] => self.named(start, '\''),
            _ => return self.flags(start),
        }
        true
    }

    /// `(?<name>` or `(?'name'`.
    fn named(&mut self, start: usize, close: char) {
        let Some(length) = self.rest().get(2..).and_then(|rest| rest.find(close)) else {
            self.at += 2;
            return;
        };
        let name = self.rest()[2..2 + length].to_owned();
        self.at += length + 3;
        let construct = Construct::new(start..self.at, "");
        if close == '\'' {
            let construct = construct.fails(&[Jvm, Js, Python]);
            return self.add(construct.instead(format!("(?<{name}>")));
        }
        let mut fails = vec![Python];
        let of_java = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric());
        if !of_java {
            fails.push(Jvm);
        }
        let advice = if of_java {
            "use a group without a name"
        } else {
            "use a group without a name, or a name of ASCII letters and digits only"
        };
        self.add(construct.fails(&fails).advice(advice));
    }

    /// `(?i)` or `(?i-m:`; `false` at the flag `x`.
    fn flags(&mut self, start: usize) -> bool {
        let rest = &self.rest()[1..];
        let length = rest.bytes().take_while(|b| b.is_ascii_alphabetic() || *b == b'-').count();
        let flags = rest[..length].to_owned();
        let alone = rest.as_bytes().get(length) == Some(&b')');
        self.at += 1 + length + 1;
        self.at = self.at.min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        if flags.contains('x') {
            return false;
        }
        let mut fails = vec![Js];
        let only = |known: &str| flags.chars().all(|flag| known.contains(flag));
        if !only("idmsuU-") {
            fails.push(Jvm);
        }
        if !only("aiLmsu-") || alone && (start > 0 || flags.contains('-')) {
            fails.push(Python);
        }
        if !only("imadu-") {
            fails.push(Ruby);
        }
        let on = flags.split('-').next().unwrap_or("");
        let mut construct = Construct::new(start..self.at, "").fails(&fails);
        if on.contains('m') {
            let lines = "'^' and '$' at every line";
            construct.here = "'.' for line breaks too";
            for target in [Jvm, Python, Wasm] {
                construct = construct.means(target, lines);
            }
            construct = construct.advice("write [\\s\\S] where a line break may stand");
        } else if on == "i" {
            construct = construct.advice("spell out both cases, as in [aA]");
        } else {
            construct = construct.advice("leave out the flags");
        }
        self.add(construct);
        true
    }
}
