//! What a level may depend on below the file.

use crate::config::Levels;
use crate::config::file::{Override, holds};
use crate::config::glob::any;
use crate::diagnostic::Severity;
use crate::rules::RuleIndex;

/// What a diagnostic is about, for levels that hold for a part of a file only.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Description of the interaction, if it is about one; empty when that has none.
    pub description: Option<&'a str>,
    /// Names of its provider states.
    pub states: &'a [&'a str],
    /// JSON pointer of the node from the root of the file.
    pub pointer: &'a str,
}

impl Subject<'_> {
    /// Whether the conditions of an override that are about parts hold here.
    fn is_in(&self, part: &Override) -> bool {
        self.interaction_is_in(part) && holds(part.pointer.as_ref(), Some(self.pointer))
    }

    /// Whether those about its interaction do.
    fn interaction_is_in(&self, part: &Override) -> bool {
        let state = part.state.as_ref();
        holds(part.description.as_ref(), self.description)
            && state.is_none_or(|patterns| self.states.iter().any(|state| any(patterns, state)))
    }
}

impl Levels {
    /// Whether a level depends on more than the file, so that [`Levels::at`] is to be asked
    /// about each diagnostic.
    pub fn vary(&self) -> bool {
        self.parts.is_some()
    }

    /// Whether that of this rule does.
    pub fn varies(&self, rule: RuleIndex) -> bool {
        let parts = self.parts.as_ref();
        parts.and_then(|parts| parts.of_rule.get(rule)).is_some_and(|of_rule| !of_rule.is_empty())
    }

    /// The severity of what a rule, whose findings in this file are otherwise of `severity`,
    /// says about `subject`; `None` when it is off there.
    pub fn at(&self, rule: RuleIndex, severity: Severity, subject: &Subject<'_>) -> Option<Severity> {
        let Some(parts) = &self.parts else { return Some(severity) };
        let (Some(of_rule), Some(flag)) = (parts.of_rule.get(rule), parts.flags.get(rule)) else {
            return Some(severity);
        };
        let said = of_rule.iter().rev().find(|(part, _)| subject.is_in(part));
        let level = match said {
            Some((_, level)) => level.severity(rule),
            None => parts.file.get(rule).copied().flatten(),
        };
        let level = flag.over(rule, level)?;
        // A finding that is less certain than others of its rule is less loud, unless it was
        // said how loud the rule is to be here.
        let told_otherwise = said.is_some() && Some(level) != self.of(rule);
        Some(if told_otherwise { level } else { severity })
    }

