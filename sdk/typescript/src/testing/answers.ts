/** How a testing desk answers. */
import { readPairs, writeJson, writePairs } from "../json.ts";
import type { Host } from "../host.ts";
import type { State } from "./state.ts";
import { Work } from "./work.ts";

/** The contract's functions over what the desk has set up. */
export function answers(state: State): Host {
  const { keeping, till } = state;
  /** The same function, for those to whom the capability is granted. */
  const granted =
    (capability: string) =>
    <A extends unknown[], R>(act: (...values: A) => R) =>
    (...values: A): R => {
      state.check(capability);
      return act(...values);
    };
  const conversation = granted("conversation");
  const agents = granted("agents");
  const tickets = granted("tickets");
  const handoffs = granted("handoffs");
  return {
    log: { write: (level, message) => void state.lines.push([level, message]) },
    state: {
      load: () => state.memory,
      save: (value) => void (state.memory = value.length ? value : null),
      unreadable: (why) => void state.unreadable.push(why),
    },
    conversation: {
      messages: conversation((before, limit) => page(state.messages, before, limit)),
      metadata: conversation((name) => (name in state.metadata ? writeJson(state.metadata[name], name) : null)),
      setMetadata: conversation((name, value) => void (state.metadata[name] = JSON.parse(value))),
      profile: conversation(() => writePairs(state.profile, "the profile")),
    },
    waiting: { waitAny: Work.first },
    agents: {
      listAgents: agents(() => state.staff.map(({ agent }) => agent)),
      describeAgent: agents((name) => state.agent(name).agent),
      available: agents((name) => state.agent(name).agent.state === "ready"),
      startQuery: agents((name, text, limit) => state.query(name, text, limit ?? Infinity)),
      finishQuery: Work.finish,
    },
    discovery: {
      startFind: granted("discovery")((intent, max) => state.search(intent, max)),
      finishFind: Work.finish,
    },
    tickets: {
      open: tickets((reason, details) => {
        state.opened.push([reason, readPairs(details)]);
        return state.addTicket(reason);
      }),
      listOpen: tickets(() => [...state.tickets]),
    },
    storage: keeping.storage(() => state.check("storage")),
    config: {
      get: (name) => keeping.config.find((pair) => pair.name === name)?.value ?? null,
      all: () => keeping.config,
    },
    clock: { now: () => keeping.time },
    random: {
      bytes: (length) => Uint8Array.from({ length }, () => Number(keeping.draw() & 255n)),
      number: () => Number(keeping.draw()),
    },
    handoffs: {
      history: handoffs((before, limit) => page(keeping.handoffs, before, limit)),
      active: handoffs(() => keeping.handoffs.filter((handoff) => handoff.state === "active")),
    },
    http: {
      startRequest: granted("http")((request) => state.request(request)),
      finishRequest: Work.finish,
    },
    payments: till.payments(() => state.check("payments")),
  };
}

/** The end of a list before the one with this id, as the host pages. */
function page<T extends { id: string }>(list: T[], before: string | null, limit: number): T[] {
  const end = before === null ? list.length : Math.max(0, list.findIndex((one) => one.id === before));
  return list.slice(Math.max(0, end - Math.min(limit, 100)), end);
}
