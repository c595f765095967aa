//! What of a rule can be set beside its level.

use crate::rules::RuleIndex;

/// An option of a rule: what it is called, what it holds, and what it is for.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleOption {
    /// Name of the rule.
    pub rule: &'static str,
    /// Name of the option in `pactlens.toml`.
    pub name: &'static str,
    /// What it holds.
    pub kind: OptionKind,
    /// What it is for, as half a sentence: `the most interactions that are not too many`.
    pub doc: &'static str,
}

/// What an option holds, and what it holds unless it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// A number.
    Number {
        /// What it is unless set.
        default: u32,
        /// The least that it can be.
        least: u32,
    },
    /// A list of texts, empty unless set.
    Texts,
}

/// The value of an option that is set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OptionValue {
    /// A number.
    Number(u32),
    /// A list of texts.
    Texts(Vec<String>),
}

/// The options that are set; the others have their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Options {
    set: Vec<(RuleIndex, &'static str, OptionValue)>,
}

impl Options {
    /// Sets an option, in place of what it was.
    pub fn set(&mut self, rule: RuleIndex, name: &'static str, value: OptionValue) {
        match self.set.iter_mut().find(|(index, known, _)| (*index, *known) == (rule, name)) {
            Some(known) => known.2 = value,
            None => self.set.push((rule, name, value)),
        }
        // Equal for equal settings, in whatever order they were made.
        self.set.sort_by_key(|(index, name, _)| (*index, *name));
    }

    fn get(&self, option: &RuleOption) -> Option<&OptionValue> {
        let of =
            |index: RuleIndex| crate::rules::ALL.get(index).is_some_and(|it| it.meta.name == option.rule);
        self.set.iter().find(|(index, name, _)| *name == option.name && of(*index)).map(|(_, _, value)| value)
    }

    /// The number that an option holds.
    pub fn number(&self, option: &RuleOption) -> usize {
        match (self.get(option), option.kind) {
            (Some(OptionValue::Number(number)), _) => *number as usize,
            (_, OptionKind::Number { default, .. }) => default as usize,
            _ => 0,
        }
    }

    /// The texts that an option holds.
    pub fn texts(&self, option: &RuleOption) -> &[String] {
        match self.get(option) {
            Some(OptionValue::Texts(texts)) => texts,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::ALL;

    #[test]
    fn options_belong_to_the_rule_that_has_them() {
        for meta in ALL.iter().map(|rule| &rule.meta) {
            for option in meta.options {
                assert_eq!(option.rule, meta.name);
                assert_ne!(option.name, "level");
                assert!(!option.doc.is_empty() && !option.doc.ends_with('.'));
            }
        }
        assert!(ALL.iter().filter(|rule| !rule.meta.options.is_empty()).count() >= 5);
    }
}
