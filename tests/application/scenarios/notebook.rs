//! The ten parts of the handoff notebook, and the five patterns that it lists.

use super::play;

#[test]
fn part_one_a_pool_of_agents_is_listed_and_only_the_paths_of_the_policy_are_taken() {
    play("parts/01-pool-and-paths");
}

#[test]
fn part_two_a_context_carries_task_findings_confidence_and_instructions_into_a_prompt() {
    play("parts/02-context");
}

#[test]
fn part_three_each_of_the_five_reasons_tells_the_target_something_else() {
    play("parts/03-reasons");
}

#[test]
fn part_four_the_desk_makes_a_handoff_limits_the_chain_and_records_it() {
    play("parts/04-registry");
}

#[test]
fn part_five_a_handoff_is_made_from_a_conversation_with_its_tools() {
    play("parts/05-from-state");
}

#[test]
fn part_six_any_source_target_and_reason_is_executed_in_the_same_way() {
    play("parts/06-executing");
}

#[test]
fn part_seven_a_task_walks_a_chain_and_a_step_that_fails_ends_it() {
    play("parts/07-chain");
}

#[test]
fn part_eight_all_handoffs_are_in_the_history_with_reason_and_time() {
    play("parts/08-history");
}

#[test]
fn part_nine_the_common_shapes_work_in_one_desk() {
    play("parts/09-shapes");
}

#[test]
fn part_ten_good_practice_is_what_the_desk_does_by_itself() {
    play("parts/10-good-practice");
}

#[test]
fn pattern_triage_to_specialist_a_generalist_assesses_and_the_expert_goes_on() {
    play("patterns/triage-to-specialist");
}

#[test]
fn pattern_hierarchical_escalation_climbs_from_the_first_line_to_the_third() {
    play("patterns/hierarchical-escalation");
}

#[test]
fn pattern_parallel_specialists_are_asked_at_once_and_their_views_joined() {
    play("patterns/parallel-specialists");
}

#[test]
fn pattern_return_with_findings_the_coordinator_hears_them_and_answers() {
    play("patterns/return-with-findings");
}

#[test]
fn pattern_failover_a_backup_agent_takes_the_place_of_one_that_fails() {
    play("patterns/failover");
}
