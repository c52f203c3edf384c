import assert from "node:assert/strict";
import { test } from "node:test";
import {
  choice, handoff, hook, integer, list, object, optional, Query, skill, Skill, text, tool, truth,
  HandoffError, type HandoffContext, type Outcome,
} from "@baton/skill";
import { Conversation, describe } from "@baton/skill/testing";

/** Shows everything that can be declared. */
@skill({ version: "2.1.0", stateVersion: 3, depends: ["agents"], config: object({ limit: integer("How many.") }) })
class ShowCase extends Skill {
  seen: string[] = [];

  /** Static, and so
   * described. */
  @handoff("expert", {
    priority: "low", timeout: "2m", triggers: ["a", "b"], scopes: ["operator"], reason: "escalation",
    mode: "cold", ownership: "returns", history: "last:3", metadata: { tier: "gold" },
  })
  isStatic(query: Query) {
    return query.mentions("grounds") ? { confidence: 0.5, reason: "failure", instructions: "Hurry.", findings: { a: [1] } } as const : query.mentions("yes");
  }

  @handoff(undefined, { targets: ["legal", "tax"], name: "other-name", description: "Given." })
  async isDynamic(query: Query) {
    await Promise.resolve();
    if (query.mentions("tax")) return { to: "tax", confidence: 0.25 };
    return query.mentions("legal") ? "legal" : null;
  }

  @handoff("shop", { keywords: ["buy"], priority: 7 })
  byKeyword() {}

  @hook("before_handoff", { order: -1, targets: ["expert"], onFailure: "continue", handoffs: "all" })
  before(handoff: HandoffContext) {
    if (handoff.originalTask === "refuse") throw HandoffError.unavailable("closed");
    this.seen.push(handoff.target);
    return { facts: ["fact"], findings: { n: 1 }, metadata: { m: null }, instructions: "Do.", remember: { r: true } };
  }

  @hook("after_handoff", { access: "observe" })
  async after(_: HandoffContext, outcome: Outcome) {
    if (outcome.error !== null) return { reply: "Sorry." };
    return undefined;
  }

  /** Adds. */
  @tool({
    effect: "read",
    scopes: ["operator"],
    parameters: {
      words: list(text(), "Some words."),
      mode: optional(choice(["up", "down"])),
      deep: optional(object({ yes: truth() })),
    },
  })
  joinUp({ words, mode }: { words: string[]; mode?: "up" | "down" }) {
    return mode === "up" ? words.join("").toUpperCase() : words.join("");
  }
}

test("the manifest says what the decorators and doc comments say", () => {
  const manifest = describe(ShowCase);
  assert.equal(manifest.name, "show-case");
  assert.equal(manifest.version, "2.1.0");
  assert.equal(manifest.description, "Shows everything that can be declared.");
  assert.deepEqual([manifest.stateVersion, manifest.depends], [3, ["agents"]]);
  assert.deepEqual(JSON.parse(manifest.configSchema!).required, ["limit"]);
  assert.deepEqual(manifest.targets, ["legal", "tax"]);
  const [first, second, third] = manifest.handoffs;
  assert.deepEqual(first, {
    name: "is-static", target: "expert", description: "Static, and so described.", priority: -100, timeoutMs: 120_000,
    scopes: ["operator"], triggers: ["a", "b"], decidedBy: "condition", reason: "escalation", mode: "cold",
    ownership: "returns", metadata: [{ name: "tier", value: '"gold"' }], extra: [{ name: "history", value: '"last:3"' }],
  });
  assert.deepEqual([second!.name, second!.target, second!.description], ["other-name", null, "Given."]);
  assert.deepEqual([third!.decidedBy, third!.triggers, third!.priority], ["triggers", ["buy"], 7]);
  const [before, after] = manifest.hooks;
  assert.deepEqual(before, {
    name: "before", point: "before-handoff", order: -1, targets: ["expert"], access: "amend",
    onFailure: "continue", handoffs: "all", description: "", extra: [],
  });
  assert.deepEqual([after!.access, after!.onFailure], ["observe", "continue"]);
  const [joins] = manifest.tools;
  assert.deepEqual([joins!.name, joins!.effect, joins!.scopes], ["join-up", "read", ["operator"]]);
  assert.deepEqual(JSON.parse(joins!.parameters), {
    type: "object",
    properties: {
      words: { type: "array", items: { type: "string" }, description: "Some words." },
      mode: { type: "string", enum: ["up", "down"] },
      deep: { type: "object", properties: { yes: { type: "boolean" } }, required: ["yes"], additionalProperties: false },
    },
    required: ["words"],
  });
});

test("conditions answer yes, no, grounds, a name or a proposal", async () => {
  const conversation = new Conversation(ShowCase);
  const said = async (words: string) =>
    (await conversation.evaluate(new Query(words))).map((verdict) => (verdict.tag === "pass" ? "pass" : verdict.val.target));
  assert.deepEqual((await said("yes")).slice(0, 2), ["expert", "pass"]);
  assert.deepEqual((await said("legal")).slice(0, 2), ["pass", "legal"]);
  assert.deepEqual((await said("no")).slice(0, 2), ["pass", "pass"]);
  const [grounds] = await conversation.evaluate(new Query("grounds"));
  assert.deepEqual(grounds, {
    tag: "hand-off",
    val: {
      target: "expert", confidence: 0.5, reason: "failure", instructions: "Hurry.",
      findings: [{ name: "a", value: "[1]" }], extra: [],
    },
  });
  const [, proposal] = await conversation.evaluate(new Query("tax"));
  assert.equal(proposal!.tag === "hand-off" && proposal!.val.confidence, 0.25);
});

