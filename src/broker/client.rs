//! Requests to a Broker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;
use serde_json::Value;

use crate::broker::access::Access;
use crate::broker::errors::{Asked, Problem};
use crate::http::wire::{Headers, Request, Response, header};
use crate::http::{Client, Credentials, Setup, is_passing, patience, shown as shown_url};
use crate::model::secrets::Mask;
use crate::text::escape;

/// What is asked for. With `application/problem+json` alone some resources answer 406.
const ACCEPT: &str = "application/hal+json, application/json, application/problem+json;q=0.9";

/// A Broker may be slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// A longer query is not shown: that of the matrix says what the flags say.
const LONGEST_QUERY: usize = 40;

/// So many redirects within the Broker are followed.
const MOST_REDIRECTS: usize = 5;

/// A shorter secret is not looked for in what is shown: it would be found everywhere.
const LEAST_SECRET: usize = 4;

/// Takes what a person should hear of while requests are under way, as one line.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// A Broker.
#[derive(Clone)]
pub struct Broker {
    client: Client,
    /// Without user and password.
    base: Url,
    credentials: Credentials,
    retries: u32,
    tell: Tell,
    /// Whether it was told that links lead elsewhere.
    told: Arc<AtomicBool>,
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Broker({})", self.base)
    }
}

impl Broker {
    /// A Broker that is reached with the certificates, the proxies and the limits of `setup`.
    /// The error says which of them cannot be used.
    pub fn new(access: Access, setup: &Setup, tell: Tell) -> Result<Broker, String> {
        let Access { address, mut credentials, retries } = access;
        let setup = Setup {
            timeout: setup.timeout.max(PATIENCE),
            // A write that is redirected may arrive as a read.
            follow_redirects: false,
            ..setup.clone()
        };
        let client = Client::new(&setup, address.is_encrypted())?;
        if let (Credentials::None, Some((user, password))) = (&credentials, address.user()) {
            credentials = Credentials::Basic(user, password);
        }
        let base = Url::parse(&address.shown()).map_err(|error| error.to_string())?;
        Ok(Broker { client, base, credentials, retries, tell, told: Arc::default() })
    }

    /// The same, for what is not worth waiting for.
    pub(super) fn in_haste(&self) -> Broker {
        Broker { retries: 0, ..self.clone() }
    }

