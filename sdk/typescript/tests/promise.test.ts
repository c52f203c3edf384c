/** The Promise of components, against what node's does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { enqueue, PumpedPromise, runJobs } from "../src/promise.ts";
import { decode, encode } from "../src/utf8.ts";

/** Runs the same program with either Promise, and returns what it noted. */
async function noted(program: (type: any, note: (value: unknown) => void) => void): Promise<unknown[]> {
  const ours: unknown[] = [];
  program(PumpedPromise, (value) => ours.push(value));
  runJobs();
  const theirs: unknown[] = [];
  program(Promise, (value) => theirs.push(value));
  await new Promise(setImmediate);
  assert.deepEqual(ours, theirs);
  return ours;
}

test("jobs run in the order of the standard", async () => {
  await noted((P, note) => {
    P.resolve(1).then(note).then(() => note("second"));
    new P((resolve: any) => resolve(P.resolve(2))).then(note);
    new P((_: any, reject: any) => reject(3)).catch(note).finally(() => note("last"));
    note("first");
  });
});

test("only the first settling counts and what is thrown rejects", async () => {
  await noted((P, note) => {
    new P((resolve: any, reject: any) => (resolve(1), reject(2), resolve(3))).then(note);
    new P(() => { throw "thrown"; }).then(note, (why: any) => note(["why", why]));
    P.resolve(0).then(() => { throw "inside"; }).then(note, note);
    P.reject("no").finally(() => "ignored").catch(note);
    P.resolve("yes").finally(() => P.reject("from finally")).catch(note);
    P.resolve({ then: (resolve: any) => { resolve("then"); throw "too late"; } }).then(note);
  });
});

test("all, allSettled, race, any and withResolvers", async () => {
  const found = await noted((P, note) => {
    P.all([1, P.resolve(2)]).then(note);
    P.all([]).then(note);
    P.all([P.reject("a"), 1]).catch(note);
    P.allSettled([P.reject("b"), 1]).then(note);
    P.race([new P(() => {}), P.resolve("c")]).then(note);
    P.any([P.reject("d"), P.resolve("e")]).then(note);
    P.any([P.reject("f")]).catch((why: any) => note([why.constructor.name, why.errors]));
  });
  assert.equal(found.length, 7);
  const { promise, resolve } = PumpedPromise.withResolvers() as any;
  let got;
  promise.then((value: any) => (got = value));
  resolve(5);
  runJobs();
  assert.equal(got, 5);
});

test("microtasks are jobs, and a promise that waits for itself is refused", () => {
  const order: string[] = [];
  enqueue(() => order.push("one"));
  PumpedPromise.resolve().then(() => order.push("two"));
  runJobs();
  assert.deepEqual(order, ["one", "two"]);
  let resolve: any, why: any;
  const self = new PumpedPromise((settle) => (resolve = settle));
  self.catch((error) => (why = error));
  resolve(self);
  runJobs();
  assert.ok(why instanceof TypeError);
});

test("texts and bytes are the same as node's", () => {
  for (const text of ["", "plain", "Zürich ✓ 𝄞", "\ud800 half", "\u0000\u07ff\u0800\uffff"]) {
    assert.deepEqual(encode(text), new Uint8Array(new TextEncoder().encode(text)));
    assert.equal(decode(encode(text)), new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text)));
  }
  for (const bytes of [[0xff], [0xc3], [0xe2, 0x82], [0xc0, 0x80], [0xed, 0xa0, 0x80, 65], [0xf5, 65], [0xe2, 65]]) {
    assert.ok(decode(Uint8Array.from(bytes)).includes("\ufffd"));
  }
});
