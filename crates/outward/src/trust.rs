//! Whose certificates are believed: those that this machine trusts, a company's own among them.
//!
//! Out: how requests and streams are encrypted. Invariant: a machine that trusts nobody reaches nobody.

use std::sync::{Arc, OnceLock};

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The machine trusts nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this machine has no root certificates; install `ca-certificates`, or name a file in SSL_CERT_FILE")]
pub struct NoRoots;

/// The certificates that this machine trusts, read once.
fn roots() -> Result<&'static [CertificateDer<'static>], NoRoots> {
    static ROOTS: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();
    let roots = ROOTS.get_or_init(|| rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() { Err(NoRoots) } else { Ok(roots) }
}

/// How requests are encrypted.
///
/// # Errors
/// [`NoRoots`].
pub fn of_requests() -> Result<TlsConfig, NoRoots> {
    let roots = roots()?.iter().map(|der| Certificate::from_der(der.as_ref()).to_owned()).collect();
    let roots = RootCerts::Specific(Arc::new(roots));
    let provider = Arc::new(ring::default_provider());
    Ok(TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(provider).build())
}

/// How streams are encrypted.
///
/// # Errors
/// [`NoRoots`].
pub fn of_streams() -> Result<Arc<ClientConfig>, NoRoots> {
    let mut roots = RootCertStore::empty();
    let (taken, _) = roots.add_parsable_certificates(self::roots()?.iter().cloned());
    if taken == 0 {
        return Err(NoRoots);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| NoRoots)? // ring knows every version that rustls asks for
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
