/** Contexts and outcomes as the host would make them. */
import type { WireContext, WireOutcome } from "../contract.ts";
import { readContext, readOutcome, type HandoffContext, type Outcome } from "../context.ts";

/** A handoff from the front desk to this agent, for a user who said `task`. */
export function sampleHandoff(target: string, task: string, more: Partial<WireContext> = {}): HandoffContext {
  return readContext(wireHandoff(target, task, more));
}

/** The same as it crosses to the skill. */
export function wireHandoff(target: string, task: string, more: Partial<WireContext> = {}): WireContext {
  return {
    id: "handoff",
    conversation: "conversation",
    task: "task",
    user: "user",
    source: "front-desk",
    target,
    reason: "specialization",
    originalTask: task,
    summary: "",
    state: "",
    facts: [],
    decisions: [],
    findings: [],
    confidence: 1,
    instructions: "",
    chain: [],
    metadata: [],
    created: 0,
    expires: null,
    trust: 50,
    extra: [],
    ...more,
  };
}

/** This agent has answered, or failed for the reason in `error`. */
export function sampleOutcome(agent: string, how: { reply: string } | { error: string }): Outcome {
  return readOutcome(wireOutcome(agent, how));
}

/** The same as it crosses to the skill. */
export function wireOutcome(agent: string, how: { reply: string } | { error: string }): WireOutcome {
  const error = "error" in how ? how.error : null;
  return {
    success: error === null,
    agent,
    reply: "reply" in how ? how.reply : "",
    insights: [],
    error,
    fallback: false,
    milliseconds: 1,
    extra: [],
  };
}
