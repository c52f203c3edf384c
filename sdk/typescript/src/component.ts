/** The exports of a component. Only the build imports this, with what the world imports. */
import { Calls, fault, refusal, toolError } from "./calls.ts";
import type { Manifest, WireCaller, WireContext, WireOutcome, WireQuery } from "./contract.ts";
import { findHostBy, type Host } from "./host.ts";
import { describe, type SkillType, type Usual } from "./manifest.ts";
import { dropJobs, runJobs } from "./promise.ts";
import { advance, dropRest, neverSettles } from "./waiting.ts";

/** Everything a skill can export; the world says what of it there is. */
export function component(type: SkillType, usual: Usual, imports: Partial<Host>) {
  const calls = new Calls(type);
  const manifest = describe(type, usual);
  /** Until the first call the component is being built, and nobody answers. */
  const within = <T>(work: () => Promise<T>, failed: (thrown: unknown) => unknown): T => {
    findHostBy(() => imports);
    try {
      return settle(work());
    } catch (thrown) {
      throw failed(thrown);
    } finally {
      dropRest();
      dropJobs();
    }
  };
  return {
    manifest: { describe: (): Manifest => manifest },
    router: {
      evaluate: (query: WireQuery, positions: number[]) => within(() => calls.evaluate(query, positions), fault),
    },
    beforeHandoff: {
      run: (hook: number, context: WireContext) => within(() => calls.beforeHandoff(hook, context), refusal),
    },
    afterHandoff: {
      run: (hook: number, context: WireContext, outcome: WireOutcome) =>
        within(() => calls.afterHandoff(hook, context, outcome), refusal),
    },
    tools: {
      call: (name: string, json: string, caller: WireCaller) => within(() => calls.call(name, json, caller), toolError),
    },
  };
}

/** Runs jobs, and waits for the host when there are none, until the promise has settled. */
function settle<T>(promise: Promise<T>): T {
  let end: { value: T } | { why: unknown } | undefined;
  promise.then(
    (value) => (end = { value }),
    (why) => (end = { why }),
  );
  for (;;) {
    runJobs();
    if (end) {
      if ("why" in end) throw end.why;
      return end.value;
    }
    if (!advance()) throw neverSettles();
  }
}
