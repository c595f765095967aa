//! How servers are reached, and who asks: flags and variables that commands have in common.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use clap::Args;

use crate::http::{Credentials, Proxies, Setup, Tls};
use crate::report::escape;

#[derive(Debug, Args)]
pub(super) struct ReachArgs {
    /// How large the body of an answer may be, in megabytes.
    #[arg(long, value_name = "MB", default_value_t = 64, hide_short_help = true, value_parser = clap::value_parser!(u32).range(1..=4096))]
    max_body: u32,
    /// Trust any certificate.
    #[arg(long, alias = "skip-ssl-verification", hide_short_help = true)]
    disable_ssl_verification: bool,
    /// Trust these certificates (PEM), too.
    #[arg(long, alias = "ssl-certificate", value_name = "FILE", hide_short_help = true)]
    ca_file: Option<PathBuf>,
    /// The certificate (PEM) for a server that asks for one.
    #[arg(long, value_name = "FILE", requires = "client_key", hide_short_help = true)]
    client_cert: Option<PathBuf>,
    /// The key (PEM) of that certificate.
    #[arg(long, value_name = "FILE", requires = "client_cert", hide_short_help = true)]
    client_key: Option<PathBuf>,
    /// The proxy for every request, also to this machine.
    #[arg(long, value_name = "URL", hide_short_help = true)]
    proxy: Option<String>,
}

impl ReachArgs {
    /// How requests are sent; the error says which file cannot be read.
    pub(super) fn setup(&self, timeout: Duration) -> Result<Setup, String> {
        Ok(Setup {
            timeout,
            max_body: self.max_body as usize * (1 << 20),
            follow_redirects: true,
            tls: self.tls()?,
            proxies: self.proxy.clone().map_or(Proxies::Usual, Proxies::Named),
        })
    }

    fn tls(&self) -> Result<Tls, String> {
        let read = |path: &Path| {
            fs::read(path)
                .map_err(|error| format!("cannot read {}: {error}", escape(&path.to_string_lossy())))
        };
        let identity = match (&self.client_cert, &self.client_key) {
            (Some(chain), Some(key)) => Some((read(chain)?, read(key)?)),
            _ => None,
        };
        let authorities = self.ca_file.as_deref().map(read).transpose()?.unwrap_or_default();
        Ok(Tls { trust_all: self.disable_ssl_verification, authorities, identity })
    }
}

/// Who asks a Broker: as flags say, or else variables.
pub(super) fn credentials(token: Option<&str>, user: Option<&str>, password: Option<&str>) -> Credentials {
    if let Some(token) = token {
        return Credentials::Token(token.to_owned());
    }
    let by_flag = user.is_some() || password.is_some();
    if let Some(token) = variable("PACT_BROKER_TOKEN").filter(|_| !by_flag) {
        return Credentials::Token(token);
    }
    let password = password.map(str::to_owned).or_else(|| variable("PACT_BROKER_PASSWORD"));
    match user.map(str::to_owned).or_else(|| variable("PACT_BROKER_USERNAME")) {
        Some(user) => Credentials::Basic(user, password.unwrap_or_default()),
        None => Credentials::None,
    }
}

/// The address of the Broker that the environment names.
pub(super) fn broker_url() -> Option<String> {
    variable("PACT_BROKER_BASE_URL")
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|text| !text.is_empty())
}

/// A number of seconds, as a flag has it.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|it: &f64| (0.001..=86_400.0).contains(it));
    number.ok_or_else(|| "a number of seconds is wanted, from 0.001 to 86400".to_owned())
}
