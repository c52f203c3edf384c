/** What the type checker refuses. `npm run check` reads this; nothing runs it. */
import { handoff, hook, integer, optional, Skill, text, tool, type HandoffContext, type Query } from "@baton/skill";

export class Refused extends Skill {
  // @ts-expect-error: a condition with a target answers yes or no
  @handoff("expert")
  namesAnAgent(): string {
    return "other";
  }

  // @ts-expect-error: one without a target names it
  @handoff()
  saysYes(): boolean {
    return true;
  }

  // @ts-expect-error: a duration has its unit
  @handoff("expert", { timeout: 30 })
  waits(query: Query): boolean {
    return query.mentions("x");
  }

  // @ts-expect-error: a before-hook has no outcome
  @hook("before_handoff")
  before(_: HandoffContext, outcome: object) {
    return { facts: [String(outcome)] };
  }

  // @ts-expect-error: a patch has no such part
  @hook("after_handoff")
  after() {
    return { facts: [1] };
  }

  // @ts-expect-error: the argument is a text
  @tool({ parameters: { count: text() } })
  counts({ count }: { count: number }) {
    return count;
  }

  // @ts-expect-error: the argument may be left out
  @tool({ parameters: { count: optional(integer()) } })
  needs({ count }: { count: number }) {
    return count;
  }

  readsOnly(handoff: HandoffContext) {
    // @ts-expect-error: a context is not changed in place
    handoff.target = "other";
  }
}

export class Accepted extends Skill {
  @handoff("expert")
  async later(query: Query) {
    return query.mentions("x") ? { confidence: 0.5 } : false;
  }

  @handoff(undefined, { targets: ["a"] })
  proposes(query: Query) {
    return query.mentions("x") ? { to: "a", findings: { x: 1 } } : undefined;
  }

  @handoff("shop", { keywords: ["buy"] })
  byKeyword() {}

  @tool({ parameters: { count: optional(integer()) } })
  counts({ count = 1 }: { count?: number }) {
    return count;
  }

  @tool()
  bare() {}
}
