/** Requests that wait for a person. */
import { ask } from "./errors.ts";
import { capability, type WireTicket } from "./host.ts";
import { readPairs, writePairs, type Named } from "./json.ts";

/** A request that waits for a person. */
export interface Ticket {
  id: string;
  /** `open`, `claimed` or `closed`. */
  state: string;
  reason: string;
  /** Milliseconds since 1970-01-01T00:00Z. */
  created: number;
  extra: { [name: string]: any };
}

export interface Tickets {
  /** Opens a ticket about the present conversation, for the turn's user. */
  open(reason: string, details?: Named): Ticket;
  /** The tickets of the turn's user that are not closed. */
  listOpen(): Ticket[];
}

const read = (ticket: WireTicket): Ticket => ({ ...ticket, extra: readPairs(ticket.extra) });

export const tickets: Tickets = {
  open: (reason, details) => read(ask(() => capability("tickets").open(reason, writePairs(details, "detail")))),
  listOpen: () => ask(() => capability("tickets").listOpen()).map(read),
};
