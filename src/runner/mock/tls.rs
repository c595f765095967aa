//! Certificates of a mock server.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// What a server speaks TLS with.
#[derive(Clone)]
pub enum Tls {
    /// A certificate made for this run, for `localhost` and the address of the server.
    SelfSigned,
    /// These, in PEM.
    Pem {
        /// The certificate, followed by those that signed it.
        certificates: Vec<u8>,
        /// Its private key.
        key: Vec<u8>,
    },
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The key is nobody's business.
        out.write_str(match self {
            Tls::SelfSigned => "SelfSigned",
            Tls::Pem { .. } => "Pem",
        })
    }
}

/// What takes connections, and the certificate of a self-signed one in PEM.
pub(super) fn acceptor(tls: &Tls, host: IpAddr) -> Result<(TlsAcceptor, Option<String>), String> {
    let (chain, key, shown) = match tls {
        Tls::SelfSigned => {
            let names = ["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned(), host.to_string()];
            let made = rcgen::generate_simple_self_signed(names)
                .map_err(|error| format!("cannot make a certificate: {error}"))?;
            let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())
                .map_err(|error| format!("cannot make a key: {error}"))?;
            (vec![made.cert.der().clone()], key, Some(made.cert.pem()))
        }
        Tls::Pem { certificates, key } => {
            let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
            let chain = chain.map_err(|error| format!("the certificate cannot be read: {error}"))?;
            if chain.is_empty() {
                return Err("there is no certificate in the file of --tls-cert".to_owned());
            }
            let key = PrivateKeyDer::from_pem_slice(key)
                .map_err(|error| format!("the private key cannot be read: {error}"))?;
            (chain, key, None)
        }
    };
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| format!("certificate and key cannot be used: {error}"))?;
    Ok((TlsAcceptor::from(Arc::new(config)), shown))
}
