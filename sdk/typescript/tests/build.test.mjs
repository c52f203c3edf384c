/** What the build makes of sources, and what it says to wrong ones. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import typescript from "typescript";
import { withDescriptions } from "../build/comments.mjs";
import { lineTable } from "../build/lines.mjs";
import { deriveWorld } from "../build/world.mjs";
import { build, folder, lacking, SDK } from "./support.mjs";

const options = { skip: lacking === "componentize-qjs is not installed" && lacking, concurrency: true };

const NOTHING = { handoffs: [], hooks: [], tools: [] };
const skill = (body, imports = "Skill") => `import { ${imports} } from "@baton/skill";\n${body}`;

/** What the build of this source says. */
async function says(source, more = {}) {
  const { code, text } = await build(folder({ "src/skill.ts": source, ...more }));
  assert.equal(code, 1, text);
  return text;
}

test("a world imports what is used and exports what there is", () => {
  assert.deepEqual(deriveWorld(NOTHING, new Set()), { imports: ["log"], exports: ["manifest"] });
  const manifest = {
    handoffs: [{ decidedBy: "condition" }],
    hooks: [{ point: "before-handoff" }, { point: "after-handoff" }],
    tools: [{}],
  };
  assert.deepEqual(deriveWorld(manifest, new Set(["agents", "state"])), {
    imports: ["log", "state", "agents", "waiting"],
    exports: ["manifest", "router", "before-handoff", "after-handoff", "tools"],
  });
});

test("keywords alone need no router", () => {
  const manifest = { ...NOTHING, handoffs: [{ decidedBy: "triggers" }] };
  assert.deepEqual(deriveWorld(manifest, new Set(["storage"])).exports, ["manifest"]);
  assert.deepEqual(deriveWorld(manifest, new Set(["storage"])).imports, ["log", "storage"]);
});

test("a line of the script is found in the author's file", () => {
  const map = { sources: ["sdk.ts", "src/skill.ts"], mappings: "AAAA;ACEA;;AACA,EDAA" };
  assert.deepEqual(lineTable(map, (path) => path !== "sdk.ts"), {
    files: ["src/skill.ts"],
    lines: ";0:3;;0:4",
  });
});

test("capabilities are found however they are written, and others' members are none", options, async () => {
  const source = skill(
    `const help = (one: Skill) => one.tickets.listOpen();
export default class Many extends Skill {
  readonly kept = { storage: 1 };
  @tool() go() {
    const { random: chance } = this;
    return [help(this), chance.below(2), this["config"].all(), this.kept.storage, { agents: 1 }.agents];
  }
}`,
    "Skill, tool",
  );
  const { code, text } = await build(folder({ "src/skill.ts": source }));
  assert.equal(code, 0, text);
  assert.match(text, /many 0\.0\.0: .*imports log, tickets, config, random\n/);
});

test("only what may change on the skill itself is remembered", options, async () => {
  const source = skill(`class Helper { count = 0; add() { this.count += 1; } }
export default class Steady extends Skill {
  static made = new Helper();
  readonly words = ["a"];
}`);
  const { text } = await build(folder({ "src/skill.ts": source }));
  assert.match(text, /imports log\n/);
});

test("a syntax error is shown with its file, line and caret", options, async () => {
  const text = await says(skill("export default class Wrong extends Skill {\n  oops(: number) {}\n}"));
  assert.match(text, /src\/skill\.ts:3:7/);
  assert.match(text, /oops\(: number\)/);
  assert.match(text, /\^/);
});

test("a decorated member with the wrong signature is refused by the type checker", options, async () => {
  const text = await says(
    skill(`export default class Wrong extends Skill {
  @handoff("expert") wrong(count: number): boolean { return count > 1; }
}`, "Skill, handoff"),
  );
  assert.match(text, /src\/skill\.ts\(3,4\): error TS/);
  assert.match(text, /'Query' is not assignable to type 'number'/);
});

test("a decorator on a field says where it belongs", options, async () => {
  const text = await says(
    `import { handoff, Skill } from "@baton/skill";\nexport default class Wrong extends Skill {\n  @(handoff("expert") as any) wrong = 1;\n}`,
  );
  assert.match(text, /@handoff on `wrong`: it stands on a method, not on a field/);
  assert.match(text, /src\/skill\.ts:3/);
});

