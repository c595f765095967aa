//! `[rules]`: how loud rules are, and their options.

use toml::Spanned;
use toml::de::DeValue;

use crate::config::file::section::{Fault, Section, no_choice, short, span, text_of};
use crate::config::file::{At, Key};
use crate::diagnostic::Severity;
use crate::rules::{ALL, OptionKind, OptionValue, RuleIndex, RuleOption, find, groups, resolve_selector};
use crate::text::nearest;

/// How loud a rule is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleLevel {
    /// It does not run.
    Off,
    /// It is as loud as it is by itself.
    On,
    /// Its findings are of this severity.
    At(Severity),
}

impl RuleLevel {
    /// All of them, by name.
    pub const ALL: [(&'static str, RuleLevel); 5] = [
        ("error", RuleLevel::At(Severity::Error)),
        ("warning", RuleLevel::At(Severity::Warning)),
        ("info", RuleLevel::At(Severity::Info)),
        ("on", RuleLevel::On),
        ("off", RuleLevel::Off),
    ];

    /// The severity of the rule's findings; `None` when it is off.
    pub fn severity(self, rule: RuleIndex) -> Option<Severity> {
        match self {
            RuleLevel::Off => None,
            RuleLevel::On => ALL.get(rule).map(|rule| rule.meta.severity),
            RuleLevel::At(severity) => Some(severity),
        }
    }
}

/// What is said of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleChange {
    /// The rule.
    pub rule: RuleIndex,
    /// How loud it is to be.
    pub level: At<RuleLevel>,
    /// It was said of all rules of a group.
    pub by_group: bool,
}

impl RuleChange {
    /// What becomes of a rule that is at `level`. How loud a group is to be turns on none of its
    /// rules that is off.
    pub fn over(&self, level: Option<Severity>) -> Option<Severity> {
        match self.level.value {
            RuleLevel::At(_) if self.by_group && level.is_none() => None,
            wished => wished.severity(self.rule),
        }
    }
}

/// An option that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionChange {
    /// The rule.
    pub rule: RuleIndex,
    /// The name of the option.
    pub name: &'static str,
    /// What it is set to.
    pub value: At<OptionValue>,
}

/// A table of rules. A later entry wins, so groups come before single rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleTable {
    /// Levels.
    pub levels: Vec<RuleChange>,
    /// Options.
    pub options: Vec<OptionChange>,
}

/// Keys of the table that a rule can be.
pub const RULE_KEYS: [Key; 1] = [Key {
    name: "level",
    doc: "How loud the rule is: error, warning, info, on (as loud as by itself) or off.",
}];

