/**
 * `console`, `Date` and `Math.random`, answered by the host. QuickJS has no
 * console, its clock traps, and its chance was drawn when the skill was built.
 */
import { clock } from "./clock.ts";
import { presentHost } from "./host.ts";
import { log } from "./log.ts";
import { random } from "./random.ts";

declare global {
  // As much of it as skills have; merges with what node declares.
  interface Console {
    error(...values: any[]): void;
    warn(...values: any[]): void;
    log(...values: any[]): void;
    info(...values: any[]): void;
    debug(...values: any[]): void;
  }
  var console: Console;
}

/**
 * Puts them in place. Outside a turn they are as before if `otherwise` says so,
 * for tests; in a component they then say what is wrong.
 */
export function replaceGlobals(otherwise: "before" | "refuse"): void {
  const before = { Date, console: globalThis.console as Console | undefined, random: Math.random };
  const ours = () => otherwise === "refuse" || presentHost() !== undefined;
  const now = () => (ours() ? clock.now() : before.Date.now());

  globalThis.Date = new Proxy(Date, {
    construct: (target, values, type) => Reflect.construct(target, values.length ? values : [now()], type),
    apply: () => new before.Date(now()).toString(),
    get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
  });
  Math.random = () => (ours() ? random.fraction() : before.random());
  globalThis.console = new Proxy(before.console ?? ({} as Console), {
    get(target, name, receiver) {
      const level = levels[name as string];
      if (!level || !ours()) return Reflect.get(target, name, receiver);
      return (...values: unknown[]) => log[level](values.map(shown).join(" "));
    },
  });
}

const levels: { [name: string]: "error" | "warn" | "info" | "debug" } = {
  error: "error", warn: "warn", log: "info", info: "info", debug: "debug", trace: "debug",
};

/** A value as somebody who reads a log wants to see it. */
function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