    /// Where it is, without user and password.
    pub fn address(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Whether a URL is one of its own.
    pub fn owns(&self, url: &str) -> bool {
        let url = Url::parse(url).ok();
        url.is_some_and(|url| url.origin() == self.base.origin() && self.is_above(url.path()))
    }

    fn is_above(&self, path: &str) -> bool {
        let base = self.base.path().trim_end_matches('/');
        path.strip_prefix(base).is_some_and(|it| it.is_empty() || it.starts_with('/'))
    }

    /// A link as reports name it: where it leads, without what the Broker adds for itself.
    pub fn place(&self, href: &str) -> String {
        self.shown(&self.follow(href).map_or_else(|_| href.to_owned(), |url| brief(&url)))
    }

    /// Its index.
    pub async fn index(&self) -> Result<Value, Problem> {
        let index = self.get(self.base.as_str()).await?;
        if index.get("_links").is_none_or(|links| !links.is_object()) {
            return Err(Problem::other(format!(
                "{} answers, but without links, so it is no Pact Broker: check the address; one that is below \
                 a path needs that path",
                self.address()
            )));
        }
        Ok(index)
    }

    /// The resource that a link leads to.
    pub async fn get(&self, href: &str) -> Result<Value, Problem> {
        let (asked, answer) = self.fetch(href).await?;
        asked.json(self, &answer)
    }

    /// The same as it came, for what is read with places in it.
    pub async fn get_text(&self, href: &str) -> Result<Bytes, Problem> {
        let (asked, answer) = self.fetch(href).await?;
        asked.well(self, &answer)?;
        Ok(answer.body)
    }

    /// Sends a resource with POST, and returns the answer and where the header `Location` leads.
    pub async fn post(&self, href: &str, body: &Value) -> Result<(Value, Option<String>), Problem> {
        let (asked, answer) = self.send("POST", self.follow(href)?, Some(body)).await?;
        let place = header(&answer.headers, "location").map(|it| self.place(it));
        Ok((asked.json(self, &answer)?, place))
    }

    /// Changes the members of a resource that are in `body`, and returns it.
    pub async fn patch(&self, href: &str, body: &Value) -> Result<Value, Problem> {
        let (asked, answer) = self.send("PATCH", self.follow(href)?, Some(body)).await?;
        asked.json(self, &answer)
    }

    /// Removes a resource.
    pub async fn delete(&self, href: &str) -> Result<(), Problem> {
        let (asked, answer) = self.send("DELETE", self.follow(href)?, None).await?;
        asked.well(self, &answer)
    }

    /// Sends a resource with POST, and returns what is said of it, be it taken or not.
    pub(super) async fn submit(&self, href: &str, body: &Value) -> Result<(Asked, Response), Problem> {
        self.send("POST", self.follow(href)?, Some(body)).await
    }

    /// The URL of a path of its own that no link leads to, with its query.
    pub(super) fn below(&self, path: &str) -> String {
        format!("{}{path}", self.address())
    }

    /// Who asks.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The answer to GET for its address, whatever it is, for a look at what is there.
    pub(super) async fn look(&self) -> Result<(Asked, Response), Problem> {
        self.fetch(self.base.as_str()).await
    }

    /// Puts a resource.
    pub async fn put(&self, href: &str, body: &Value) -> Result<(), Problem> {
        let (asked, answer) = self.send("PUT", self.follow(href)?, Some(body)).await?;
        asked.well(self, &answer)
    }

    async fn fetch(&self, href: &str) -> Result<(Asked, Response), Problem> {
        let mut url = self.follow(href)?;
        let mut left = MOST_REDIRECTS;
        loop {
            let (asked, answer) = self.send("GET", url.clone(), None).await?;
            let to = header(&answer.headers, "location").and_then(|to| url.join(to).ok());
            match to {
                Some(to) if asked.is_moved(&answer) && to.origin() == url.origin() && left > 0 => url = to,
                _ => return Ok((asked, answer)),
            }
            left -= 1;
        }
    }

    async fn send(
        &self,
        method: &'static str,
        url: Url,
        body: Option<&Value>,
    ) -> Result<(Asked, Response), Problem> {
        let mut headers: Headers = vec![("Accept".to_owned(), ACCEPT.to_owned())];
        headers.extend(self.credentials.header().map(|it| ("Authorization".to_owned(), it)));
        let kind = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        headers.extend(body.map(|_| ("Content-Type".to_owned(), kind.to_owned())));
        let body = body.map(|it| Bytes::from(it.to_string())).unwrap_or_default();
        let request = Request { method: method.to_owned(), headers, body, ..Request::default() };
        let mut asked = Asked { method, url: brief(&url), credentials: self.credentials.clone(), tries: 1 };
        loop {
            let answer = self.client.send(url.clone(), &request).await;
            let answer = answer.map_err(|fault| Problem::other(self.shown(&asked.unanswered(&fault))))?;
            if !is_passing(answer.status) || asked.tries > self.retries {
                return Ok((asked, answer));
            }
            let wait = patience(&answer, asked.tries - 1);
            (self.tell)(&format!(
                "the Broker answers {}; asking again in {} s ({} of {})",
                answer.status,
                wait.as_secs_f32(),
                asked.tries,
                self.retries
            ));
            tokio::time::sleep(wait).await;
            asked.tries += 1;
        }
    }

    /// The URL of a link, which is always below the address that was given: a Broker that does
    /// not know its own address gives links to another one, and credentials go to none but this
    /// (`normalize_path_inner` of pact_verifier does the same).
    fn follow(&self, href: &str) -> Result<Url, Problem> {
        let given = self.base.join(href).map_err(|error| {
            Problem::other(format!(
                "the Broker has a link that is no URL, {}: {error}",
                self.shown(href.get(..100).unwrap_or(href))
            ))
        })?;
        let below = self.base.path().trim_end_matches('/');
        let path = given.path();
        let is_below = self.is_above(path);
        let mut url = self.base.clone();
        url.set_path(&if is_below { path.to_owned() } else { format!("{below}{path}") });
        url.set_query(given.query());
        if (given.origin() != url.origin() || !is_below) && !self.told.swap(true, Ordering::Relaxed) {
            (self.tell)(&format!(
                "the links of the Broker lead to {} and not to {}, so its base URL or the proxy before it is set \
                 up wrong; all requests go to the address that was given",
                self.shown(&given.origin().ascii_serialization()),
                self.address()
            ));
        }
        Ok(url)
    }

    /// A text of the Broker as it may be shown: no secret, neither one that is known by its form
    /// nor one that was sent, and no control characters.
    pub fn shown(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let encoded = self.credentials.header();
        let encoded = encoded.as_deref().and_then(|it| it.split(' ').nth(1));
        let plain = match &self.credentials {
            Credentials::Basic(_, secret) | Credentials::Token(secret) => Some(secret.as_str()),
            Credentials::None => None,
        };
        for secret in plain.into_iter().chain(encoded).filter(|it| it.len() >= LEAST_SECRET) {
            text = text.replace(secret, "*****");
        }
        escape(&Mask::default().whole(&text)).into_owned()
    }
}

/// A URL without user and password, without a long query, and without the selectors of a pact, which are a long segment
/// after `metadata` that says nothing to people; it leads to the same pact.
fn brief(url: &Url) -> String {
    let mut whole = shown_url(url);
    if let Some(at) = whole.find('?').filter(|at| whole.len() - at > LONGEST_QUERY) {
        whole.truncate(at);
        whole.push_str("?…");
    }
    let Some((before, after)) = whole.split_once("/metadata/") else { return whole };
    let rest = after.find('/').map_or("", |at| &after[at..]);
    format!("{before}{rest}")
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::http::Address;

    fn broker(url: &str) -> (Broker, Arc<Mutex<Vec<String>>>) {
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&said);
        let address = Address::parse(url).unwrap();
        let access = Access { address, credentials: Credentials::None, retries: 0 };
        let tell = move |line: &str| heard.lock().unwrap().push(line.to_owned());
        (Broker::new(access, &Setup::default(), Arc::new(tell)).unwrap(), said)
    }

