/**
 * Promises whose jobs the SDK runs itself. QuickJS runs those of its own only
 * after an export has returned, which is too late: what the skill waits for has
 * to be there before. The build lowers `async` functions to this Promise.
 */

type Job = () => void;
type State = "pending" | "fulfilled" | "rejected";

const jobs: Job[] = [];

/** Runs jobs until there are none. */
export function runJobs(): void {
  // By position, since taking from the front of an array moves all the rest.
  for (let at = 0; at < jobs.length; at++) jobs[at]!();
  jobs.length = 0;
}

/** `queueMicrotask` */
export function enqueue(job: Job): void {
  jobs.push(job);
}

/** What jobs are left of a call that failed are none of the next one's. */
export function dropJobs(): void {
  jobs.length = 0;
}

/** As the standard describes it. */
export class PumpedPromise {
  #state: State = "pending";
  #value: any;
  #then: Job[] = [];

  constructor(executor: (resolve: (value?: any) => void, reject: (why?: any) => void) => void) {
    const [resolve, reject] = this.#settlers();
    try {
      executor(resolve, reject);
    } catch (why) {
      reject(why);
    }
  }

  /** Of which only the first call counts. */
  #settlers(): [(value?: any) => void, (why?: any) => void] {
    let settled = false;
    const once = (act: (value: any) => void) => (value?: any) => {
      if (settled) return;
      settled = true;
      act(value);
    };
    return [once((value) => this.#resolve(value)), once((why) => this.#settle("rejected", why))];
  }

  #resolve(value: any): void {
    if (value === this) return this.#settle("rejected", new TypeError("a Promise cannot wait for itself"));
    let then: unknown;
    try {
      then = value !== null && (typeof value === "object" || typeof value === "function") && value.then;
    } catch (why) {
      return this.#settle("rejected", why);
    }
    if (typeof then !== "function") return this.#settle("fulfilled", value);
    jobs.push(() => {
      const [resolve, reject] = this.#settlers();
      try {
        then.call(value, resolve, reject);
      } catch (why) {
        reject(why);
      }
    });
  }

  #settle(state: State, value: any): void {
    this.#state = state;
    this.#value = value;
    jobs.push(...this.#then);
    this.#then = [];
  }

  then(fulfilled?: ((value: any) => any) | null, rejected?: ((why: any) => any) | null): PumpedPromise {
    return new PumpedPromise((resolve, reject) => {
      const job = () => {
        const handler = this.#state === "fulfilled" ? fulfilled : rejected;
        try {
          if (typeof handler === "function") resolve(handler(this.#value));
          else if (this.#state === "fulfilled") resolve(this.#value);
          else reject(this.#value);
        } catch (why) {
          reject(why);
        }
      };
      if (this.#state === "pending") this.#then.push(job);
      else jobs.push(job);
    });
  }

  catch(rejected?: (why: any) => any): PumpedPromise {
    return this.then(undefined, rejected);
  }

  finally(last: () => any): PumpedPromise {
    return this.then(
      (value) => PumpedPromise.resolve(last()).then(() => value),
      (why) => PumpedPromise.resolve(last()).then(() => {
        throw why;
      }),
    );
  }

  get [Symbol.toStringTag](): string {
    return "Promise";
  }

  static resolve(value?: any): PumpedPromise {
    return value instanceof PumpedPromise ? value : new PumpedPromise((resolve) => resolve(value));
  }

  static reject(why?: any): PumpedPromise {
    return new PumpedPromise((_, reject) => reject(why));
  }

  static all(values: Iterable<any>): PumpedPromise {
    return PumpedPromise.#each(values, (at, results, done, reject) => [
      (value) => done(() => (results[at] = value)),
      reject,
    ]);
  }

  static allSettled(values: Iterable<any>): PumpedPromise {
    return PumpedPromise.#each(values, (at, results, done) => [
      (value) => done(() => (results[at] = { status: "fulfilled", value })),
      (reason) => done(() => (results[at] = { status: "rejected", reason })),
    ]);
  }

  static any(values: Iterable<any>): PumpedPromise {
    // `all` with the two ways exchanged.
    const swapped = [...values].map((value) =>
      PumpedPromise.resolve(value).then((good) => PumpedPromise.reject(good), (bad) => bad),
    );
    return PumpedPromise.all(swapped).then(
      (whys) => PumpedPromise.reject(new AggregateError(whys, "All promises were rejected")),
      (good) => good,
    );
  }

  static race(values: Iterable<any>): PumpedPromise {
    return new PumpedPromise((resolve, reject) => {
      for (const value of values) PumpedPromise.resolve(value).then(resolve, reject);
    });
  }

  static withResolvers(): object {
    let resolve, reject;
    const promise = new PumpedPromise((one, other) => ([resolve, reject] = [one, other]));
    return { promise, resolve, reject };
  }

  static #each(
    values: Iterable<any>,
    handlers: (
      at: number,
      results: any[],
      done: (store: () => void) => void,
      reject: (why: any) => void,
    ) => [(value: any) => void, (why: any) => void],
  ): PumpedPromise {
    return new PumpedPromise((resolve, reject) => {
      const all = [...values];
      const results: any[] = new Array(all.length);
      let left = all.length;
      if (left === 0) resolve(results);
      const done = (store: () => void) => {
        store();
        if (--left === 0) resolve(results);
      };
      all.forEach((value, at) => PumpedPromise.resolve(value).then(...handlers(at, results, done, reject)));
    });
  }
}
