use std::time::{Duration, Instant};

use serde_json::json;

use super::answered;
use crate::support::{
    desk::Desk,
    skills::surfer,
    web::{Page, Web},
};

/// A desk whose skill calls this server and tells the target what came of it.
fn told(web: &Web, more: &str) -> String {
    let config = format!(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
         [agents.target]\nkind = 'scripted'\nreply = '{{instructions}}'\n\
         [skills.surfer]\ngrants = ['http:{}']\n\
         [skills.surfer.limits]\nevaluate-wall = '20s'\nevaluate-compute = '2s'\n{more}",
        web.host
    );
    let desk = Desk::new(&config).skill("surfer.wasm", surfer());
    let wish = json!({ "url": format!("http://{}/", web.host) });
    let answer = desk.say(&format!("surf {wish}"));
    answered(&answer);
    answer.reply.rsplit_once("told: ").unwrap().1.to_owned()
}

#[track_caller]
fn says(told: &str, text: &str) {
    assert!(told.contains(text), "`{text}` is not in: {told}");
}

#[test]
fn a_server_that_drips_one_byte_a_second_is_left_and_the_message_answered() {
    let web = Web::that(Page::Drips(Duration::from_secs(1)));
    let began = Instant::now();
    says(
        &told(&web, "http-time = '1500ms'"),
        "has not answered in full within 1.5s",
    );
    assert!(began.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_server_that_redirects_to_loopback_leads_nowhere_and_the_message_is_answered() {
    let hidden = Web::that(Page::Says("internal".to_owned()));
    for place in [
        hidden.host.clone(),
        format!("localhost:{}", hidden.port()),
        format!("[::1]:{}", hidden.port()),
        format!("0x7f000001:{}", hidden.port()),
    ] {
        let open = Web::that(Page::PointsTo(format!("http://{place}/")));
        says(&told(&open, ""), "not granted");
    }
    assert_eq!(hidden.heads().len(), 0);
}

#[test]
fn a_server_that_returns_two_gigabytes_is_cut_off_and_the_message_answered() {
    let web = Web::that(Page::Sends(2 << 30));
    says(&told(&web, ""), "longer than 1048576 bytes");
    // What fits into the system's buffers may have been on its way.
    assert!(web.sent() < 64 << 20);
}
