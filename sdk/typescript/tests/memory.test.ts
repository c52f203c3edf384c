import assert from "node:assert/strict";
import { test } from "node:test";
import { handoff, hook, integer, Query, Skill, tool } from "@baton/skill";
import { Conversation, Desk } from "@baton/skill/testing";

class Counter extends Skill {
  calls = 0;
  note?: string;
  readonly words = ["a", "b"];
  twice = () => this.calls * 2;

  @handoff("target") always() {
    this.calls = 100;
    return this.calls > 0;
  }

  @hook("after_handoff") fails() {
    this.calls += 1;
    throw new Error("afterwards");
  }

  @tool({ parameters: { by: integer() } }) count({ by }: { by: number }) {
    this.calls += by;
    if (by === 7) throw new Error("seven");
    return this.calls;
  }

  @tool() forget() {
    this.state.forget();
  }

  @tool() breaks() {
    (this as any).seen = new Set();
  }
}

test("fields that have changed are kept and the others are not", async () => {
  const conversation = new Conversation(Counter);
  assert.equal(await conversation.call("count", { by: 2 }), 2);
  assert.equal(await conversation.call("count", { by: 2 }), 4);
  assert.deepEqual(conversation.desk.memory(), { calls: 4 });
});

test("what a condition sets is dropped", async () => {
  const conversation = new Conversation(Counter);
  await conversation.evaluate(new Query("hello"));
  assert.equal(conversation.desk.memory(), null);
});

test("what was set before a failure is kept", async () => {
  const conversation = new Conversation(Counter);
  await assert.rejects(conversation.call("count", { by: 7 }), /seven/);
  await assert.rejects(conversation.afterHandoff("fails", "a", "b", { reply: "c" }), /afterwards/);
  assert.deepEqual(conversation.desk.memory(), { calls: 8 });
});

test("a skill can forget", async () => {
  const conversation = new Conversation(Counter, new Desk().remembering({ calls: 5, note: "x" }));
  await conversation.call("forget");
  assert.equal(conversation.desk.memory(), null);
  assert.equal(await conversation.call("count", { by: 1 }), 1);
});

test("a memory that cannot be read is reported and started over", async () => {
  for (const memory of [[1], "text" as any]) {
    const desk = new Desk().remembering(memory);
    await new Conversation(Counter, desk).call("count", { by: 1 });
    assert.deepEqual(desk.unreadable(), ["it is no object"]);
    assert.deepEqual(desk.memory(), { calls: 1 });
  }
});

test("an old memory does not replace a method, nor a list of a newer version", async () => {
  const desk = new Desk().remembering({ calls: 1, count: 3 });
  assert.equal(await new Conversation(Counter, desk).call("count", { by: 1 }), 2);
});

test("what JSON cannot express is not kept, and the operator learns of it", async () => {
  const conversation = new Conversation(Counter, new Desk().remembering({ calls: 1 }));
  await conversation.call("breaks");
  assert.match(conversation.desk.log()[0]![1], /was not saved: TypeError: the field `seen` is a Set/);
  assert.deepEqual(conversation.desk.memory(), { calls: 1 });
});
