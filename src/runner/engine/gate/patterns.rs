//! The patterns of a pact that may keep the engine busy.
//!
//! The core asks Oniguruma without a limit of its own: it panics after ten million retries,
//! which take seconds, and does so for each value anew.

use std::borrow::Cow;

use pact_models::matchingrules::{Category, MatchingRule, MatchingRules};
use regex_syntax::ast::{Ast, parse::Parser};
use serde_json::Value;

use crate::http::wire::header;
use crate::model::regex::{Budget, Pattern, Verdict, may_compile, turns};

/// Steps of the engine that are taken for granted; some tens of milliseconds.
const FREE_STEPS: u64 = 4_000_000;

/// Retries for all that is tried of one judgement: about a tenth of a second.
const RETRIES: u64 = 1_000_000;

/// What a variant of `arrayContains` weighs beside other matchers, as measured.
const VARIANT: u64 = 32;

/// Patterns that may take long, with the text each is for.
#[derive(Default)]
pub(super) struct Patterns {
    /// Too long or too strange to be compiled here.
    refused: Option<String>,
    /// How many matchers there are; a variant counts more, since each is tried on each item.
    matchers: u64,
    risky: Vec<Risky>,
}

struct Risky {
    category: Category,
    text: String,
    pattern: Pattern,
    cost: Cost,
}

/// What a pattern may cost on a text of `n` bytes: `factor * n^degree` steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    factor: u64,
    degree: u32,
}

impl Cost {
    const ENDLESS: Cost = Cost { factor: u64::MAX, degree: 0 };

    fn is_free(self, length: usize) -> bool {
        let power = (length as u64 + 1).saturating_pow(self.degree);
        self.factor.saturating_mul(power) <= FREE_STEPS
    }
}

impl Patterns {
    /// Adds the patterns of a part.
    pub(super) fn add(&mut self, rules: &MatchingRules) {
        for (category, rules) in &rules.rules {
            for rule in rules.rules.values().flat_map(|list| &list.rules) {
                self.add_rule(category, rule);
            }
        }
    }

    /// How many matchers there are, by their weight.
    pub(super) fn matchers(&self) -> u64 {
        self.matchers
    }

    /// The recursion is bounded by the reader of the file, which takes 128 levels.
    fn add_rule(&mut self, category: &Category, rule: &MatchingRule) {
        self.matchers += 1;
        match rule {
            MatchingRule::Regex(pattern) => self.add_pattern(category, pattern),
            MatchingRule::EachKey(each) | MatchingRule::EachValue(each) => {
                for rule in each.rules.iter().filter_map(|rule| rule.as_ref().left()) {
                    self.add_rule(category, rule);
                }
            }
            MatchingRule::ArrayContains(variants) => {
                for (_, rules, _) in variants {
                    self.matchers += VARIANT;
                    for rule in rules.rules.values().flat_map(|list| &list.rules) {
                        self.add_rule(category, rule);
                    }
                }
            }
            _ => {}
        }
    }

    fn add_pattern(&mut self, category: &Category, text: &str) {
        let known = |risky: &Risky| risky.text == text && risky.category == *category;
        if let Err(why) = may_compile(text) {
            self.refused.get_or_insert_with(|| format!("a pattern may take the core too long: {why}"));
            return;
        }
        let cost = cost(text);
        if cost.degree <= 1 && cost.factor <= 64 || self.risky.iter().any(known) {
            return;
        }
        // What does not compile, the core cannot compile either, and says so of every value.
        if let Ok(pattern) = Pattern::compile(text) {
            let (category, text) = (category.clone(), text.to_owned());
            self.risky.push(Risky { category, text, pattern, cost });
        }
    }

    /// Whether values of any header may have a say in that.
    pub(super) fn look_at_headers(&self) -> bool {
        self.risky.iter().any(|it| matches!(it.category, Category::HEADER | Category::METADATA))
    }

