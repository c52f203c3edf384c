//! A panic ends in a trap, which says nothing; so its message and place go to
//! the operator's log first.

/// Called wherever the host comes in; the first call in an instance counts.
#[cfg(target_arch = "wasm32")]
pub fn report() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| crate::log::error(&panic.to_string())));
    });
}

/// Natively the standard library prints the message itself.
#[cfg(not(target_arch = "wasm32"))]
pub fn report() {}
