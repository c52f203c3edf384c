/**
 * Who answers the capabilities: in a component the host, in a test a desk.
 * Functions that fail throw an `Error` whose `payload` is the contract's error.
 */
import type { Pair, WireError, WireMessage } from "./contract.ts";
import type { Handoff } from "./handoffs.ts";
import type { Money } from "./payments.ts";

/** Work under way, owned by whoever holds it. */
export interface Handle { ready(): boolean; wait(): void }

export interface WireAgent {
  name: string;
  description: string;
  examples: string[];
  skills: string[];
  state: string;
  extra: Pair[];
}
export interface WireAnswer { agent: string; reply: string; insights: Pair[]; extra: Pair[] }
export interface WireFound { agent: string; score: number; skill: string | null; why: string | null; extra: Pair[] }
export interface WireReceipt { id: string; amount: Money; state: string; extra: Pair[] }
export interface WireEntry { value: string; version: number | null; trust: number; extra: Pair[] }
export interface WireUsage { keys: number; bytes: number; maxKeys: number; maxBytes: number; extra: Pair[] }
export interface WireTicket { id: string; state: string; reason: string; created: number; extra: Pair[] }
export interface Header { name: string; value: string }
export interface WireRequest {
  method: string;
  url: string;
  headers: Header[];
  body: Uint8Array;
  timeoutMs: number | null;
  extra: Pair[];
}
export interface WireResponse { status: number; headers: Header[]; body: Uint8Array; extra: Pair[] }

/** The interfaces of the contract. A component has those that it imports. */
export interface Host {
  log: { write(level: string, message: string): void };
  state: { load(): Uint8Array | null; save(value: Uint8Array): void; unreadable(why: string): void };
  conversation: {
    messages(before: string | null, limit: number): WireMessage[];
    metadata(name: string): string | null;
    setMetadata(name: string, value: string): void;
    profile(): Pair[];
  };
  waiting: { waitAny(handles: Handle[], timeoutMs: number | null): number[] };
  agents: {
    listAgents(): WireAgent[];
    describeAgent(name: string): WireAgent;
    available(name: string): boolean;
    startQuery(agent: string, text: string, timeoutMs: number | null): Handle;
    finishQuery(handle: Handle): WireAnswer;
  };
  discovery: {
    startFind(intent: string, max: number): Handle;
    finishFind(handle: Handle): WireFound[];
  };
  tickets: { open(reason: string, details: Pair[]): WireTicket; listOpen(): WireTicket[] };
  storage: {
    get(key: string): WireEntry | null;
    set(key: string, value: string): void;
    delete(key: string): void;
    keys(prefix: string, after: string | null, limit: number): string[];
    compareAndSet(key: string, version: number | null, value: string): number | null;
    used(): WireUsage;
  };
  config: { get(name: string): string | null; all(): Pair[] };
  clock: { now(): number };
  random: { bytes(length: number): Uint8Array; number(): number };
  handoffs: { history(before: string | null, limit: number): Handoff[]; active(): Handoff[] };
  http: { startRequest(request: WireRequest): Handle; finishRequest(handle: Handle): WireResponse };
  payments: {
    price(agent: string): Money | null;
    startBalance(): Handle;
    finishBalance(handle: Handle): Money[];
    startCharge(amount: Money, description: string, key: string | null): Handle;
    startReserve(amount: Money, description: string, key: string | null): Handle;
    startCapture(receipt: string, amount: Money | null): Handle;
    startRelease(receipt: string): Handle;
    startRefund(receipt: string, amount: Money | null, key: string | null): Handle;
    finish(handle: Handle): WireReceipt;
  };
}

type Present = () => Partial<Host> | undefined;

let present: Present = () => undefined;

/** Says how the host of the present moment is found. */
export function findHostBy(how: Present): void {
  present = how;
}

/** The host, if a turn is under way. */
export function presentHost(): Partial<Host> | undefined {
  return present();
}

/** One capability of the host; its failures become errors of the SDK. */
export function capability<Name extends keyof Host>(name: Name): Host[Name] {
  const host = present();
  if (!host) {
    throw new Error(
      `\`${name}\` was called outside a turn: call it in a condition, a hook or a tool, and in tests through a desk`,
    );
  }
  const found = host[name];
  if (!found) {
    throw new Error(
      `this component was built without \`${name}\`: write "baton": { "uses": ["${name}"] } in package.json`,
    );
  }
  return found as Host[Name];
}

/** What the host throws, as far as it is the contract's. */
export function wireError(thrown: unknown): WireError | undefined {
  const payload = (thrown as { payload?: unknown } | null)?.payload as Partial<WireError> | undefined;
  return typeof payload?.code === "string" && typeof payload.message === "string"
    ? (payload as WireError)
    : undefined;
}
