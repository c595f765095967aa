//! The programme `loosen`: the core accepts what a loosened body says that it accepts.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::process::ExitCode;

use pactlens::analysis::{Document, Loosening, RunOptions, Wanted, analyse, fix, loosen};
use pactlens::config::Levels;
use pactlens::diagnostic::{Applicability, Finding};
use pactlens::model::lower;
use pactlens::rules::Preset;
use pactlens::rules::loosen::Wish;
use pactlens::syntax::{Cursor, NodeId, parse};
use pactlens::text::{Span, TextEdit, apply_edits};

use crate::corpus::{folder, read};
use crate::fixes::judged;
use crate::judge::{Reading, compare};
use crate::lint::{levels, lint, news};
use crate::watchdog::Watchdog;

mod made;

use made::made;

/// The rules that offer to loosen a body.
const RULES: [&str; 2] = ["exact-body-values", "localhost-url"];

/// So many values of a body that stay exact are changed one by one.
const MOST_KEPT: usize = 30;

/// How an answer differs from the example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Every loosened value is another of its kind.
    Values,
    /// Likewise, and arrays have one item more.
    Longer,
    /// Likewise, and arrays have one item.
    Shorter,
}

/// Texts of one body.
struct Case<'a> {
    text: &'a str,
    fixed: &'a str,
    /// The body in `text`.
    body: Cursor<'a>,
    /// The interaction it belongs to.
    at: usize,
}

/// What was found out.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<&'static str, usize>,
    new_findings: BTreeMap<&'static str, usize>,
    failures: Vec<String>,
}

impl Tally {
    fn add(&mut self, what: &'static str, count: usize) {
        *self.counts.entry(what).or_default() += count;
    }

    fn fail(&mut self, place: &str, why: impl std::fmt::Display) {
        self.failures.push(format!("{place}: {why}"));
    }
}

/// Runs the programme.
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let (flags, folders): (Vec<String>, Vec<String>) = arguments.partition(|it| it.starts_with("--"));
    let goal = flags.iter().any(|flag| flag == "--goal");
    let real = folder(folders.first().map(PathBuf::from)).map(|folder| read(&folder));
    if real.is_none() {
        println!("SKIPPED in part: no real pacts");
    }
    let mut core = Watchdog::default();
    let mut failed = 0;
    let made: Vec<(String, String)> = made().collect();
    for (title, pacts) in [("real pacts", real.unwrap_or_default()), ("made pacts", made)] {
        let mut tally = Tally::default();
        for (name, text) in &pacts {
            findings(name, text, &mut core, &mut tally);
            bodies(name, text, &mut tally);
        }
        println!("{title}: {}", pacts.len());
        for (what, count) in &tally.counts {
            println!("{count:>7}  {}", &what[2..]);
        }
        println!("         new findings in strict: {:?}", tally.new_findings);
        tally.failures.iter().for_each(|failure| println!("FAILED {failure}"));
        println!("         failures: {}", tally.failures.len());
        failed += tally.failures.len();
    }
    if goal && failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Applies what each finding about an exact body proposes.
