/** Other agents: who there is, and asking them beside the conversation. */
import { ask } from "./errors.ts";
import { capability, type WireAgent } from "./host.ts";
import { readPairs } from "./json.ts";
import { later, milliseconds } from "./waiting.ts";

/** What is known of an agent. */
export interface Agent {
  name: string;
  description: string;
  examples: string[];
  skills: string[];
  /** Whether it can take work. */
  state: "ready" | "busy" | "down" | (string & {});
  /** Of which kind it is, in the word of the operator's configuration: `human`, `knowledge`, … */
  kind?: string;
  /** Who takes its place when it fails, in order. */
  alternatives: string[];
  /** To whom it escalates, in order. */
  escalation: string[];
  extra: { [name: string]: any };
}

/** What an agent has answered. */
export interface Answer {
  agent: string;
  reply: string;
  insights: { [name: string]: any };
  extra: { [name: string]: any };
}

export interface Agents {
  /** All agents that this skill may ask. */
  list(): Agent[];
  /** What is known of one agent. */
  describe(name: string): Agent;
  /** Whether a handoff to it would be accepted now. */
  available(name: string): boolean;
  /**
   * Asks an agent; the conversation does not move. Several are asked at the same
   * time with `Promise.all`. `within`: gives up after so many milliseconds.
   */
  query(agent: string, text: string, limit?: { within?: number }): Promise<Answer>;
}

function read(agent: WireAgent): Agent {
  const extra = readPairs(agent.extra);
  const { kind, alternatives = [], escalation = [] } = extra;
  return { ...agent, kind, alternatives, escalation, extra };
}

export const agents: Agents = {
  list: () => ask(() => capability("agents").listAgents()).map(read),
  describe: (name) => read(ask(() => capability("agents").describeAgent(name))),
  available: (name) => ask(() => capability("agents").available(name)),
  query(agent, text, { within } = {}) {
    return later(
      () => capability("agents").startQuery(agent, text, milliseconds(within)),
      (handle) => {
        const answer = capability("agents").finishQuery(handle);
        return { ...answer, insights: readPairs(answer.insights), extra: readPairs(answer.extra) };
      },
    );
  },
};
