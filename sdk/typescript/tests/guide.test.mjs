/** The code that the guide shows, built and run. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build, folder, lacking, SDK } from "./support.mjs";

const guide = readFileSync(join(SDK, "../../docs/skills/typescript.md"), "utf8");
const [first, second, tests] = guide.split("```ts\n").slice(1).map((rest) => rest.split("```")[0]);
const options = { skip: lacking === "componentize-qjs is not installed" && lacking };

test("the first skill of the guide builds and its test passes", options, async () => {
  const place = folder({ "src/skill.ts": first, "tests/skill.test.ts": tests });
  const { code, text } = await build(place);
  assert.equal(code, 0, text);
  assert.match(text, /^finance 0\.0\.0: .*imports log\n/);
  const register = join(SDK, "build/register.mjs");
  // Inside another run, node would report to that one.
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const ran = spawnSync(process.execPath, ["--import", register, "--test", "tests/skill.test.ts"], { cwd: place, env, encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  assert.match(ran.stdout, /stocks go to the expert[\s\S]*pass 1/);
});

test("the hooks and the tool of the guide build", options, async () => {
  const { code, text } = await build(folder({ "src/skill.ts": second }));
  assert.equal(code, 0, text);
  assert.match(text, /imports log, state, conversation, agents, payments, waiting\n/);
});