fn findings(name: &str, text: &str, core: &mut Watchdog, tally: &mut Tally) {
    let (strict, recommended) = (levels(Preset::Strict), levels(Preset::Recommended));
    let doc = Document::new(text);
    let options = RunOptions { one_core: true, ..RunOptions::default() };
    let findings = analyse(&doc, &strict, options).findings;
    let has = |rule: &str| findings.iter().any(|it| it.rule == rule);
    let mut any = false;
    for finding in findings.iter().filter(|finding| RULES.contains(&finding.rule)) {
        let place = format!("{name} {}", finding.pointer);
        tally.add("1 findings", 1);
        let Some(fix) = finding.fixes.iter().find(|fix| fix.applicability == Applicability::Unsafe) else {
            tally.add("2 without a proposal", 1);
            // An object of a test library is no example to take a type from, and no path names
            // a key with a quote in it.
            if !has("dsl-marker-in-example") && !finding.pointer.contains('\'') {
                tally.fail(&place, "nothing is proposed");
            }
            continue;
        };
        any = true;
        let Some(fixed) = apply_edits(text, &fix.edits) else {
            tally.fail(&place, "the edits do not fit");
            continue;
        };
        if let Some(why) = written(text, &fixed, &fix.edits) {
            tally.fail(&place, why);
        }
        if fix.title.contains("no rule can be written") {
            tally.add("2 with values that no path can name", 1);
        } else if still_there(&fixed, &strict, finding) {
            tally.fail(&place, format!("still reported [{}]", fix.title));
        }
        // Of two copies of an interaction only one was changed; and a rule that does nothing may
        // now do nothing for another reason.
        let is_known = |rule: &str, pointer: &str| {
            RULES.contains(&rule)
                || rule == "duplicate-interaction-identity" && has("exact-duplicate-interaction")
                || findings.iter().any(|it| it.rule == rule && it.pointer == pointer)
        };
        for new in news(&lint(text, &strict), &lint(&fixed, &strict)) {
            if !is_known(new.rule, &new.pointer) {
                *tally.new_findings.entry(new.rule).or_default() += 1;
            }
        }
        for new in news(&lint(text, &recommended), &lint(&fixed, &recommended)) {
            if !is_known(new.rule, &new.pointer) {
                tally.fail(&place, format!("new in recommended: {} {}", new.rule, new.message));
            }
        }
        let (Some(before), Some(after)) = (judged(core, text), judged(core, &fixed)) else { continue };
        if let Some(why) = worse(&before, &after) {
            tally.fail(&place, why);
        }
        if matches!(before, Reading::Refused(_)) {
            tally.add("2 in files that do not load", 1);
            continue;
        }
        let at = finding.interaction.as_ref().map_or(0, |it| it.index as usize);
        if finding.rule == RULES[0] {
            let Some(change) = loosen(&doc, finding.span.start, Wish::default()) else {
                tally.fail(&place, "no proposal for its body");
                continue;
            };
            if let Err(why) = answers(text, &fixed, &change, at, tally) {
                tally.fail(&place, why);
            }
        }
    }
    if any {
        let all = fix(&doc, &strict, Wanted::All, options);
        tally.add("8 files with all fixes", 1);
        if !all.settled || all.doc.syntax_errors() > doc.syntax_errors() {
            tally.fail(name, format!("all fixes together do not settle in {} rounds", all.rounds));
        }
        let left = analyse(&all.doc, &strict, options).findings;
        let left = left.iter().filter(|it| RULES.contains(&it.rule) && !it.fixes.is_empty()).count();
        tally.add("9 proposals left after all fixes", left);
    }
}

/// Loosens every body there is, as an editor offers it, with requests and booleans.
fn bodies(name: &str, text: &str, tally: &mut Tally) {
    let doc = Document::new(text);
    for index in 0..doc.chunk_count() {
        let Some((chunk, base)) = doc.chunk(index) else { continue };
        let (section, at) = doc.position(index);
        let Some(root) = chunk.root().filter(|_| doc.facts().reads(section)) else { continue };
        for part in lower(root, section, doc.facts().version()).parts {
            let offset = base + root.at(part.node).span().start;
            let wish = Wish { booleans: true, requests: true };
            let Some(change) = loosen(&doc, offset, wish) else { continue };
            let place = format!("{name} interaction {at} {}", part.role.name());
            let Some(fixed) = apply_edits(text, &change.edits) else {
                tally.fail(&place, "the edits do not fit");
                continue;
            };
            if let Some(why) = written(text, &fixed, &change.edits) {
                tally.fail(&place, why);
            }
            if compare(text, text, at as usize).is_none() {
                continue;
            }
            tally.add("3 bodies by wish, with requests and booleans", 1);
            if let Err(why) = answers(text, &fixed, &change, at as usize, tally) {
                tally.fail(&place, why);
            }
        }
    }
}

