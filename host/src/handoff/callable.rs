//! What tools are called where names are narrower than ours.

/// Bytes that the narrowest of those who call tools allow for a name.
pub const CALLABLE_NAME: usize = 64;

/// A name with what no provider and no client allows replaced.
pub fn callable(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let safe = name.chars().map(|c| if allowed(c) { c } else { '_' });
    let safe: String = safe.take(CALLABLE_NAME).collect();
    if safe.is_empty() {
        "unnamed".to_owned()
    } else {
        safe
    }
}

/// The same, and numbered if it is taken: names may differ in nothing but what
/// is replaced.
pub fn callable_and_free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let name = callable(name);
    let numbered = (2..).map(|number: usize| {
        let end = format!("_{number}");
        let start: String = name.chars().take(CALLABLE_NAME - end.len()).collect();
        start + &end
    });
    std::iter::once(name.clone())
        .chain(numbered)
        .find(|name| !taken(name))
        .unwrap_or_default()
}
