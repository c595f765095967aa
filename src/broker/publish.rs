//! Pacts that are published, and what the Broker says of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::broker::client::Broker;
use crate::broker::errors::Problem;
use crate::broker::hal::{Links, text};

/// More notices than this are not told, and no more characters of one.
const MOST_NOTICES: usize = 200;
const LONGEST_NOTICE: usize = 20_000;

/// A version of a consumer, and its pacts.
#[derive(Debug, Clone)]
pub struct Publication {
    /// The consumer.
    pub consumer: String,
    /// Its version.
    pub version: String,
    /// The branch that the version is put on.
    pub branch: Option<String>,
    /// The tags that the version gets.
    pub tags: Vec<String>,
    /// Where its build is.
    pub build_url: Option<String>,
    /// Providers, and what is published for them, as it is.
    pub contracts: Vec<(String, Bytes)>,
}

impl Publication {
    fn body(&self) -> Value {
        let contract = |(provider, content): &(String, Bytes)| {
            json!({
                "consumerName": self.consumer, "providerName": provider,
                "specification": "pact", "contentType": "application/json",
                "content": STANDARD.encode(content),
            })
        };
        let mut body = json!({
            "pacticipantName": self.consumer,
            "pacticipantVersionNumber": self.version,
            "contracts": self.contracts.iter().map(contract).collect::<Vec<_>>(),
        });
        if let Some(branch) = &self.branch {
            body["branch"] = json!(branch);
        }
        if !self.tags.is_empty() {
            body["tags"] = json!(self.tags);
        }
        if let Some(url) = &self.build_url {
            body["buildUrl"] = json!(url);
        }
        body
    }
}

/// What the Broker has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// `debug`, `success`, `info`, `prompt`, `warning`, `error`, or a word of its own.
    pub kind: String,
    /// What; lines, which may have secrets and control characters.
    pub text: String,
}

/// What became of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// All of its pacts were taken.
    Taken {
        /// What is said of that.
        notices: Vec<Notice>,
        /// Where they are.
        links: Vec<String>,
    },
    /// None was, because the Broker has something else by that name already.
    Conflict(Vec<Notice>),
}

/// Publishes all pacts of a consumer's version in one request.
pub async fn publish(
    broker: &Broker,
    index: &Links,
    publication: &Publication,
) -> Result<Published, Problem> {
    let href = index.get("pb:publish-contracts", &[]).ok_or_else(|| {
        Problem::other(format!(
            "the Broker {} has no link to publish contracts, which came with 2.86: update it",
            broker.address()
        ))
    })?;
    let (asked, answer) = broker.submit(&href, &publication.body()).await?;
    if answer.status == 409
        && let Ok(body) = serde_json::from_slice::<Value>(&answer.body)
        && body.get("notices").is_some_and(Value::is_array)
    {
        return Ok(Published::Conflict(notices(&body)));
    }
    let body = asked.json(broker, &answer)?;
    let links = Links::of(&body);
    let places = links.all("pb:contracts").iter().filter_map(super::hal::href);
    Ok(Published::Taken { notices: notices(&body), links: places.map(|it| broker.place(it)).collect() })
}

/// As much of a text as is told.
pub(super) fn cut(text: &str) -> String {
    text.chars().take(LONGEST_NOTICE).collect()
}

/// The notices of an answer.
pub(super) fn notices(body: &Value) -> Vec<Notice> {
    let list = body.get("notices").and_then(Value::as_array).into_iter().flatten();
    list.take(MOST_NOTICES)
        .map(|it| Notice { kind: text(it, "type").to_owned(), text: cut(text(it, "text")) })
        .collect()
}
