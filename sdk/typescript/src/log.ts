/** Lines for the operator. Needs no grant; `console.log` is `info`. */
import { capability } from "./host.ts";

export interface Log {
  /** Something went wrong. */
  error(message: string): void;
  /** Something looks wrong. */
  warn(message: string): void;
  /** Something worth knowing. */
  info(message: string): void;
  /** Something only the skill's author wants to know. */
  debug(message: string): void;
}

const write = (level: string) => (message: string) => capability("log").write(level, String(message));

export const log: Log = { error: write("error"), warn: write("warn"), info: write("info"), debug: write("debug") };
