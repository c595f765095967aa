//! What a Broker is told of a verification.

use serde_json::{Value, json};

use crate::broker::client::Broker;
use crate::broker::errors::Problem;
use crate::broker::hal::Links;

/// The version of the provider that was verified.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number.
    pub number: String,
    /// Its branch.
    pub branch: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Where its build is.
    pub build_url: Option<String>,
}

/// Puts the version on its branch, then gives it its tags (`publish_provider_branch` and
/// `publish_provider_tags` of pact_verifier). `links` are those of one of its pacts.
pub async fn announce(broker: &Broker, links: &Links, version: &Version) -> Result<(), Problem> {
    if version.branch.is_none() && version.tags.is_empty() {
        return Ok(());
    }
    let lacks =
        |what: &str| Problem::other(format!("the Broker has no link for {what}, so it may be too old"));
    let provider = links.get("pb:provider", &[]).ok_or_else(|| lacks("the provider"))?;
    let provider = Links::of(&broker.get(&provider).await?);
    let number = version.number.as_str();
    if let Some(branch) = &version.branch {
        let href = provider.get("pb:branch-version", &[("branch", branch), ("version", number)]);
        broker.put(&href.ok_or_else(|| lacks("branches, which came with 2.86"))?, &json!({})).await?;
    }
    for tag in &version.tags {
        let href = provider.get("pb:version-tag", &[("version", number), ("tag", tag)]);
        broker.put(&href.ok_or_else(|| lacks("tags"))?, &json!({})).await?;
    }
    Ok(())
}

/// Publishes the results of a pact, one of `tests` an interaction (`build_payload` of
/// pact_verifier); the answer is where they are. `links` are those of the pact.
pub async fn publish(
    broker: &Broker,
    links: &Links,
    success: bool,
    tests: Vec<Value>,
    version: &Version,
) -> Result<Option<String>, Problem> {
    let href = links.get("pb:publish-verification-results", &[]).ok_or_else(|| {
        Problem::other("the pact has no link for results: was it fetched from a Broker?".to_owned())
    })?;
    let mut body = json!({
        "success": success,
        "providerApplicationVersion": version.number,
        "verifiedBy": {"implementation": "pactlens", "version": env!("CARGO_PKG_VERSION")},
        "testResults": tests,
    });
    if let Some(url) = &version.build_url {
        body["buildUrl"] = json!(url);
    }
    broker.post(&href, &body).await.map(|(_, place)| place)
}
