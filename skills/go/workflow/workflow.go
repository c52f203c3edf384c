// First the analyst, then the writer: a workflow over several turns, kept
// together by what the skill remembers of the conversation.
package main

import "baton.dev/skill"

type workflow struct {
	AnalysisDone bool `json:"analysis_done"`
}

var memory workflow

func main() {}

func init() {
	skill.New("workflow", skill.Description("Sends to analysis first, and to the writer once there is something to write about.")).
		Memory(&memory).
		Handoff("data-analyst", memory.needsAnalysis,
			skill.Says("First: the analyst, for data."),
			skill.Returns(), skill.Triggers("analyze", "analyse")).
		Handoff("report-writer", memory.needsReport,
			skill.Says("Then: the writer, for a report on what the analyst has found."),
			skill.Returns(), skill.Triggers("report")).
		AfterHandoff(memory.trackWorkflow,
			skill.HookSays("Keeps track of how far the work has come."),
			skill.Targets("data-analyst"))
}

func (w *workflow) needsAnalysis(query *skill.Query) bool {
	return query.Mentions("analyze", "analyse") && !w.AnalysisDone
}

func (w *workflow) needsReport(query *skill.Query) bool {
	return w.AnalysisDone && query.Mentions("report")
}

func (w *workflow) trackWorkflow(_ *skill.Handoff, outcome *skill.Outcome) (*skill.Patch, error) {
	if outcome.Success {
		w.AnalysisDone = true
	}
	return nil, nil
}
