/** Work that goes on while the skill does something else. */
import { ask } from "./errors.ts";
import { capability, presentHost, type Handle } from "./host.ts";

interface Awaited { handle: Handle; finish(): void; drop(): void }

/** What is under way, for each host: tests may have several desks at once. */
const underWay = new WeakMap<object, Awaited[]>();

function present(): Awaited[] {
  const host = presentHost();
  if (!host) return [];
  let list = underWay.get(host);
  if (!list) underWay.set(host, (list = []));
  return list;
}

/** Starts work at once; the promise settles when its result is there. */
export function later<T>(start: () => Handle, finish: (handle: Handle) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const handle = ask(start);
    present().push({
      handle,
      finish() {
        try {
          resolve(ask(() => finish(handle)));
        } catch (why) {
          reject(why);
        }
      },
      drop: () => (handle as Partial<Disposable>)[Symbol.dispose]?.(),
    });
  });
}

/** Waits until some of the work has ended. Whether there was any. */
export function advance(): boolean {
  const list = present();
  if (list.length === 0) return false;
  const ended = capability("waiting").waitAny(list.map((one) => one.handle), null);
  // From the back, so that the positions before stay right; finished in order.
  const done = [...ended].sort((one, other) => other - one).map((at) => list.splice(at, 1)[0]!);
  for (const one of done.reverse()) one.finish();
  return true;
}

/** Cancels what nobody waits for any more. */
export function dropRest(): void {
  for (const one of present().splice(0)) one.drop();
}

/** A call waits for something that will never come. */
export function neverSettles(): Error {
  return new Error(
    "a Promise never settles: nothing is left to wait for. " +
      "What skills can wait for are queries, searches, requests and payments",
  );
}

/** A time limit as the contract has it. */
export function milliseconds(limit: number | undefined): number | null {
  if (limit === undefined) return null;
  // As far as 32 bits reach, which is 49 days.
  if (limit > 0) return Math.min(Math.ceil(limit), 0xffff_ffff);
  throw new RangeError(`\`within\` is a number of milliseconds above 0, not ${limit}`);
}
