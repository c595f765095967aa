//! `[verify]` and `[mock]`: what `pactlens verify`, `pactlens mock` and editors run pacts
//! against. They name places and start nothing: a request is sent only when somebody asks for it.

use toml::de::DeValue;

use crate::config::file::section::{Fault, Section, short, span};
use crate::config::file::{At, Key};

/// The keys of `[verify]`.
pub const VERIFY_KEYS: [Key; 2] = [
    Key {
        name: "provider",
        doc: "The base URL of the provider that pacts are verified against: by `pactlens verify`, where no flag or variable names one and this one is on the same machine, and by an editor, when asked to.",
    },
    Key {
        name: "state-url",
        doc: "The URL that brings the provider into a state, for the same two; a path alone is below the provider.",
    },
];

/// The keys of `[mock]`.
pub const MOCK_KEYS: [Key; 1] = [Key {
    name: "port",
    doc: "The port that a mock server listens on, of `pactlens mock` without `--port` or of an editor; without it any that is free.",
}];

/// The sections `[verify]` and `[mock]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunsConfig {
    /// `verify.provider`, without a slash at the end.
    pub provider: Option<At<String>>,
    /// `verify.state-url`.
    pub state_url: Option<At<String>>,
    /// `mock.port`.
    pub mock_port: Option<At<u16>>,
}

impl RunsConfig {
    /// Where provider states are set up: a path alone is below the provider.
    pub fn state_url(&self) -> Option<String> {
        let url = &self.state_url.as_ref()?.value;
        match &self.provider {
            Some(provider) if url.starts_with('/') => Some(format!("{}{url}", provider.value)),
            _ => Some(url.clone()),
        }
    }
}

pub(super) fn read(root: &Section<'_>) -> RunsConfig {
    let mut found = RunsConfig::default();
    if let Some(verify) = root.section("verify") {
        verify.knows(&VERIFY_KEYS);
        found.provider = address(&verify, "provider", false);
        found.state_url = address(&verify, "state-url", true);
    }
    if let Some(mock) = root.section("mock") {
        mock.knows(&MOCK_KEYS);
        found.mock_port = port(&mock, "port");
    }
    found
}

/// An address over HTTP; `path` allows a path alone.
fn address(section: &Section<'_>, key: &str, path: bool) -> Option<At<String>> {
    let mut url = section.text(key)?;
    let rest = url.value.strip_prefix("http://").or_else(|| url.value.strip_prefix("https://"));
    let named = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    let printable = url.value.chars().all(|letter| letter.is_ascii_graphic());
    if !printable || !(named || path && url.value.starts_with('/')) {
        let tell = || {
            let message = format!("'{}' is no address that '{key}' can be", short(&url.value));
            (message, Some("write it as http://localhost:8080".to_owned()))
        };
        section.problems.add(Fault::Invalid, url.span, tell);
        return None;
    }
    url.value.truncate(url.value.trim_end_matches('/').len());
    Some(url)
}

fn port(section: &Section<'_>, key: &str) -> Option<At<u16>> {
    let value = section.table.get(key)?;
    let number = match value.get_ref() {
        DeValue::Integer(number) => u16::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    if number.is_none() {
        section.wrong_type(key, value, "a port, from 0 to 65535");
    }
    number.map(|number| At { value: number, span: span(value.span()) })
}

#[cfg(test)]
mod tests {
    use crate::config::file::parse;

    #[test]
    fn addresses_and_ports_are_read() {
        let text = "[verify]\nprovider = 'http://localhost:8080/api/'\nstate-url = '/_pact/state'\n[mock]\nport = 4010\n";
        let (file, problems) = parse(text, 0);
        assert_eq!(problems, []);
        let runs = file.runs;
        assert_eq!(runs.provider.as_ref().map(|at| at.value.as_str()), Some("http://localhost:8080/api"));
        assert_eq!(runs.state_url().as_deref(), Some("http://localhost:8080/api/_pact/state"));
        assert_eq!(runs.mock_port.map(|at| (at.value, at.span.of(text))), Some((4010, "4010")));
    }

    #[test]
    fn what_is_no_address_is_told() {
        for bad in ["localhost:8080", "http://", "ftp://x", "http:///x", "http://a b", "/states"] {
            let (file, problems) = parse(&format!("[verify]\nprovider = '{bad}'"), 0);
            assert_eq!(file.runs.provider, None, "{bad}");
            assert_eq!(problems.len(), 1, "{bad}");
        }
        for bad in ["70000", "-1", "'80'", "1.5"] {
            let (file, problems) = parse(&format!("[mock]\nport = {bad}"), 0);
            assert_eq!((file.runs.mock_port, problems.len()), (None, 1), "{bad}");
        }
    }
}
