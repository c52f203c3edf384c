//! Clocks and chance as runtimes of other languages import them.

use serde_json::Value;

#[cfg(target_arch = "wasm32")]
mod bindings {
    wit_bindgen::generate!({
        inline: "
            package test:looks;
            world looks {
                import wasi:clocks/wall-clock@0.2.6;
                import wasi:clocks/monotonic-clock@0.2.6;
                import wasi:random/random@0.2.6;
                import wasi:random/insecure@0.2.6;
                import wasi:random/insecure-seed@0.2.6;
            }
            package wasi:clocks@0.2.6 {
                interface wall-clock {
                    record datetime { seconds: u64, nanoseconds: u32 }
                    now: func() -> datetime;
                    resolution: func() -> datetime;
                }
                interface monotonic-clock {
                    now: func() -> u64;
                    resolution: func() -> u64;
                }
            }
            package wasi:random@0.2.6 {
                interface random {
                    get-random-bytes: func(len: u64) -> list<u8>;
                    get-random-u64: func() -> u64;
                }
                interface insecure {
                    get-insecure-random-bytes: func(len: u64) -> list<u8>;
                    get-insecure-random-u64: func() -> u64;
                }
                interface insecure-seed {
                    insecure-seed: func() -> tuple<u64, u64>;
                }
            }
        ",
        generate_all,
    });
}

/// Milliseconds of the wall clock, nanoseconds of the other, and five draws.
#[cfg(target_arch = "wasm32")]
pub fn look() -> Value {
    use bindings::wasi::{
        clocks::{monotonic_clock, wall_clock},
        random::{insecure, insecure_seed, random},
    };
    let now = wall_clock::now();
    let fine = wall_clock::resolution().seconds == 0 && monotonic_clock::resolution() > 0;
    serde_json::json!({
        "wall": now.seconds * 1000 + u64::from(now.nanoseconds) / 1_000_000,
        "monotonic": monotonic_clock::now(),
        "fine": fine,
        "draws": [
            format!("{:?}", random::get_random_bytes(16)),
            random::get_random_u64().to_string(),
            format!("{:?}", insecure::get_insecure_random_bytes(16)),
            insecure::get_insecure_random_u64().to_string(),
            format!("{:?}", insecure_seed::insecure_seed()),
        ],
    })
}

/// Nobody offers them natively.
#[cfg(not(target_arch = "wasm32"))]
pub fn look() -> Value {
    Value::Null
}
