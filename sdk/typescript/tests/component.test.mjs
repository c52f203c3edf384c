/** Skills in the real sandbox. Needs the program, by the variable BATON. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { agent, component, desk, lacking } from "./support.mjs";

const options = { skip: lacking, concurrency: true };

test("a condition routes", options, async () => {
  const baton = await desk(["finance"], agent("finance-expert"));
  assert.match(baton("run", "My portfolio is down").stdout, /This is finance-expert\./);
  assert.match(baton("run", "Hello").stdout, /This is the desk\./);
  const shown = baton("skill", "inspect", "finance").stdout;
  assert.match(shown, /Sends investment questions to the expert\./);
  assert.match(shown, /imports +baton:skill\/log@0\.1\.0\n/);
});

test("three experts asked at once answer in the time of one", options, async () => {
  const experts = ["science-expert", "history-expert", "culture-expert"];
  const config = experts.map((name) => agent(name, 'delay = "700ms"')).join("");
  const baton = await desk(["research"], `${config}[skills.research]\ngrants = ["agents"]\n`);
  // The first call compiles the component.
  baton("skill", "list");
  const began = performance.now();
  const { stdout } = baton("tool", "call", "research", "research-topic", '{"topic": "tea"}');
  const taken = performance.now() - began;
  assert.deepEqual(JSON.parse(stdout).perspectives, Object.fromEntries(experts.map((name) => [name, `This is ${name}.`])));
  // One after the other they would take 2.1 s and more.
  assert.ok(taken > 700 && taken < 1_900, `${taken} ms`);
});

test("of a race the others are cancelled", options, async () => {
  const config = agent("science-expert", 'delay = "20s"') + agent("history-expert") + agent("culture-expert", 'delay = "20s"');
  const baton = await desk(["research"], `${config}[skills.research]\ngrants = ["agents"]\n`);
  const began = performance.now();
  assert.equal(baton("tool", "call", "research", "quickest").stdout.trim(), "history-expert");
  assert.ok(performance.now() - began < 15_000);
});

test("fields are remembered from turn to turn and what a condition sets is dropped", options, async () => {
  const baton = await desk(["workflow"], agent("data-analyst") + agent("report-writer"));
  const say = (text) => baton("run", "--conversation", "work", text).stdout;
  // The condition that is asked here sets the field.
  assert.match(say("Write the report"), /This is the desk\./);
  assert.match(say("Write the report"), /This is the desk\./);
  assert.match(say("Please analyze the sales"), /This is data-analyst\./);
  assert.match(say("Please analyze the sales"), /This is the desk\./);
  assert.match(say("Write the report"), /This is report-writer\./);
});

test("when the expert fails the after hook asks somebody else", options, async () => {
  const config = agent("primary-expert", 'script = "fail"') + agent("general-assistant");
  const baton = await desk(["resilient"], `${config}[skills.resilient]\ngrants = ["agents"]\n`);
  assert.match(baton("run", "I want an expert").stdout, /This is general-assistant\./);
  const ungranted = await desk(["resilient"], config);
  assert.match(ungranted("run", "I want an expert").stdout, /I'll do my best to help directly/);
});

test("complex questions go to the specialist", options, async () => {
  const baton = await desk(["specialist"], agent("specialist"));
  assert.match(baton("run", "This is complex").stdout, /This is specialist\./);
});

test("an exception in a condition is on record with the author's files and lines", options, async () => {
  const baton = await desk(["clumsy"], agent("target"));
  const { stdout, stderr } = baton("run", "a condition that throws");
  assert.match(stdout, /This is the desk\./);
  assert.match(stderr, /ERROR RangeError: it went wrong: a condition that throws/);
  assert.match(stderr, /at fail \(src\/helper\.ts:3\)/);
  assert.match(stderr, /\(src\/skill\.ts:15\)/);
});

test("an error of a hook refuses the handoff and any other exception fails the hook", options, async () => {
  const baton = await desk(["clumsy"], agent("target"));
  const refused = baton("run", "refuse this");
  assert.doesNotMatch(refused.stdout, /This is target/);
  assert.match(refused.stdout, /not on Sundays/);
  const { stdout, stderr } = baton("run", "explode, please");
  assert.doesNotMatch(stdout, /This is target/);
  assert.match(stderr, /ERROR RangeError: it went wrong: in a hook .*src\/helper\.ts:3/s);
});

test("what a tool throws is its error and a Promise that never settles is one", options, async () => {
  const baton = await desk(["clumsy"], agent("target"));
  const call = (how) => {
    const { code, stderr } = baton("tool", "call", "clumsy", "throws", JSON.stringify({ how }));
    assert.equal(code, 1);
    return stderr;
  };
  assert.match(call("error"), /ERROR RangeError.*src\/helper\.ts:3.*error: it went wrong: in a tool \(failed\)/s);
  assert.match(call("tool-error"), /^error: try a smaller one \(invalid-arguments\)/m);
  assert.match(call("capability"), /^error: you there \(not-allowed\)/m);
  assert.match(call("text"), /^error: just a text \(failed\)/m);
  assert.match(call("never"), /^error: a Promise never settles: nothing is left to wait for.*\(failed\)/m);
  assert.match(call("other"), /invalid-arguments/);
});

test("console, clock and chance are the host's", options, async () => {
  const baton = await desk(["clumsy"], agent("target"));
  const { stdout, stderr } = baton("tool", "call", "clumsy", "globals");
  assert.deepEqual(JSON.parse(stdout), {
    sameClock: true, year: 1970, isDate: true, drawn: true, below: true, bytes: 4,
  });
  assert.match(stderr, /INFO seen \{"a":1\}/);
  assert.match(stderr, /WARN Error: a warning/);
  const seen = baton("skill", "inspect", "clumsy").stdout;
  assert.match(seen, /imports +.*log.*state.*clock.*random/);
});

test("a tool remembers, too", options, async () => {
  const baton = await desk(["clumsy"], agent("target"));
  const count = () => baton("tool", "call", "clumsy", "count", '{"by": 2}', "--conversation", "counted").stdout.trim();
  assert.deepEqual([count(), count()], ["2", "4"]);
});

test("a skill may be written in JavaScript", options, async () => {
  const baton = await desk(["plain"], `${agent("target")}[skills.plain-javascript]\ngrants = ["tickets"]\n`);
  const say = (text) => baton("run", "--conversation", "plain", text).stdout;
  assert.match(say("only once"), /This is target\./);
  assert.match(baton("skill", "list").stdout, /plain-javascript +1\.2\.3/);
  assert.equal(baton("tool", "call", "plain-javascript", "open", "--user", "somebody").stdout.trim(), "open");
});

test("a component says what it was made of", options, async () => {
  const { readFile } = await import("node:fs/promises");
  const { createHash } = await import("node:crypto");
  const { out } = await component("clumsy");
  const bytes = await readFile(out);
  const section = JSON.parse(bytes.subarray(bytes.lastIndexOf("baton:sources") + "baton:sources".length).toString());
  const digest = async (name) =>
    createHash("sha256").update(await readFile(new URL(`./skills/clumsy/${name}`, import.meta.url))).digest("hex");
  assert.deepEqual(section.sources, {
    "src/helper.ts": await digest("src/helper.ts"),
    "src/skill.ts": await digest("src/skill.ts"),
  });
  assert.equal(section.tools["componentize-qjs"], "0.4.5");
});
