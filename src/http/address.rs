//! Where requests go.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use reqwest::Url;

/// The base of a provider's or a state handler's URLs: `http://host:port/base/path`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// As it was given, with a scheme.
    base: String,
    /// The same, parsed.
    url: Url,
}

/// Without the user and the password in it.
impl std::fmt::Debug for Address {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Address({})", self.shown())
    }
}

impl Address {
    /// Reads a base URL. Without a scheme it is `http`. The error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Address, String> {
        let address = Address::exact(text)?;
        if address.url.query().is_some() || address.url.fragment().is_some() {
            return Err("a base URL has no `?` and no `#`".to_owned());
        }
        Ok(address)
    }

    /// Reads a URL that may have a query.
    pub fn exact(text: &str) -> Result<Address, String> {
        let text = text.trim();
        let base = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&base).map_err(|error| error.to_string())?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(format!(
                "{} is not a scheme that can be verified over; use http or https",
                url.scheme()
            ));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err("it names no host".to_owned());
        }
        Ok(Address { base, url })
    }

    /// The URL of a path below it (`join_paths` of pact_verifier).
    pub fn join(&self, path: &str) -> Result<Url, String> {
        Url::parse(&join_paths(&self.base, path)).map_err(|error| error.to_string())
    }

    /// The URL of a state handler: `text` as it is, or, if it starts with a slash, below this one.
    pub fn resolve(&self, text: &str) -> Result<Address, String> {
        match text.starts_with('/') {
            true => Address::exact(&join_paths(&self.base, text)),
            false => Address::exact(text),
        }
    }

    /// Whether it is on this machine.
    pub fn is_near(&self) -> bool {
        is_loopback(&self.url)
    }

    /// It itself.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Its scheme, host and port.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Its host, as it is in a URL.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The user and the password in it.
    pub fn user(&self) -> Option<(String, String)> {
        let (user, password) = (self.url.username(), self.url.password().unwrap_or_default());
        let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        (!user.is_empty() || !password.is_empty()).then(|| (decoded(user), decoded(password)))
    }

    /// Whether requests to it are encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// As it may be shown: without user and password.
    pub fn shown(&self) -> String {
        let has_user = !self.url.username().is_empty() || self.url.password().is_some();
        if has_user { shown(&self.url) } else { self.base.clone() }
    }
}

/// `join_paths` of pact_verifier (provider_client.rs).
fn join_paths(base: &str, path: &str) -> String {
    let base = if base == "/" { "" } else { base.trim_end_matches('/') };
    match path {
        "" | "/" if base.is_empty() => "/".to_owned(),
        "" | "/" => base.to_owned(),
        path => format!("{base}/{}", path.trim_start_matches('/')),
    }
}

/// Adds a query that is encoded already to that of a URL (`RequestBuilder::query` of reqwest).
#[cfg(any(feature = "runner", test))]
pub(crate) fn add_query(url: &mut Url, query: Option<&str>) {
    let Some(query) = query else { return };
    let known = url.query().filter(|known| !known.is_empty()).map(str::to_owned);
    let whole = match known {
        Some(known) if query.is_empty() => known,
        Some(known) => format!("{known}&{query}"),
        None => query.to_owned(),
    };
    url.set_query((!whole.is_empty()).then_some(whole.as_str()));
}

/// A URL without its user and password.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Only URLs without a host refuse, and those have neither.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.into()
}

/// Whether a URL leads to this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    address.map_or_else(|| host == "localhost" || host.ends_with(".localhost"), |it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_the_official_verifier_does() {
        let cases = [
            ("http://a:1", "/x", "http://a:1/x"),
            ("http://a:1/", "//x/", "http://a:1/x/"),
            ("http://a:1/b/", "/", "http://a:1/b"),
            ("http://a:1/b", "c d", "http://a:1/b/c%20d"),
            ("a:1", "", "http://a:1/"),
            ("localhost", "/ä", "http://localhost/%C3%A4"),
        ];
        for (base, path, wanted) in cases {
            let address = Address::parse(base).unwrap();
            assert_eq!(address.join(path).unwrap().as_str(), wanted, "{base} {path}");
        }
    }

    #[test]
    fn a_base_url_is_checked() {
        for bad in ["", "ftp://a", "http://", "http://a?x=1", "http://a#b", "http://a:99999"] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn credentials_in_a_url_are_not_shown() {
        let address = Address::parse("https://me:secret@host/base").unwrap();
        assert_eq!(address.shown(), "https://host/base");
        assert!(!format!("{address:?}").contains("secret"));
        assert_eq!(
            address.resolve("/state").unwrap().join("/").unwrap().as_str(),
            "https://me:secret@host/base/state"
        );
        assert_eq!(address.resolve("http://other/s").unwrap().shown(), "http://other/s");
    }

    #[test]
    fn credentials_in_a_url_are_found() {
        let user = |url: &str| Address::parse(url).unwrap().user();
        assert_eq!(user("http://a:p%40%C3%A4%@h"), Some(("a".to_owned(), "p@ä%".to_owned())));
        assert_eq!(user("http://h"), None);
    }

    #[test]
    fn a_query_is_added_to_what_is_there() {
        let added = |url: &str, query: Option<&str>| {
            let mut url = Url::parse(url).unwrap();
            add_query(&mut url, query);
            url.to_string()
        };
        assert_eq!(added("http://a/x", Some("b=c+d&e=%26")), "http://a/x?b=c+d&e=%26");
        assert_eq!(added("http://a/x?y=1", Some("b=c")), "http://a/x?y=1&b=c");
        assert_eq!(added("http://a/x?", Some("")), "http://a/x");
        assert_eq!(added("http://a/x?", None), "http://a/x?");
    }

    #[test]
    fn this_machine_is_known() {
        let is = |url: &str| is_loopback(&Url::parse(url).unwrap());
        assert!(is("http://localhost:1") && is("http://127.0.0.2/") && is("http://[::1]/"));
        assert!(!is("http://localhost.example/") && !is("http://10.0.0.1/"));
    }
}
