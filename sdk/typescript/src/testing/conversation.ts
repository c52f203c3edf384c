/** A skill as a whole, the way the host calls it, memory included. */
import { Calls } from "../calls.ts";
import type { Verdict, WirePatch } from "../contract.ts";
import { describe, type SkillType } from "../manifest.ts";
import type { Query } from "../query.ts";
import type { Skill } from "../skill.ts";
import { Caller } from "../tool.ts";
import { Desk } from "./desk.ts";
import { wireHandoff, wireOutcome } from "./samples.ts";

/** One skill in one conversation at a desk. */
export class Conversation<S extends Skill> {
  readonly #calls: Calls<S>;

  constructor(readonly type: SkillType<S>, readonly desk: Desk = new Desk()) {
    this.#calls = new Calls(type);
  }

  /** What all conditions say, in the manifest's order. */
  evaluate(query: Query): Promise<Verdict[]> {
    const raw = { ...query, user: query.user, scopes: [...query.scopes], extra: [] };
    const positions = describe(this.type).handoffs.map((_, at) => at);
    return this.desk.run(() => this.#calls.evaluate(raw, positions));
  }

  /** Runs the hook of this name before a handoff of `task` to `target`. */
  beforeHandoff(hook: string, target: string, task: string): Promise<WirePatch> {
    const context = wireHandoff(target, task);
    return this.desk.run(() => this.#calls.beforeHandoff(this.#hook(hook), context));
  }

  /** Runs the hook of this name after a handoff of `task` to `target`. */
  afterHandoff(
    hook: string,
    target: string,
    task: string,
    how: { reply: string } | { error: string },
  ): Promise<WirePatch> {
    const context = wireHandoff(target, task);
    return this.desk.run(() => this.#calls.afterHandoff(this.#hook(hook), context, wireOutcome(target, how)));
  }

  /** Calls a tool; by default as the agent that owns the conversation. */
  async call(tool: string, input: object = {}, caller = new Caller()): Promise<any> {
    const raw = { ...caller, user: caller.user, conversation: caller.conversation, scopes: [...caller.scopes], extra: [] };
    return JSON.parse(await this.desk.run(() => this.#calls.call(tool, JSON.stringify(input), raw)));
  }

  #hook(name: string): number {
    const names = describe(this.type).hooks.map((hook) => hook.name);
    if (!names.includes(name)) throw new RangeError(`this skill has no hook \`${name}\`; it has: ${names.join(", ")}`);
    return names.indexOf(name);
  }
}
