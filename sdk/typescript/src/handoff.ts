/** `@handoff` */
import type { DynamicAnswer, Reason, StaticAnswer } from "./answer.ts";
import { declaring, place } from "./declared.ts";
import { writePairs, type Named } from "./json.ts";
import { choice, given, kebab } from "./names.ts";
import type { Query } from "./query.ts";

/** A length of time with its unit. */
export type Duration = `${number}ms` | `${number}s` | `${number}m`;

/** What may be said of a handoff. */
export interface HandoffSettings {
  /** The method's name in lower case with hyphens, if it says nothing. */
  name?: string;
  /** The doc comment, if it says nothing. */
  description?: string;
  /** Above normal is a grant. */
  priority?: "high" | "normal" | "low" | number;
  /** How long the target may take. */
  timeout?: Duration;
  /** The promise that the condition can hold only if one of these occurs in the text, in any case. */
  triggers?: readonly string[];
  /** The condition is asked only when the caller has all of these. */
  scopes?: readonly string[];
  reason?: Reason;
  mode?: "warm" | "cold" | "supervised" | "broadcast" | "delegation";
  /** `moves`: the target owns the conversation from then on. `returns`: it comes back after the turn. */
  ownership?: "moves" | "returns";
  /** How much of the conversation the target sees. */
  history?: "full" | "summary" | "none" | `last:${number}`;
  metadata?: Named;
}

/** One whose keywords decide, so that the method is never called. */
export interface KeywordSettings extends Omit<HandoffSettings, "triggers"> {
  keywords: readonly string[];
}

/** One that names the agent itself. */
export interface DynamicSettings extends HandoffSettings {
  /** Whom it may name. */
  targets?: readonly string[];
}

type Answers<A> = (this: any, query: Query) => A | Promise<A>;
type Decorator<M> = (method: M, context: ClassMethodDecoratorContext) => void;

const KEYS = [
  "name", "description", "priority", "timeout", "triggers", "keywords", "targets",
  "scopes", "reason", "mode", "ownership", "history", "metadata",
] as const;
const REASONS: readonly Reason[] = [
  "specialization", "escalation", "delegation", "completion", "failure", "recovery", "load-shedding", "supervision",
];
const PRIORITIES = { high: 100, normal: 0, low: -100 };
const UNITS = { ms: 1, s: 1_000, m: 60_000 };

/** The conversation goes to this agent when one of the keywords occurs. */
export function handoff(target: string, settings: KeywordSettings): Decorator<() => void>;
/** The conversation goes to this agent when the method says so. */
export function handoff(target: string, settings?: HandoffSettings): Decorator<Answers<StaticAnswer>>;
/** The conversation goes to the agent that the method names. */
export function handoff(target?: undefined, settings?: DynamicSettings): Decorator<Answers<DynamicAnswer>>;
export function handoff(
  target?: string,
  settings: DynamicSettings & Partial<KeywordSettings> = {},
): Decorator<any> {
  return (_, context) => {
    const where = place("handoff", context, settings, KEYS);
    const { triggers, keywords, targets } = settings;
    if (target === "") throw new TypeError(`${where}: an empty name names no agent`);
    if (target !== undefined && targets) {
      throw new TypeError(`${where}: it has one target already; \`targets\` lists whom one without may name`);
    }
    if (keywords && triggers) throw new TypeError(`${where}: \`keywords\` are triggers already; leave these out`);
    if (keywords && target === undefined) {
      throw new TypeError(`${where}: keywords cannot name an agent; write it first, @handoff("agent", …)`);
    }
    const { history = "full" } = settings;
    if (!/^(full|summary|none|last:\d+)$/.test(history)) {
      throw new TypeError(`${where}: history is "full", "last:10", "summary" or "none", not "${history}"`);
    }
    declaring(context).handoffs.push({
      member: context.name,
      targets,
      name: settings.name === undefined ? kebab(String(context.name)) : given(settings.name, where),
      target: target ?? null,
      description: settings.description ?? "",
      priority: priority(settings.priority, where),
      timeoutMs: timeout(settings.timeout, where),
      scopes: [...(settings.scopes ?? [])],
      triggers: [...texts(triggers, "triggers", where), ...texts(keywords, "keywords", where)],
      decidedBy: keywords ? "triggers" : "condition",
      reason: choice(settings.reason, REASONS, "specialization", where),
      mode: choice(settings.mode, ["warm", "cold", "supervised", "broadcast", "delegation"], "warm", where),
      ownership: choice(settings.ownership, ["moves", "returns"], "moves", where),
      metadata: writePairs(settings.metadata, "the metadata"),
      extra: history === "full" ? [] : writePairs({ history }, "the history"),
    });
  };
}

function texts(list: readonly string[] | undefined, key: string, where: string): readonly string[] {
  if (list && (list.length === 0 || list.some((text) => text.trim() === ""))) {
    throw new TypeError(`${where}: nothing in \`${key}\` may be empty; leave it out, or write what is meant`);
  }
  return list ?? [];
}

function priority(value: HandoffSettings["priority"], where: string): number {
  if (typeof value !== "number") return PRIORITIES[choice(value, ["high", "normal", "low"], "normal", where)];
  if (Number.isInteger(value)) return value;
  throw new TypeError(`${where}: a priority is "high", "normal", "low" or a whole number, not ${value}`);
}

function timeout(value: Duration | undefined, where: string): number | null {
  if (value === undefined) return null;
  const [, count, unit] = /^(\d+)(ms|s|m)$/.exec(String(value)) ?? [];
  const time = Number(count) * UNITS[unit as keyof typeof UNITS];
  // As the contract counts: whole milliseconds in 32 bits.
  if (time > 0 && time < 2 ** 32) return time;
  throw new TypeError(`${where}: write the time with its unit: "30s", "500ms" or "2m"; not ${JSON.stringify(value)}`);
}
