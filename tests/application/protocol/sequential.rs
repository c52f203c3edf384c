use crate::support::{desk::Desk, skills};

fn desk(analyst: &str) -> Desk {
    let config = format!(
        "entry = 'desk'\nfallback = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.data-analyst]\n\
         kind = 'scripted'\n{analyst}\n[agents.report-writer]\nkind = 'scripted'"
    );
    Desk::new(&config).skill("workflow.wasm", skills::bundled("workflow"))
}

#[test]
fn the_analyst_comes_first_and_then_the_writer_by_what_the_skill_remembers() {
    let desk = desk("");
    let steps = [
        "write the report",
        "analyze the sales",
        "analyze it again",
        "write the report",
    ];
    let answered = steps.map(|text| desk.say_in("c", text).agent);
    assert_eq!(answered, ["desk", "data-analyst", "desk", "report-writer"]);
    assert_eq!(desk.say_in("other", "write the report").agent, "desk");
}

#[test]
fn an_analysis_that_failed_is_asked_for_again() {
    let desk = desk("script = 'fail'");
    for _ in 0..2 {
        let answer = desk.say_in("c", "analyze the sales");
        assert_eq!(answer.route[0].agent, "data-analyst");
    }
}