/// What is wrong with the edits as edits.
fn written(text: &str, fixed: &str, edits: &[TextEdit]) -> Option<String> {
    let blank = |span: Span| span.of(text).chars().all(|c| c.is_whitespace() || matches!(c, '{' | '}'));
    if !edits.iter().all(|edit| blank(edit.span)) {
        return Some("an edit replaces something".to_owned());
    }
    (parse(fixed).errors.len() > parse(text).errors.len()).then(|| "new syntax errors".to_owned())
}

/// Whether the fixed text has the same finding, for the same half of the interaction.
fn still_there(fixed: &str, levels: &Levels, finding: &Finding) -> bool {
    let half = |finding: &Finding| {
        let mut steps: Vec<&str> = finding.pointer.split('/').skip(1).take(4).collect();
        // One of several responses to a message.
        if steps.last().is_some_and(|step| step.parse::<usize>().is_err()) {
            steps.truncate(3);
        }
        (finding.rule, steps.join("/"))
    };
    let options = RunOptions { one_core: true, ..RunOptions::default() };
    analyse(&Document::new(fixed), levels, options).findings.iter().any(|other| half(other) == half(finding))
}

fn worse(before: &Reading, after: &Reading) -> Option<String> {
    let Reading::Pact { interactions: old, .. } = before else { return None };
    let new = match after {
        Reading::Pact { interactions, .. } => interactions,
        Reading::Refused(why) => return Some(format!("does not load any more: {why}")),
    };
    let more = old.iter().zip(new).find_map(|(old, new)| {
        let news = new.mismatches.iter().find(|mismatch| !old.mismatches.contains(mismatch));
        news.filter(|_| new.mismatches.len() > old.mismatches.len())
    });
    more.map(|mismatch| format!("the example fails: {mismatch}"))
}

/// Whether other answers are accepted, and those that differ in what stays exact are not.
fn answers(text: &str, fixed: &str, change: &Loosening, at: usize, tally: &mut Tally) -> Result<(), String> {
    let tree = parse(text);
    let root = tree.root(text).ok_or("no tree")?;
    let first = *change.values.first().ok_or("nothing is loosened")?;
    // The body: what is under such a key, closest to the top.
    let path = root.node_at(first.start).path_from_root();
    let is_body = |node: &&Cursor<'_>| {
        node.key().is_some_and(|key| matches!(&*key.name(), "body" | "contents" | "content"))
    };
    let body = *path.iter().find(is_body).ok_or("no body")?;
    let case = Case { text, fixed, body, at };
    // What differs in itself tells nothing of others.
    let own: HashSet<String> = compare(fixed, text, at).ok_or("does not load")?.into_iter().collect();
    for kind in [Change::Values, Change::Longer, Change::Shorter] {
        if kind != Change::Values && change.arrays.is_empty() {
            continue;
        }
        tally.add("5 other answers", 1);
        tally.add("6 values changed in them", change.values.len());
        let found = case.refused(&render(case.body, change, Some(kind), None), true)?;
        if let Some(mismatch) = found.iter().find(|mismatch| !own.contains(*mismatch)) {
            return Err(format!("{kind:?} refused: {mismatch}"));
        }
        let before = case.refused(&render(case.body, change, Some(kind), None), false)?;
        if before.iter().all(|mismatch| own.contains(mismatch)) {
            return Err(format!("{kind:?} was accepted before"));
        }
    }
    let loose = |span: Span| change.values.contains(&span) || change.reached.contains(&span);
    let nodes = body.subtree().map(|id| body.at(NodeId(id)));
    let kept = nodes.filter(|node| !node.is_container() && node.kind() != pactlens::syntax::Kind::Key);
    for node in kept.filter(|node| !loose(node.span())).take(MOST_KEPT) {
        let actual = render(case.body, change, None, Some(node.id()));
        let refused = |fixed| {
            let found = case.refused(&actual, fixed)?;
            Ok::<bool, String>(found.iter().any(|mismatch| !own.contains(mismatch)))
        };
        if refused(false)? {
            tally.add("7 values that stay exact", 1);
            if !refused(true)? {
                return Err(format!("{} is not exact any more", node.pointer()));
            }
        }
    }
    Ok(())
}

