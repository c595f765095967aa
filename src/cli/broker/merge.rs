//! Pacts of the same consumer and provider, joined by text: whole interactions of one file are
//! put behind those of another, as they are.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::broker::content::{Ids, canonical, interaction_sha, pact_sha, specification};
use crate::cli::broker::candidates::Candidate;
use crate::cli::broker::shown;
use crate::report::escape;
use crate::syntax::{Cursor, parse};
use crate::text::LineIndex;

/// Puts the interactions of all files into the first. The error says which cannot be joined.
pub(super) fn merge(pacts: Vec<Candidate>) -> Result<Candidate, String> {
    let mut pacts = pacts.into_iter();
    let Some(mut whole) = pacts.next() else { return Err("there is nothing to join".to_owned()) };
    for next in pacts {
        join(&mut whole, &next)?;
        whole.files.extend(next.files);
    }
    let tree = parse(&whole.text);
    let sha = tree.root(&whole.text).and_then(|root| pact_sha(root, Ids::Count));
    whole.sha = sha.ok_or_else(|| refused(&whole.files, "what comes of it is no pact"))?;
    Ok(whole)
}

fn refused(files: &[String], why: &str) -> String {
    let files: Vec<_> = files.iter().map(|it| escape(it).into_owned()).collect();
    format!("{} cannot be joined: {why}", files.join(" and "))
}

fn join(whole: &mut Candidate, next: &Candidate) -> Result<(), String> {
    let fail = |why: &str| refused(&[whole.files[0].clone(), next.files[0].clone()], why);
    let (tree, other) = (parse(&whole.text), parse(&next.text));
    let (Some(root), Some(added)) = (tree.root(&whole.text), other.root(&next.text)) else {
        return Err(fail("one of them is empty"));
    };
    let version = |root: Cursor<'_>| specification(root).map(|it| it.to_text().into_owned());
    if version(root) != version(added) {
        return Err(fail(
            "they are of different versions of the specification; `pactlens upgrade` brings them to the same",
        ));
    }
    let plugins =
        |root: Cursor<'_>| root.get("metadata").and_then(|it| it.get("plugins")).and_then(canonical);
    if plugins(root) != plugins(added) {
        return Err(fail("they are made with different plugins"));
    }
    let section = match (section(root), section(added)) {
        (Ok(one), Ok(same)) if one == same => one,
        (Err(why), _) | (_, Err(why)) => return Err(fail(why)),
        _ => {
            return Err(fail(
                "one of them has messages and the other interactions, which only V4 has together",
            ));
        }
    };
    let (Some(list), Some(items)) = (root.get(section), added.get(section)) else {
        return Err(fail("one of them has no interactions"));
    };
    let known: Vec<_> = list.elements().collect();
    let by_identity: HashMap<_, _> = known.iter().rev().map(|it| (identity(*it), it)).collect();
    let mut texts = Vec::new();
    for item in items.elements() {
        match by_identity.get(&identity(item)) {
            None => texts.push(item.raw()),
            Some(same) if interaction_sha(**same) == interaction_sha(item) => {}
            Some(other) => {
                return Err(fail(&format!(
                    "the interaction '{}' is in both, in the same states and with different contents: {}:{} and {}:{}",
                    shown(&description(item)),
                    escape(&whole.files[0]),
                    line(&whole.text, **other),
                    escape(&next.files[0]),
                    line(&next.text, item)
                )));
            }
        }
    }
    let at = match known.last() {
        Some(last) => last.span().end as usize,
        None => list.span().start as usize + 1,
    };
    // As the file has them: on a line each, or one behind the other.
    let gap = match known.last() {
        Some(last) => {
            let before = &whole.text[..last.span().start as usize];
            before[before.trim_end().len()..].to_owned()
        }
        None => String::new(),
    };
    let mut joined = whole.text[..at].to_owned();
    for (count, text) in texts.iter().enumerate() {
        joined.push_str(if known.is_empty() && count == 0 { "" } else { "," });
        joined.push_str(&gap);
        joined.push_str(text);
    }
    joined.push_str(&whole.text[at..]);
    whole.text = joined;
    Ok(())
}

