import { handoff, hook, Query, Skill, type HandoffContext, type Outcome, type Patch } from "@baton/skill";

const STAND_IN = "general-assistant";
const LAST_RESORT = "I'll do my best to help directly...";

/** Sends questions to the expert, and falls back when the expert fails. */
export default class Resilient extends Skill {
  /** Whoever asks for an expert gets one. */
  @handoff("primary-expert", { triggers: ["expert"] })
  needsExpert(query: Query): boolean {
    return query.mentions("expert");
  }

  /**
   * When the expert failed, the general assistant answers, and when that fails,
   * too, this skill does.
   */
  @hook("after_handoff", { targets: ["primary-expert"] })
  async handleHandoffFailure(handoff: HandoffContext, outcome: Outcome): Promise<Patch | undefined> {
    if (outcome.success) return undefined;
    try {
      const { agent, reply } = await this.agents.query(STAND_IN, handoff.originalTask);
      return { reply: { text: reply, agent, fallback: true } };
    } catch {
      return { reply: { text: LAST_RESORT, fallback: true } };
    }
  }
}
