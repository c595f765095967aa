//! Pacts in which nothing is wrong.

use crate::inject::pact::{Form, Pact};
use crate::random::Random;
use crate::tree::Node;

/// A sound pact of a form, with an interaction chosen to be spoilt.
pub fn base(form: Form, seed: u64) -> Pact {
    let mut random = Random::new(seed);
    let count = 1 + random.below(3);
    let (section, version) = match form {
        Form::V2 => ("interactions", "2.0.0"),
        Form::V3 => ("interactions", "3.0.0"),
        Form::V3Message => ("messages", "3.0.0"),
        Form::V4 | Form::V4Message | Form::V4Sync => ("interactions", "4.0"),
    };
    let items: Vec<String> = (0..count).map(|at| interaction(form, at, &mut random)).collect();
    let text = format!(
        r#"{{"consumer": {{"name": "web-{}"}}, "provider": {{"name": "orders"}},
            "{section}": [{}],
            "metadata": {{"pactSpecification": {{"version": "{version}"}}}}}}"#,
        random.below(100),
        items.join(",")
    );
    let root = Node::parse(&text).expect("the base is JSON");
    let it = format!("{section}/{}", random.below(count));
    let request = form == Form::V4Sync && random.coin() || random.below(4) == 0;
    Pact { root, form, it, request, random }
}

fn interaction(form: Form, at: usize, random: &mut Random) -> String {
    let id = 10 + 7 * at + random.below(5);
    let about = *random.pick(&["order", "invoice", "parcel", "account", "ticket"]);
    let description = format!("a request for {about} {id}");
    let state = format!("{about} {id} is known");
    let body = format!(r#"{{"id": {id}, "label": "{about}-{id}", "parts": [{{"code": "P{id}"}}]}}"#);
    let flat = r#"{"$.body": {"match": "type"}, "$.body.parts": {"match": "type", "min": 1}}"#;
    let list = |matcher: &str| format!(r#"{{"combine": "AND", "matchers": [{matcher}]}}"#);
    let rules = format!(
        r#"{{"body": {{"$": {}, "$.parts": {}}}}}"#,
        list(r#"{"match": "type"}"#),
        list(r#"{"match": "type", "min": 1}"#)
    );
    let wrapped = format!(r#"{{"content": {body}, "contentType": "application/json", "encoded": false}}"#);
    let head = format!(r#""description": "{description}", "providerStates": [{{"name": "{state}"}}]"#);
    match form {
        Form::V2 => format!(
            r#"{{"description": "{description}", "providerState": "{state}",
                "request": {{"method": "GET", "path": "/{about}s/{id}", "query": "page={id}"}},
                "response": {{"status": 200, "headers": {{"Content-Type": "application/json"}},
                    "body": {body}, "matchingRules": {flat}}}}}"#
        ),
        Form::V3 => format!(
            r#"{{{head},
                "request": {{"method": "GET", "path": "/{about}s/{id}", "query": {{"page": ["{id}"]}}}},
                "response": {{"status": 200, "headers": {{"Content-Type": "application/json"}},
                    "body": {body}, "matchingRules": {rules}}}}}"#
        ),
        Form::V4 => format!(
            r#"{{"type": "Synchronous/HTTP", {head},
                "request": {{"method": "GET", "path": "/{about}s/{id}", "query": {{"page": ["{id}"]}}}},
                "response": {{"status": 200, "headers": {{"Content-Type": ["application/json"]}},
                    "body": {wrapped}, "matchingRules": {rules}}}}}"#
        ),
        Form::V3Message => format!(
            r#"{{{head}, "contents": {body}, "metaData": {{"contentType": "application/json"}},
                "matchingRules": {rules}}}"#
        ),
        Form::V4Message => format!(
            r#"{{"type": "Asynchronous/Messages", {head}, "contents": {wrapped},
                "metadata": {{"contentType": "application/json"}}, "matchingRules": {rules}}}"#
        ),
        Form::V4Sync => format!(
            r#"{{"type": "Synchronous/Messages", {head},
                "request": {{"contents": {wrapped}, "metadata": {{"contentType": "application/json"}}}},
                "response": [{{"contents": {wrapped}, "metadata": {{"contentType": "application/json"}},
                    "matchingRules": {rules}}}]}}"#
        ),
    }
}

/// A real pact as the place of a defect: requests and responses only, and without the names
/// of the libraries that wrote it, to which some findings are left.
pub fn adopt(text: &str, seed: u64) -> Option<Pact> {
    let mut root = Node::parse(text)?;
    let version = root.get("metadata")?.get("pactSpecification")?.get("version")?.as_str()?;
    let form = match version.chars().next()? {
        '2' => Form::V2,
        '3' => Form::V3,
        '4' => Form::V4,
        _ => return None,
    };
    let list = root.get("interactions")?;
    let mut random = Random::new(seed);
    let at = random.below(list.len());
    let it = list.child(at)?;
    it.get("request")?.get("method")?;
    it.get("response")?.get("status")?;
    let typed = it.get("type").and_then(Node::as_str).is_some_and(|it| it == "Synchronous/HTTP");
    if typed != (form == Form::V4) {
        return None;
    }
    if let Node::Object(members) = &mut root {
        let metadata = format!(r#"{{"pactSpecification": {{"version": "{version}"}}}}"#);
        members.retain(|(key, _)| key != "metadata");
        members.push(("metadata".to_owned(), Node::parse(&metadata)?));
    }
    let request = random.below(4) == 0;
    Some(Pact { root, form, it: format!("interactions/{at}"), request, random })
}
