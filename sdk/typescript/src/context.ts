/** What a hook is told of a handoff. */
import type { WireContext, WireOutcome } from "./contract.ts";
import { readPairs } from "./json.ts";

type Values = { readonly [name: string]: any };

/** What the target of a handoff receives. A hook changes it by what it returns. */
export type HandoffContext = Readonly<Omit<WireContext, "findings" | "metadata" | "extra">> & {
  readonly findings: Values;
  readonly metadata: Values;
  readonly extra: Values;
};

/** How a handoff ended. */
export type Outcome = Readonly<Omit<WireOutcome, "insights" | "extra">> & {
  readonly insights: Values;
  readonly extra: Values;
};

/** The context as hooks see it. Frozen, since nobody would see a change. */
export function readContext(context: WireContext): HandoffContext {
  return Object.freeze({
    ...context,
    findings: Object.freeze(readPairs(context.findings)),
    metadata: Object.freeze(readPairs(context.metadata)),
    extra: Object.freeze(readPairs(context.extra)),
  });
}

/** The outcome as hooks see it. */
export function readOutcome(outcome: WireOutcome): Outcome {
  return Object.freeze({
    ...outcome,
    insights: Object.freeze(readPairs(outcome.insights)),
    extra: Object.freeze(readPairs(outcome.extra)),
  });
}