    /// Why the patterns are not for this process with what came.
    pub(super) fn fault(
        &self,
        path: &str,
        query: &str,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Option<String> {
        if self.refused.is_some() || self.risky.is_empty() {
            return self.refused.clone();
        }
        let mut budget = Budget::with_retries(RETRIES);
        let mut values = None;
        self.risky.iter().find_map(|risky| {
            let mut runs_away = |text: &str| {
                !risky.cost.is_free(text.len())
                    && matches!(risky.pattern.matches_whole(text, &mut budget), Verdict::NotJudged(_))
            };
            let found = match risky.category {
                Category::PATH => runs_away(path),
                Category::QUERY => {
                    form_urlencoded::parse(query.as_bytes()).any(|(_, value)| runs_away(&value))
                }
                Category::HEADER => headers.iter().any(|(_, value)| runs_away(value)),
                // Metadata comes in a header, encoded.
                Category::METADATA => headers.iter().any(|(_, value)| !risky.cost.is_free(value.len())),
                _ if risky.cost.is_free(body.len()) => false,
                _ => values.get_or_insert_with(|| Values::of(headers, body)).any(&mut runs_away),
            };
            found.then(|| {
                let shown: String = risky.text.chars().take(80).collect();
                let more = if shown.len() < risky.text.len() { "..." } else { "" };
                format!("the pattern {shown}{more} takes the engine too long on a value that came")
            })
        })
    }
}

/// What in a body a pattern may be tried on.
enum Values<'b> {
    Json(Value),
    Form(&'b [u8]),
    Text(Cow<'b, str>),
    /// Only the core knows.
    Unknown,
}

impl<'b> Values<'b> {
    fn of(headers: &[(String, String)], body: &'b [u8]) -> Values<'b> {
        let declared = header(headers, "content-type").unwrap_or_default().to_ascii_lowercase();
        if declared.contains("form-urlencoded") {
            return Values::Form(body);
        }
        if declared.starts_with("text/plain") {
            return Values::Text(String::from_utf8_lossy(body));
        }
        serde_json::from_slice(body).map_or(Values::Unknown, Values::Json)
    }

    fn any(&self, is: &mut impl FnMut(&str) -> bool) -> bool {
        match self {
            Values::Json(value) => any_text(value, is),
            Values::Form(body) => form_urlencoded::parse(body).any(|(name, value)| is(&name) || is(&value)),
            Values::Text(text) => is(text),
            Values::Unknown => true,
        }
    }
}

/// Whether `is` holds for some string or key.
fn any_text(value: &Value, is: &mut impl FnMut(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is(text),
        Value::Array(items) => items.iter().any(|item| any_text(item, is)),
        Value::Object(members) => members.iter().any(|(key, value)| is(key) || any_text(value, is)),
        _ => false,
    }
}

/// What a pattern costs at worst, from its form. Oniguruma's syntax is not quite the one
/// read here; what is not understood is endless.
fn cost(pattern: &str) -> Cost {
    // Back references and calls of groups are not in the syntax that is read.
    match Parser::new().parse(pattern) {
        Ok(tree) => cost_of(&tree),
        Err(_) => Cost::ENDLESS,
    }
}

/// The parser takes 250 levels, which bounds the recursion.
fn cost_of(tree: &Ast) -> Cost {
    let all = |asts: &[Ast]| {
        asts.iter().map(cost_of).fold(Cost { factor: 1, degree: 0 }, |a, b| Cost {
            factor: a.factor.saturating_mul(b.factor),
            degree: a.degree + b.degree,
        })
    };
    match tree {
        Ast::Repetition(repetition) => {
            let (low, high) = turns(&repetition.op.kind);
            let inner = cost_of(&repetition.ast);
            let ways = u64::from(high.unwrap_or(u32::MAX).saturating_sub(low)).saturating_add(1);
            match high {
                // Whatever varies inside varies in every turn.
                _ if inner != (Cost { factor: 1, degree: 0 }) => match high {
                    Some(turns) if inner.degree == 0 => {
                        Cost { factor: inner.factor.saturating_pow(turns).saturating_mul(ways), degree: 0 }
                    }
                    _ => Cost::ENDLESS,
                },
                Some(_) => Cost { factor: ways, degree: 0 },
                None => Cost { factor: 1, degree: 1 },
            }
        }
        Ast::Group(group) => cost_of(&group.ast),
        // Each branch may be tried after the other.
        Ast::Alternation(alternation) => {
            let each = alternation.asts.iter().map(cost_of);
            each.fold(Cost { factor: 0, degree: 0 }, |a, b| Cost {
                factor: a.factor.saturating_add(b.factor),
                degree: a.degree.max(b.degree),
            })
        }
        Ast::Concat(concat) => all(&concat.asts),
        _ => Cost { factor: 1, degree: 0 },
    }
}

#[cfg(test)]
mod tests {
    use pact_models::matchingrules::MatchingRuleCategory;
    use pact_models::matchingrules::RuleLogic;
    use pact_models::path_exp::DocPath;

    use super::*;

    #[test]
    fn costs_are_told_from_the_form() {
        let of = |factor, degree| Cost { factor, degree };
        for (pattern, expected) in [
            ("abc", of(1, 0)),
            (r"\d{4}-\d\d", of(1, 0)),
            (r"\d+", of(1, 1)),
            (r"[a-z]+\.[a-z]*", of(1, 2)),
            (r"^(GET|POST)$", of(2, 0)),
            (r"-?\d{1,3}", of(6, 0)),
            (r"([0-9a-f]{4}-){3}x", of(1, 0)),
            (r"(a?){30}", of(1 << 30, 0)),
            (r"^(a+)+$", Cost::ENDLESS),
            (r"(a|a)*b", Cost::ENDLESS),
            (r"(a)\1", Cost::ENDLESS),
            (r"(?=x)y", Cost::ENDLESS),
        ] {
            let found = cost(pattern);
            assert_eq!(found, expected, "{pattern}");
        }
    }

    fn fault(pattern: &str, body: &str) -> Option<String> {
        let mut rules = MatchingRuleCategory::empty("body");
        rules.add_rule(DocPath::root(), MatchingRule::Regex(pattern.to_owned()), RuleLogic::And);
        let mut all = MatchingRules::default();
        all.rules.insert(Category::BODY, rules);
        let mut patterns = Patterns::default();
        patterns.add(&all);
        patterns.fault("", "", &[], body.as_bytes())
    }

    #[test]
    fn only_what_runs_away_is_stopped() {
        let long = |text: &str, times| format!("{{\"x\": [1, \"{}!\"]}}", text.repeat(times));
        assert!(fault(r"^(a+)+$", &long("a", 40)).unwrap().contains("^(a+)+$"));
        assert_eq!(fault(r"^(a+)+$", &long("a", 8)), None);
        assert_eq!(fault(r"^(a+)+$", &long("b", 4000)), None);
        assert!(fault(r".*.*.*=.*", &long("a", 4000)).is_some());
        assert_eq!(fault(r"\d+\.\d+\.\d+", &long("a", 4000)), None);
        assert!(fault(&"(a|b)*".repeat(1000), "1").unwrap().contains("6000 bytes"));
        assert!(fault(r"^(a+)+$", "aaaaaaaaaa <x>").is_some(), "no JSON");
    }
}
