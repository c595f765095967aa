//! Who asks a Broker, and where it is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::runner::verify::Address;

/// Who asks.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Nobody in particular.
    None,
    /// A user and a password.
    Basic(String, String),
    /// The bearer of a token.
    Token(String),
}

/// Without what they are.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Credentials::None => "None",
            Credentials::Basic(..) => "Basic",
            Credentials::Token(_) => "Token",
        })
    }
}

impl Credentials {
    /// The value of the header `Authorization`.
    pub fn header(&self) -> Option<String> {
        match self {
            Credentials::None => None,
            Credentials::Basic(user, password) => {
                Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
            }
            Credentials::Token(token) => Some(format!("Bearer {token}")),
        }
    }
}

/// How a Broker is reached.
#[derive(Debug, Clone)]
pub struct Access {
    /// Where it is, with the path that it is below.
    pub address: Address,
    /// Who asks.
    pub credentials: Credentials,
    /// How often a request is sent again that is answered with 408, 429 or 5xx.
    pub retries: u32,
}
