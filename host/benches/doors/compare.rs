//! The two side by side, one load after another.

use std::{io, net::SocketAddr, time::Duration};

use crate::{
    backend,
    baton::Baton,
    litellm::{self, LiteLlm},
    load::{self, Figures, Load},
};

/// Clients at the same time.
const CONNECTIONS: [usize; 5] = [1, 4, 16, 64, 256];

/// How long each counts. The slowest has some hundred answers by then.
const LASTS: Duration = Duration::from_secs(3);

/// What the desk is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum With {
    LiteLlm,
    /// For whoever works on the desk.
    Nobody,
}

/// A door that is measured.
struct Door {
    name: &'static str,
    address: SocketAddr,
    /// Its processes, if it has some.
    group: Option<u32>,
    compared: bool,
}

pub async fn run(with: With) -> io::Result<()> {
    let backend = backend::start()?;
    let baton = Baton::start(backend)?;
    let mut doors = vec![
        Door {
            name: "backend itself",
            address: backend,
            group: None,
            compared: false,
        },
        Door {
            name: "Baton",
            address: baton.address,
            group: Some(baton.group()),
            compared: false,
        },
    ];
    let mut proxies = Vec::new();
    if with == With::LiteLlm {
        let program = litellm::install()?;
        for (name, workers) in [("LiteLLM", 1), ("LiteLLM, 2 workers", 2)] {
            let proxy = LiteLlm::start(&program, backend, workers).await?;
            doors.push(Door {
                name,
                address: proxy.address,
                group: Some(proxy.group()),
                compared: true,
            });
            proxies.push(proxy);
        }
    }
    println!(
        "{:<8} {:>5}  {:<18} {:>8} {:>9} {:>9} {:>9} {:>9} {:>7} {:>6}  {:>7} {:>7} {:>7}",
        "",
        "conns",
        "",
        "per s",
        "p50 ms",
        "p99 ms",
        "first ms",
        "added ms",
        "cpu µs",
        "failed",
        "× per s",
        "× added",
        "× cpu"
    );
    for streamed in [false, true] {
        for connections in CONNECTIONS {
            let load = Load {
                connections,
                streamed,
                lasts: LASTS,
            };
            let mut all = Vec::new();
            for door in &doors {
                all.push(load::run(door.address, door.group, load).await?);
            }
            for (door, figures) in doors.iter().zip(&all) {
                print(door, load, figures, &all);
            }
        }
    }
    println!(
        "added: median less that of the backend itself; ×: how many times as good Baton is.\n\
         Each turn of Baton is on the disk before it is answered."
    );
    Ok(())
}

fn print(door: &Door, load: Load, figures: &Figures, all: &[Figures]) {
    let added = |of: &Figures| {
        let bare = all.first().map_or(Duration::ZERO, |bare| bare.median);
        ms(of.median.saturating_sub(bare))
    };
    let computed = |of: &Figures| of.computed.map(|computed| computed.as_secs_f64() * 1e6);
    let ratios = match all {
        [_, ours, ..] if door.compared => format!(
            "{:>7.1} {:>7.1} {:>7.1}",
            ours.per_second / figures.per_second,
            added(figures) / added(ours),
            computed(figures).unwrap_or_default() / computed(ours).unwrap_or_default()
        ),
        _ => String::new(),
    };
    let kind = if load.streamed { "streamed" } else { "whole" };
    let first = figures
        .first
        .map_or_else(String::new, |first| format!("{:.2}", ms(first)));
    let computed = computed(figures).map_or_else(String::new, |micros| format!("{micros:.0}"));
    let line = format!(
        "{kind:<8} {:>5}  {:<18} {:>8.0} {:>9.2} {:>9.2} {first:>9} {:>9.2} {computed:>7} {:>6}  {ratios}",
        load.connections,
        door.name,
        figures.per_second,
        ms(figures.median),
        ms(figures.p99),
        added(figures),
        figures.failed
    );
    println!("{}", line.trim_end());
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
