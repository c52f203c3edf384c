//! What processes have computed, as Linux counts it.

use std::{fs, io, time::Duration};

/// Linux counts in hundredths of a second for everybody outside the kernel.
const TICK: Duration = Duration::from_millis(10);

/// All processes of a group together, since each began.
pub fn of(group: u32) -> io::Result<Duration> {
    let mut ticks = 0;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let id = name.to_str().and_then(|name| name.parse::<u32>().ok());
        let Some(id) = id else { continue };
        // One that has ended meanwhile is not counted any more.
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // The name in brackets may have blanks in it.
        let fields: Vec<&str> = stat
            .rsplit_once(')')
            .map(|(_, rest)| rest.split_whitespace().collect())
            .unwrap_or_default();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u32>().ok());
        if number(2) == Some(group) {
            ticks += number(11).unwrap_or(0) + number(12).unwrap_or(0);
        }
    }
    Ok(TICK * ticks)
}
