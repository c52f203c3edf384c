//! The example's desk answers what customers ask.

use serde::Deserialize;

use crate::support::{
    desk::Desk,
    program::{baton_with, run},
    repository,
    shapes::Source,
};

const CHARGED_TWICE: &str = "I was charged twice for order 4321";

#[test]
fn the_first_message_of_the_readme_goes_through_a_skill_to_billing_with_the_reason() {
    let answer = Desk::example("customer-service").say(CHARGED_TWICE);
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("billing-department", "billing-department")
    );
    assert_eq!(
        answer.chosen_by(),
        Some(("customer-service", "route-to-department"))
    );
    assert_eq!(answer.stand_in, "none");
    assert_eq!(answer.route[0].reason.as_deref(), Some("specialization"));
    assert!(answer.reply.contains("twice"), "{}", answer.reply);
}

#[test]
fn the_answer_names_who_speaks_the_way_it_took_and_the_source_in_plain_text() {
    let desk = Desk::example("customer-service");
    let ran = desk.baton(&["run", CHARGED_TWICE]).ok().shows(&[
        "billing-department",
        "front-desk → billing-department by customer-service/route-to-department",
        "specialization",
        "decided in",
        "knowledge/billing/charges.md › Payments and charges › Charged twice",
    ]);
    assert!(!ran.stdout.contains('\u{1b}'), "colours in a pipe: {ran:?}");
    assert_eq!(ran.stderr, "");
}

#[test]
fn the_example_needs_no_key_no_network_and_no_home() {
    let desk = Desk::example("customer-service");
    let mut command = desk.command(&["run", CHARGED_TWICE]);
    command.env_clear();
    run(&mut command).ok().shows(&["billing-department"]);
}

#[derive(Deserialize)]
struct Questions {
    question: Vec<Question>,
}

#[derive(Deserialize)]
struct Question {
    text: String,
    agent: String,
    file: String,
    heading: String,
}

#[test]
fn every_typical_question_gets_the_agent_and_the_section_that_answer_it() {
    let desk = Desk::example("customer-service");
    let file = repository().join("examples/customer-service/questions.toml");
    let questions: Questions = toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert!(questions.question.len() >= 24, "a few dozen are wanted");
    let mut wrong = Vec::new();
    for Question {
        text,
        agent,
        file,
        heading,
    } in questions.question
    {
        let answer = desk.say(&text);
        let expected = Source { file, heading };
        let cited = answer.sources.iter().any(|source| names(source, &expected));
        if answer.agent != agent || answer.stand_in != "none" || !cited {
            let got = format!(
                "{} ({}) {:?}",
                answer.agent, answer.stand_in, answer.sources
            );
            wrong.push(format!(
                "{text}\n  expected {agent} {expected:?}\n  got      {got}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} questions:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Agents cite files as seen from their own folder.
fn names(cited: &Source, expected: &Source) -> bool {
    expected.file.ends_with(&cited.file) && cited.heading == expected.heading
}

#[test]
fn every_command_explains_itself_with_an_example() {
    for command in [
        "run",
        "chat",
        "explain",
        "skill list",
        "skill inspect",
        "agent list",
    ] {
        let arguments = command.split(' ').chain(["--help"]);
        baton_with(arguments)
            .ok()
            .shows(&["Example", &format!("baton {}", first(command))]);
    }
}

/// Examples of some commands name the folder before the command.
fn first(command: &str) -> &str {
    if command.starts_with("skill inspect") {
        "skill"
    } else {
        ""
    }
}
