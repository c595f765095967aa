//! What a real Broker said and kept, read by the commands.

use pactlens::broker::Links;
use pactlens::broker::content::{Ids, interaction_sha, pact_sha};
use pactlens::broker::matrix::{Question, Selector, Target, ask};
use pactlens::broker::publish::{Publication, Published, publish};
use pactlens::syntax::parse;
use serde_json::{Value, json};

use crate::common::say;
use crate::verify_broker::recorded::{replay, transcripts};

#[test]
fn contents_are_known_by_the_names_that_the_broker_gave_them() {
    let Some(all) = transcripts() else { return };
    let (mut pacts, mut interactions) = (0, 0);
    for one in all {
        let tree = parse(&one.body);
        let Some(root) = tree.root(&one.body) else { continue };
        let name = root.get("_links").and_then(|it| it.get("pb:pact-version")?.get("name")?.as_str());
        let (Some(name), Some(list)) = (name, root.get("interactions")) else { continue };
        assert_eq!(pact_sha(root, Ids::Ignored).as_deref(), Some(name.as_ref()), "{}", one.name);
        pacts += 1;
        for item in list.elements() {
            let id = item.get("_id").unwrap().as_str().unwrap();
            assert_eq!(interaction_sha(item).as_deref(), Some(id.as_ref()), "{}", one.name);
            interactions += 1;
        }
    }
    assert!(pacts > 5 && interactions > 5, "{pacts} {interactions}");
    say(&format!(
        "{pacts} pacts and {interactions} interactions are known by the names that a real Broker gave them"
    ));
}

#[test]
fn answers_of_the_matrix_and_to_publications_are_read() {
    let Some(all) = transcripts() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let selector = Selector { pacticipant: "Web".to_owned(), latest: true, ..Selector::default() };
    let question = Question {
        selectors: vec![selector],
        ignored: vec![],
        target: Target::Environment("test".to_owned()),
    };
    let index = Links::of(&json!({"_links": {"pb:publish-contracts": {"href": "/contracts/publish"}}}));
    let publication = Publication {
        consumer: "Web".to_owned(),
        version: "1".to_owned(),
        branch: None,
        tags: vec![],
        build_url: None,
        contracts: vec![("Api".to_owned(), bytes::Bytes::from_static(b"{}"))],
    };
    let (mut answers, mut taken, mut conflicts) = (0, 0, 0);
    for one in all {
        let Ok(body) = serde_json::from_str::<Value>(&one.body) else { continue };
        if body.get("matrix").is_some() && body.get("summary").is_some() && one.status == 200 {
            let got = runtime.block_on(ask(&replay(&one).1, &question)).unwrap();
            assert_eq!(got.deployable, body["summary"]["deployable"].as_bool(), "{}", one.name);
            assert_eq!(got.rows.len(), body["matrix"].as_array().unwrap().len(), "{}", one.name);
            assert!(
                got.rows.iter().all(|it| !it.consumer.name.is_empty() && !it.provider.name.is_empty()),
                "{}",
                one.name
            );
            let nowhere = got.reason.contains("no version is currently recorded");
            assert_eq!(got.rows.iter().any(|it| it.absent), nowhere, "{}", one.name);
            answers += 1;
        }
        if one.method == "POST" && one.target == "/contracts/publish" {
            match runtime.block_on(publish(&replay(&one).1, &index, &publication)) {
                Ok(Published::Taken { notices, links }) => {
                    assert!(one.status == 200 && !notices.is_empty() && links.len() == 1, "{}", one.name);
                    taken += 1;
                }
                Ok(Published::Conflict(notices)) => {
                    assert!(one.status == 409 && notices[0].kind == "error", "{}", one.name);
                    conflicts += 1;
                }
                Err(problem) => assert_eq!(problem.status, Some(one.status), "{}", one.name),
            }
        }
    }
    assert!(answers > 10 && taken > 5 && conflicts > 2, "{answers} {taken} {conflicts}");
    say(&format!(
        "{answers} answers of a real matrix, {taken} publications and {conflicts} conflicts were read"
    ));
}
