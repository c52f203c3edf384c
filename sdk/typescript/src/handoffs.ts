/** The handoffs of the present conversation. */
import type { Pair } from "./contract.ts";
import { ask } from "./errors.ts";
import { capability } from "./host.ts";

/** A handoff of this conversation, past or under way. */
export interface Handoff {
  id: string;
  source: string;
  target: string;
  reason: string;
  confidence: number;
  /** Milliseconds since 1970-01-01T00:00Z. */
  created: number;
  /** `active`, `completed` or `failed`. */
  state: string;
  extra: Pair[];
}

export interface Handoffs {
  /** At most `limit` of the newest handoffs, oldest first. At most 100. */
  recent(limit: number): Handoff[];
  /** At most `limit` handoffs before the one with this id, oldest first. */
  before(id: string, limit: number): Handoff[];
  /** Those whose target has not answered yet. */
  active(): Handoff[];
}

export const handoffs: Handoffs = {
  recent: (limit) => ask(() => capability("handoffs").history(null, limit)),
  before: (id, limit) => ask(() => capability("handoffs").history(id, limit)),
  active: () => ask(() => capability("handoffs").active()),
};
