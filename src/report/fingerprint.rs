//! An identity of findings that outlives edits elsewhere in the file.

use crate::diagnostic::Finding;

/// Key and version of the fingerprint where a format wants a name for it. The
/// number grows when the ingredients change.
pub const FINGERPRINT_KEY: &str = "pactlens/v1";

/// A number that stays the same while a pact is regenerated, reordered or
/// reformatted: FNV-1a, 64 bits, over the rule, the two participants, the
/// interaction's description and states, and the pointer within the interaction.
/// Lines, columns, the interaction's position and the message play no part, so two
/// findings of one rule on one node have the same fingerprint.
pub fn fingerprint(finding: &Finding, consumer: Option<&str>, provider: Option<&str>) -> u64 {
    let mut hash = Fnv::new();
    hash.field(finding.rule);
    hash.field(consumer.unwrap_or(""));
    hash.field(provider.unwrap_or(""));
    if let Some(interaction) = &finding.interaction {
        hash.field(&interaction.description);
        interaction.states.iter().for_each(|state| hash.field(state));
    }
    hash.end();
    hash.field(within_interaction(&finding.pointer));
    hash.0
}

/// A fingerprint as it is written: 16 lower-case hexadecimal digits.
pub(super) fn hex(fingerprint: u64) -> String {
    format!("{fingerprint:016x}")
}

/// `pointer` without the interaction it starts with: `/interactions/3/response/body`
/// becomes `response/body`. A pointer to anything else stays whole.
fn within_interaction(pointer: &str) -> &str {
    let element = pointer.strip_prefix("/interactions/").or_else(|| pointer.strip_prefix("/messages/"));
    let Some(element) = element else { return pointer };
    let (index, rest) = element.split_once('/').unwrap_or((element, ""));
    let is_index = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    if is_index { rest } else { pointer }
}

/// FNV-1a with 64 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>): unlike the
/// hashers of the standard library and of rustc-hash, it is the same in every
/// release and on every machine.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// Adds a text and an end mark that occurs in no UTF-8 text, so that `ab`, `c`
    /// and `a`, `bc` differ.
    fn field(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
        self.byte(0xff);
    }

    /// Ends a list of fields.
    fn end(&mut self) {
        self.byte(0xfe);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::InteractionRef;
    use crate::report::fixture;

    #[test]
    fn the_hash_is_the_published_one() {
        for (text, hash) in
            [("", 0xcbf29ce484222325), ("a", 0xaf63dc4c8601ec8c), ("foobar", 0x85944171f73967e8)]
        {
            let mut fnv = Fnv::new();
            text.bytes().for_each(|byte| fnv.byte(byte));
            assert_eq!(fnv.0, hash);
        }
    }

    #[test]
    fn the_value_never_changes() {
        let print = fingerprint(&fixture::order_finding(), Some("web"), Some("orders"));
        assert_eq!(hex(print), "15e290dd1e25823d");
    }

    #[test]
    fn position_and_wording_play_no_part() {
        let before = fixture::order_finding();
        let mut after = before.clone();
        after.span = crate::text::Span::new(1, 2);
        after.message = "Something else".into();
        after.pointer = before.pointer.replacen("/3/", "/12/", 1);
        let moved =
            InteractionRef { index: 12, ..(**before.interaction.as_ref().expect("it has one")).clone() };
        after.interaction = Some(Arc::new(moved));
        assert_eq!(fingerprint(&before, None, None), fingerprint(&after, None, None));
    }

    #[test]
    fn every_ingredient_counts() {
        let base = fixture::order_finding();
        let print = |finding: &Finding| fingerprint(finding, Some("web"), Some("orders"));
        let with = |change: &dyn Fn(&mut InteractionRef)| {
            let mut finding = base.clone();
            let mut interaction = (**base.interaction.as_ref().expect("it has one")).clone();
            change(&mut interaction);
            finding.interaction = Some(Arc::new(interaction));
            print(&finding)
        };
        let others = [
            print(&Finding { rule: "exact-id", ..base.clone() }),
            print(&Finding { pointer: "/interactions/3/response/body/id".into(), ..base.clone() }),
            print(&Finding { interaction: None, ..base.clone() }),
            fingerprint(&base, Some("we"), Some("borders")),
            fingerprint(&base, Some("web"), None),
            with(&|interaction| interaction.description.push('!')),
            with(&|interaction| interaction.states.clear()),
            with(&|interaction| interaction.states.push("it rains".into())),
        ];
        for (at, other) in others.iter().enumerate() {
            assert_ne!(*other, print(&base), "variant {at}");
            assert!(!others[..at].contains(other), "variant {at}");
        }
    }

    #[test]
    fn pointers_lose_only_their_interaction() {
        for (pointer, within) in [
            ("/interactions/3/response/body", "response/body"),
            ("/messages/0/contents", "contents"),
            ("/interactions/3", ""),
            ("/interactions", "/interactions"),
            ("/interactions/x/response", "/interactions/x/response"),
            ("/metadata/pactSpecification", "/metadata/pactSpecification"),
            ("", ""),
        ] {
            assert_eq!(within_interaction(pointer), within);
        }
    }
}
