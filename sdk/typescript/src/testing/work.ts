/** Work under way at a testing desk. Nobody really waits: what ends first is told by the numbers. */
import type { Handle } from "../host.ts";
import { failure } from "./failure.ts";

/** What becomes of something that was asked. */
export class Work<T> implements Handle {
  constructor(
    /** After how many milliseconds; never, if infinite. */
    readonly ends: number,
    readonly result: () => T,
  ) {}

  ready(): boolean {
    return this.ends === 0;
  }

  wait(): void {}

  /** The result of a handle that is one of these. */
  static finish<T>(handle: Handle): T {
    if (handle instanceof Work) return handle.result();
    throw failure("wrong-handle", "the handle is of another kind of work");
  }

  /** The positions of those that end first. A real host has a limit for those that never do. */
  static first(handles: Handle[]): number[] {
    const ends = handles.map((handle) => (handle as Work<unknown>).ends);
    const soonest = Math.min(...ends);
    return ends.flatMap((end, at) => (end === soonest ? [at] : []));
  }
}
