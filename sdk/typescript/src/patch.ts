/** What a hook answers. */
import type { WirePatch } from "./contract.ts";
import { writePairs, type Named } from "./json.ts";
import { known } from "./names.ts";

/**
 * What a hook changes. Everything is added to what is there; source, target and
 * chain are not a hook's to change.
 */
export interface Patch {
  facts?: readonly string[];
  decisions?: readonly string[];
  findings?: Named;
  metadata?: Named;
  /** Appended to the instructions. */
  instructions?: string;
  /** Metadata of the conversation, kept for later turns. */
  remember?: Named;
  /** After a handoff: this reply in the place of the target's. */
  reply?: string | Reply;
}

/** A reply that an after-hook puts in the place of the target's. */
export interface Reply {
  text: string;
  /** Who is to be named as its author; the skill itself if it does not say. */
  agent?: string;
  /** It is a stopgap. */
  fallback?: boolean;
}

/** What a hook returns; nothing changes nothing. */
export type HookAnswer = Patch | null | undefined | void;

const PARTS = ["facts", "decisions", "findings", "metadata", "instructions", "remember", "reply"];

/** The contract's patch. */
export function wirePatch(name: string, answer: unknown): WirePatch {
  const patch = (answer ?? {}) as Patch;
  if (typeof patch !== "object" || Array.isArray(patch)) {
    throw new TypeError(`the hook \`${name}\` returns a patch, such as { facts: ["…"] }, or nothing; not ${typeof answer}`);
  }
  known(patch, PARTS, `what the hook \`${name}\` returned`);
  const reply = typeof patch.reply === "string" ? { text: patch.reply } : patch.reply;
  return {
    facts: [...(patch.facts ?? [])],
    decisions: [...(patch.decisions ?? [])],
    findings: writePairs(patch.findings, "the finding"),
    metadata: writePairs(patch.metadata, "the metadata"),
    instructions: patch.instructions ?? null,
    conversation: writePairs(patch.remember, "the metadata"),
    replace: reply
      ? { reply: reply.text, agent: reply.agent ?? null, fallback: reply.fallback ?? false, extra: [] }
      : null,
    extra: [],
  };
}
