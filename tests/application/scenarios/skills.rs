//! The skills of the reference, each in a conversation from the first message to
//! the last answer.

use super::play;

#[test]
fn the_finance_skill_brings_investors_to_the_expert_and_leaves_others_at_the_desk() {
    play("skills/finance");
}

#[test]
fn the_specialist_skill_goes_before_others_and_its_metadata_reaches_the_context() {
    play("skills/specialist");
}

#[test]
fn the_router_skill_moves_one_conversation_from_field_to_field() {
    play("skills/router");
}

#[test]
fn the_collaboration_skill_consults_an_expert_for_an_agent_that_goes_on_talking_itself() {
    play("skills/collaboration");
}

#[test]
fn the_workflow_skill_has_analysis_done_before_the_report_is_written() {
    play("skills/workflow");
}

#[test]
fn the_research_skill_joins_three_perspectives_in_one_answer() {
    play("skills/research");
}

#[test]
fn the_enrichment_skill_tells_the_expert_who_asks_and_what_was_said_before() {
    play("skills/context-enrichment");
}

#[test]
fn the_enrichment_skill_refuses_an_expert_who_is_busy_and_the_next_one_answers() {
    play("skills/context-enrichment-busy");
}

#[test]
fn the_insights_skill_learns_from_an_answer_and_tells_the_expert_the_next_time() {
    play("skills/insights");
}

#[test]
fn the_smart_router_skill_hands_over_when_it_is_sure_and_stays_when_it_is_not() {
    play("skills/smart-router");
}

#[test]
fn the_paid_handoff_skill_has_answers_paid_until_the_money_is_gone() {
    play("skills/paid-handoff");
}

#[test]
fn the_resilient_skill_answers_by_somebody_else_when_the_expert_fails() {
    play("skills/resilient");
}

#[test]
fn the_customer_service_skill_routes_tells_of_the_customer_and_calls_a_person() {
    play("skills/customer-service");
}
