/** The user's message as a condition sees it. */
import type { WireQuery } from "./contract.ts";
import { readPairs } from "./json.ts";

export class Query {
  readonly text: string;
  readonly conversation: string;
  /** Who wrote it; `null` for an unknown visitor. */
  readonly user: string | null;
  /** The agent that owns the conversation at present. */
  readonly owner: string;
  /** What the caller was authorized for. */
  readonly scopes: readonly string[];
  /** Position of this turn in its conversation, from 1. */
  readonly turn: number;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly time: number;
  readonly extra: { readonly [name: string]: any };

  /** A query as a test needs it: this text, said by nobody in particular in the first turn of a conversation. */
  constructor(text: string, more: Partial<Omit<WireQuery, "text">> = {}) {
    this.text = text;
    this.conversation = more.conversation ?? "conversation";
    this.user = more.user ?? null;
    this.owner = more.owner ?? "front-desk";
    this.scopes = more.scopes ?? [];
    this.turn = more.turn ?? 1;
    this.time = more.time ?? 0;
    this.extra = readPairs(more.extra ?? []);
  }

  /** Whether the caller was authorized for `scope`. */
  hasScope(scope: string): boolean {
    return this.scopes.includes(scope);
  }

  /** Whether one of `parts` occurs anywhere in the text, in any case: "bill" is in "Billing". */
  mentions(...parts: string[]): boolean {
    const text = this.text.toLowerCase();
    return parts.some((part) => text.includes(part.toLowerCase()));
  }

  /** The words of the text: what stands between spaces and punctuation. */
  words(): string[] {
    return this.text.match(/[\p{L}\p{N}]+/gu) ?? [];
  }

  /** The first word that begins with one of `stems`, in any case: "ship" finds "Shipping", but not "friendship". */
  wordStarting(...stems: string[]): string | undefined {
    const small = stems.map((stem) => stem.toLowerCase());
    return this.words().find((word) => small.some((stem) => word.toLowerCase().startsWith(stem)));
  }
}
