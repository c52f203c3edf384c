import assert from "node:assert/strict";
import { test } from "node:test";
import { Query } from "@baton/skill";
import { Conversation, Desk } from "@baton/skill/testing";
import Resilient from "../src/skill.ts";

const after = async (desk: Desk, how: { reply: string } | { error: string }) => {
  const conversation = new Conversation(Resilient, desk);
  const patch = await conversation.afterHandoff(
    "handle-handoff-failure", "primary-expert", "Ask the expert why", how,
  );
  return patch.replace;
};

test("only who asks for an expert gets one", () => {
  assert.ok(new Resilient().needsExpert(new Query("I want an Expert")));
  assert.ok(!new Resilient().needsExpert(new Query("Where is my parcel?")));
});

test("an answer of the expert stands", async () => {
  const desk = new Desk().answers("general-assistant", "Because.");
  assert.equal(await after(desk, { reply: "So it is." }), null);
  assert.deepEqual(desk.queries(), []);
});

test("when the expert fails the general assistant answers the same question", async () => {
  const desk = new Desk().answers("general-assistant", "Because.");
  const reply = await after(desk, { error: "unreachable" });
  assert.deepEqual(reply, { reply: "Because.", agent: "general-assistant", fallback: true, extra: [] });
  assert.deepEqual(desk.queries(), [["general-assistant", "Ask the expert why"]]);
});

test("when nobody answers the skill does and says that it is a stopgap", async () => {
  for (const desk of [new Desk().fails("general-assistant"), new Desk(), Desk.denying()]) {
    const reply = await after(desk, { error: "unreachable" });
    assert.deepEqual(reply, { reply: "I'll do my best to help directly...", agent: null, fallback: true, extra: [] });
  }
});
