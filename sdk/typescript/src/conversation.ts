/** The conversation of the present turn. */
import type { WireMessage } from "./contract.ts";
import { ask } from "./errors.ts";
import { capability } from "./host.ts";
import { readPairs, writeJson } from "./json.ts";

/** One message of a conversation. */
export interface Message {
  id: string;
  /** Milliseconds since 1970-01-01T00:00Z. */
  time: number;
  role: "user" | "agent" | "tool" | "operator" | (string & {});
  content: string;
  /** Which agent said it, when role is `agent`. */
  agent: string | null;
  toolCalls: { id: string; name: string; arguments: any }[];
  /** Which call this answers, when role is `tool`. */
  answers: string | null;
  /** From 0 (not at all) to 100 (the operator's own words). */
  trust: number;
  extra: { [name: string]: any };
}

export interface Conversation {
  /** At most `limit` of the newest messages, oldest first. At most 100. */
  recent(limit: number): Message[];
  /** At most `limit` messages before the one with this id, oldest first. */
  before(id: string, limit: number): Message[];
  /** Metadata that a hook has put into the conversation. */
  metadata<T = any>(name: string): T | undefined;
  /** Notes metadata of the conversation, kept with the turn. Hooks and tools may, conditions may not. */
  setMetadata(name: string, value: unknown): void;
  /** What the operator's directory knows of the user; empty for a stranger. */
  profile(): { [name: string]: any };
}

const read = (message: WireMessage): Message => ({
  ...message,
  toolCalls: message.toolCalls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) })),
  extra: readPairs(message.extra),
});

const messages = (before: string | null, limit: number) =>
  ask(() => capability("conversation").messages(before, limit)).map(read);

export const conversation: Conversation = {
  recent: (limit) => messages(null, limit),
  before: messages,
  metadata(name) {
    const json = ask(() => capability("conversation").metadata(name));
    return json === null ? undefined : JSON.parse(json);
  },
  setMetadata(name, value) {
    const json = writeJson(value, `metadata \`${name}\``);
    ask(() => capability("conversation").setMetadata(name, json));
  },
  profile: () => readPairs(ask(() => capability("conversation").profile())),
};
