//! First the analyst, then the writer: a workflow over several turns, kept
//! together by what the skill remembers of the conversation.

use baton_sdk::prelude::*;

/// Sends to analysis first, and to the writer once there is something to write about.
#[skill]
pub struct Workflow {
    analysis_done: bool,
}

#[skill]
impl Workflow {
    /// First: the analyst, for data.
    #[handoff("data-analyst", ownership = "returns", triggers = ["analyze", "analyse"])]
    fn needs_analysis(&self, query: &Query) -> bool {
        query.mentions_any(["analyze", "analyse"]) && !self.analysis_done
    }

    /// Then: the writer, for a report on what the analyst has found.
    #[handoff("report-writer", ownership = "returns", triggers = ["report"])]
    fn needs_report(&self, query: &Query) -> bool {
        self.analysis_done && query.mentions("report")
    }

    /// Keeps track of how far the work has come.
    #[hook(after_handoff, targets = ["data-analyst"])]
    fn track_workflow(&mut self, _: &HandoffContext, outcome: &Outcome) {
        if outcome.success {
            self.analysis_done = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done() -> Workflow {
        Workflow {
            analysis_done: true,
        }
    }

    #[test]
    fn a_report_is_not_written_before_the_analysis() {
        let begun = Workflow::default();
        assert!(begun.needs_analysis(&Query::new("Analyze the sales")));
        assert!(!begun.needs_report(&Query::new("Write the report")));
    }

    #[test]
    fn after_the_analysis_the_report_is_written_and_nothing_analyzed_twice() {
        assert!(done().needs_report(&Query::new("Write the report")));
        assert!(!done().needs_analysis(&Query::new("Analyze the sales")));
    }

    #[test]
    fn an_analysis_that_failed_is_not_done() {
        let mut workflow = Workflow::default();
        let handoff = HandoffContext::sample("data-analyst", "Analyze the sales");
        workflow.track_workflow(&handoff, &Outcome::failure("data-analyst", "down"));
        assert!(!workflow.analysis_done);
        workflow.track_workflow(&handoff, &Outcome::success("data-analyst", "Up by 3%"));
        assert!(workflow.analysis_done);
    }
}
