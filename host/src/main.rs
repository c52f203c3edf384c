//! The program `baton`: the library's command line.

#![deny(unsafe_code)]
#![warn(missing_docs)]

mod cli;

/// A turn takes and gives back memory some seventy times, on whatever thread it
/// is at. The system's allocator takes a third longer for a turn.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
