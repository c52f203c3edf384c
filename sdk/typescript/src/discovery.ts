/** Agents by what they are good at. */
import { capability } from "./host.ts";
import { readPairs } from "./json.ts";
import { later } from "./waiting.ts";

/** An agent that was found. */
export interface Found {
  agent: string;
  /** How likely it is the right one, from 0 to 1: of ten agents found with 0.7, seven are. */
  score: number;
  /** The skill it offers that fits best. */
  skill: string | null;
  /** What it says of itself that is nearest to the intent. */
  why: string | null;
  extra: { [name: string]: any };
}

export interface Discovery {
  /**
   * The agents for what somebody wants, best first, `max` of them. Only those are
   * found that the conversation may be handed to; its owner is none of them.
   */
  findAgents(intent: string, max: number): Promise<Found[]>;
}

export const discovery: Discovery = {
  findAgents: (intent, max) =>
    later(
      () => capability("discovery").startFind(intent, max),
      (handle) =>
        capability("discovery")
          .finishFind(handle)
          .map((found) => ({ ...found, extra: readPairs(found.extra) })),
    ),
};
