/**
 * The records of `baton:skill@0.1.0` as they cross into JavaScript: names in
 * camel case, `option` as a value or `null`, 64-bit numbers as `number`.
 */

export interface Pair { name: string; value: string }

export interface WireQuery {
  text: string;
  conversation: string;
  user: string | null;
  owner: string;
  scopes: string[];
  turn: number;
  time: number;
  extra: Pair[];
}

export interface WireMessage {
  id: string;
  time: number;
  role: string;
  content: string;
  agent: string | null;
  toolCalls: { id: string; name: string; arguments: string }[];
  answers: string | null;
  trust: number;
  extra: Pair[];
}

export interface WireProposal {
  target: string;
  confidence: number;
  reason: string;
  instructions: string;
  findings: Pair[];
  extra: Pair[];
}

export type Verdict = { tag: "pass" } | { tag: "hand-off"; val: WireProposal };

export interface WireContext {
  id: string;
  conversation: string;
  task: string;
  user: string | null;
  source: string;
  target: string;
  reason: string;
  originalTask: string;
  summary: string;
  state: string;
  facts: string[];
  decisions: string[];
  findings: Pair[];
  confidence: number;
  instructions: string;
  chain: string[];
  metadata: Pair[];
  created: number;
  expires: number | null;
  trust: number;
  extra: Pair[];
}

export interface WireOutcome {
  success: boolean;
  agent: string;
  reply: string;
  insights: Pair[];
  error: string | null;
  fallback: boolean;
  milliseconds: number;
  extra: Pair[];
}

export interface WireReplacement { reply: string; agent: string | null; fallback: boolean; extra: Pair[] }

export interface WirePatch {
  facts: string[];
  decisions: string[];
  findings: Pair[];
  metadata: Pair[];
  instructions: string | null;
  conversation: Pair[];
  replace: WireReplacement | null;
  extra: Pair[];
}

/** `refusal`, `error` and `tool-error` have the same shape. */
export interface WireError { code: string; message: string; extra: Pair[] }

export interface WireCaller {
  kind: string;
  name: string;
  user: string | null;
  conversation: string | null;
  scopes: string[];
  extra: Pair[];
}

export interface Manifest {
  name: string;
  version: string;
  description: string;
  handoffs: ManifestHandoff[];
  hooks: ManifestHook[];
  tools: ManifestTool[];
  wants: { capability: string; parameters: Pair[] }[];
  configSchema: string | null;
  stateVersion: number;
  depends: string[];
  targets: string[];
  extra: Pair[];
}

export interface ManifestHandoff {
  name: string;
  target: string | null;
  description: string;
  priority: number;
  timeoutMs: number | null;
  scopes: string[];
  triggers: string[];
  decidedBy: string;
  reason: string;
  mode: string;
  ownership: string;
  metadata: Pair[];
  extra: Pair[];
}

export interface ManifestHook {
  name: string;
  point: string;
  order: number;
  targets: string[];
  access: string;
  onFailure: string;
  handoffs: string;
  description: string;
  extra: Pair[];
}

export interface ManifestTool {
  name: string;
  description: string;
  parameters: string;
  effect: string;
  scopes: string[];
  extra: Pair[];
}