    #[test]
    fn links_stay_with_the_address_that_was_given() {
        let cases = [
            ("http://b:1", "http://b:1/x?y=1", "http://b:1/x?y=1", 0),
            ("http://b:1/", "/x%2Fy/z", "http://b:1/x%2Fy/z", 0),
            ("http://b:1/sub", "http://b:1/sub/x", "http://b:1/sub/x", 0),
            ("http://b:1/sub/", "http://b:1/subway/x", "http://b:1/sub/subway/x", 1),
            ("http://b:1/sub", "http://evil:2/x?q", "http://b:1/sub/x?q", 1),
            ("https://b", "http://b/x", "https://b/x", 1),
            ("https://b", "//me:pw@evil/x#y", "https://b/x", 1),
        ];
        for (base, href, wanted, told) in cases {
            let (broker, said) = broker(base);
            assert_eq!(broker.follow(href).unwrap().as_str(), wanted, "{base} {href}");
            broker.follow(href).unwrap();
            assert_eq!(said.lock().unwrap().len(), told, "{base} {href}");
        }
        let (broker, _) = broker("http://b");
        assert!(broker.follow("http://[x").is_err());
        assert_eq!(broker.place("http://b/p/metadata/YQ/results"), "http://b/p/results");
        assert_eq!(broker.place("/p/metadata/YQ"), "http://b/p");
        assert!(broker.owns("http://b/x") && !broker.owns("http://c/x") && !broker.owns("x"));
    }

    #[test]
    fn what_was_sent_is_not_shown() {
        let (mut broker, _) = broker("http://me:hunter22@b/x");
        assert_eq!(broker.credentials, Credentials::Basic("me".to_owned(), "hunter22".to_owned()));
        assert_eq!(broker.address(), "http://b/x");
        assert!(!format!("{broker:?} {:?}", broker.credentials).contains("hunter"));
        assert_eq!(broker.shown("a hunter22 bWU6aHVudGVyMjI= \u{1b}"), "a ***** ***** \\u{1b}");
        broker.credentials = Credentials::Token("t0k3n-x".to_owned());
        assert_eq!(broker.shown("Bearer t0k3n-x"), "Bearer *****");
    }
}
