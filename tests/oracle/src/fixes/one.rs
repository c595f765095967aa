//! One safe fix, applied alone.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pactlens::config::Levels;
use pactlens::diagnostic::{Applicability, Finding, FindingFix};
use pactlens::text::TextEdit;
use serde_json::Value;

use crate::fixes::hints::Hints;
use crate::fixes::verdict::{Count, Place, compare};
use crate::fixes::whole::{self, Outcome, judged, pairs};
use crate::judge::Reading;
use crate::random::hash;
use crate::watchdog::{Watchdog, in_time};

/// So many interactions of one shape are judged for one kind of fix.
const ALIKE: usize = 2;

/// What is known over all files.
pub struct Bench<'a> {
    /// How many actuals an interaction.
    pub actuals: usize,
    /// Which fixes are looked at.
    pub kind: Applicability,
    /// The levels of the rules.
    pub levels: &'a Levels,
    /// How often a kind of fix met a shape of an interaction.
    pub seen: Mutex<HashMap<u64, usize>>,
    /// Numbers the runs that did not come to an end.
    pub unknown: AtomicUsize,
}

/// What one fix came to.
#[derive(Debug, Default)]
pub struct Told {
    /// The core did not load the file before.
    pub refused: bool,
    /// Interactions that the core may read otherwise than before.
    pub touched: usize,
    /// Those of them that were judged.
    pub judged: usize,
    /// Their actuals.
    pub count: Count,
    /// What is wrong with the fix.
    pub wrong: Vec<String>,
}

/// The text with the edits made, done in another way than `apply_edits` does it: everything
/// but the edits is copied.
pub fn spliced(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut edits: Vec<&TextEdit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (mut out, mut at) = (String::new(), 0);
    for edit in edits {
        out.push_str(text.get(at..edit.span.start as usize)?);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

impl Bench<'_> {
    /// Applies one fix and asks the core about the interactions that it touches.
    pub fn check(
        &self,
        core: &mut Watchdog,
        text: &str,
        before: Option<&Reading>,
        finding: &Finding,
        fix: &FindingFix,
    ) -> Told {
        let mut told = Told::default();
        let Some(after_text) = spliced(text, &fix.edits) else {
            told.wrong.push("the edits do not fit".to_owned());
            return told;
        };
        if pactlens::text::apply_edits(text, &fix.edits).as_ref() != Some(&after_text) {
            told.wrong.push("bytes outside of the edits are not as they were".to_owned());
        }
        let (Some(before), Some(after)) = (before, judged(core, &after_text)) else {
            self.unknown.fetch_add(1, Ordering::Relaxed);
            return told;
        };
        told.refused = matches!(before, Reading::Refused(_));
        match whole::compare(core, text, before, &after) {
            Outcome::Worse(how) => told.wrong.push(how),
            Outcome::Unknown => drop(self.unknown.fetch_add(1, Ordering::Relaxed)),
            Outcome::Fine | Outcome::Rewritten => {}
        }
        let [old, new] = [text, &after_text].map(|text| serde_json::from_str::<Value>(text).ok());
        let (Some(old), Some(new)) = (old, new) else { return told };
        let all = outside(&old) != outside(&new);
        let pairs = pairs(before, &after);
        for &(at, to) in &pairs {
            let both = [element(&old, at), element(&new, to)];
            if all || both[0] != both[1] || is_copy(&pairs, at, to) {
                told.touched += 1;
                self.interaction(&mut told, [text, &after_text], [at, to], both, finding, fix);
            }
        }
        told
    }

    fn interaction(
        &self,
        told: &mut Told,
        texts: [&str; 2],
        at: [usize; 2],
        elements: [[Option<&Value>; 2]; 2],
        finding: &Finding,
        fix: &FindingFix,
    ) {
        let mut key = DefaultHasher::new();
        (finding.rule, &fix.title).hash(&mut key);
        fix.edits.iter().for_each(|edit| plain(&edit.text).hash(&mut key));
        let elements = || elements.iter().flatten().copied().flatten();
        elements().for_each(|element| shape(element, "", &mut key));
        let often = {
            let Ok(mut seen) = self.seen.lock() else { return };
            let often = seen.entry(key.finish()).or_default();
            *often += 1;
            *often
        };
        if often > ALIKE {
            return;
        }
        told.judged += 1;
        let mut hints = Hints::default();
        hints.pointer(&finding.pointer);
        for edit in &fix.edits {
            hints.piece(&edit.text);
            hints.piece(edit.span.of(texts[0]));
        }
        elements().for_each(|element| hints.rules(element));
        let [before, after] = texts.map(str::to_owned);
        let (many, seed) = (self.actuals, hash(&format!("{}{}{at:?}", finding.rule, finding.pointer)));
        let judged = in_time(move || {
            let place = |text, at| Place { text, at };
            compare(&place(&before, at[0]), &place(&after, at[1]), &hints, many, seed)
        });
        match judged {
            Some(Ok(count)) => {
                told.count.judged += count.judged;
                told.count.accepted += count.accepted;
            }
            Some(Err(how)) => told.wrong.push(how),
            None => drop(self.unknown.fetch_add(1, Ordering::Relaxed)),
        }
    }
}

/// What stands at this position in the lists of which the core reads one.
fn element(pact: &Value, at: usize) -> [Option<&Value>; 2] {
    ["interactions", "messages"].map(|section| pact.get(section).and_then(|list| list.get(at)))
}

/// The rest of the file.
fn outside(pact: &Value) -> Option<Value> {
    let mut rest = pact.as_object()?.clone();
    for section in ["messages", "interactions"] {
        if let Some(value) = rest.get_mut(section) {
            *value = Value::Bool(value.is_array());
        }
    }
    Some(Value::Object(rest))
}

/// Whether an interaction was taken out, of which another one is left.
fn is_copy(pairs: &[(usize, usize)], at: usize, to: usize) -> bool {
    pairs.iter().any(|&(earlier, same)| earlier < at && same == to)
}

/// A text without its digits.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

/// What an interaction looks like, but for its values; those of matching rules count.
fn shape(json: &Value, key: &str, out: &mut DefaultHasher) {
    match json {
        Value::Object(members) => {
            members.len().hash(out);
            for (name, value) in members {
                plain(name).hash(out);
                shape(value, name, out);
            }
        }
        Value::Array(items) => {
            items.len().min(3).hash(out);
            items.iter().take(3).for_each(|item| shape(item, key, out));
        }
        Value::String(text) if ["match", "combine", "type", "regex", "encoded"].contains(&key) => {
            text.hash(out)
        }
        Value::String(_) => 's'.hash(out),
        Value::Number(number) => number.is_f64().hash(out),
        other => other.to_string().hash(out),
    }
}
