//! A panic ends in a trap, which says nothing; so its message and place go to
//! the operator's log first.

/// Called where hooks and tools come in. Conditions go without: it would make
/// every skill import `log`, and a component that imports functions takes
/// longer to start than one that imports none.
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