impl Case<'_> {
    /// What the core says to an answer with this body, before or after.
    fn refused(&self, body: &str, fixed: bool) -> Result<Vec<String>, String> {
        let edit = TextEdit::replace(self.body.span(), body);
        let actual = apply_edits(self.text, &[edit]).ok_or("no answer")?;
        let expected = if fixed { self.fixed } else { self.text };
        compare(expected, &actual, self.at).ok_or_else(|| "an answer that does not load".to_owned())
    }
}

/// A body as JSON text, changed.
fn render(node: Cursor<'_>, change: &Loosening, kind: Option<Change>, only: Option<NodeId>) -> String {
    let below = |node| render(node, change, kind, only);
    if node.is_object() {
        let members = node
            .members()
            .filter_map(|member| Some(format!("{}: {}", member.key.raw(), below(member.value?))));
        return format!("{{{}}}", members.collect::<Vec<_>>().join(", "));
    }
    if node.is_array() {
        let mut items: Vec<String> = node.elements().map(below).collect();
        if change.arrays.contains(&node.span()) {
            match kind {
                Some(Change::Longer) => items.extend(items.last().cloned()),
                Some(Change::Shorter) => items.truncate(1),
                _ => {}
            }
        }
        return format!("[{}]", items.join(", "));
    }
    let changed = only == Some(node.id()) || kind.is_some() && change.values.contains(&node.span());
    if changed { other(node) } else { node.raw().to_owned() }
}

/// Another value of the same kind.
fn other(node: Cursor<'_>) -> String {
    let Some(text) = node.as_str() else {
        return match node.raw() {
            "true" => "false".to_owned(),
            "false" => "true".to_owned(),
            "null" => "1".to_owned(),
            "987654" => "987655".to_owned(),
            raw if raw.contains(['.', 'e', 'E']) => "271.8125".to_owned(),
            _ => "987654".to_owned(),
        };
    };
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let digits =
        |text: &str| text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>();
    let shape = digits(&text);
    if shape.starts_with("0000-00-00") {
        let date = if text.starts_with("2031-02-17") { "2032-11-03" } else { "2031-02-17" };
        let rest: String = match shape.get(10..16) {
            Some("T00:00" | " 00:00") => {
                let (time, zone) =
                    text.split_at(text[16..].find(['Z', '+', '-']).map_or(text.len(), |at| at + 16));
                let time: String =
                    time[11..].chars().map(|c| if c.is_ascii_digit() { '1' } else { c }).collect();
                let zone = if zone.starts_with(['+', '-']) {
                    zone.replace(|c: char| c.is_ascii_digit(), "0")
                } else {
                    zone.to_owned()
                };
                format!("{}{time}{zone}", &text[10..11])
            }
            _ if text.len() == 10 => String::new(),
            _ => return quoted("another text"),
        };
        return quoted(&format!("{date}{rest}"));
    }
    if matches!(&*shape, "00:00" | "00:00:00") {
        return quoted(&text.replace(|c: char| c.is_ascii_digit(), "1"));
    }
    let hex = |c: char| c.is_ascii_hexdigit();
    if text.len() == 36
        && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.replace('-', "").chars().all(hex)
    {
        return quoted("0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0");
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        return quoted("https://other.example.org:8443/a/b?c=d&e=%20#f");
    }
    if text.contains('@') && !text.contains(' ') {
        return quoted("someone.else+tag@mail.example.org");
    }
    quoted("another \"text\", longer \u{e9}\n")
}
