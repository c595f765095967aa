//! From flags to the options of a run.

use std::time::Duration;

use crate::cli::verify::args::{FilterArgs, ProviderArgs, StateArgs, VerifyArgs};
use crate::config::file::RunsConfig;
use crate::http::wire::Headers;
use crate::http::{Address, Setup};
use crate::model::is_header_name;
use crate::report::escape;
use crate::runner::verify::{Filter, Options, StateFilter, StateOptions};

/// The options of a run; the error says what is wrong with the flags. What they leave open
/// `configured` says.
pub(super) fn options(args: &VerifyArgs, configured: &RunsConfig) -> Result<Options, String> {
    let provider = address(&args.provider, configured)?;
    let states = states(&args.states, configured, &provider)?;
    let mut http = fetching(&args.provider)?;
    http.follow_redirects = !args.provider.no_follow_redirects;
    Ok(Options {
        transports: transports(&args.provider, &provider)?,
        headers: headers(&args.provider.header)?,
        states,
        http,
        jobs: args.run.jobs as usize,
        exit_on_first: args.run.exit_on_first,
        ..Options::new(provider)
    })
}

/// How requests are sent to whoever is asked, a Broker too.
pub(super) fn fetching(args: &ProviderArgs) -> Result<Setup, String> {
    let timeout = match (args.timeout, args.request_timeout) {
        (Some(seconds), _) => Duration::from_secs_f64(seconds),
        (None, Some(milliseconds)) => Duration::from_millis(milliseconds.max(1)),
        (None, None) => Setup::default().timeout,
    };
    args.reach.setup(timeout)
}

/// The filter on interactions.
pub(super) fn filter(args: &FilterArgs) -> Filter {
    let state = match &args.filter_state {
        Some(pattern) => StateFilter::Named(pattern.clone()),
        None if args.filter_no_state => StateFilter::Stateless,
        None => StateFilter::All,
    };
    Filter { description: args.filter_description.clone(), state, only: args.only.clone() }
}

/// Where the provider is (`configure_provider` of pact_verifier_cli).
fn address(args: &ProviderArgs, configured: &RunsConfig) -> Result<Address, String> {
    let parts = args.hostname.is_some() || args.port.is_some() || args.base_path.is_some();
    let url = match &args.provider {
        Some(url) => url.clone(),
        None if !parts && args.transport.is_none() => {
            if let Some(known) = &configured.provider {
                return near(&known.value, "provider");
            }
            return Err(
                "where is the provider? Give --provider URL, such as --provider http://localhost:8080"
                    .to_owned(),
            );
        }
        None => {
            let scheme = args.transport.as_deref().unwrap_or("http");
            let host = host(args.hostname.as_deref().unwrap_or("localhost"));
            let port = args.port.map(|port| format!(":{port}")).unwrap_or_default();
            let path = args.base_path.as_deref().unwrap_or_default();
            let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
            format!("{scheme}://{host}{port}{slash}{path}")
        }
    };
    Address::parse(&url).map_err(|why| {
        // It may hold a password.
        let shown = if url.contains('@') { "the URL" } else { url.as_str() };
        format!("--provider: {} cannot be used: {}", escape(shown), escape(&why))
    })
}

/// An address of pactlens.toml. One that is elsewhere is not trusted with requests, which may
/// carry credentials, only because a file of the project says so.
fn near(text: &str, key: &str) -> Result<Address, String> {
    let address = Address::exact(text).map_err(|why| format!("{key} of pactlens.toml: {}", escape(&why)))?;
    if address.is_near() {
        return Ok(address);
    }
    let flag = if key == "provider" { "--provider" } else { "--state-url" };
    Err(format!(
        "the {key} of pactlens.toml, {}, is not on this machine; give it with {flag} if it is meant",
        escape(&address.shown())
    ))
}

/// A host as it is in a URL.
fn host(text: &str) -> String {
    if text.contains(':') && !text.starts_with('[') { format!("[{text}]") } else { text.to_owned() }
}

fn states(
    args: &StateArgs,
    configured: &RunsConfig,
    provider: &Address,
) -> Result<Option<StateOptions>, String> {
    let address = match (args.url.as_deref(), &configured.state_url) {
        // An empty flag wants none.
        (Some(""), _) | (None, None) => return Ok(None),
        (Some(url), _) => {
            provider.resolve(url).map_err(|why| format!("--state-url cannot be used: {}", escape(&why)))?
        }
        (None, Some(url)) if url.value.starts_with('/') => provider.resolve(&url.value)?,
        (None, Some(url)) => near(&url.value, "state-url")?,
    };
    let StateArgs { teardown, as_query, retries, .. } = *args;
    Ok(Some(StateOptions { address, teardown, as_query, retries }))
}

/// `NAME:PORT[/PATH]` on the host of the provider (`transport_value` of pact_verifier_cli).
fn transports(args: &ProviderArgs, provider: &Address) -> Result<Vec<(String, Address)>, String> {
    let read = |text: &str| {
        let (name, rest) = text.split_once(':')?;
        let (port, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let known = !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || "_-".contains(it));
        let port: u16 = port.parse().ok().filter(|_| known)?;
        let scheme = if name == "https" { "https" } else { "http" };
        let address = Address::parse(&format!("{scheme}://{}:{port}{path}", provider.host())).ok()?;
        Some((name.to_owned(), address))
    };
    let texts = args.transports.iter().filter(|text| !text.is_empty());
    let wrong = |text: &str| format!("--transports: '{}' is not NAME:PORT or NAME:PORT/PATH", escape(text));
    texts.map(|text| read(text).ok_or_else(|| wrong(text))).collect()
}

/// `NAME=VALUE`, or as curl has them; of one name the last counts.
fn headers(texts: &[String]) -> Result<Headers, String> {
    let mut headers = Headers::new();
    for text in texts {
        let wrong = || {
            format!(
                "--header: '{}' is not NAME=VALUE",
                escape(text.split(['=', ':']).next().unwrap_or_default())
            )
        };
        let at = text.find(['=', ':']).ok_or_else(wrong)?;
        let (name, value) = (text[..at].trim(), text[at + 1..].trim_matches([' ', '\t']));
        if !is_header_name(name) {
            return Err(wrong());
        }
        if !value.bytes().all(|byte| (32..127).contains(&byte)) {
            return Err(format!("--header: the value of {name} has characters that no header may have"));
        }
        headers.retain(|(known, _): &(String, String)| !known.eq_ignore_ascii_case(name));
        headers.push((name.to_owned(), value.to_owned()));
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_told_by_their_first_sign() {
        let texts = ["X-A=1", "Authorization: Bearer a=b", "x-a=2:3"].map(str::to_owned);
        let wanted = [("Authorization", "Bearer a=b"), ("x-a", "2:3")];
        assert_eq!(headers(&texts).unwrap(), wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
        for bad in ["x", "=x", "a b=c", "a=\u{e9}", "a=b\r\nc: d"] {
            assert!(headers(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