    /// Whether a rule is on in all of an interaction, or, without a description, in what is of
    /// the file.
    pub fn is_on_all_over(&self, rule: RuleIndex, description: Option<&str>, states: &[&str]) -> bool {
        let Some(parts) = &self.parts else { return self.of(rule).is_some() };
        let (Some(of_rule), Some(flag)) = (parts.of_rule.get(rule), parts.flags.get(rule)) else {
            return self.of(rule).is_some();
        };
        let is_on = |level| flag.over(rule, level).is_some();
        for (part, level) in of_rule.iter().rev() {
            if !(Subject { description, states, pointer: "" }).interaction_is_in(part) {
                continue;
            }
            if !is_on(level.severity(rule)) {
                return false;
            }
            if part.pointer.is_none() {
                return true;
            }
        }
        is_on(parts.file.get(rule).copied().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file::parse;
    use crate::config::{Project, Settings, Traits};
    use crate::rules::{ALL, find};

    fn levels(text: &str, settings: &Settings) -> Levels {
        let (file, problems) = parse(text, 0);
        assert_eq!(problems, []);
        Project::of(file).levels(settings, "pacts/a.json", Traits::default()).expect("the names are known")
    }

    fn at(
        levels: &Levels,
        rule: &str,
        description: &str,
        states: &[&str],
        pointer: &str,
    ) -> Option<Severity> {
        let rule = find(rule).expect("there is such a rule");
        let subject = Subject { description: Some(description), states, pointer };
        levels.at(rule, levels.of(rule).unwrap_or(ALL[rule].meta.severity), &subject)
    }

    const RULE: &str = "secret-in-example";

    #[test]
    fn parts_of_a_file_have_levels_of_their_own() {
        let text = format!(
            "[[overrides]]\npointer = '/interactions/*/request/headers'\nrules = {{ {RULE} = 'off' }}\n\
             [[overrides]]\ndescription = 'a login*'\nstate = ['a user', 'an admin']\nrules = {{ {RULE} = 'info' }}"
        );
        let levels = levels(&text, &Settings::default());
        assert!(levels.vary());
        let default = Some(ALL[find(RULE).expect("a rule")].meta.severity);
        let header = "/interactions/3/request/headers/Authorization";
        assert_eq!(at(&levels, RULE, "d", &[], header), None);
        assert_eq!(at(&levels, RULE, "d", &[], "/interactions/3/request/body"), default);
        assert_eq!(at(&levels, RULE, "a login", &["a user"], header), Some(Severity::Info));
        assert_eq!(at(&levels, RULE, "a login", &["x", "an admin"], "/"), Some(Severity::Info));
        assert_eq!(at(&levels, RULE, "a login", &["nobody"], "/"), default, "all conditions must hold");
        assert_eq!(at(&levels, "json-syntax", "a login", &["a user"], header), Some(Severity::Error));
        let spine = Subject { description: None, states: &[], pointer: "/metadata" };
        assert_eq!(levels.at(find(RULE).expect("a rule"), Severity::Error, &spine), Some(Severity::Error));
    }

    #[test]
    fn what_is_on_in_a_part_runs() {
        let text = "rules.null-body = 'off'\n[[overrides]]\ndescription = 'x'\nrules.null-body = 'warning'\n\
                    [[overrides]]\ndescription = 'y'\nrules.null-body = 'error'";
        let levels = levels(text, &Settings::default());
        assert_eq!(levels.of(find("null-body").expect("a rule")), Some(Severity::Error));
        assert_eq!(at(&levels, "null-body", "x", &[], ""), Some(Severity::Warning));
        assert_eq!(at(&levels, "null-body", "y", &[], ""), Some(Severity::Error));
        assert_eq!(at(&levels, "null-body", "z", &[], ""), None);
    }

    #[test]
    fn what_is_said_later_wins() {
        let text = "[[overrides]]\npointer = '/**'\nrules.null-body = 'error'\n\
                    [[overrides]]\nfile = 'pacts'\nrules.null-body = 'info'\n\
                    [[overrides]]\nstate = 's'\nrules.interaction = 'off'";
        let levels = levels(text, &Settings::default());
        assert_eq!(at(&levels, "null-body", "x", &[], "/interactions/0"), Some(Severity::Info));
        assert_eq!(at(&levels, "null-body", "x", &["s"], "/interactions/0"), None);
    }

    #[test]
    fn flags_win() {
        let text = "[[overrides]]\ndescription = 'x'\nrules = { null-body = 'off', json-bom = 'info' }";
        let select = Settings { select: vec!["null-body".to_owned()], ..Settings::default() };
        let selected = levels(text, &select);
        assert_eq!(
            at(&selected, "null-body", "x", &[], ""),
            Some(ALL[find("null-body").expect("a rule")].meta.severity)
        );
        assert_eq!(selected.of(find("json-bom").expect("a rule")), None);
        let ignore = Settings { ignore: vec!["syntax".to_owned()], ..Settings::default() };
        assert_eq!(levels(text, &ignore).of(find("json-bom").expect("a rule")), None);
    }

    #[test]
    fn a_finding_that_is_less_certain_stays_so() {
        let text = "[[overrides]]\ndescription = 'x'\nrules.json-syntax = 'warning'";
        let levels = levels(text, &Settings::default());
        let subject = |description| Subject { description: Some(description), states: &[], pointer: "" };
        let rule = find("json-syntax").expect("a rule");
        assert_eq!(levels.at(rule, Severity::Info, &subject("y")), Some(Severity::Info));
        assert_eq!(levels.at(rule, Severity::Info, &subject("x")), Some(Severity::Warning));
    }
}
