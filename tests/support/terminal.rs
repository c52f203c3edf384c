//! A terminal, so that tests see what people see.

use std::{
    ffi::{CStr, c_char, c_int, c_ulong},
    fs::File,
    io::{Read, Write},
    os::fd::FromRawFd,
    process::{Child, Command},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use super::program::PATIENCE;

unsafe extern "C" {
    fn posix_openpt(flags: c_int) -> c_int;
    fn grantpt(terminal: c_int) -> c_int;
    fn unlockpt(terminal: c_int) -> c_int;
    fn ptsname(terminal: c_int) -> *mut c_char;
    fn kill(process: c_int, signal: c_int) -> c_int;
    fn ioctl(terminal: c_int, request: c_ulong, ...) -> c_int;
}

/// Read and write, and not this process's own terminal.
const FLAGS: c_int = 0o2 | 0o400;
const SET_WINDOW_SIZE: c_ulong = 0x5414;
const SIGINT: c_int = 2;

/// A program at a terminal.
pub struct Terminal {
    child: Child,
    keyboard: File,
    parts: Receiver<Vec<u8>>,
    shown: String,
    /// Where each expected text ended, and when it was there.
    times: Vec<(usize, Instant)>,
}

impl Terminal {
    /// Starts the program at a terminal of so many columns.
    pub fn start(mut command: Command, columns: u16) -> Self {
        // SAFETY: the descriptor is new and nobody else's; `ptsname` gives a
        // string that is copied before anybody else can ask for another.
        let (keyboard, name) = unsafe {
            let terminal = posix_openpt(FLAGS);
            assert!(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
            let size: [u16; 4] = [40, columns, 0, 0];
            assert_eq!(ioctl(terminal, SET_WINDOW_SIZE, size.as_ptr()), 0);
            let name = CStr::from_ptr(ptsname(terminal))
                .to_str()
                .unwrap()
                .to_owned();
            (File::from_raw_fd(terminal), name)
        };
        let side = || File::options().read(true).write(true).open(&name).unwrap();
        let child = command
            .env("TERM", "xterm-256color")
            .stdin(side())
            .stdout(side())
            .stderr(side())
            .spawn()
            .unwrap();
        let mut screen = keyboard.try_clone().unwrap();
        let (send, parts) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // At the end of the program there is nobody at the other side: an error.
            while let Ok(length @ 1..) = screen.read(&mut buffer) {
                if send.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            keyboard,
            parts,
            shown: String::new(),
            times: Vec::new(),
        }
    }

    /// Types.
    pub fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// What Ctrl-C does at a terminal that is the program's own.
    #[track_caller]
    pub fn interrupts(&self) {
        let process = c_int::try_from(self.child.id()).unwrap();
        // SAFETY: it touches no memory, and the child is not waited for yet.
        assert_eq!(unsafe { kill(process, SIGINT) }, 0);
    }

    /// Waits until this is shown, from where the last wait ended.
    #[track_caller]
    pub fn expect(&mut self, text: &str) {
        let from = self.times.last().map_or(0, |(at, _)| *at);
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.shown[from..].find(text) {
                self.times.push((from + at + text.len(), Instant::now()));
                return;
            }
            match self
                .parts
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(part) => self.shown.push_str(&String::from_utf8_lossy(&part)),
                Err(_) => panic!("`{text}` is not shown after {from}:\n{:?}", self.shown),
            }
        }
    }

    /// How long after the second-last expected text the last one was shown.
    pub fn between(&self) -> Duration {
        match self.times.as_slice() {
            [.., (_, before), (_, last)] => *last - *before,
            _ => Duration::ZERO,
        }
    }

    /// Waits for the end; gives all that was shown.
    #[track_caller]
    pub fn end(mut self) -> (i32, String) {
        let end = Instant::now() + PATIENCE;
        let status = loop {
            // The last part may come after the end.
            let status = self.child.try_wait().unwrap();
            while let Ok(part) = self.parts.recv_timeout(Duration::from_millis(20)) {
                self.shown.push_str(&String::from_utf8_lossy(&part));
            }
            match status {
                Some(status) => break status,
                None => assert!(Instant::now() < end, "it does not end:\n{:?}", self.shown),
            }
        };
        (status.code().unwrap_or(-1), std::mem::take(&mut self.shown))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
