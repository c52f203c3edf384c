//! What the desk costs a client of chat completions, next to the `LiteLLM` proxy in the same run.
//!
//! `cargo bench --bench doors` compares; `cargo bench --bench doors -- soak 600` keeps the desk under
//! full load for ten minutes, and then looks for each answer in its store. Times are of this
//! machine and this moment; compare the ratios.

#[cfg(unix)]
mod backend;
#[cfg(unix)]
mod baton;
#[cfg(unix)]
mod client;
#[cfg(unix)]
mod compare;
#[cfg(unix)]
mod cpu;
#[cfg(unix)]
mod litellm;
#[cfg(unix)]
mod load;
#[cfg(unix)]
mod mark;
#[cfg(unix)]
mod soak;

/// Where everything is kept that a run needs: beside the build, which is on a disk; the system's
/// folder for temporary files may be memory.
#[cfg(unix)]
fn place() -> std::io::Result<std::path::PathBuf> {
    let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("doors");
    std::fs::create_dir_all(&place)?;
    place.canonicalize()
}

#[cfg(unix)]
fn main() -> std::io::Result<()> {
    // `cargo bench` passes flags of its own, `cargo test --benches` must not measure.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let words: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| *argument != "--bench")
        .collect();
    let seconds = |text: &str| {
        let seconds = text.parse().map(std::time::Duration::from_secs);
        seconds.map_err(|_| std::io::Error::other(format!("`{text}` is no number of seconds")))
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match words.as_slice() {
        [] => runtime.block_on(compare::run(compare::With::LiteLlm)),
        ["alone"] => runtime.block_on(compare::run(compare::With::Nobody)),
        ["soak"] => runtime.block_on(soak::run(std::time::Duration::from_secs(600))),
        ["soak", lasts] => runtime.block_on(soak::run(seconds(lasts)?)),
        _ => Err(std::io::Error::other(
            "use: cargo bench --bench doors [-- alone | -- soak SECONDS]",
        )),
    }
}

#[cfg(not(unix))]
fn main() {
    eprintln!("the doors are measured on Unix only");
}
