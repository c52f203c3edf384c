/** What the operator configured under `[skills.NAME.config]`. Needs no grant. */
import { capability } from "./host.ts";
import { readPairs } from "./json.ts";

export interface Config {
  /** The value of this name; `undefined`: it is not configured. A secret is its reference, `secret:NAME`. */
  get<T = any>(name: string): T | undefined;
  /** All of it. */
  all<T = { [name: string]: any }>(): T;
}

export const config: Config = {
  get(name) {
    const json = capability("config").get(name);
    return json === null ? undefined : JSON.parse(json);
  },
  all: <T>() => readPairs(capability("config").all()) as T,
};
