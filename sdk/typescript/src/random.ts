/**
 * Chance, from a seed that the host puts on record: the same turn draws the
 * same again. Not for keys. Needs no grant.
 */
import { capability } from "./host.ts";

/** The host draws 64 bits, which arrive as the nearest `number`. */
const BITS = 2 ** 64;

export interface Random {
  /** As many bytes, at most 64 KiB. */
  bytes(length: number): Uint8Array;
  /** A number from 0 to below 1; `Math.random()` is the same. */
  fraction(): number;
  /** A whole number below this one; 0 below 0. */
  below(limit: number): number;
}

export const random: Random = {
  bytes: (length) => capability("random").bytes(length),
  // The highest draws are rounded up to 2^64.
  fraction: () => Math.min(capability("random").number() / BITS, 1 - Number.EPSILON / 2),
  below: (limit) => Math.floor(random.fraction() * limit),
};
