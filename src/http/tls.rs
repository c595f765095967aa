//! Which certificates are trusted.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// Which certificates are trusted, and which is shown.
#[derive(Clone, Default)]
pub struct Tls {
    /// Whether any certificate will do.
    pub trust_all: bool,
    /// Certificates in PEM that are trusted besides those of the system.
    pub authorities: Vec<u8>,
    /// A certificate chain and its key, in PEM, for providers that ask for one.
    pub identity: Option<(Vec<u8>, Vec<u8>)>,
}

/// Without the key.
impl std::fmt::Debug for Tls {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Tls")
            .field("trust_all", &self.trust_all)
            .field("authorities", &self.authorities.len())
            .field("identity", &self.identity.is_some())
            .finish()
    }
}

impl Tls {
    /// What a client needs. Where nothing is `encrypted` the certificates of the system are
    /// not read, which takes a while, and none is trusted.
    pub(super) fn config(&self, encrypted: bool) -> Result<ClientConfig, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let said = |error: Error| error.to_string();
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().map_err(said)?;
        if !encrypted {
            return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
        }
        let verifier: Arc<dyn ServerCertVerifier> = if self.trust_all {
            Arc::new(TrustAll(provider))
        } else {
            let extra = certificates(&self.authorities, "CA file")?;
            let made = if extra.is_empty() {
                rustls_platform_verifier::Verifier::new(provider)
            } else {
                rustls_platform_verifier::Verifier::new_with_extra_roots(extra.clone(), provider)
            };
            let made =
                made.map_err(|error| format!("the certificates of the system cannot be used: {error}"));
            Arc::new(Listed { others: Arc::new(made?), listed: extra })
        };
        let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => {
                let chain = certificates(chain, "client certificate")?;
                if chain.is_empty() {
                    return Err("the client certificate file has no certificate in PEM form".to_owned());
                }
                let key = PrivateKeyDer::from_pem_slice(key)
                    .map_err(|error| format!("the client key cannot be read: {error}"))?;
                let made = builder.with_client_auth_cert(chain, key);
                made.map_err(|error| format!("the client certificate cannot be used: {error}"))?
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let list = read.map_err(|error| format!("the {what} cannot be read: {error}"))?;
    match list.is_empty() && !pem.is_empty() {
        true => Err(format!("the {what} has no certificate in PEM form")),
        false => Ok(list),
    }
}

/// Trusts what `others` trusts, and a server whose own certificate is in the CA file although it
/// calls itself an authority, as self-signed ones mostly do: `openssl req -x509` makes them so.
#[derive(Debug)]
struct Listed {
    others: Arc<dyn ServerCertVerifier>,
    listed: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Listed {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = self.others.verify_server_cert(own, chain, name, ocsp, now);
        // Found after its time is known to be right, and before its name is looked at.
        let is_authority = |error: &Error| error.to_string().contains("CaUsedAsEndEntity");
        if found.as_ref().err().is_some_and(is_authority) && self.listed.iter().any(|it| it == own) {
            verify_server_name(&ParsedCertificate::try_from(own)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        found
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.others.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.others.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.others.supported_verify_schemes()
    }
}

/// Any certificate will do, because the user said so.
#[derive(Debug)]
struct TrustAll(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustAll {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
