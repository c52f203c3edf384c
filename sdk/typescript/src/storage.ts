/**
 * Values that the skill keeps beyond a conversation, for itself alone.
 * Conditions may read; hooks and tools may write. What `set` and `delete` do is
 * stored together with the turn's answer, or not at all when the turn is cut
 * off. `compareAndSet` and `update` write at once, for what several
 * conversations change.
 */
import { ask, CapabilityError } from "./errors.ts";
import { capability, type WireEntry } from "./host.ts";
import { readPairs, writeJson } from "./json.ts";

/** How often `update` reads again because another conversation was first: as
 * many as could ever write the same key at once and take turns. */
const TRIES = 32;

/** A value with its version and trust. */
export interface Entry<T = any> {
  value: T;
  /** Raised by every write; `null`: written in this turn by `set`. */
  version: number | null;
  /** From 0 to 100; the lowest of what the skill had heard when it wrote. */
  trust: number;
  extra: { [name: string]: any };
}

/** How much is stored, and how much may be. */
export interface Usage { keys: number; bytes: number; maxKeys: number; maxBytes: number }

export interface Storage {
  /** The value under this key. */
  get<T = any>(key: string): T | undefined;
  /** The value under this key with its version and trust. */
  entry<T = any>(key: string): Entry<T> | undefined;
  /** Keeps a value under this key. */
  set(key: string, value: unknown): void;
  /** Forgets the value under this key. */
  delete(key: string): void;
  /** At most `limit` keys that begin with `prefix`, in order, those after `after`. At most 1000. */
  keys(prefix: string, limit: number, after?: string): string[];
  /**
   * Writes at once, if the version is still the one that was read (`null`: there
   * was no value). The version it has now; `null`: somebody else was first.
   */
  compareAndSet(key: string, version: number | null, value: unknown): number | null;
  /** Changes a value at once, and again when somebody else was first. The value that was written. */
  update<T>(key: string, change: (before: T | undefined) => T): T;
  /** How much is stored, and how much may be. */
  used(): Usage;
}

const read = (entry: WireEntry): Entry => ({
  ...entry,
  value: JSON.parse(entry.value),
  extra: readPairs(entry.extra),
});

const written = (key: string, value: unknown) => writeJson(value, `the value of \`${key}\``);

export const storage: Storage = {
  get: (key) => storage.entry(key)?.value,
  entry(key) {
    const entry = ask(() => capability("storage").get(key));
    return entry === null ? undefined : read(entry);
  },
  set(key, value) {
    const json = written(key, value);
    ask(() => capability("storage").set(key, json));
  },
  delete: (key) => ask(() => capability("storage").delete(key)),
  keys: (prefix, limit, after) => ask(() => capability("storage").keys(prefix, after ?? null, limit)),
  compareAndSet(key, version, value) {
    const json = written(key, value);
    return ask(() => capability("storage").compareAndSet(key, version, json));
  },
  update(key, change) {
    for (let tries = 0; tries < TRIES; tries++) {
      const before = storage.entry(key);
      const value = change(before?.value);
      if (storage.compareAndSet(key, before?.version ?? null, value) !== null) return value;
    }
    throw new CapabilityError("unavailable", `\`${key}\` is changed by others all the time`);
  },
  used: () => ask(() => capability("storage").used()),
};
