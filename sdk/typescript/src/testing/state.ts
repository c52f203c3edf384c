/** What a testing desk has set up and recorded. */
import type { WireMessage } from "../contract.ts";
import type { WireAgent, WireFound, WireRequest, WireResponse, WireTicket } from "../host.ts";
import { encode } from "../utf8.ts";
import { failure } from "./failure.ts";
import { Keeping } from "./keeping.ts";
import { Till } from "./till.ts";
import { Work } from "./work.ts";

/** What an agent does when it is asked. */
interface Behaviour { ends: number; reply: string; error?: Error }

export class State {
  readonly denied = new Set<string>();
  memory: Uint8Array | null = null;
  readonly unreadable: string[] = [];
  readonly lines: [level: string, message: string][] = [];
  readonly messages: WireMessage[] = [];
  readonly metadata: { [name: string]: unknown } = {};
  readonly profile: { [name: string]: unknown } = {};
  readonly staff: (Behaviour & { agent: WireAgent })[] = [];
  readonly queries: [agent: string, text: string][] = [];
  readonly pages = new Map<string, { status: number; body: string }>();
  readonly requests: WireRequest[] = [];
  readonly found: WireFound[] = [];
  readonly searches: [intent: string, max: number][] = [];
  readonly tickets: WireTicket[] = [];
  readonly opened: [reason: string, details: { [name: string]: any }][] = [];
  readonly keeping = new Keeping();
  readonly till = new Till();

  /** Throws unless the capability is granted. */
  check(capability: string): void {
    if (this.denied.has(capability)) throw failure("not-granted", `\`${capability}\` is not granted`);
  }

  addMessage(role: string, agent: string | null, content: string): void {
    const id = String(this.messages.length + 1);
    this.messages.push({ id, time: 0, role, content, agent, toolCalls: [], answers: null, trust: 50, extra: [] });
  }

  addAgent(name: string, state: string, how: Behaviour): void {
    const agent = { name, description: "", examples: [], skills: [], state, extra: [] };
    this.staff.push({ agent, ...how });
  }

  addTicket(reason: string): WireTicket {
    const ticket = { id: String(this.tickets.length + 1), state: "open", reason, created: 0, extra: [] };
    this.tickets.push(ticket);
    return ticket;
  }

  agent(name: string): Behaviour & { agent: WireAgent } {
    const found = this.staff.find(({ agent }) => agent.name === name);
    if (found) return found;
    throw failure("not-found", `there is no agent \`${name}\``);
  }

  query(name: string, text: string, limit: number): Work<unknown> {
    const { ends, reply, error } = this.agent(name);
    this.queries.push([name, text]);
    return new Work(Math.min(ends, limit), () => {
      if (error) throw error;
      if (ends <= limit && ends !== Infinity) return { agent: name, reply, insights: [], extra: [] };
      throw failure("timeout", `\`${name}\` did not answer in time`);
    });
  }

  search(intent: string, max: number): Work<WireFound[]> {
    this.searches.push([intent, max]);
    // As a host does it: nothing for an intent that says nothing.
    return new Work(0, () => (intent.trim() ? this.found.slice(0, max) : []));
  }

  request(request: WireRequest): Work<WireResponse> {
    this.requests.push(request);
    return new Work(0, () => {
      const page = this.pages.get(request.url);
      if (!page) throw failure("unavailable", `nobody serves \`${request.url}\` here`);
      return { status: page.status, headers: [], body: encode(page.body), extra: [] };
    });
  }
}
