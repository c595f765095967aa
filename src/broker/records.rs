//! Environments, and which versions are in them.

use serde_json::{Value, json};

use crate::broker::client::Broker;
use crate::broker::errors::Problem;
use crate::broker::hal::{Links, text};
use crate::text::nearest;

/// A place that versions are deployed or released to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// By what the Broker knows it.
    pub uuid: String,
    /// What commands call it.
    pub name: String,
    /// What people call it.
    pub display_name: String,
    /// Whether it is one of production.
    pub production: bool,
    /// Who answers for it: names and addresses.
    pub contacts: Vec<(String, String)>,
    /// When it was made, as the Broker writes it.
    pub created: String,
}

fn environment(value: &Value) -> Environment {
    let contacts = value.get("contacts").and_then(Value::as_array).into_iter().flatten();
    let address = |it: &Value| {
        it.pointer("/details/emailAddress").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    Environment {
        uuid: text(value, "uuid").to_owned(),
        name: text(value, "name").to_owned(),
        display_name: text(value, "displayName").to_owned(),
        production: value.get("production").and_then(Value::as_bool) == Some(true),
        contacts: contacts.map(|it| (text(it, "name").to_owned(), address(it))).collect(),
        created: text(value, "createdAt").to_owned(),
    }
}

async fn link(broker: &Broker, relation: &str, values: &[(&str, &str)]) -> Result<String, Problem> {
    let index = Links::of(&broker.index().await?);
    index.get(relation, values).ok_or_else(|| {
        Problem::other(format!(
            "the Broker {} has no link {relation}, so it may be too old for that: update it",
            broker.address()
        ))
    })
}

/// All environments.
pub async fn environments(broker: &Broker) -> Result<Vec<Environment>, Problem> {
    let body = broker.get(&link(broker, "pb:environments", &[]).await?).await?;
    Ok(listed(&body, "environments").map(environment).collect())
}

fn listed<'a>(body: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    body.get("_embedded").and_then(|it| it.get(name)?.as_array()).into_iter().flatten()
}

/// Makes an environment.
pub async fn create_environment(broker: &Broker, wanted: &Environment) -> Result<Environment, Problem> {
    let mut body = json!({"name": wanted.name, "production": wanted.production});
    if !wanted.display_name.is_empty() {
        body["displayName"] = json!(wanted.display_name);
    }
    if !wanted.contacts.is_empty() {
        let contact = |(name, address): &(String, String)| match address.as_str() {
            "" => json!({"name": name}),
            address => json!({"name": name, "details": {"emailAddress": address}}),
        };
        body["contacts"] = wanted.contacts.iter().map(contact).collect();
    }
    let (made, _) = broker.post(&link(broker, "pb:environments", &[]).await?, &body).await?;
    Ok(environment(&made))
}

/// The environment of a name or a UUID; the error names those that there are.
pub async fn find_environment(broker: &Broker, wanted: &str) -> Result<Environment, Problem> {
    let all = environments(broker).await?;
    let found = all.iter().find(|it| it.name == wanted).or_else(|| all.iter().find(|it| it.uuid == wanted));
    found.cloned().ok_or_else(|| unknown(broker, wanted, all.iter().map(|it| it.name.as_str())))
}

fn unknown<'a>(broker: &Broker, wanted: &str, names: impl Iterator<Item = &'a str> + Clone) -> Problem {
    let help = match nearest(wanted, names.clone()) {
        Some(near) => format!("is '{near}' meant?"),
        None => {
            let names: Vec<&str> = names.take(20).collect();
            match names.is_empty() {
                true => "it has none: `pactlens broker environments create` makes one".to_owned(),
                false => format!("it has {}", names.join(", ")),
            }
        }
    };
    let message = format!("the Broker {} has no environment called '{wanted}'; {help}", broker.address());
    Problem { status: Some(404), message: broker.shown(&message) }
}

/// Removes an environment, and with it what is recorded in it.
pub async fn delete_environment(broker: &Broker, uuid: &str) -> Result<(), Problem> {
    broker.delete(&link(broker, "pb:environment", &[("uuid", uuid)]).await?).await
}

/// What is recorded of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It runs there, in place of the version before.
    Deployment,
    /// It is offered there, beside others.
    Release,
}

impl Event {
    fn relation(self) -> &'static str {
        match self {
            Event::Deployment => "pb:record-deployment",
            Event::Release => "pb:record-release",
        }
    }
}