test("a module without a skill says what to write", options, async () => {
  assert.match(await says("export const nothing = 1;"), /src\/skill\.ts exports no skill; write `export default class/);
  const two = skill("export class One extends Skill {}\nexport class Two extends Skill {}");
  assert.match(await says(two), /several skills: One, Two/);
});

test("a module of node is refused with what can be used instead", options, async () => {
  const text = await says(skill('import { readFileSync } from "node:fs";\nexport default class Wrong extends Skill { a = readFileSync; }'));
  assert.match(text, /a skill cannot import node's `node:fs`/);
  assert.match(text, /this\.http for the web, this\.storage/);
  assert.match(text, /src\/skill\.ts:2/);
});

test("a module that is nowhere is named", options, async () => {
  const text = await says(skill('import "left-pad-of-nobody";\nexport default class Wrong extends Skill {}'));
  assert.match(text, /Could not resolve "left-pad-of-nobody"/);
});

test("a module that asks the host while it loads is told when to", options, async () => {
  const text = await says(skill("const began = Date.now();\nexport default class Wrong extends Skill { at() { return began; } }"));
  assert.match(text, /`clock` was called outside a turn: call it in a condition, a hook or a tool/);
  assert.match(text, /src\/skill\.ts:2/);
});

test("a field that cannot be remembered is refused", options, async () => {
  const text = await says(skill("export default class Wrong extends Skill { seen = new Map<string, number>(); }"));
  assert.match(text, /the field `seen` is a Map; a skill remembers what JSON can express/);
});

test("settings that nobody knows are named with the nearest right one", options, async () => {
  const text = await says(
    skill(`export default class Wrong extends Skill { @handoff("expert", { trigger: ["x"] } as any) a() { return true; } }`, "Skill, handoff"),
  );
  assert.match(text, /unknown setting: `trigger`; did you mean `triggers`\?/);
});

test("package.json is checked", options, async () => {
  const source = skill("export default class Right extends Skill {}");
  const with_ = (baton) => ({ "package.json": JSON.stringify({ baton }) });
  assert.match(await says(source, with_({ uses: ["agent"] })), /there is no capability `agent`; there are log, state/);
  assert.match(await says(source, with_({ entry: "nowhere.ts" })), /nowhere\.ts, which .*package\.json names, is not there/);
  assert.match(await says(source, with_({ main: "x" })), /"baton" has no `main`/);
  assert.match(await says(source, { "package.json": "{" }), /package\.json: /);
});

test("a folder that is not there and a place that cannot be written are named", options, async () => {
  assert.match((await build("/nowhere/at/all")).text, /^there is no folder \/nowhere\/at\/all\n$/);
  const source = folder({ "src/skill.ts": skill("export default class Right extends Skill {}") });
  assert.match((await build(source, "/nowhere/at/all.wasm")).text, /^ENOENT: no such file or directory, open '\/nowhere/);
});

test("a package and a JSON file are bundled", options, async () => {
  const source = `import { shout } from "tiny";\nimport words from "./words.json";\n${skill(
    'export default class Shouting extends Skill { @tool() all() { return words.map(shout); } }', "Skill, tool",
  )}`;
  const { code, text } = await build(folder({
    "src/skill.ts": source,
    "src/words.json": '["a"]',
    "node_modules/tiny/package.json": '{"name": "tiny", "version": "1.0.0"}',
    "node_modules/tiny/index.js": "exports.shout = async (word) => word.toUpperCase();",
    "node_modules/tiny/index.d.ts": "export function shout(word: string): Promise<string>;",
  }));
  assert.equal(code, 0, text);
});

test("doc comments are unwrapped and their lists are not", () => {
  const source = "/**\n * One\n * sentence.\n *\n * - a\n *   - b\n */\n@skill() class Listed extends Skill {}";
  const [, line] = withDescriptions(typescript, "skill.ts", source).split("\nimport ");
  assert.match(line, /__documented\(Listed, \{"":"One sentence\.\\n\\n- a\\n *- b"\}\);/);
});

test("a folder without a skill is told what to write", options, async () => {
  assert.match((await build(folder())).text, /there is no skill in .*; write src\/skill\.ts/);
});

test("a wrong command line is told the right one", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(SDK, "build/build.mjs")], { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, /^usage: node build\.mjs FOLDER -o OUT\.wasm/);
});

test("tools that are missing are named with the command that installs them", async () => {
  const bare = folder();
  for (const part of ["build", "src", "package.json"]) cpSync(join(SDK, part), join(bare, part), { recursive: true });
  const source = folder({ "src/skill.ts": skill("export default class Right extends Skill {}") });
  const { status, stderr } = spawnSync(process.execPath, [join(bare, "build/build.mjs"), source, "-o", "x.wasm"], {
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(stderr, /the build needs componentize-qjs, esbuild, typescript; install what is pinned with/);
  assert.match(stderr, new RegExp(`npm ci --ignore-scripts --prefix ${bare}`));
});

test("a class without a name is called as its package, and without that is refused", options, async () => {
  const source = skill("export default class extends Skill {}");
  const named = await build(folder({ "src/skill.ts": source, "package.json": '{"name": "@shop/quiet-one", "version": "0.2.0"}' }));
  assert.match(named.text, /^quiet-one 0\.2\.0: /);
  assert.match(await says(source), /this skill has no name/);
});
