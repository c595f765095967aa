//! The HTTP client: one request, one answer, in bounded time and memory.

use std::error::Error as _;
use std::time::Duration;

use bytes::BytesMut;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Method, Proxy, Url};

use crate::http::address::{Address, is_loopback, shown};
use crate::http::tls::Tls;
use crate::http::wire::{Headers, Request, Response};

/// How we call ourselves.
const USER_AGENT: &str = concat!("pactlens/", env!("CARGO_PKG_VERSION"));

/// As the official client has it (the default of reqwest).
const MOST_REDIRECTS: usize = 10;

/// Many servers close what is idle after two to five seconds; we do so before.
const IDLE: Duration = Duration::from_secs(1);

/// How requests are sent.
#[derive(Debug, Clone)]
pub struct Setup {
    /// How long a request may take, answer included.
    pub timeout: Duration,
    /// How large the body of an answer may be, in bytes.
    pub max_body: usize,
    /// Whether redirects are followed, within the origin.
    pub follow_redirects: bool,
    /// Which certificates are trusted, and which is shown.
    pub tls: Tls,
    /// Which proxy is used.
    pub proxies: Proxies,
}

/// As the official verifier has it (`VerificationOptions::default`), in bounded memory.
impl Default for Setup {
    fn default() -> Setup {
        Setup {
            timeout: Duration::from_secs(5),
            max_body: 64 << 20,
            follow_redirects: true,
            tls: Tls::default(),
            proxies: Proxies::Usual,
        }
    }
}

/// Which proxy is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proxies {
    /// None.
    None,
    /// That of the variables `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, or of the
    /// system; none for this machine.
    Usual,
    /// This one, for every request.
    Named(String),
}

/// Sends requests.
#[derive(Debug, Clone)]
pub struct Client {
    /// For this machine.
    near: reqwest::Client,
    /// For others.
    far: reqwest::Client,
    timeout: Duration,
    max_body: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The request cannot be sent as it is; why.
    Request(String),
    /// There is no connection; why.
    Connect(String),
    /// Nothing, or not all, came in time; what.
    Late(String),
    /// What came is no whole answer; why.
    Answer(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Fault::Request(why) | Fault::Connect(why) | Fault::Late(why) | Fault::Answer(why)) = self;
        out.write_str(why)
    }
}

impl Client {
    /// Reads certificates and proxies; the error says which cannot be used. Where no request is
    /// `encrypted` certificates are not looked at.
    pub fn new(setup: &Setup, encrypted: bool) -> Result<Client, String> {
        let by_proxy = matches!(&setup.proxies, Proxies::Named(url) if url.starts_with("https:"));
        let tls = setup.tls.config(encrypted || by_proxy)?;
        let build = |proxies: &Proxies| {
            let policy = if setup.follow_redirects { Policy::custom(follow) } else { Policy::none() };
            let builder = reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .user_agent(USER_AGENT)
                .timeout(setup.timeout)
                .pool_idle_timeout(IDLE)
                .redirect(policy);
            let builder = match proxies {
                Proxies::None => builder.no_proxy(),
                Proxies::Usual => builder,
                Proxies::Named(url) => {
                    let proxy =
                        Proxy::all(url.as_str()).map_err(|error| format!("the proxy {}", last(&error)));
                    builder.no_proxy().proxy(proxy?)
                }
            };
            builder.build().map_err(|error| format!("no HTTP client can be made: {}", last(&error)))
        };
        let near = if setup.proxies == Proxies::Usual { &Proxies::None } else { &setup.proxies };
        Ok(Client {
            near: build(near)?,
            far: build(&setup.proxies)?,
            timeout: setup.timeout,
            max_body: setup.max_body,
        })
    }

