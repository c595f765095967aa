//! Whether a Broker is there, is one, and knows its own address.

use reqwest::Url;
use serde_json::Value;

use crate::broker::client::Broker;
use crate::broker::errors::Problem;
use crate::broker::hal::{Links, href};
use crate::http::Credentials;
use crate::http::wire::header;

/// How a thing that was looked at is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// As it should be.
    Good,
    /// It works, but is worth a look.
    Odd,
    /// It does not work.
    Bad,
}

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// How it is.
    pub health: Health,
    /// What was seen, and what to do.
    pub said: String,
}

/// What commands need, by the relation that the index has for it.
const NEEDED: [(&str, &str); 6] = [
    ("pb:publish-contracts", "publish"),
    ("pb:provider-pacts-for-verification", "verify"),
    ("pb:pacticipant-version", "record-deployment"),
    ("pb:environments", "environments"),
    ("pb:latest-pact-versions", "fetch"),
    ("pb:pacticipant-branch-version", "branches"),
];

/// Looks at a Broker with GET alone. The error is that of a Broker that cannot be used.
pub async fn examine(broker: &Broker) -> (Vec<Check>, Option<Problem>) {
    let mut checks = Vec::new();
    let mut add = |name, health, said: String| checks.push(Check { name, health, said: broker.shown(&said) });
    let (asked, answer) = match broker.look().await {
        Ok(both) => both,
        Err(problem) => {
            add("address", Health::Bad, problem.message.clone());
            return (checks, Some(problem));
        }
    };
    let index = asked.json(broker, &answer);
    let who = match broker.credentials() {
        Credentials::None => "nobody in particular asks",
        Credentials::Basic(..) => "user and password",
        Credentials::Token(_) => "a token",
    };
    match answer.status {
        400 | 401 | 403 => {
            add("address", Health::Good, format!("{} answers", broker.address()));
            let problem = index.err().unwrap_or_else(|| Problem::other("it answers oddly".to_owned()));
            add("credentials", Health::Bad, problem.message.clone());
            return (checks, Some(problem));
        }
        _ => {}
    }
    let links = index.as_ref().map(Links::of).unwrap_or_default();
    let named = header(&answer.headers, "x-pact-broker-version");
    if links.get("pb:pacticipants", &[]).is_none() && links.get("pb:latest-pact-versions", &[]).is_none() {
        let said = match index {
            Err(problem) => problem.message,
            Ok(_) if named.is_some() => "a Pact Broker answers, but not with its index".to_owned(),
            Ok(_) => "something answers that is no Pact Broker".to_owned(),
        };
        let help = "a Broker that is below a path needs that path in its address";
        let said = if said.contains("below a path") { said } else { format!("{said}; {help}") };
        add("address", Health::Bad, said.clone());
        return (checks, Some(Problem { status: Some(answer.status), message: broker.shown(&said) }));
    }
    add("address", Health::Good, format!("{} is a Pact Broker", broker.address()));
    add("credentials", Health::Good, format!("{who}; it may read, and what it may write is not tried"));
    match named {
        Some(version) => add("version", Health::Good, version.to_owned()),
        None => {
            add("version", Health::Odd, "it does not tell its version; a proxy may take that away".to_owned())
        }
    }
    match index.as_ref().ok().and_then(|index| foreign(broker, index)) {
        Some(origin) => add(
            "base URL",
            Health::Odd,
            format!(
                "its links lead to {origin}: set its base_url, or let the proxy before it send X-Forwarded-Host, \
                 -Proto and -Port; webhooks and other clients follow those links, pactlens stays with {}",
                broker.address()
            ),
        ),
        None => add("base URL", Health::Good, "its links lead to the address that was given".to_owned()),
    }
    let lacking: Vec<&str> =
        NEEDED.iter().filter(|(it, _)| links.all(it).is_empty()).map(|(_, what)| *what).collect();
    match lacking.is_empty() {
        true => add("features", Health::Good, "all that pactlens uses".to_owned()),
        false => add("features", Health::Odd, format!("it is too old for: {}", lacking.join(", "))),
    }
    (checks, None)
}

/// Where its links lead, if that is elsewhere.
fn foreign(broker: &Broker, index: &Value) -> Option<String> {
    let links = index.get("_links")?.as_object()?;
    let all = links.values().flat_map(|it| it.as_array().map_or(std::slice::from_ref(it), Vec::as_slice));
    // `{name}` is a text like any other to the parser.
    let own = Url::parse(broker.address()).ok()?;
    let mut urls = all.filter_map(href).filter_map(|it| own.join(it).ok());
    urls.find(|url| !broker.owns(url.as_str())).map(|url| {
        let path = if url.origin() == own.origin() { url.path() } else { "" };
        format!("{}{path}", url.origin().ascii_serialization())
    })
}