pub(super) fn read(section: &Section<'_>) -> RuleTable {
    // The more a name covers, the less it weighs.
    let mut named: Vec<(usize, Vec<RuleIndex>, &str, &Spanned<DeValue<'_>>)> = Vec::new();
    for (key, value) in section.entries() {
        let name = &**key.get_ref();
        let rules = resolve_selector(name);
        if rules.is_empty() {
            section.invalid(key.span(), || unknown_rule(name));
        } else {
            let weight = if name == "all" { 0 } else { 1 + usize::from(find(name).is_some()) };
            named.push((weight, rules, name, value));
        }
    }
    named.sort_by_key(|(weight, ..)| *weight);
    let mut table = RuleTable::default();
    for (_, rules, name, value) in named {
        let Some(level) = text_of(value) else {
            read_rule(section, name, value, &rules, &mut table);
            continue;
        };
        add_level(section, name, level, &rules, &mut table);
    }
    table
}

fn add_level(
    section: &Section<'_>,
    name: &str,
    level: At<String>,
    rules: &[RuleIndex],
    table: &mut RuleTable,
) {
    let known = RuleLevel::ALL.into_iter().find(|(name, _)| *name == level.value);
    match known {
        Some((_, value)) => {
            let by_group = find(name).is_none();
            let level = At { value, span: level.span };
            let change = |rule: &RuleIndex| RuleChange { rule: *rule, level, by_group };
            table.levels.extend(rules.iter().map(change));
        }
        None => section.problems.add(Fault::Invalid, level.span, || no_level(name, &level.value)),
    }
}

fn no_level(name: &str, text: &str) -> (String, Option<String>) {
    // What other linters call them.
    let near = match text.to_ascii_lowercase().as_str() {
        "warn" => Some("warning"),
        "deny" | "forbid" => Some("error"),
        "hint" | "note" | "information" => Some("info"),
        "none" | "ignore" | "allow" | "disable" | "disabled" | "never" => Some("off"),
        "enable" | "enabled" | "default" | "always" => Some("on"),
        _ => None,
    };
    let (message, help) = no_choice(name, text, RuleLevel::ALL.iter().map(|(name, _)| *name));
    (message, near.map(|near| format!("did you mean '{near}'?")).or(help))
}

/// The table that a rule is: its level and its options.
fn read_rule<'a>(
    section: &Section<'a>,
    name: &str,
    value: &'a Spanned<DeValue<'a>>,
    rules: &[RuleIndex],
    table: &mut RuleTable,
) {
    let DeValue::Table(_) = value.get_ref() else {
        return section.wrong_type(name, value, "a level or a table");
    };
    let Some(inner) = section.table_of(name, value) else { return };
    if let Some(level) = inner.text("level") {
        add_level(section, name, level, rules, table);
    }
    let rule = find(name);
    let known: &[&RuleOption] = rule.map_or(&[], |rule| ALL[rule].meta.options);
    for (key, value) in inner.entries().into_iter().filter(|(key, _)| key.get_ref() != "level") {
        let option = known.iter().find(|option| option.name == key.get_ref());
        match (rule, option) {
            (Some(rule), Some(option)) => {
                if let Some(value) = option_value(&inner, option, value) {
                    table.options.push(OptionChange { rule, name: option.name, value });
                }
            }
            _ => section.invalid(key.span(), || unknown_option(name, key.get_ref(), rule.is_some(), known)),
        }
    }
}

fn option_value(
    section: &Section<'_>,
    option: &RuleOption,
    value: &Spanned<DeValue<'_>>,
) -> Option<At<OptionValue>> {
    let at = span(value.span());
    match option.kind {
        OptionKind::Number { least, .. } => {
            let number = match value.get_ref() {
                DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
                _ => None,
            };
            let number = number.filter(|number| *number >= least);
            if number.is_none() {
                section.wrong_type(option.name, value, &format!("a whole number from {least} on"));
            }
            number.map(|number| At { value: OptionValue::Number(number), span: at })
        }
        OptionKind::Texts => {
            let texts = section.texts_of(option.name, value, "a list of texts")?;
            let texts = texts.into_iter().map(|text| text.value).collect();
            Some(At { value: OptionValue::Texts(texts), span: at })
        }
    }
}

fn unknown_option(name: &str, key: &str, is_rule: bool, known: &[&RuleOption]) -> (String, Option<String>) {
    let (name, key) = (short(name), short(key));
    if !is_rule {
        return (
            format!("'{name}' is a group, and only a rule has options"),
            Some("name the rule".to_owned()),
        );
    }
    let names: Vec<&str> = std::iter::once("level").chain(known.iter().map(|option| option.name)).collect();
    let help = match nearest(&key, names.iter().copied()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("there are: {}", names.join(", ")),
    };
    (format!("The rule '{name}' has no option '{key}'"), Some(help))
}

fn unknown_rule(name: &str) -> (String, Option<String>) {
    if super::ROOT_KEYS.iter().any(|key| key.name == name) {
        let help = format!("'{name}' is no setting of a rule: move it above the first [table]");
        return (format!("'{name}' is neither a rule nor a group of rules"), Some(help));
    }
    let bare = name.rsplit('/').next().unwrap_or(name);
    let names = ALL.iter().map(|rule| rule.meta.name).chain(groups());
    let help = match nearest(bare, names) {
        Some(near) => format!("did you mean '{near}'?"),
        None => "`pactlens rules` lists them".to_owned(),
    };
    (format!("'{}' is neither a rule nor a group of rules", short(name)), Some(help))
}
