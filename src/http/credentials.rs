//! Who asks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

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