    /// Sends a request; its path and query are those of `url`. Invalid methods become `GET` and
    /// header values that are no text are left out of the answer, as in pact_verifier
    /// (`create_native_request` and `extract_headers` in provider_client.rs). Bodies in gzip and
    /// deflate are asked for and unpacked, and lose the headers that told of it, as in the builds
    /// of the official verifier (pact-plugin-driver turns these features of reqwest on); the
    /// limit holds for what comes out.
    pub async fn send(&self, url: Url, request: &Request) -> Result<Response, Fault> {
        let client = if is_loopback(&url) { &self.near } else { &self.far };
        let method = Method::from_bytes(request.method.as_bytes()).unwrap_or(Method::GET);
        let mut builder = client.request(method, url.clone()).headers(headers(request)?);
        if !request.body.is_empty() {
            builder = builder.body(request.body.clone());
        }
        let mut got = builder.send().await.map_err(|error| self.fault(error, &url))?;
        let headers = got.headers().iter();
        let headers = headers
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        let status = got.status().as_u16();
        let too_large = || {
            Fault::Answer(format!(
                "the body of its answer (status {status}) is larger than {} bytes; --max-body takes more",
                self.max_body
            ))
        };
        if got.content_length().is_some_and(|length| length > self.max_body as u64) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = got.chunk().await.map_err(|error| self.fault(error, &url))? {
            if body.len() + chunk.len() > self.max_body {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body: body.freeze() })
    }

    /// Fetches what is at a URL.
    pub async fn get(&self, address: &Address, headers: Headers) -> Result<Response, Fault> {
        let request = Request { method: "GET".to_owned(), headers, ..Request::default() };
        self.send(address.url().clone(), &request).await
    }

    fn fault(&self, error: reqwest::Error, url: &Url) -> Fault {
        let place = origin(url);
        if error.is_timeout() {
            let why = format!("no whole answer came from {place} within {:?}", self.timeout);
            return if error.is_connect() { Fault::Connect(why) } else { Fault::Late(why) };
        }
        let why = last(&error);
        if error.is_connect() {
            return Fault::Connect(format!("{place} cannot be reached: {why}"));
        }
        if error.is_redirect() {
            return Fault::Answer(format!("{place} sends requests on without an end: {why}"));
        }
        // What breaks off is an error of decoding, too.
        if error.is_decode() && !causes(&error).any(|cause| cause.is::<hyper::Error>()) {
            return Fault::Answer(format!("the body of the answer of {place} cannot be unpacked: {why}"));
        }
        if error.is_builder() {
            return Fault::Request(format!("the request cannot be sent: {why}"));
        }
        Fault::Answer(format!("the answer of {place} breaks off or is no HTTP: {why}"))
    }
}

/// Follows within the origin, as the official verifier does by default. What is elsewhere was
/// not named by anybody whom we trust: there the redirect itself is the answer.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    if attempt.previous().len() > MOST_REDIRECTS {
        return attempt.error(format!("more than {MOST_REDIRECTS} redirects"));
    }
    let from = attempt.previous().first().map(origin);
    if from == Some(origin(attempt.url())) { attempt.follow() } else { attempt.stop() }
}

/// Scheme, host and port.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn headers(request: &Request) -> Result<HeaderMap, Fault> {
    let mut map = HeaderMap::new();
    for (name, value) in &request.headers {
        let key = HeaderName::try_from(name.as_str()).map_err(|_| {
            Fault::Request(format!("the request cannot be sent: {name:?} cannot be the name of a header"))
        })?;
        let value = HeaderValue::from_str(value).map_err(|_| {
            Fault::Request(format!("the request cannot be sent: the value of the header {name} has characters that no header may have"))
        })?;
        map.append(key, value);
    }
    Ok(map)
}

/// What the innermost cause says; what is around it names URLs again.
fn last(error: &reqwest::Error) -> String {
    let cause = causes(error).last();
    cause.map_or_else(|| error.url().map_or_else(|| error.to_string(), shown), ToString::to_string)
}

/// What an error comes from, the innermost last.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}
