//! What would come of publishing a pact.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::broker::client::Broker;
use crate::broker::content::{Ids, interaction_sha, pact_sha};
use crate::broker::errors::Problem;
use crate::broker::hal::Links;
use crate::syntax::{Cursor, parse};

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
