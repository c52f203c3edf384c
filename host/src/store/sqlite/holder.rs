//! Tells whether the process that holds a turn still runs. A lease ends by
//! itself after a while; on the same machine a process that was killed need
//! not be waited for.

use std::{
    fs,
    sync::atomic::{AtomicU32, Ordering},
};

/// Stores opened by this process so far.
static OPENED: AtomicU32 = AtomicU32::new(0);

/// One store of one process of one machine.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    machine: String,
    name: String,
}

impl Holder {
    /// A store of this process, unlike any other.
    pub(super) fn here() -> Self {
        let machine = machine().unwrap_or_else(|| ulid::Ulid::generate().to_string());
        let pid = std::process::id();
        let started = started(pid).unwrap_or_default();
        let number = OPENED.fetch_add(1, Ordering::Relaxed);
        let name = format!("{machine} {pid} {started} {number}");
        Self { machine, name }
    }

    /// As it stands in the file.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether another holder is known to be no more. When in doubt it is not:
    /// its lease will end.
    pub(super) fn knows_gone(&self, other: &str) -> bool {
        let mut words = other.split(' ');
        if words.next() != Some(&self.machine) {
            return false;
        }
        let pid = words.next().and_then(|word| word.parse::<u32>().ok());
        match (pid, words.next()) {
            // Another process may have the number by now, but not since then.
            (Some(pid), Some(then)) if !then.is_empty() => started(pid).as_deref() != Some(then),
            _ => false,
        }
    }
}

/// This boot of this machine, and the space in which process numbers count:
/// a container has its own.
fn machine() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let space = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{}/{}", boot.trim(), space.display()))
}

/// When the process began, if it runs.
fn started(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program comes second, in parentheses, and may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    // One that has ended and was not yet collected does nothing any more.
    let runs = !matches!(fields.next()?, "Z" | "X");
    fields.nth(18).filter(|_| runs).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_runs_is_not_gone_and_one_that_was_killed_is() {
        let me = Holder::here();
        assert!(!me.knows_gone(Holder::here().name()));
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let began = started(child.id()).unwrap();
        let name = format!("{} {} {began} 0", me.machine, child.id());
        assert!(!me.knows_gone(&name));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(me.knows_gone(&name));
    }

    #[test]
    fn of_another_machine_nothing_is_known() {
        assert!(!Holder::here().knows_gone("elsewhere 1 1 0"));
    }
}
