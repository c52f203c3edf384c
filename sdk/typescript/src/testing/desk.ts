/** The desk itself. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ErrorCode } from "../errors.ts";
import { findHostBy, type Host } from "../host.ts";
import { writeJson, writePairs } from "../json.ts";
import type { Money } from "../payments.ts";
import { decode, encode } from "../utf8.ts";
import { advance, dropRest, neverSettles } from "../waiting.ts";
import { answers } from "./answers.ts";
import { failure } from "./failure.ts";
import { State } from "./state.ts";
import type { Payment } from "./till.ts";

/** Tests that run at the same time have a desk each. */
const seated = new AsyncLocalStorage<Host>();
findHostBy(() => seated.getStore());

export class Desk {
  readonly #state = new State();
  readonly #host = answers(this.#state);

  /** A desk that grants nothing, as a skill finds it before the operator has granted anything. */
  static denying(): Desk {
    return new Desk().without(
      "conversation", "agents", "discovery", "payments", "tickets", "storage", "handoffs", "http",
    );
  }

  /** Takes capabilities away. */
  without(...capabilities: string[]): this {
    for (const capability of capabilities) this.#state.denied.add(capability);
    return this;
  }

  /** Adds a message of the user to the conversation. */
  userSays(text: string): this {
    this.#state.addMessage("user", null, text);
    return this;
  }

  /** Adds a message of an agent to the conversation. */
  agentSays(agent: string, text: string): this {
    this.#state.addMessage("agent", agent, text);
    return this;
  }

  /** Adds something that the operator knows of the user. */
  profile(name: string, value: unknown): this {
    this.#state.profile[name] = value;
    return this;
  }

  /** Adds metadata of the conversation. */
  metadata(name: string, value: unknown): this {
    this.#state.metadata[name] = value;
    return this;
  }

  /** Adds a ticket that the user already has. */
  ticket(reason: string): this {
    this.#state.addTicket(reason);
    return this;
  }

  /** Adds an agent that answers everything so, after so many milliseconds, for which nobody really waits. */
  answers(agent: string, reply: string, after = 0): this {
    this.#state.addAgent(agent, "ready", { ends: after, reply });
    return this;
  }

  /** Adds an agent that fails. */
  fails(agent: string, code: ErrorCode = "unavailable", message = `\`${agent}\` is down`): this {
    this.#state.addAgent(agent, "down", { ends: 0, reply: "", error: failure(code, message) });
    return this;
  }

  /** Adds an agent that never answers. */
  silent(agent: string): this {
    this.#state.addAgent(agent, "busy", { ends: Infinity, reply: "" });
    return this;
  }

  /** Adds a page of the web. Every other URL cannot be reached. */
  serves(url: string, status: number, body: string): this {
    this.#state.pages.set(url, { status, body });
    return this;
  }

  /** Adds an agent that every search finds with this score, unless the intent is empty. */
  finds(agent: string, score: number): this {
    this.#state.found.push({ agent, score, skill: null, why: null, extra: [] });
    this.#state.found.sort((one, other) => other.score - one.score);
    return this;
  }

  /** What the skill finds in its memory. */
  remembering(fields: object): this {
    this.#state.memory = encode(JSON.stringify(fields));
    return this;
  }

  /** Adds something that the operator has configured. */
  configured(name: string, value: unknown): this {
    this.#state.keeping.config.push(...writePairs({ [name]: value }, "the configuration"));
    return this;
  }

  /** Adds a value that was stored before. */
  stored(key: string, value: unknown): this {
    this.#state.keeping.put(key, writeJson(value, key));
    return this;
  }

  /** Lets the skill keep no more than this. */
  storageQuota(keys: number, bytes: number): this {
    this.#state.keeping.quota = { keys, bytes };
    return this;
  }

  /** Sets the clock, in milliseconds since 1970. */
  at(time: number): this {
    this.#state.keeping.time = time;
    return this;
  }

  /** Adds a handoff to the conversation's past. */
  handedOver(source: string, target: string, state: "active" | "completed" | "failed"): this {
    const id = String(this.#state.keeping.handoffs.length + 1);
    this.#state.keeping.handoffs.push({
      id, source, target, reason: "specialization", confidence: 1, created: 0, state, extra: [],
    });
    return this;
  }

  /** An answer of this agent costs so much. */
  priced(agent: string, price: Money): this {
    this.#state.till.prices.set(agent, price);
    return this;
  }

  /** The user can spend so much, in one currency more. */
  wallet(money: Money): this {
    this.#state.till.wallet.push({ ...money });
    return this;
  }

  /** Whatever is to be set aside is refused so. */
  refusesPayment(code: ErrorCode, message: string): this {
    this.#state.till.refuses = failure(code, message);
    return this;
  }

  /** Runs a piece of a skill at this desk. */
  run<T>(piece: () => T | Promise<T>): Promise<T> {
    return seated.run(this.#host, async () => {
      let ended = false;
      const result = (async () => piece())().finally(() => (ended = true));
      // Whoever awaits it hears of it; until then it must not end the process.
      result.catch(() => {});
      try {
        for (;;) {
          // All that needs no host has happened by then.
          await new Promise(setImmediate);
          if (ended) return await result;
          if (!advance()) throw neverSettles();
        }
      } finally {
        dropRest();
      }
    });
  }

  /** The lines written to the log, each with its level. */
  log(): [level: string, message: string][] {
    return [...this.#state.lines];
  }

  /** The queries made, each with the agent that was asked. */
  queries(): [agent: string, text: string][] {
    return [...this.#state.queries];
  }

  /** The requests sent to the web. */
  requests(): { method: string; url: string; headers: { [name: string]: string }; body: string }[] {
    return this.#state.requests.map(({ method, url, headers, body }) => ({
      method,
      url,
      headers: Object.fromEntries(headers.map((header) => [header.name, header.value])),
      body: decode(body),
    }));
  }

  /** The searches made, each with the most that it wanted. */
  searches(): [intent: string, max: number][] {
    return [...this.#state.searches];
  }

  /** The tickets opened, each with its reason and details. */
  opened(): [reason: string, details: { [name: string]: any }][] {
    return [...this.#state.opened];
  }

  /** What the skill has kept for its next call. */
  memory(): any {
    return this.#state.memory && JSON.parse(decode(this.#state.memory));
  }

  /** Why what was remembered could not be read, each time. */
  unreadable(): string[] {
    return [...this.#state.unreadable];
  }

  /** What is stored. */
  values(): { [key: string]: any } {
    return Object.fromEntries([...this.#state.keeping.values].map(([key, entry]) => [key, JSON.parse(entry.value)]));
  }

  /** The conversation's metadata, what the skill has set included. */
  noted(): { [name: string]: any } {
    return { ...this.#state.metadata };
  }

  /** What the skill did with money, in order; what was refused is not there. */
  payments(): Payment[] {
    return [...this.#state.till.done];
  }
}
