import { handoff, hook, type HandoffContext, type Outcome, type Query, Skill } from "@baton/skill";

/** Sends to analysis first, and to the writer once there is something to write about. */
export default class Workflow extends Skill {
  analysisDone = false;

  /** First: the analyst, for data. */
  @handoff("data-analyst", { ownership: "returns", triggers: ["analyze"] })
  needsAnalysis(query: Query): boolean {
    return query.mentions("analyze") && !this.analysisDone;
  }

  /** Then: the writer, for a report on what the analyst has found. */
  @handoff("report-writer", { ownership: "returns", triggers: ["report"] })
  needsReport(query: Query): boolean {
    const done = this.analysisDone;
    // A condition cannot write: this is gone when it has answered.
    this.analysisDone = true;
    return done && query.mentions("report");
  }

  /** Keeps track of how far the work has come. */
  @hook("after_handoff", { targets: ["data-analyst"] })
  async trackWorkflow(_: HandoffContext, outcome: Outcome) {
    await Promise.resolve();
    if (outcome.success) this.analysisDone = true;
  }
}
