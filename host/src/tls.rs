//! The cryptography behind TLS, for everything here that speaks it.

/// Has TLS use `ring`. Whoever makes a client or a server calls it first; from
/// the second time on nothing happens.
pub(crate) fn prepare() {
    // It fails only if there is a provider already, which is all that is needed.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
