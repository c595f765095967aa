//! Answers that a real Broker gave, through the client.

use std::fs;
use std::sync::Arc;

use pactlens::broker::{Access, Broker};
use pactlens::http::{Address, Credentials, Setup};

use super::*;
use crate::common::{files, say, shared};

pub struct Recorded {
    pub name: String,
    pub method: String,
    pub target: String,
    pub status: u16,
    pub kind: Option<String>,
    pub body: String,
}

pub fn read(text: &str, name: &str) -> Option<Recorded> {
    let mut words = text.strip_prefix("> ")?.lines().next()?.splitn(2, ' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let at = text.find("\n< ")? + 1;
    let (head, body) = text[at..].split_once("\n<\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let kind = head.lines().find_map(|line| line.strip_prefix("< content-type: ")).map(str::to_owned);
    Some(Recorded { name: name.to_owned(), method, target, status, kind, body: body.to_owned() })
}

pub fn transcripts() -> Option<Vec<Recorded>> {
    let folder = shared("broker/transcripts")?;
    let all = files(&folder, "http").into_iter().filter_map(|path| {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        read(&text, &path.file_name().unwrap().to_string_lossy())
    });
    Some(all.collect())
}

/// A Broker that answers everything as it was recorded, for as long as the first is kept.
pub fn replay(one: &Recorded) -> (Fake, Broker) {
    let (status, kind, body) = (one.status, one.kind.clone(), one.body.clone());
    let fake = Fake::new(move |_| {
        let kind = kind.as_ref().map(|it| format!("Content-Type: {it}"));
        answer(status, &kind.iter().map(String::as_str).collect::<Vec<_>>(), body.as_bytes())
    });
    let address = Address::parse(&fake.url()).unwrap();
    let access = Access { address, credentials: Credentials::None, retries: 0 };
    let broker = Broker::new(access, &Setup::default(), Arc::new(|_: &str| {})).unwrap();
    (fake, broker)
}

#[test]
fn every_answer_is_understood() {
    let Some(all) = transcripts() else { return };
    let mut told = 0;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for one in all {
        if !["GET", "POST", "PUT"].contains(&one.method.as_str()) {
            continue;
        }
        let (_fake, broker) = replay(&one);
        let got = runtime.block_on(async {
            match one.method.as_str() {
                "GET" => broker.get(&one.target).await.map(|_| ()),
                "PUT" => broker.put(&one.target, &json!({})).await,
                _ => broker.post(&one.target, &json!({})).await.map(|_| ()),
            }
        });
        // Large answers were recorded in part.
        let is_json = one.body.is_empty() || serde_json::from_str::<Value>(&one.body).is_ok();
        let fine = (200..300).contains(&one.status) && (is_json || one.method == "PUT");
        assert_eq!(got.is_ok(), fine, "{}: {got:?}", one.name);
        let Err(problem) = got else { continue };
        told += 1;
        // What it said is told: some text of it is there.
        let mut texts = Vec::new();
        if let Ok(body) = serde_json::from_str(&one.body) {
            strings(&body, &mut texts);
        }
        let heard = texts.is_empty()
            || texts
                .iter()
                .any(|it| problem.message.contains(it.lines().next().unwrap().trim_end_matches('.')));
        assert!(heard || fine, "{}: {problem}", one.name);
        assert!(!problem.message.contains('\n'), "{}: {problem}", one.name);
    }
    assert!(told > 20, "{told}");
    say(&format!("{told} refusals of a real Broker were worded"));
}

/// Texts that people are to read.
fn strings(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() > 8 && !text.starts_with("http") => out.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|it| strings(it, out)),
        Value::Object(map) => map.values().for_each(|it| strings(it, out)),
        _ => {}
    }
}