/// Records that a version is in an environment. What it returns is worth a warning: that
/// nothing is known of the version but its number.
pub async fn record(
    broker: &Broker,
    event: Event,
    [pacticipant, version, environment]: [&str; 3],
    instance: Option<&str>,
) -> Result<Option<String>, Problem> {
    let values = [("pacticipant", pacticipant), ("version", version)];
    let href = link(broker, "pb:pacticipant-version", &values).await?;
    let resource = match broker.get(&href).await {
        Err(problem) if problem.status == Some(404) => {
            return Err(no_version(broker, pacticipant, version).await);
        }
        other => other?,
    };
    let links = Links::of(&resource);
    let places = links.all(event.relation());
    let href = places.iter().find(|it| text(it, "name") == environment).and_then(super::hal::href);
    let Some(href) = href else {
        return Err(unknown(broker, environment, places.iter().map(|it| text(it, "name"))));
    };
    let body = match instance {
        Some(instance) => json!({"applicationInstance": instance}),
        None => json!({}),
    };
    broker.post(href, &body).await?;
    let pacts = !links.all("pb:pact-versions").is_empty();
    let branches = listed(&resource, "branchVersions").next().is_some();
    let tags = listed(&resource, "tags").next().is_some();
    Ok((!pacts && !branches && !tags).then(|| {
        broker.shown(&format!(
            "version {version} of {pacticipant} has no pact, no branch and no tag, so can-i-deploy may know nothing of it: \
             is it the version that pacts or results were published for?"
        ))
    }))
}

/// Which of the two is not known.
async fn no_version(broker: &Broker, pacticipant: &str, version: &str) -> Problem {
    let message = match known(broker, pacticipant).await {
        Ok(None) => format!(
            "the Broker {} has no version {version} of '{pacticipant}': it knows those that pacts or results were \
             published for",
            broker.address()
        ),
        Ok(Some(near)) => {
            let near = if near.is_empty() { String::new() } else { format!("; is '{near}' meant?") };
            format!("the Broker {} knows no application called '{pacticipant}'{near}", broker.address())
        }
        Err(problem) => problem.message,
    };
    Problem { status: Some(404), message: broker.shown(&message) }
}

/// `None` for an application that is known; else the name that is nearest to it, or nothing.
async fn known(broker: &Broker, name: &str) -> Result<Option<String>, Problem> {
    let body = broker.get(&link(broker, "pb:pacticipants", &[]).await?).await?;
    let names = || listed(&body, "pacticipants").map(|it| text(it, "name"));
    if names().any(|it| it == name) {
        return Ok(None);
    }
    Ok(Some(nearest(name, names()).unwrap_or_default().to_owned()))
}

/// A version that is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployed {
    /// Its number.
    pub version: String,
    /// Where in the environment, if there is more than one of it.
    pub instance: Option<String>,
    href: String,
}

/// Records that an application does not run in an environment any more. The answer is what
/// did; the error says what does where nothing fits.
pub async fn record_undeployment(
    broker: &Broker,
    pacticipant: &str,
    environment: &str,
    instance: Option<&str>,
) -> Result<Vec<Deployed>, Problem> {
    let found = find_environment(broker, environment).await?;
    let resource = broker.get(&link(broker, "pb:environment", &[("uuid", &found.uuid)]).await?).await?;
    let href = Links::of(&resource).get("pb:currently-deployed-deployed-versions", &[]).ok_or_else(|| {
        Problem::other(
            "the environment has no link to what is deployed: the Broker may be too old".to_owned(),
        )
    })?;
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair("pacticipant", pacticipant).finish();
    let body = broker.get(&format!("{href}?{query}")).await?;
    let all: Vec<Deployed> =
        listed(&body, "deployedVersions").filter_map(|it| deployed(it, pacticipant)).collect();
    let fits = |it: &&Deployed| it.instance.as_deref() == instance;
    let fitting: Vec<Deployed> = all.iter().filter(fits).cloned().collect();
    if fitting.is_empty() {
        let others: Vec<_> = all.iter().filter_map(|it| it.instance.as_deref()).take(20).collect();
        let help = match (all.is_empty(), others.is_empty()) {
            (true, _) => "nothing of it is recorded there".to_owned(),
            (false, true) => "it is recorded there without --application-instance".to_owned(),
            (false, false) => format!("--application-instance is one of: {}", others.join(", ")),
        };
        let message = format!("{pacticipant} is not deployed like that in {environment}: {help}");
        return Err(Problem { status: Some(404), message: broker.shown(&message) });
    }
    for one in &fitting {
        broker.patch(&one.href, &json!({"currentlyDeployed": false})).await?;
    }
    Ok(fitting)
}

fn deployed(value: &Value, pacticipant: &str) -> Option<Deployed> {
    let name = value.pointer("/_embedded/pacticipant/name").and_then(Value::as_str);
    // An old Broker may not filter.
    if name.is_some_and(|it| it != pacticipant) {
        return None;
    }
    let instance = [text(value, "applicationInstance"), text(value, "target")];
    Some(Deployed {
        version: value
            .pointer("/_embedded/version/number")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        instance: instance.into_iter().find(|it| !it.is_empty()).map(str::to_owned),
        href: Links::of(value).get("self", &[])?,
    })
}
