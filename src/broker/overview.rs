//! What a Broker has: the latest pacts, and how they stand.

use serde_json::Value;

use crate::broker::client::Broker;
use crate::broker::errors::Problem;
use crate::broker::hal::{Links, href, text};

/// A Broker that lists more is not believed.
const MOST: usize = 100_000;

/// The latest pact of two applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// Who wrote it.
    pub consumer: String,
    /// The version of it.
    pub version: String,
    /// Who is to meet it.
    pub provider: String,
    /// Where it is.
    pub href: String,
}

/// The latest pacts of all applications.
pub async fn latest(broker: &Broker) -> Result<Vec<Latest>, Problem> {
    let index = Links::of(&broker.index().await?);
    let href = index.get("pb:latest-pact-versions", &[]).ok_or_else(|| {
        Problem::other(format!(
            "{} has no link to its latest pacts, so it is no Pact Broker",
            broker.address()
        ))
    })?;
    let body = broker.get(&href).await?;
    let list = body.get("pacts").and_then(Value::as_array).into_iter().flatten();
    Ok(list.take(MOST).filter_map(one).collect())
}

fn one(pact: &Value) -> Option<Latest> {
    let name =
        |of: &str| pact.pointer(&format!("/_embedded/{of}/name")).and_then(Value::as_str).map(str::to_owned);
    let version = pact.pointer("/_embedded/consumer/_embedded/version/number").and_then(Value::as_str);
    let links = Links::of(pact);
    // The last names the version; the first is whatever is the latest later on.
    let place = links.all("self").iter().filter_map(href).next_back()?;
    Some(Latest {
        consumer: name("consumer")?,
        version: version.unwrap_or_default().to_owned(),
        provider: name("provider")?,
        href: place.to_owned(),
    })
}

/// How the pact of two applications stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who wrote it, in which version, on which branch.
    pub consumer: [String; 3],
    /// Who is to meet it, and the version that verified it last.
    pub provider: [String; 3],
    /// `success`, `failed`, `failed_pending`, `stale`, `never`, or another word of the Broker.
    pub status: String,
    /// When it was verified, as the Broker writes it.
    pub verified: String,
    /// Where the results are, or else the pact.
    pub link: String,
}

/// How all pacts stand, or those of some applications.
pub async fn standings(
    broker: &Broker,
    consumer: Option<&str>,
    provider: Option<&str>,
) -> Result<Vec<Standing>, Problem> {
    let path = match (consumer, provider) {
        (Some(consumer), Some(provider)) => {
            let links = Links::from(Some(serde_json::json!({
                "it": {"href": "/dashboard/provider/{provider}/consumer/{consumer}"}
            })));
            links.get("it", &[("consumer", consumer), ("provider", provider)]).unwrap_or_default()
        }
        _ => "/dashboard".to_owned(),
    };
    let body = broker.get(&broker.below(&path)).await?;
    let list = body.get("items").and_then(Value::as_array).into_iter().flatten();
    let fits = |it: &Standing| {
        consumer.is_none_or(|name| it.consumer[0] == name)
            && provider.is_none_or(|name| it.provider[0] == name)
    };
    Ok(list.take(MOST).map(|it| standing(broker, it)).filter(fits).collect())
}

fn standing(broker: &Broker, item: &Value) -> Standing {
    let at = |path: &str| item.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let side =
        |of: &str| [format!("/{of}/name"), format!("/{of}/version/number"), format!("/{of}/version/branch")];
    let results = at("/latestVerificationResult/_links/self/href");
    let link = if results.is_empty() { at("/pact/_links/self/href") } else { results };
    Standing {
        consumer: side("consumer").map(|path| at(&path)),
        provider: side("provider").map(|path| at(&path)),
        status: text(item, "verificationStatus").to_owned(),
        verified: at("/latestVerificationResult/verifiedAt"),
        link: if link.is_empty() { link } else { broker.place(&link) },
    }
}
