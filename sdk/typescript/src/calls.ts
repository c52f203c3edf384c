/** The skill as the host calls it: by positions and names, recalled before each call and saved after it. */
import { verdict } from "./answer.ts";
import { readContext, readOutcome } from "./context.ts";
import type { Verdict, WireCaller, WireContext, WireError, WireOutcome, WirePatch, WireQuery } from "./contract.ts";
import type { DeclaredHook } from "./declared.ts";
import { CapabilityError, HandoffError, ToolError } from "./errors.ts";
import { log } from "./log.ts";
import { writeJson } from "./json.ts";
import { parts, type Parts, type SkillType } from "./manifest.ts";
import { Recalled } from "./memory.ts";
import { wirePatch } from "./patch.ts";
import { Query } from "./query.ts";
import type { Skill } from "./skill.ts";
import { Caller } from "./tool.ts";
import { trace } from "./trace.ts";

export class Calls<S extends Skill> {
  readonly #parts: Parts;

  constructor(readonly type: SkillType<S>) {
    this.#parts = parts(type);
  }

  /** One verdict for each position asked for, in that order. What a condition sets is forgotten. */
  async evaluate(raw: WireQuery, positions: readonly number[]): Promise<Verdict[]> {
    const query = new Query(raw.text, raw);
    const verdicts = [];
    for (const position of positions) {
      const { member, name, target } = this.#parts.handoffs[position]!;
      const { skill } = Recalled.load(this.type);
      verdicts.push(verdict(name, target ?? undefined, await method(skill, member)(query)));
    }
    return verdicts;
  }

  async beforeHandoff(position: number, context: WireContext): Promise<WirePatch> {
    return this.#run(this.#hook("before-handoff", position), [readContext(context)]);
  }

  async afterHandoff(position: number, context: WireContext, outcome: WireOutcome): Promise<WirePatch> {
    return this.#run(this.#hook("after-handoff", position), [readContext(context), readOutcome(outcome)]);
  }

  /** What the tool returned, as JSON. */
  async call(name: string, json: string, raw: WireCaller): Promise<string> {
    const tool = this.#parts.tools.find((tool) => tool.name === name);
    if (!tool) throw new ToolError(`this skill has no tool \`${name}\``, "unknown-tool");
    // Before the memory is read, so that a wrong call costs little.
    const input = read(json);
    const wrong = tool.parameters.check(input, "the arguments");
    if (wrong) throw ToolError.invalidArguments(wrong);
    const recalled = Recalled.load(this.type);
    let answer: unknown;
    try {
      answer = await method(recalled.skill, tool.member)(input, new Caller(raw));
    } finally {
      // What was remembered until a failure is kept.
      recalled.save();
    }
    return answer === undefined ? "null" : writeJson(answer, `what the tool \`${name}\` returned`);
  }

  async #run({ name, member }: DeclaredHook, values: unknown[]): Promise<WirePatch> {
    const recalled = Recalled.load(this.type);
    try {
      return wirePatch(name, await method(recalled.skill, member)(...values));
    } finally {
      recalled.save();
    }
  }

  /** Positions count the hooks of both points. */
  #hook(point: string, position: number): DeclaredHook {
    const hook = this.#parts.hooks[position];
    if (hook?.point === point) return hook;
    throw new HandoffError(`this skill has no hook ${position} of this kind`);
  }
}

/** A refusal, if the hook meant one; all else is a fault, and on record. */
export function refusal(thrown: unknown): WireError {
  if (thrown instanceof HandoffError) return { code: thrown.code, message: thrown.message, extra: [] };
  if (thrown instanceof CapabilityError) {
    const code = thrown.code === "not-granted" ? "not-allowed" : thrown.code;
    const told = ["unavailable", "not-allowed", "payment-required"].includes(code);
    return { code: told ? code : "other", message: thrown.message, extra: [] };
  }
  throw fault(thrown);
}

/** A tool's error. What the author did not throw on purpose is on record, too. */
export function toolError(thrown: unknown): WireError {
  if (thrown instanceof ToolError) return { code: thrown.code, message: thrown.message, extra: [] };
  if (thrown instanceof CapabilityError) {
    const refused = thrown.code === "not-granted" || thrown.code === "not-allowed";
    return { code: refused ? "not-allowed" : "failed", message: thrown.message, extra: [] };
  }
  log.error(trace(thrown));
  return { code: "failed", message: thrown instanceof Error ? thrown.message : String(thrown), extra: [] };
}

/** Puts on record why the call ends in a trap, which says nothing itself. */
export function fault(thrown: unknown): unknown {
  log.error(trace(thrown));
  return thrown;
}

function method(skill: object, member: string | symbol): (...values: unknown[]) => unknown {
  return (skill as { [member: string | symbol]: (...values: unknown[]) => unknown })[member]!.bind(skill);
}

function read(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (why) {
    throw ToolError.invalidArguments(`the arguments are no JSON: ${(why as Error).message}`);
  }
}
