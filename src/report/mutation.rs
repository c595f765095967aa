//! What contracts would not notice, as a table and as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::report::escape;
use crate::runner::Item;
use crate::runner::engine::Part;
use crate::runner::mutate::{Change, Coverage, Kind};
use crate::text::counted;

/// Places and rules of one interaction that are listed.
const MOST: usize = 30;

/// The places that were not noticed, each with the ways it was changed, in the order of the
/// answer.
fn places(missed: &[Change]) -> Vec<((Part, &str), Vec<Kind>)> {
    let mut at: BTreeMap<(Part, &str), usize> = BTreeMap::new();
    let mut out: Vec<((Part, &str), Vec<Kind>)> = Vec::new();
    for change in missed {
        let place = (change.part, change.at.as_str());
        let index = *at.entry(place).or_insert_with(|| {
            out.push((place, Vec::new()));
            out.len() - 1
        });
        out[index].1.push(change.kind);
    }
    out
}

/// The report for a person; empty where there is nothing to tell of.
pub fn text(of: &[(&Item, Coverage)]) -> String {
    if of.is_empty() {
        return String::new();
    }
    let mut out = "Answers that passed were changed and judged again. Not noticed:\n".to_owned();
    let mut whole = 0;
    for (item, coverage) in of {
        if coverage.tried > 0 && coverage.noticed == coverage.tried && is_all(coverage) {
            whole += 1;
            continue;
        }
        let score = match (coverage.percent(), &coverage.skipped) {
            (_, Some(why)) => format!("nothing was tried: {}", escape(why)),
            (Some(percent), _) => {
                format!("{} of {} changes noticed ({percent} %)", coverage.noticed, coverage.tried)
            }
            (None, _) => "there is nothing to change".to_owned(),
        };
        out += &format!("\n{}: {score}\n", escape(&item.description));
        let places = places(&coverage.missed);
        let rules = coverage.idle.iter().take(MOST).map(|rule| rule.at.as_str());
        let shown = places.iter().take(MOST).map(|((_, at), _)| *at).chain(rules);
        let width = shown.map(|at| escape(at).chars().count()).max().unwrap_or(0).min(60);
        for ((part, at), kinds) in places.iter().take(MOST) {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
            let (part, at) = (part.name(), escape(at));
            out += &format!("  {part:<8}  {at:<width$}  {}\n", kinds.join(", "));
        }
        out += &more(places.len(), "place");
        for rule in coverage.idle.iter().take(MOST) {
            let (part, at) = (rule.part.name(), escape(&rule.at));
            out += &format!("  {part:<8}  {at:<width$}  the rule meets nothing in the answer\n");
        }
        out += &more(coverage.idle.len(), "rule");
        if coverage.left_out > 0 {
            out += &format!("  not tried: {}\n", counted(coverage.left_out, "more change"));
        }
        if coverage.unjudged > 0 {
            out += &format!("  could not be judged: {}\n", counted(coverage.unjudged, "change"));
        }
    }
    let (tried, noticed) = totals(of);
    if whole > 0 {
        let (noun, verb) = if whole == 1 { ("interaction", "notices") } else { ("interactions", "notice") };
        out += &format!("\n{whole} {noun} {verb} every change\n");
    }
    if let Some(percent) = (noticed * 100).checked_div(tried) {
        out += &format!("\nIn all {noticed} of {tried} changes were noticed ({percent} %)\n");
    }
    out
}

/// Whether there is nothing to add to the number of changes.
fn is_all(coverage: &Coverage) -> bool {
    coverage.idle.is_empty() && coverage.left_out == 0 && coverage.unjudged == 0
}

fn more(count: usize, what: &str) -> String {
    if count > MOST {
        format!("  and {}\n", counted(count - MOST, &format!("more {what}")))
    } else {
        String::new()
    }
}

fn totals(of: &[(&Item, Coverage)]) -> (usize, usize) {
    of.iter().fold((0, 0), |(tried, noticed), (_, it)| (tried + it.tried, noticed + it.noticed))
}

/// The report for programs: `tried` and `noticed` in all, and for each of `interactions`
/// its `description`, `section`, `index`, `tried`, `noticed`, `unjudged`, `left_out`,
/// `skipped` (why nothing was tried, or null), `missed` (each a `part`, the place `at`, and
/// `kinds`: `removed`, `nulled`, `retyped`, `emptied`, `changed`) and `idle_rules` (each
/// `part` and `at`).
pub fn json(of: &[(&Item, Coverage)]) -> Value {
    let one = |(item, coverage): &(&Item, Coverage)| {
        let missed: Vec<Value> = places(&coverage.missed)
            .into_iter()
            .map(|((part, at), kinds)| {
                let kinds: Vec<&str> = kinds.into_iter().map(Kind::key).collect();
                json!({"part": part.name(), "at": at, "kinds": kinds})
            })
            .collect();
        let idle: Vec<Value> =
            coverage.idle.iter().map(|rule| json!({"part": rule.part.name(), "at": rule.at})).collect();
        json!({
            "description": item.description,
            "section": item.section.name(),
            "index": item.index,
            "tried": coverage.tried,
            "noticed": coverage.noticed,
            "unjudged": coverage.unjudged,
            "left_out": coverage.left_out,
            "skipped": coverage.skipped,
            "missed": missed,
            "idle_rules": idle,
        })
    };
    let (tried, noticed) = totals(of);
    json!({"tried": tried, "noticed": noticed, "interactions": of.iter().map(one).collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Document;
    use crate::http::wire::Response;
    use crate::runner::{Contract, Runnable, mutate};

    #[test]
    fn the_table_names_places_and_ways() {
        let pact = r#"{"interactions": [{"description": "an order\u001b", "request": {"method": "GET", "path": "/"},
            "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": 1},
            "matchingRules": {"body": {"$.lines[*].price": {"matchers": [{"match": "decimal"}]}}}}}],
            "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;
        let contract = Contract::new("p.json", Document::new(pact)).unwrap();
        let Runnable::Ready(subject) = &contract.items[0].runnable else { panic!("{:?}", contract.items) };
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let body = r#"{"id": 1, "note": "x"}"#.into();
        let coverage = mutate::answer(subject, &Response { status: 200, headers, body });
        let of = [(&contract.items[0], coverage)];
        assert_eq!(
            text(&of),
            "Answers that passed were changed and judged again. Not noticed:

an order\\u{1b}: 9 of 13 changes noticed (69 %)
  body      $.note            left out, null, another type, empty
  body      $.lines[*].price  the rule meets nothing in the answer

In all 9 of 13 changes were noticed (69 %)
"
        );
        let json = json(&of);
        assert_eq!(json["interactions"][0]["missed"][0]["kinds"].as_array().map(Vec::len), Some(4));
        assert_eq!(json["interactions"][0]["idle_rules"][0]["at"], "$.lines[*].price");
        assert_eq!((&json["tried"], &json["noticed"]), (&json!(13), &json!(9)));
        assert_eq!(text(&[]), "");
        let all = Coverage { tried: 3, noticed: 3, ..Coverage::default() };
        let text = text(&[(&contract.items[0], all)]);
        assert!(text.contains("1 interaction notices every change"), "{text}");
    }
}
