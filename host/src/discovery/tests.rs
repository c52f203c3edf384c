use super::*;
use crate::id::AgentName;

fn profile(agent: &str, description: &str, examples: &[&str]) -> Profile {
    Profile {
        agent: AgentName::from(agent),
        description: description.to_owned(),
        examples: examples.iter().map(|text| (*text).to_owned()).collect(),
        offers: Vec::new(),
    }
}

fn desk() -> Vec<Profile> {
    vec![
        profile(
            "billing",
            "Invoices, charges and refunds",
            &[
                "I was charged twice",
                "send me the invoice",
                "I want my money back",
            ],
        ),
        profile(
            "shipping",
            "Parcels and deliveries",
            &[
                "where is my parcel",
                "the delivery is late",
                "change the delivery address",
            ],
        ),
        profile(
            "technical-support",
            "Help with the app and with errors",
            &[
                "the app crashes",
                "I cannot log in",
                "error when I start it",
            ],
        ),
    ]
}

fn names(found: &[Found]) -> Vec<&str> {
    found.iter().map(|found| found.agent.as_str()).collect()
}

fn sane(found: &[Found]) {
    let mut last = 1.0;
    for found in found {
        assert!((0.0..=last).contains(&found.score), "{found:?}");
        last = found.score;
    }
    let sum: f64 = found.iter().map(|found| found.score).sum();
    assert!(sum <= 1.0 + 1e-9, "{sum}");
}

#[test]
fn the_agent_whose_examples_are_like_the_wish_comes_first() {
    let index = IntentIndex::of_words(&desk());
    let found = index.find("my parcel has not arrived, where is it?", &[], 5, |_| true);
    sane(&found);
    assert_eq!(found[0].agent.as_str(), "shipping");
    assert_eq!(found[0].nearest.as_deref(), Some("where is my parcel"));
}

#[test]
fn the_skills_of_an_agent_add_up_and_the_best_is_named() {
    let offer = |name: &str, example: &str| OfferedSkill {
        name: name.to_owned(),
        description: String::new(),
        examples: vec![example.to_owned()],
    };
    let mut profiles = desk();
    profiles.push(Profile {
        offers: vec![
            offer("bookFlight", "get me a flight to Oslo"),
            offer("cancel_flight", "cancel my flight to Oslo"),
        ],
        ..profile("travel", "", &[])
    });
    let found = IntentIndex::of_words(&profiles).find("a flight to Oslo", &[], 1, |_| true);
    assert_eq!(names(&found), ["travel"]);
    assert!(
        found[0]
            .skill
            .as_deref()
            .is_some_and(|skill| skill.contains("light"))
    );
    // The name is read as it is said.
    let found = IntentIndex::of_words(&profiles).find("book", &[], 1, |_| true);
    assert_eq!(found[0].skill.as_deref(), Some("bookFlight"));
}

#[test]
fn whoever_may_not_be_found_lends_nobody_its_score() {
    let index = IntentIndex::of_words(&desk());
    let wish = "I was charged twice for one invoice";
    let all = index.find(wish, &[], 5, |_| true);
    let rest = index.find(wish, &[], 5, |agent| agent.as_str() != "billing");
    assert_eq!(all[0].agent.as_str(), "billing");
    assert!(!names(&rest).contains(&"billing"));
    assert!(rest.iter().all(|found| found.score < all[0].score));
}

#[test]
fn an_empty_wish_and_one_in_no_known_letters_find_nobody() {
    let index = IntentIndex::of_words(&desk());
    for wish in ["", "   ", "?!", "我的包裹在哪里", "гдепосылка"] {
        assert_eq!(index.find(wish, &[], 5, |_| true), [], "{wish}");
    }
}

#[test]
fn a_wish_in_another_language_scores_low_with_and_without_an_encoder() {
    let profiles = desk();
    let texts = IntentIndex::texts(&profiles).len();
    let axis = |at: usize| (0..4).map(|i| f32::from(u8::from(i == at))).collect();
    let meanings: Vec<Vec<f32>> = (0..texts).map(|at| axis(at / 5)).collect();
    let encoded = IntentIndex::build(&profiles, meanings, MEANING).unwrap();
    let words = IntentIndex::of_words(&profiles);
    // What an encoder does not know it has no numbers for, or numbers of its own.
    for (index, meaning) in [
        (&words, vec![]),
        (&encoded, vec![0.0; 4]),
        (&encoded, axis(3)),
    ] {
        for wish in [
            "¿dónde queda la biblioteca más cercana?",
            "Müssen wir morgen wieder früh aufstehen?",
            "我的包裹在哪里",
        ] {
            let found = index.find(wish, &meaning, 5, |_| true);
            sane(&found);
            assert!(found.iter().all(|found| found.score < 0.5), "{found:?}");
        }
        assert_eq!(index.find(" \n", &meaning, 5, |_| true), []);
        let huge = "lorem ipsum dolor ".repeat(100_000);
        let found = index.find(&huge, &meaning, 5, |_| true);
        assert!(found.iter().all(|found| found.score < 0.5), "{found:?}");
    }
}

