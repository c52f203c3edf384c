/** What a component says of a capability that it was built without. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Skill } from "@baton/skill";
import { findHostBy } from "../src/host.ts";

class Bare extends Skill {}

test("a capability that was not imported says how to import it", () => {
  findHostBy(() => ({}));
  assert.throws(() => new Bare().tickets.listOpen(), {
    message: 'this component was built without `tickets`: write "baton": { "uses": ["tickets"] } in package.json',
  });
});
