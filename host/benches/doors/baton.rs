//! The program as an operator runs it: `baton serve` on a folder with a skill and models.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// A desk that is served until this is dropped.
pub struct Baton {
    program: Child,
    folder: tempfile::TempDir,
    pub address: SocketAddr,
}

impl Baton {
    /// Serves the departments of the example, with its skill, and all of them at this backend.
    pub fn start(backend: SocketAddr) -> io::Result<Self> {
        let folder = tempfile::tempdir_in(crate::place()?)?;
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/customer-service");
        fs::create_dir(folder.path().join("skills"))?;
        let skill = "skills/customer-service.wasm";
        fs::copy(example.join(skill), folder.path().join(skill))?;
        fs::write(folder.path().join("baton.toml"), configuration(backend))?;
        let mut program = Command::new(env!("CARGO_BIN_EXE_baton"))
            .arg("-C")
            .arg(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0", "--json"])
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let mut told = String::new();
        if let Some(stdout) = program.stdout.take() {
            BufReader::new(stdout).read_line(&mut told)?;
        }
        let told: serde_json::Value = serde_json::from_str(&told)?;
        let url = told["url"].as_str().unwrap_or_default();
        let address = url.trim_start_matches("http://").parse();
        Ok(Self {
            address: address.map_err(io::Error::other)?,
            program,
            folder,
        })
    }

    /// Ends it as whoever runs services does; what it has kept stays until this is dropped.
    pub fn stop(&mut self) -> io::Result<()> {
        let pid = self.program.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        match self.program.wait()?.success() {
            true => Ok(()),
            false => Err(io::Error::other("the desk did not end well")),
        }
    }

    /// Where it keeps everything.
    pub fn store(&self) -> PathBuf {
        self.folder.path().join("baton.db")
    }

    /// Its processes.
    pub fn group(&self) -> u32 {
        self.program.id()
    }

    /// Bytes of memory that it has at present, as Linux counts them.
    pub fn memory(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.program.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        let kib =
            kib.ok_or_else(|| io::Error::other("Linux does not tell the program's memory"))?;
        Ok(kib * 1024)
    }
}

impl Drop for Baton {
    fn drop(&mut self) {
        // It may have ended by itself, which the figures have shown.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn configuration(backend: SocketAddr) -> String {
    let agents = [
        ("front-desk", "General questions"),
        ("shipping-department", "Parcels and delivery"),
        ("billing-department", "Payments and invoices"),
        ("technical-support", "Broken things"),
    ];
    let agents: String = agents
        .iter()
        .map(|(name, description)| {
            format!(
                "[agents.{name}]\nkind = \"openai\"\nurl = \"http://{backend}/v1\"\nmodel = \"mock\"\n\
                 description = \"{description}\"\n\n"
            )
        })
        .collect();
    format!(
        "entry = \"front-desk\"\nstore = \"sqlite:baton.db\"\n\n\
         # Their models are offered no handoffs, as LiteLLM's is not.\n\
         [policy.paths]\nshipping-department = []\n\n\
         [serve]\nmessages-per-minute = 1000000000\n\n{agents}\
         [skills.customer-service]\ngrants = [\"conversation\", \"tickets\"]\n"
    )
}
