/** What a testing desk has stored and on record. */
import type { Pair } from "../contract.ts";
import type { Handoff } from "../handoffs.ts";
import type { Host, WireEntry } from "../host.ts";
import { encode } from "../utf8.ts";
import { failure } from "./failure.ts";

const MASK = (1n << 64n) - 1n;

export class Keeping {
  readonly config: Pair[] = [];
  readonly handoffs: Handoff[] = [];
  readonly values = new Map<string, WireEntry>();
  /** As much as a host lets a skill keep, if the test says nothing else. */
  quota = { keys: 10_000, bytes: 10 << 20 };
  time = 0;
  #versions = 0;
  #drawn = 0n;

  /** A test sees at once what a host would store with the turn's answer. */
  put(key: string, value: string): number {
    if (key === "" || encode(key).length > 256 || /\p{Cc}/u.test(key)) throw failure("invalid", "no key");
    const before = this.values.get(key);
    this.values.set(key, { value, version: ++this.#versions, trust: 80, extra: [] });
    const { keys, bytes } = this.#used();
    if (keys <= this.quota.keys && bytes <= this.quota.bytes) return this.#versions;
    if (before) this.values.set(key, before);
    else this.values.delete(key);
    throw failure("limit", "more than the skill may keep");
  }

  /** The contract's functions, where `check` allows them. */
  storage(check: () => void): Host["storage"] {
    return {
      get: (key) => (check(), this.values.get(key) ?? null),
      set: (key, value) => void (check(), this.put(key, value)),
      delete: (key) => void (check(), this.values.delete(key)),
      keys: (prefix, after, limit) => {
        check();
        const found = [...this.values.keys()].filter((key) => key.startsWith(prefix) && (after === null || key > after));
        return found.sort().slice(0, Math.min(limit, 1000));
      },
      compareAndSet: (key, version, value) => {
        check();
        return (this.values.get(key)?.version ?? null) === version ? this.put(key, value) : null;
      },
      used: () => {
        check();
        return { ...this.#used(), maxKeys: this.quota.keys, maxBytes: this.quota.bytes, extra: [] };
      },
    };
  }

  /** The same numbers in every run of a test (splitmix64). */
  draw(): bigint {
    this.#drawn = (this.#drawn + 0x9e3779b97f4a7c15n) & MASK;
    let number = this.#drawn;
    number = ((number ^ (number >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    number = ((number ^ (number >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return number ^ (number >> 31n);
  }

  #used(): { keys: number; bytes: number } {
    let bytes = 0;
    for (const [key, { value }] of this.values) bytes += encode(key).length + encode(value).length;
    return { keys: this.values.size, bytes };
  }
}