test("a condition that answers what it cannot is a fault", async () => {
  class Wrong extends Skill {
    @handoff("expert") wrong(): any { return "expert"; }
  }
  class Dynamic extends Skill {
    @handoff() wrong(): any { return true; }
  }
  await assert.rejects(new Conversation(Wrong).evaluate(new Query("")), /answers true, false or grounds; it returned the string "expert"/);
  await assert.rejects(new Conversation(Dynamic).evaluate(new Query("")), /declare the target: `@handoff\("agent"\)`/);
});

test("hooks patch, refuse, and reply in the target's place", async () => {
  const conversation = new Conversation(ShowCase);
  assert.deepEqual(await conversation.beforeHandoff("before", "expert", "Why?"), {
    facts: ["fact"], decisions: [], findings: [{ name: "n", value: "1" }], metadata: [{ name: "m", value: "null" }],
    instructions: "Do.", conversation: [{ name: "r", value: "true" }], replace: null, extra: [],
  });
  assert.deepEqual(conversation.desk.memory(), { seen: ["expert"] });
  await assert.rejects(conversation.beforeHandoff("before", "expert", "refuse"), { code: "unavailable", message: "closed" });
  const patch = await conversation.afterHandoff("after", "expert", "Why?", { error: "down" });
  assert.deepEqual(patch.replace, { reply: "Sorry.", agent: null, fallback: false, extra: [] });
  assert.equal((await conversation.afterHandoff("after", "expert", "Why?", { reply: "So." })).replace, null);
});

test("a patch with a part that there is not is refused", async () => {
  class Wrong extends Skill {
    @hook("before_handoff") wrong(): any { return { metdata: {} }; }
  }
  await assert.rejects(new Conversation(Wrong).beforeHandoff("wrong", "a", "b"), /did you mean `metadata`/);
});

test("a context cannot be changed in place", async () => {
  class Wrong extends Skill {
    @hook("before_handoff") wrong(handoff: any) { handoff.target = "other"; }
  }
  await assert.rejects(new Conversation(Wrong).beforeHandoff("wrong", "a", "b"), /read only property 'target'/);
});

test("a tool's arguments are checked and its answer written", async () => {
  const conversation = new Conversation(ShowCase);
  assert.equal(await conversation.call("join-up", { words: ["a", "b"], mode: "up" }), "AB");
  const refused: [object, RegExp][] = [
    [{}, /`words` is missing/],
    [{ words: "a" }, /`words` must be a list/],
    [{ words: [1] }, /`words`\[0\] must be a text/],
    [{ words: [], mode: "left" }, /`mode` must be one of "up", "down"/],
    [{ words: [], deep: { yes: 1 } }, /`yes` must be true or false/],
    [{ words: [], deep: { yes: true, more: 1 } }, /`deep` may not have `more`/],
  ];
  for (const [input, why] of refused) {
    await assert.rejects(conversation.call("join-up", input), (error: any) => {
      assert.match(error.message, why);
      return error.code === "invalid-arguments";
    });
  }
  await assert.rejects(conversation.call("other"), { code: "unknown-tool" });
});

test("declarations that make no sense are refused where they are made", () => {
  const declare = (decorator: any) => () => {
    class Wrong extends Skill {
      @decorator member() {}
    }
    return Wrong;
  };
  const any: any = handoff;
  const wrong: [any, RegExp][] = [
    [any("x", { timeout: 30 }), /write the time with its unit/],
    [any("x", { priority: "urgent" }), /unknown word: `urgent`; there are/],
    [any("x", { triggers: [] }), /nothing in `triggers` may be empty/],
    [any("x", { targets: ["y"] }), /it has one target already/],
    [any(undefined, { keywords: ["y"] }), /keywords cannot name an agent/],
    [any("x", { name: "Like This" }), /write lower-case letters/],
    [any("x", { history: "some" }), /history is/],
    [(hook as any)("before"), /unknown point: `before`; did you mean `before_handoff`/],
    [tool({ parameters: { a: "string" as any } }), /write a type for `a`/],
  ];
  for (const [decorator, why] of wrong) assert.throws(declare(decorator), why);
  assert.throws(() => {
    class Twice extends Skill {
      @tool({ name: "same" }) one() {}
      @tool({ name: "same" }) other() {}
    }
    describe(Twice);
  }, /two of a tool named `same`/);
});

test("a skill inherits the conditions of the one it extends", () => {
  class Base extends Skill {
    @handoff("a") one() { return true; }
  }
  class Derived extends Base {
    @handoff("b") two() { return true; }
  }
  assert.deepEqual(describe(Derived).handoffs.map(({ name }) => name), ["one", "two"]);
  assert.deepEqual(describe(Base).handoffs.map(({ name }) => name), ["one"]);
});

test("words are found as the conditions need them", () => {
  const query = new Query("My BILLING address; Überweisung Shipped", { scopes: ["operator"] });
  assert.ok(query.mentions("bill") && query.mentions("nothing", "überweisung") && !query.mentions("friend"));
  assert.equal(query.wordStarting("bill", "ship"), "BILLING");
  assert.equal(new Query("our friendship").wordStarting("ship"), undefined);
  assert.deepEqual(new Query("Order #4321, please!").words(), ["Order", "4321", "please"]);
  assert.ok(query.hasScope("operator") && !query.hasScope("other"));
});

test("without a desk nobody answers, and it is said what to do", () => {
  assert.throws(() => new ShowCase().agents.list(), /`agents` was called outside a turn.*in tests through a desk/);
});
