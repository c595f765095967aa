//! What has to be true of a fix without a look at the core.

use std::collections::HashMap;

use pactlens::analysis::Document;
use pactlens::diagnostic::{Finding, FindingFix};
use pactlens::rules::{ALL, find};

use crate::fixes::findings;
use crate::fixes::one::{Bench, spliced};

/// How early a rule looks: what is no JSON has no members, what has no shape no rules, and
/// rules that are not read no example to hold them against.
fn stage(rule: &str) -> usize {
    let group = find(rule).map_or("", |index| ALL[index].meta.group);
    match group {
        "syntax" => 0,
        "structure" => 1,
        "matching" | "generator" | "state" => 2,
        "regex" | "http" | "interaction" => 3,
        _ => 4,
    }
}

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
    if left.iter().filter(same).count() >= found.iter().filter(same).count() {
        broken.push(format!("the finding stays: {}", finding.message));
    }
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for it in found {
        *known.entry((it.rule, &it.message)).or_default() += 1;
    }
    for it in &left {
        match known.get_mut(&(it.rule, it.message.as_str())) {
            Some(count) if *count > 0 => *count -= 1,
            _ if stage(it.rule) > stage(finding.rule) => {}
            _ => broken.push(format!("new: {} at {}: {}", it.rule, it.pointer, it.message)),
        }
    }
    broken
}