#[test]
fn a_huge_wish_is_read_as_far_as_it_says_something() {
    let index = IntentIndex::of_words(&desk());
    let wish = format!("where is my parcel {}", "lorem ipsum ".repeat(100_000));
    let began = std::time::Instant::now();
    sane(&index.find(&wish, &[], 5, |_| true));
    // A second is a hundred times what it needs.
    assert!(began.elapsed().as_secs() < 1);
}

#[test]
fn one_agent_or_none_or_one_without_any_word_still_has_a_sane_score() {
    assert_eq!(
        IntentIndex::of_words(&[]).find("hello", &[], 5, |_| true),
        []
    );
    let one = [profile("billing", "Invoices and refunds", &[])];
    let index = IntentIndex::of_words(&one);
    let near = index.find("a question about refunds and invoices", &[], 5, |_| true);
    let far = index.find("what will the weather be", &[], 5, |_| true);
    sane(&near);
    sane(&far);
    assert_eq!(names(&near), ["billing"]);
    assert!(far.iter().all(|found| found.score < near[0].score));
    let nameless = [profile("a", "", &[]), profile("", "", &[])];
    sane(&IntentIndex::of_words(&nameless).find("a", &[], 5, |_| true));
}

#[test]
fn what_nobody_offers_scores_below_what_somebody_does() {
    let index = IntentIndex::of_words(&desk());
    let offered = index.find("where is my parcel", &[], 1, |_| true);
    let foreign = index.find("who won the football match yesterday", &[], 1, |_| true);
    assert!(offered[0].score > 0.5, "{offered:?}");
    assert!(foreign.iter().all(|found| found.score < 0.5), "{foreign:?}");
}

#[test]
fn no_more_are_found_than_are_wanted() {
    let index = IntentIndex::of_words(&desk());
    assert_eq!(index.find("my invoice", &[], 0, |_| true), []);
    assert_eq!(index.find("my invoice", &[], 2, |_| true).len(), 2);
}

#[test]
fn the_same_profiles_give_the_same_scores() {
    let find = || IntentIndex::of_words(&desk()).find("the app is late", &[], 3, |_| true);
    assert_eq!(find(), find());
}

#[test]
fn an_encoders_numbers_count_and_wrong_ones_are_refused() {
    let profiles = desk();
    let texts = IntentIndex::texts(&profiles);
    let axis = |at: usize| {
        (0..3)
            .map(|i| f32::from(u8::from(i == at)))
            .collect::<Vec<_>>()
    };
    // Every agent has five texts: its name, its description, three examples.
    let meanings: Vec<Vec<f32>> = (0..texts.len()).map(|at| axis(at / 5)).collect();
    let index = IntentIndex::build(&profiles, meanings.clone(), MEANING).unwrap();
    assert_eq!(index.dimensions(), 3);
    let found = index.find("wo ist mein Paket", &axis(1), 3, |_| true);
    sane(&found);
    assert_eq!(found[0].agent.as_str(), "shipping");
    // Numbers that are none are as good as no numbers.
    sane(&index.find(
        "wo ist mein Paket",
        &[f32::NAN, 0.0, f32::INFINITY],
        3,
        |_| true,
    ));
    let wrong = IntentIndex::build(&profiles, meanings[1..].to_vec(), MEANING).unwrap_err();
    assert!(wrong.to_string().contains("14 lists"), "{wrong}");
    let mut uneven = meanings;
    uneven[0].pop();
    assert!(IntentIndex::build(&profiles, uneven, MEANING).is_err());
}

#[test]
fn more_skills_than_can_be_trained_are_told_apart_by_likeness() {
    let profiles: Vec<Profile> = (0..6_000)
        .map(|at| {
            profile(
                &format!("agent-{at}"),
                "",
                &[&format!("part number {at} please")],
            )
        })
        .collect();
    let index = IntentIndex::of_words(&profiles);
    let found = index.find("please part number 4711", &[], 3, |_| true);
    sane(&found);
    assert_eq!(found[0].agent.as_str(), "agent-4711");
}

#[test]
fn whoever_is_out_of_reach_is_not_found_and_the_next_best_not_taken_for_it() {
    let index = IntentIndex::of_words(&desk());
    let wish = "where is my parcel? the delivery is late";
    let all = index.find(wish, &[], 5, |_| true);
    assert_eq!(names(&all)[0], "shipping");
    assert!(all[0].score > 0.7, "{all:?}");
    let reached = index.find(wish, &[], 5, |agent| agent.as_str() != "shipping");
    assert!(!names(&reached).contains(&"shipping"));
    assert!(reached.iter().all(|found| found.score < 0.3), "{reached:?}");
    let ranking = index.rank(wish, &[]);
    assert_eq!(
        index.take(&ranking, 5, |_| true),
        all,
        "the same from a ranking"
    );
}

#[test]
fn a_handful_of_examples_is_enough_for_scores_that_mean_something() {
    // Whatever order the agents come in, which decides about the trials.
    for turn in 0..3 {
        let mut profiles = desk();
        profiles.rotate_left(turn);
        let index = IntentIndex::of_words(&profiles);
        let sure = index.find("I was charged twice, send me the invoice", &[], 1, |_| true);
        assert!(
            sure[0].agent.as_str() == "billing" && sure[0].score > 0.7,
            "{sure:?}"
        );
        let unsure = index.find("good morning to you", &[], 1, |_| true);
        assert!(unsure.iter().all(|found| found.score < 0.7), "{unsure:?}");
    }
}
