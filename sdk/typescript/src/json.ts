/** Values as JSON has them, and the contract's lists of named ones. */
import type { Pair } from "./contract.ts";

/** A value that JSON can express. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json | undefined };

/** Named values. What is `undefined` is left out. */
export type Named = { readonly [name: string]: unknown };

/** The contract's pairs as an object. */
export function readPairs(pairs: readonly Pair[]): { [name: string]: any } {
  // `fromEntries` makes an own property even of `__proto__`.
  return Object.fromEntries(pairs.map(({ name, value }) => [name, JSON.parse(value)]));
}

/** An object as the contract's pairs. */
export function writePairs(values: Named | undefined, what: string): Pair[] {
  const pairs: Pair[] = [];
  for (const [name, value] of Object.entries(values ?? {})) {
    if (value !== undefined) pairs.push({ name, value: writeJson(value, `${what} \`${name}\``) });
  }
  return pairs;
}

/** JSON text; what cannot be JSON is named. */
export function writeJson(value: unknown, what: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (why) {
    throw new TypeError(`${what} cannot be written as JSON: ${(why as Error).message}`);
  }
  if (text === undefined) throw new TypeError(`${what} is ${typeof value}, which JSON cannot express`);
  return text;
}
