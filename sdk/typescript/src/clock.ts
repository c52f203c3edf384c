/** What time it is. It stands still within a turn. Needs no grant. */
import { capability } from "./host.ts";

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z at which the user's message came; `Date.now()` is the same. */
  now(): number;
}

export const clock: Clock = { now: () => Number(capability("clock").now()) };