/// The array in which its interactions are.
fn section(root: Cursor<'_>) -> Result<&'static str, &'static str> {
    let is_list = |name: &str| root.get(name).is_some_and(|it| it.is_array());
    match (is_list("interactions"), is_list("messages")) {
        (true, true) => Err("one of them has messages beside interactions"),
        (true, false) => Ok("interactions"),
        (false, true) => Ok("messages"),
        (false, false) => Err("one of them has no interactions"),
    }
}

/// What a merge tells interactions apart by: type, description and states.
fn identity(item: Cursor<'_>) -> [Option<String>; 4] {
    ["type", "description", "providerStates", "providerState"].map(|name| item.get(name).and_then(canonical))
}

fn description(item: Cursor<'_>) -> Cow<'_, str> {
    item.get("description").and_then(|it| it.as_str()).unwrap_or_default()
}

fn line(text: &str, item: Cursor<'_>) -> u32 {
    LineIndex::new(text).line_of(item.span().start) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pact(name: &str, text: &str) -> Candidate {
        let sha = String::new();
        let [consumer, provider] = ["a", "b"].map(str::to_owned);
        Candidate { files: vec![name.to_owned()], text: text.to_owned(), consumer, provider, sha }
    }

    fn of(texts: &[&str]) -> Result<String, String> {
        let pacts = texts.iter().enumerate().map(|(at, text)| pact(&format!("{at}.json"), text)).collect();
        merge(pacts).map(|it| it.text)
    }

    #[test]
    fn whole_interactions_are_put_behind_others() {
        let one = "{\n  \"interactions\": [\n    {\"description\": \"a\", \"x\": 1e2}\n  ],\n  \"z\": 1\n}\n";
        let two = r#"{"interactions":[{"x":100,"description":"b"},{"x":1e2 ,"description":"a"}]}"#;
        assert_eq!(
            of(&[one, two, r#"{"interactions": [{"description": "c"}]}"#]).unwrap(),
            "{\n  \"interactions\": [\n    {\"description\": \"a\", \"x\": 1e2},\n    {\"x\":100,\"description\":\"b\"},\n    \
             {\"description\": \"c\"}\n  ],\n  \"z\": 1\n}\n"
        );
        assert_eq!(
            of(&["{\"messages\": []}", "{\"messages\": [{}, {\"description\": 1}]}"]).unwrap(),
            "{\"messages\": [{},{\"description\": 1}]}"
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let v4 = r#"{"interactions": [], "metadata": {"pactSpecification": {"version": "4.0"}}}"#;
        let cases = [
            (r#"{"interactions": []}"#, v4, "different versions"),
            (r#"{"interactions": []}"#, r#"{"messages": []}"#, "one of them has messages"),
            (r#"{"interactions": [], "messages": []}"#, r#"{"interactions": []}"#, "beside interactions"),
            (
                r#"{"interactions": []}"#,
                r#"{"interactions": [], "metadata": {"plugins": [1]}}"#,
                "different plugins",
            ),
            (
                "{\"interactions\": [{\"description\": \"d\", \"providerStates\": [{\"name\": \"s\"}]}]}",
                "{\n\"interactions\": [\n{\"providerStates\": [{\"name\": \"s\"}], \"description\": \"d\", \"x\": 1}]}",
                "'d' is in both, in the same states and with different contents: 0.json:1 and 1.json:3",
            ),
            (r#"{}"#, r#"{"interactions": []}"#, "no interactions"),
        ];
        for (one, two, wanted) in cases {
            let said = of(&[one, two]).unwrap_err();
            assert!(said.contains(wanted), "{said}");
        }
    }
}
