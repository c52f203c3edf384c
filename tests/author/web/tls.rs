use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Child,
};

use serde_json::{Value, json};

use super::{PATIENT, desk, granted, says, told};
use crate::support::{desk::Desk, program::run};

/// A server whose certificate nobody but itself vouches for.
struct Secure {
    program: Child,
    /// As in `localhost:8443`.
    host: String,
    /// Kept as long as the server runs.
    desk: Desk,
}

impl Secure {
    fn start(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
            [serve]\ntls = { certificate = 'cert.pem', key = 'key.pem' }";
        let desk = Desk::new(config)
            .file("cert.pem", made.cert.pem())
            .file("key.pem", made.signing_key.serialize_pem());
        let mut program = desk
            .command(&["serve", "--listen", "127.0.0.1:0", "--json"])
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = program.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|why| {
            let _ = program.kill();
            panic!("{why}: {line:?}")
        });
        let url = told["url"].as_str().unwrap();
        let port = url.rsplit_once(':').unwrap().1;
        Self {
            host: format!("localhost:{port}"),
            program,
            desk,
        }
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// What a skill is told that calls the server on a machine which trusts these
/// certificates.
fn calls(server: &Secure, trusted: &Path) -> String {
    let desk = desk(&[&granted(&server.host)], PATIENT);
    let wish = json!({ "url": format!("https://{}/healthz", server.host) });
    let mut command = desk.command(&["run", "--json", &format!("surf {wish}")]);
    let answer = run(command.env("SSL_CERT_FILE", trusted)).ok().json();
    assert_eq!(answer["agent"], "target");
    told(answer["reply"].as_str().unwrap()).to_owned()
}

#[test]
fn a_server_whose_certificate_nobody_vouches_for_is_refused() {
    let (server, other) = (Secure::start("localhost"), Secure::start("localhost"));
    says(&calls(&server, &other.desk.path("cert.pem")), "certificate");
}

#[test]
fn a_server_with_a_certificate_for_another_name_is_refused() {
    let server = Secure::start("other.example.com");
    says(
        &calls(&server, &server.desk.path("cert.pem")),
        "certificate",
    );
}

#[test]
fn a_server_whose_certificate_this_machine_trusts_is_called() {
    let server = Secure::start("localhost");
    let trusted = server.desk.path("cert.pem");
    says(&calls(&server, &trusted), "200 ");
}
