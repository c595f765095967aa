//! Which pacts of a Broker are verified, and what it says of them.

use serde_json::{Value, json};

use crate::broker::client::Broker;
use crate::broker::errors::Problem;
use crate::broker::hal::{Links, href, text};
use crate::text::nearest;

/// Where pacts are chosen; the second is what it was called before.
const FOR_VERIFICATION: [&str; 2] =
    ["pb:provider-pacts-for-verification", "beta:provider-pacts-for-verification"];

/// A Broker that lists more pacts for one provider is not believed.
const MOST: usize = 10_000;

/// Which pacts are wanted (`PactsForVerificationRequest` of pact_verifier).
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The name of the provider.
    pub provider: String,
    /// The branch of the provider that is verified.
    pub branch: Option<String>,
    /// The tags that it is to have.
    pub tags: Vec<String>,
    /// Consumer version selectors, as the Broker takes them. Without any the latest pact of each
    /// consumer is chosen, as pact_verifier does (`fetch_pacts_from_broker`); left to itself the
    /// Broker would choose others.
    pub selectors: Vec<Value>,
    /// Whether failures of pacts that no version of the branch has passed do not count.
    pub pending: bool,
    /// Since when pacts that nobody selected are taken as well.
    pub wip_since: Option<String>,
}

impl Selection {
    fn body(&self) -> Value {
        let latest = [json!({"latest": true})];
        let selectors = if self.selectors.is_empty() { &latest } else { &self.selectors[..] };
        let mut body = json!({"consumerVersionSelectors": selectors, "includePendingStatus": self.pending});
        if !self.tags.is_empty() {
            body["providerVersionTags"] = json!(self.tags);
        }
        if let Some(branch) = &self.branch {
            body["providerVersionBranch"] = json!(branch);
        }
        if let Some(since) = &self.wip_since {
            body["includeWipPactsSince"] = json!(since);
        }
        body
    }

    /// Whether more is asked for than what a Broker without selection has.
    fn is_plain(&self) -> bool {
        self.selectors.is_empty() && !self.pending && self.wip_since.is_none()
    }
}

/// A pact that the Broker chose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// Where it is, with what the Broker wants to know again when results are published.
    pub href: String,
    /// What it is called: `Pact between Web (2.0.0) and Api`.
    pub name: String,
    /// Why it was chosen: `latest from branch main`.
    pub why: String,
    /// Whether its failures do not count.
    pub pending: bool,
    /// Whether nobody selected it, but it is new.
    pub wip: bool,
    /// What people should hear of it.
    pub notices: Vec<Notice>,
}

/// What people should hear of a pact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// When: `before_verification`, or `after_verification:success_true_published_false` and such.
    pub when: String,
    /// What.
    pub text: String,
}

impl Chosen {
    /// What is to be said before it is verified.
    pub fn before(&self) -> impl Iterator<Item = &str> {
        self.said("before_verification".to_owned())
    }

    /// What is to be said afterwards.
    pub fn after(&self, success: bool, published: bool) -> impl Iterator<Item = &str> {
        self.said(format!("after_verification:success_{success}_published_{published}"))
    }

    fn said(&self, when: String) -> impl Iterator<Item = &str> {
        let fits = self.notices.iter().filter(move |it| it.when == when);
        fits.map(|it| it.text.as_str())
    }
}

/// What came of asking for pacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// These are to be verified; maybe none.
    Pacts(Vec<Chosen>),
    /// The Broker knows no provider of that name; maybe it knows one that is nearly called so.
    NoProvider(Option<String>),
}

/// Asks which pacts are to be verified.
pub async fn choose(broker: &Broker, selection: &Selection) -> Result<Choice, Problem> {
    let index = broker.index().await?;
    let links = Links::of(&index);
    let provider = [("provider", selection.provider.as_str())];
    let found = match FOR_VERIFICATION.iter().find_map(|it| links.get(it, &provider)) {
        Some(href) => broker.post(&href, &selection.body()).await.map(|(body, _)| body),
        None if selection.is_plain() => match links.get("pb:latest-provider-pacts", &provider) {
            Some(href) => broker.get(&href).await,
            None => return Err(not_a_broker(broker)),
        },
        None => {
            return Err(Problem::other(format!(
                "the Broker {} is too old to select pacts: update it, or leave out selectors, tags, pending and \
                 work in progress",
                broker.address()
            )));
        }
    };
    match found {
        Ok(body) => match read(&body) {
            chosen if chosen.len() > MOST => Err(Problem::other(format!(
                "the Broker {} lists {} pacts, which are more than any provider has ({MOST})",
                broker.address(),
                chosen.len()
            ))),
            chosen => Ok(Choice::Pacts(chosen)),
        },
        // The index has the relation, so it is the name that is not known.
        Err(problem) if problem.status == Some(404) => {
            Ok(Choice::NoProvider(near(broker, &links, &selection.provider).await))
        }
        Err(problem) => Err(problem),
    }
}

fn not_a_broker(broker: &Broker) -> Problem {
    Problem::other(format!(
        "{} has no link to the pacts of a provider, so it is no Pact Broker",
        broker.address()
    ))
}

/// Both answers: with `_embedded`, or with links alone.
fn read(body: &Value) -> Vec<Chosen> {
    if let Some(list) = body.pointer("/_embedded/pacts").and_then(Value::as_array) {
        return list.iter().filter_map(chosen).collect();
    }
    let links = Links::of(body);
    let of = |relation| links.all(relation).iter().filter_map(plain).collect::<Vec<_>>();
    let found = of("pb:pacts");
    if found.is_empty() { of("pacts") } else { found }
}

fn chosen(pact: &Value) -> Option<Chosen> {
    let link = pact.pointer("/_links/self")?;
    let properties = pact.get("verificationProperties").unwrap_or(&Value::Null);
    let is = |name: &str| properties.get(name) == Some(&Value::Bool(true));
    let notices = properties.get("notices").and_then(Value::as_array).into_iter().flatten();
    let notice = |it: &Value| Notice { when: text(it, "when").to_owned(), text: text(it, "text").to_owned() };
    Some(Chosen {
        href: href(link)?.to_owned(),
        name: text(link, "name").to_owned(),
        why: text(pact, "shortDescription").to_owned(),
        pending: is("pending"),
        wip: is("wip"),
        notices: notices.map(notice).collect(),
    })
}

fn plain(link: &Value) -> Option<Chosen> {
    let name = text(link, "title").rsplit("relation. ").next().unwrap_or_default().to_owned();
    Some(Chosen { href: href(link)?.to_owned(), name, ..Chosen::default() })
}

/// An application whose name is nearly the same. Names are told apart by case.
async fn near(broker: &Broker, links: &Links, name: &str) -> Option<String> {
    let list = broker.in_haste().get(&links.get("pb:pacticipants", &[])?).await.ok()?;
    let list = list.pointer("/_embedded/pacticipants")?.as_array()?;
    nearest(name, list.iter().map(|it| text(it, "name"))).map(|it| broker.shown(it))
}
