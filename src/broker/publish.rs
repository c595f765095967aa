//! Pacts that are published, and what the Broker says of them.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use rustc_hash::FxHashSet;
use serde_json::{Value, json};

use crate::broker::client::Broker;
use crate::broker::content::{Ids, interaction_sha, pact_sha};
use crate::broker::errors::Problem;
use crate::broker::hal::{Links, text};
use crate::syntax::{Cursor, parse};

/// More notices than this are not told.
const MOST_NOTICES: usize = 1_000;

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

/// The notices of an answer.
pub(super) fn notices(body: &Value) -> Vec<Notice> {
    let list = body.get("notices").and_then(Value::as_array).into_iter().flatten();
    list.take(MOST_NOTICES)
        .map(|it| Notice { kind: text(it, "type").to_owned(), text: text(it, "text").to_owned() })
        .collect()
}

/// What publishing a pact would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forecast {
    /// The version has the same content for this provider.
    NoChange,
    /// The version has no pact with this provider yet.
    New,
    /// The version has another content for this provider, and keeps it.
    Conflict(Vec<Difference>),
}

/// An interaction that is not the same in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its description.
    pub description: String,
    /// Whether the Broker has one of that description.
    pub there: bool,
    /// Whether the file has one of that description.
    pub here: bool,
}

/// Looks what a Broker has in the place where a pact would go.
pub async fn forecast(
    broker: &Broker,
    index: &Links,
    [consumer, provider, version]: [&str; 3],
    content: &str,
) -> Result<Forecast, Problem> {
    let values = [("consumer", consumer), ("provider", provider), ("consumerApplicationVersion", version)];
    let href = index.get("pb:publish-pact", &values).ok_or_else(|| {
        Problem::other(format!("the Broker {} has no link to a pact of a version", broker.address()))
    })?;
    let there = match broker.get_text(&href).await {
        Ok(there) => there,
        Err(problem) if problem.status == Some(404) => return Ok(Forecast::New),
        Err(problem) => return Err(problem),
    };
    let there = String::from_utf8_lossy(&there);
    let tree = parse(&there);
    let root = tree.root(&there);
    let link = root.and_then(|it| it.get("_links")?.get("pb:pact-version")?.get("name")?.as_str());
    let ours = |ids| parse(content).root(content).and_then(|it| pact_sha(it, ids));
    let same = link.is_some() && link.as_deref() == ours(Ids::Count).as_deref() || {
        // An old Broker does not say by what it knows the content.
        let theirs = root.and_then(|it| pact_sha(it, Ids::Ignored));
        theirs.is_some() && theirs == ours(Ids::Ignored)
    };
    if same {
        return Ok(Forecast::NoChange);
    }
    let tree = parse(content);
    Ok(Forecast::Conflict(differences(root, tree.root(content))))
}

/// The interactions of which one side has none that is equal.
fn differences(there: Option<Cursor<'_>>, here: Option<Cursor<'_>>) -> Vec<Difference> {
    let of = |root: Option<Cursor<'_>>| -> Vec<(String, String)> {
        let lists = ["interactions", "messages"].into_iter().filter_map(|name| root?.get(name));
        let items = lists.filter(|it| it.is_array()).flat_map(|it| it.elements().collect::<Vec<_>>());
        let described =
            |it: Cursor<'_>| it.get("description").map(|it| it.to_text().into_owned()).unwrap_or_default();
        items.filter_map(|it| Some((interaction_sha(it)?, described(it)))).collect()
    };
    let (there, here) = (of(there), of(here));
    let [theirs, ours] =
        [&there, &here].map(|list| list.iter().map(|it| it.0.as_str()).collect::<FxHashSet<_>>());
    let mut found: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    for (_, description) in there.iter().filter(|it| !ours.contains(it.0.as_str())) {
        found.entry(description).or_default().0 = true;
    }
    for (_, description) in here.iter().filter(|it| !theirs.contains(it.0.as_str())) {
        found.entry(description).or_default().1 = true;
    }
    let difference = |(description, (there, here)): (&str, (bool, bool))| Difference {
        description: description.to_owned(),
        there,
        here,
    };
    found.into_iter().map(difference).collect()
}
