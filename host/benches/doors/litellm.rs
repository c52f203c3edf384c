//! The `LiteLLM` proxy from `PyPI`, as its documentation says to run it.

use std::{
    fs, io,
    net::{SocketAddr, TcpListener},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::client::Client;

/// What is compared with.
pub const VERSION: &str = "1.106.2";

/// It imports for ten seconds where two cores have nothing else to do.
const PATIENCE: Duration = Duration::from_secs(180);

/// A proxy that runs until this is dropped.
pub struct LiteLlm {
    program: Child,
    pub address: SocketAddr,
}

/// The proxy's program, installed if it is not there yet.
pub fn install() -> io::Result<PathBuf> {
    let place = crate::place()?.join(format!("litellm-{VERSION}"));
    let program = place.join("bin/litellm");
    if !program.exists() {
        eprintln!("LiteLLM {VERSION} is installed in {}", place.display());
        run(Command::new("python3").args(["-m", "venv"]).arg(&place))?;
        let package = format!("litellm[proxy]=={VERSION}");
        run(Command::new(place.join("bin/pip")).args(["install", "-q", &package]))?;
    }
    Ok(program)
}

fn run(command: &mut Command) -> io::Result<()> {
    match command.status()?.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!("{command:?} has failed"))),
    }
}

impl LiteLlm {
    /// Starts it with this many worker processes, and waits until it answers.
    pub async fn start(program: &Path, backend: SocketAddr, workers: usize) -> io::Result<Self> {
        let config = crate::place()?.join("litellm.yaml");
        fs::write(&config, configuration(backend))?;
        // Taken and given back, since it does not tell which free one it would take.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let program = Command::new(program)
            .arg("--config")
            .arg(&config)
            .args(["--host", "127.0.0.1", "--port", &address.port().to_string()])
            .args(["--num_workers", &workers.to_string()])
            // Without a key, as a desk without tokens.
            .env(
                "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY",
                "true",
            )
            // No log of requests, no prices from the web, nothing told to anybody.
            .env("LITELLM_LOG", "ERROR")
            .env("LITELLM_MODE", "PRODUCTION")
            .env("LITELLM_LOCAL_MODEL_COST_MAP", "True")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // With its workers, which must end with it.
            .process_group(0)
            .spawn()?;
        let mut proxy = Self { program, address };
        let began = Instant::now();
        let request = crate::load::request(0, "ready", None, false);
        while began.elapsed() < PATIENCE {
            if let Ok(mut client) = Client::connect(address).await
                && let Ok(received) = client.send(&request).await
                && received.status == 200
            {
                return Ok(proxy);
            }
            if let Some(status) = proxy.program.try_wait()? {
                let message = format!("LiteLLM has ended with {status}");
                return Err(io::Error::other(message));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Err(io::Error::other("LiteLLM does not answer"))
    }
}

impl LiteLlm {
    /// It and its workers.
    pub fn group(&self) -> u32 {
        self.program.id()
    }
}

impl Drop for LiteLlm {
    fn drop(&mut self) {
        let group = format!("-{}", self.program.id());
        // It may have ended by itself.
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.program.wait();
    }
}

fn configuration(backend: SocketAddr) -> String {
    format!(
        "model_list:\n  - model_name: desk\n    litellm_params:\n      model: openai/mock\n      \
         api_base: http://{backend}/v1\n      api_key: none\n"
    )
}
