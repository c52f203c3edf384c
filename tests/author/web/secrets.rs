//! Secrets on their way to the web, and back.

use serde_json::json;

use super::{PATIENT, desk, granted, says, surf, surf_in, told};
use crate::support::{
    desk::Desk,
    web::{Page, Web},
};

#[test]
fn a_secret_is_put_in_by_the_host_and_taken_out_of_what_comes_back() {
    let web = Web::that(Page::Echoes);
    let more = format!(
        "config.crm = {{ secret = 'crm' }}\n{PATIENT}[secrets]\n\
         crm = {{ env = 'CRM_TOKEN', hosts = ['{}'] }}\n",
        web.host
    );
    let desk = desk(&[&granted(&web.host)], &more);
    let wish = json!({
        "url": format!("http://{}/", web.host),
        "headers": { "authorization": "Bearer secret:crm" }
    });
    let text = format!("surf {wish}");
    let mut command = desk.command(&["--log", "trace", "run", "--conversation", "c", &text]);
    let ran = crate::support::program::run(command.env("CRM_TOKEN", "s3cr3t-t0ken")).ok();
    says(told(&ran.stdout), "Bearer secret:crm");
    says(&web.heads()[0], "bearer s3cr3t-t0ken");
    let shown = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!shown.contains("s3cr3t-t0ken"), "{shown}");
    let mut command = desk.command(&["events", "c", "--json"]);
    let ran = crate::support::program::run(command.env("CRM_TOKEN", "s3cr3t-t0ken"));
    assert!(!ran.stdout.contains("s3cr3t-t0ken"), "{}", ran.stdout);
}

#[test]
fn a_secret_goes_to_no_host_but_its_own_and_to_no_skill_without_a_reference() {
    let (web, other) = (Web::that(Page::Echoes), Web::that(Page::Echoes));
    let secret = format!(
        "[secrets]\ncrm = {{ file = 'crm.key', hosts = ['{}'] }}",
        web.host
    );
    let grants = [granted(&web.host), granted(&other.host)];
    let grants: Vec<&str> = grants.iter().map(String::as_str).collect();
    let wish = |host: &str| json!({ "url": format!("http://{host}/"), "headers": { "x-key": "secret:crm" } });
    let with = desk(
        &grants,
        &format!("config.crm = {{ secret = 'crm' }}\n{PATIENT}{secret}"),
    )
    .file("crm.key", "s3cr3t-t0ken\n");
    says(&surf(&with, wish(&web.host)), "x-key: secret:crm");
    says(&web.heads()[0], "x-key: s3cr3t-t0ken");
    says(&surf_in(&with, "d", wish(&other.host)), "is not sent to");
    let without = desk(&grants, &format!("{PATIENT}{secret}")).file("crm.key", "s3cr3t-t0ken");
    says(
        &surf(&without, wish(&web.host)),
        "the skill has no secret `crm`",
    );
    assert_eq!((web.heads().len(), other.heads().len()), (0, 0));
}

#[test]
fn a_secret_that_is_not_there_is_told_at_the_start_with_its_line() {
    for (secret, complaint) in [
        (
            "crm = { env = 'NO_SUCH_VARIABLE', hosts = ['a.example'] }",
            "NO_SUCH_VARIABLE is not set",
        ),
        (
            "crm = { file = 'nowhere.key', hosts = ['a.example'] }",
            "nowhere.key",
        ),
        ("crm = { env = 'HOME', hosts = [] }", "would go nowhere"),
        (
            "crm = { hosts = ['a.example'] }",
            "needs one of `env` and `file`",
        ),
        (
            "crm = { env = 'HOME', hosts = ['a.example/path'] }",
            "leave out",
        ),
        (
            "'a b' = { env = 'HOME', hosts = ['a.example'] }",
            "no name for a secret",
        ),
    ] {
        let desk = Desk::scripted(&format!("[secrets]\n{secret}"));
        desk.baton(&["run", "x"])
            .with_code(3)
            .complains(&[complaint, "baton.toml:"]);
    }
    let desk = Desk::scripted("[skills.surfer.config]\ncrm = { secret = 'crm' }");
    desk.baton(&["run", "x"])
        .with_code(3)
        .complains(&["there is no secret `crm`"]);
}
