/** What a condition answers. */
import type { Verdict } from "./contract.ts";
import { writePairs, type Named } from "./json.ts";
import { known } from "./names.ts";

/** Why a conversation is handed over. */
export type Reason =
  | "specialization" | "escalation" | "delegation" | "completion"
  | "failure" | "recovery" | "load-shedding" | "supervision";

/** Why a condition says yes, when a plain `true` or a name does not say enough. */
export interface Grounds {
  /** How sure the condition is, from 0 to 1; 1 if it does not say. */
  confidence?: number;
  /** Another reason than the handoff declares. */
  reason?: Reason;
  /** What the target is to do. */
  instructions?: string;
  /** What the condition found out, for the target to build on. */
  findings?: Named;
}

/** A target, and why. */
export interface Proposal extends Grounds {
  to: string;
}

type No = false | null | undefined;

/** What a condition with a declared target returns. */
export type StaticAnswer = boolean | Grounds | No;

/** What a condition without one returns. */
export type DynamicAnswer = string | Proposal | No;

const GROUNDS = ["confidence", "reason", "instructions", "findings"];

/** The verdict of the condition `name`. */
export function verdict(name: string, target: string | undefined, answer: unknown): Verdict {
  if (answer === false || answer === null || answer === undefined) return { tag: "pass" };
  if (target !== undefined) {
    if (answer === true) return handOff(target, {});
    if (typeof answer === "object") return handOff(target, checked(name, answer, GROUNDS));
    throw new TypeError(
      `the condition \`${name}\` has a target, so it answers true, false or grounds; it returned ${kind(answer)}. ` +
        "To name the agent at run time, leave the target out: `@handoff()`",
    );
  }
  if (typeof answer === "string" && answer !== "") return handOff(answer, {});
  if (typeof answer === "object" && typeof (answer as Proposal).to === "string") {
    return handOff((answer as Proposal).to, checked(name, answer, [...GROUNDS, "to"]));
  }
  throw new TypeError(
    `the condition \`${name}\` has no target, so it answers an agent's name, a proposal \`{ to: "agent" }\` or null; ` +
      `it returned ${kind(answer)}. To answer yes or no, declare the target: \`@handoff("agent")\``,
  );
}

function checked(name: string, answer: object, right: string[]): Grounds {
  known(answer, right, `the answer of the condition \`${name}\``);
  return answer;
}

function handOff(target: string, grounds: Grounds): Verdict {
  return {
    tag: "hand-off",
    val: {
      target,
      confidence: grounds.confidence ?? 1,
      reason: grounds.reason ?? "",
      instructions: grounds.instructions ?? "",
      findings: writePairs(grounds.findings, "the finding"),
      extra: [],
    },
  };
}

function kind(value: unknown): string {
  return typeof value === "object" ? "an object" : `the ${typeof value} ${JSON.stringify(value)}`;
}
