import {
  CapabilityError, HandoffError, ToolError, choice, handoff, hook, integer, Skill, tool,
  type HandoffContext, type Query,
} from "@baton/skill";
import { fail } from "./helper.ts";

/** Goes wrong as it is asked to. */
export default class Clumsy extends Skill {
  calls = 0;

  /** Throws in the condition. */
  @handoff("target", { triggers: ["condition"] })
  async throwsInCondition(query: Query): Promise<boolean> {
    await Promise.resolve();
    return fail(query.text);
  }

  /** Hands over, for the hook to refuse. */
  @handoff("target", { triggers: ["refuse", "explode"] })
  handsOver(): boolean {
    return true;
  }

  @hook("before_handoff")
  async refuses(handoff: HandoffContext) {
    if (handoff.originalTask.includes("explode")) fail("in a hook");
    if (handoff.originalTask.includes("refuse")) throw new HandoffError("not on Sundays", "not-allowed");
  }

  /** Throws in the way it is asked to. */
  @tool({ parameters: { how: choice(["error", "tool-error", "capability", "text", "never"]) } })
  async throws({ how }: { how: string }) {
    if (how === "error") fail("in a tool");
    if (how === "tool-error") throw ToolError.invalidArguments("try a smaller one");
    if (how === "capability") throw new CapabilityError("not-allowed", "you there");
    if (how === "text") throw "just a text";
    await new Promise(() => {});
  }

  /** What JavaScript has of its own. */
  @tool({ effect: "read" })
  globals() {
    console.log("seen", { a: 1 });
    console.warn(new Error("a warning"));
    const drawn = [Math.random(), Math.random()];
    return {
      sameClock: Date.now() === this.clock.now() && new Date().getTime() === this.clock.now(),
      year: new Date(0).getUTCFullYear(),
      isDate: new Date() instanceof Date,
      drawn: drawn[0] !== drawn[1] && drawn.every((value) => value >= 0 && value < 1),
      below: this.random.below(3) < 3,
      bytes: this.random.bytes(4).length,
    };
  }

  /** Counts its calls. */
  @tool({ parameters: { by: integer() } })
  count({ by }: { by: number }) {
    this.calls += by;
    return this.calls;
  }
}
