import assert from "node:assert/strict";
import { test } from "node:test";
import { Query } from "@baton/skill";
import { describe } from "@baton/skill/testing";
import Specialist from "../src/skill.ts";

test("what is called complex or is long goes to the specialist", () => {
  const long = "and then it stopped ".repeat(16);
  for (const text of ["A COMPLEX matter", "Explain in depth", long]) {
    assert.ok(new Specialist().needsSpecialist(new Query(text)), text);
  }
  for (const text of ["", "Where is my parcel?"]) {
    assert.ok(!new Specialist().needsSpecialist(new Query(text)), text);
  }
});

test("the handoff says that it is urgent and how long it may take", () => {
  const handoff = describe(Specialist).handoffs[0]!;
  assert.deepEqual([handoff.priority, handoff.timeoutMs], [100, 30_000]);
  assert.deepEqual(handoff.metadata, [
    { name: "priority", value: '"high"' },
    { name: "timeout", value: "30" },
  ]);
});
