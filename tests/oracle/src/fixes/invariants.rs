//! What has to be true of a fix without a look at the core.

use pactlens::analysis::Document;
use pactlens::diagnostic::{Finding, FindingFix};
use pactlens::rules::{ALL, find};

use crate::fixes::findings;
use crate::fixes::one::{Bench, spliced};

/// How early a rule looks: what is no JSON has no members; how members are read depends on the
/// version; what has no shape has no rules; rules that are not read have no example to be held
/// against. Rules on a line look at the same time.
const STAGES: &[&[&str]] = &[
    &["json-bom"],
    &["json-syntax"],
    &["messages-and-interactions", "missing-interaction-type", "invalid-interaction-type"],
    // A misplaced key may be the version's.
    &[
        "spec-version-invalid",
        "missing-spec-version",
        "legacy-spec-key",
        "spec-version-not-string",
        "misplaced-key",
    ],
    // All others of these groups.
    &["structure", "state", "interaction"],
    &["mixed-rule-styles"],
    &["v2-rules-in-v3-file"],
    &["rule-category-spelling", "unknown-rule-category", "contents-category-ignored"],
    &["v3-rules-in-v2-file"],
    &["rule-without-match"],
    &["matcher-alias", "combine-invalid"],
    &["min-max-not-integer", "matcher-needs-newer-spec"],
    &["min-on-non-array", "regex-not-portable"],
    &["redundant-rules"],
    &["split-min-max"],
];

/// Above all that is listed: rules and examples held against each other, and advice.
fn stage(rule: &str) -> usize {
    let group = find(rule).map_or("", |index| ALL[index].meta.group);
    let by = |name: &str| STAGES.iter().position(|stage| stage.contains(&name));
    by(rule).or_else(|| by(group)).unwrap_or(STAGES.len())
}

/// Rules that mute one of the same stage.
const MUTES: &[(&str, &str)] = &[
    // After a mistake the parser is silent until it stands on firm ground.
    ("json-syntax", "json-syntax"),
    // Under its right name a category may be one that is not read here.
    ("rule-category-spelling", "unknown-rule-category"),
    // An empty text in the old key is taken for a state, an empty list is not.
    ("legacy-provider-state", "missing-provider-state"),
    // Of two matchers of a list the first is told.
    ("min-on-non-array", "min-on-non-array"),
];

/// What is wrong with a fix.
pub fn broken(
    found: &[Finding],
    text: &str,
    finding: &Finding,
    fix: &FindingFix,
    bench: &Bench<'_>,
) -> Vec<String> {
    let mut broken = Vec::new();
    let Some(after) = spliced(text, &fix.edits) else { return broken };
    let (old, new) = (Document::new(text), Document::new(after.as_str()));
    if new.syntax_errors() > old.syntax_errors() {
        broken.push("more syntax errors than before".to_owned());
    }
    let left = findings(&after, bench);
    let same = |it: &&Finding| it.rule == finding.rule && it.message == finding.message;
    let fewer = left.iter().filter(same).count() < found.iter().filter(same).count();
    // What is told of the first place only is then told of the next.
    if !fewer && left.iter().filter(same).any(|it| it.pointer == finding.pointer) {
        broken.push(format!("the finding stays: {}", finding.message));
    }
    let mut news: Vec<&Finding> = left.iter().collect();
    let mut old: Vec<&Finding> = found.iter().collect();
    let mut take = |it: &Finding, same: fn(&Finding, &Finding) -> bool| {
        let known = old.iter().position(|other| other.rule == it.rule && same(other, it));
        known.map(|at| old.swap_remove(at)).is_some()
    };
    // The same; the same words at another place; and where the rule has spoken, other words.
    news.retain(|it| !take(it, |a, b| a.pointer == b.pointer && a.message == b.message));
    news.retain(|it| !found.iter().any(|other| other.rule == it.rule && other.pointer == it.pointer));
    news.retain(|it| !take(it, |a, b| a.message == b.message));
    for it in news {
        let later = stage(it.rule) > stage(finding.rule) || MUTES.contains(&(finding.rule, it.rule));
        if !later || !covers(finding, it) {
            broken.push(format!("new: {} at {}: {}", it.rule, it.pointer, it.message));
        }
    }
    broken
}

/// Whether a finding may have muted another one: they are about the same interaction, or the
/// first is about the file.
fn covers(fixed: &Finding, new: &Finding) -> bool {
    let index = |it: &Finding| it.interaction.as_ref().map(|it| (it.section, it.index));
    fixed.interaction.is_none() || stage(fixed.rule) < 4 || index(fixed) == index(new)
}
