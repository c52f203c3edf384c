import { handoff, hook, Query, Skill, text, tool, ToolError, type HandoffContext, type Patch } from "@baton/skill";

/** Hands refunds to the specialist, with the number of the order. */
export default class SkillName extends Skill {
  /** Whoever wants money back gets the specialist. */
  @handoff("specialist", { triggers: ["refund", "money back"] })
  wantsRefund(query: Query): boolean {
    return query.mentions("refund", "money back");
  }

  /** Tells the specialist which order it is about. */
  @hook("before_handoff")
  noteOrder(handoff: HandoffContext): Patch {
    const order = orderIn(handoff.originalTask);
    if (order === undefined) return { instructions: "Ask for the number of the order first." };
    return { findings: { order } };
  }

  /** Finds the number of an order in a text. */
  @tool({ effect: "read", parameters: { text: text("What somebody wrote.") } })
  findOrder(input: { text: string }): number {
    const order = orderIn(input.text);
    if (order === undefined) throw ToolError.invalidArguments("no number of an order is in it");
    return order;
  }
}

/** The first number of four digits or more. */
function orderIn(written: string): number | undefined {
  const digits = /[0-9]{4,}/.exec(written)?.[0];
  return digits === undefined ? undefined : Number(digits);
}
