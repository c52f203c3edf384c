/** In another file and at a line of its own, so that traces can be told apart. */
export function fail(why: string): never {
  throw new RangeError(`it went wrong: ${why}`);
}
