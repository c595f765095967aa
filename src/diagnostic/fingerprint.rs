//! An identity of findings that outlives edits elsewhere in the file.

use std::borrow::Cow;

use crate::diagnostic::{Finding, InteractionRef};

/// Key and version of the fingerprint where a format wants a name for it. The
/// number grows when the ingredients change.
pub const FINGERPRINT_KEY: &str = "pactlens/v1";

/// Rules with one finding for several interactions, shown at one that their order decides, so
/// that it does not matter which.
pub const OF_SEVERAL: [&str; 14] = [
    "ambiguous-request",
    "conflicting-expectations",
    "duplicate-interaction-key",
    "interactions-not-sorted",
    "many-error-variants",
    "plugin-config-undeclared",
    "provider-state-near-duplicate",
    "provider-state-unhandled",
    "query-bracket-style-mixed",
    "spec-version-shape-mismatch",
    "state-name-with-id",
    "state-params-differ",
    "too-many-interactions",
    "v4-fields-in-older-file",
];

/// What makes a finding the same one after a pact was regenerated, reordered, reformatted,
/// moved or written by a newer library. Lines, columns, positions of interactions, file names
/// and wording play no part. Texts are as they are shown: secrets in them are covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity<'a> {
    /// Name of the rule.
    pub rule: &'a str,
    /// Name of the consumer.
    pub consumer: Option<&'a str>,
    /// Name of the provider.
    pub provider: Option<&'a str>,
    /// Description of the interaction; `None` when the finding is about none, or about several.
    pub description: Option<&'a str>,
    /// Names of its provider states, in any order.
    pub states: &'a [String],
    /// JSON pointer as [`stable_path`] gives it.
    pub path: &'a str,
    /// Kind of the value there, as [`Finding::value`] has it.
    pub value: &'a str,
}

impl<'a> Identity<'a> {
    /// The identity of what a rule finds in an interaction, if in one, of the pact of a consumer
    /// and a provider.
    pub fn new(
        rule: &'a str,
        [consumer, provider]: [Option<&'a str>; 2],
        interaction: Option<&'a InteractionRef>,
        path: &'a str,
        value: &'a str,
    ) -> Identity<'a> {
        let interaction = interaction.filter(|_| !OF_SEVERAL.contains(&rule));
        let description = interaction.map(|it| it.description.as_str());
        let states = interaction.map_or(&[][..], |it| &it.states);
        Identity { rule, consumer, provider, description, states, path, value }
    }

    /// A number for it: FNV-1a, 64 bits.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Fnv::new();
        hash.field(self.rule);
        hash.field(self.consumer.unwrap_or(""));
        hash.field(self.provider.unwrap_or(""));
        if let Some(description) = self.description {
            hash.field(description);
            let mut states: Vec<&String> = self.states.iter().collect();
            states.sort_unstable();
            states.iter().for_each(|state| hash.field(state));
        }
        hash.end();
        hash.field(self.path);
        hash.field(self.value);
        hash.0
    }
}

/// The fingerprint of a finding in the pact of these two: see [`Identity`]. Two findings of
/// one rule on one node have the same.
pub fn fingerprint(finding: &Finding, consumer: Option<&str>, provider: Option<&str>) -> u64 {
    let (interaction, path) = (finding.interaction.as_deref(), stable_path(&finding.pointer));
    Identity::new(finding.rule, [consumer, provider], interaction, &path, finding.value).fingerprint()
}

/// `pointer` without what depends on an order that means nothing: the interaction it starts
/// with, and which of its provider states it names. `/interactions/3/response/body` becomes
/// `/response/body`. A pointer to anything outside the interactions stays whole.
pub fn stable_path(pointer: &str) -> Cow<'_, str> {
    let element = pointer.strip_prefix("/interactions/").or_else(|| pointer.strip_prefix("/messages/"));
    let Some(within) = element.and_then(after_index) else { return Cow::Borrowed(pointer) };
    const STATES: &str = "/providerStates/";
    match within.strip_prefix(STATES).and_then(after_index) {
        Some(rest) => Cow::Owned(format!("{STATES}*{rest}")),
        None => Cow::Borrowed(within),
    }
}

/// What follows the number that `text` starts with, if that is all of a pointer's step.
fn after_index(text: &str) -> Option<&str> {
    let end = text.find('/').unwrap_or(text.len());
    let (index, rest) = text.split_at(end);
    (!index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
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
    use super::*;

    fn states() -> Vec<String> {
        vec!["a cart exists".to_owned(), "it rains".to_owned()]
    }

    fn order(states: &[String]) -> Identity<'_> {
        Identity {
            rule: "exact-timestamp",
            consumer: Some("web"),
            provider: Some("orders"),
            description: Some("a request for an order"),
            states,
            path: "/response/body/createdAt",
            value: "string",
        }
    }

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
        assert_eq!(format!("{:016x}", order(&states()).fingerprint()), "3f6cd1e38bd8770f");
    }

    #[test]
    fn the_order_of_states_plays_no_part() {
        let reversed: Vec<String> = states().into_iter().rev().collect();
        assert_eq!(order(&states()).fingerprint(), order(&reversed).fingerprint());
    }

    #[test]
    fn every_ingredient_counts() {
        let states = states();
        let base = order(&states);
        let others = [
            Identity { rule: "exact-id", ..base },
            Identity { path: "/response/body/id", ..base },
            Identity { value: "number", ..base },
            Identity { description: None, ..base },
            Identity { description: Some("a request for an order!"), ..base },
            Identity { description: Some(""), ..base },
            Identity { consumer: Some("we"), provider: Some("borders"), ..base },
            Identity { provider: None, ..base },
            Identity { states: &states[..1], ..base },
            Identity { states: &[], ..base },
        ];
        let prints = others.map(|other| other.fingerprint());
        for (at, print) in prints.iter().enumerate() {
            assert_ne!(*print, base.fingerprint(), "variant {at}");
            assert!(!prints[..at].contains(print), "variant {at}");
        }
    }

    #[test]
    fn pointers_lose_only_positions_that_mean_nothing() {
        for (pointer, within) in [
            ("/interactions/3/response/body/0/1", "/response/body/0/1"),
            ("/messages/0/contents", "/contents"),
            ("/interactions/3", ""),
            ("/interactions", "/interactions"),
            ("/interactions/x/response", "/interactions/x/response"),
            ("/interactions/1/providerStates/12/name", "/providerStates/*/name"),
            ("/interactions/1/providerStates/x", "/providerStates/x"),
            ("/metadata/pactSpecification", "/metadata/pactSpecification"),
            ("", ""),
        ] {
            assert_eq!(stable_path(pointer), within);
        }
    }
}
