/** The world of a component: it imports what the skill uses and exports what it has. */
import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SDK } from "./tools.mjs";

/** Those that a skill can use, in the order of the contract's `host` world. */
export const CAPABILITIES = [
  "log", "state", "conversation", "agents", "tickets", "storage",
  "config", "clock", "random", "handoffs", "http", "payments", "discovery",
];

/** Those that hand out handles. */
const WAITS = ["agents", "http", "payments", "discovery"];

/** What stands in a world of this manifest and these capabilities. */
export function deriveWorld(manifest, uses) {
  // An exception ends in a trap, which says nothing; so every skill can write why.
  const imports = CAPABILITIES.filter((name) => name === "log" || uses.has(name));
  if (WAITS.some((name) => uses.has(name))) imports.push("waiting");
  const has = (point) => manifest.hooks.some((hook) => hook.point === point);
  const exports = ["manifest"];
  if (manifest.handoffs.some((handoff) => handoff.decidedBy === "condition")) exports.push("router");
  if (has("before-handoff")) exports.push("before-handoff");
  if (has("after-handoff")) exports.push("after-handoff");
  if (manifest.tools.length > 0) exports.push("tools");
  return { imports, exports };
}

/** The name under which the contract's package knows an interface. */
export function specifier(name) {
  return `baton:skill/${name}@0.1.0`;
}

/** Writes the contract with this world into an empty folder. */
export function writeWorld({ imports, exports }, folder) {
  cpSync(contract(), folder, { recursive: true });
  const lines = [...imports.map((name) => `  import ${name};`), ...exports.map((name) => `  export ${name};`)];
  writeFileSync(join(folder, "component.wit"), `world component {\n${lines.join("\n")}\n}\n`);
}

/** Beside the SDK where it was installed, or in its repository. */
function contract() {
  const places = [join(SDK, "wit"), join(SDK, "../../wit/baton-skill-0.1")];
  return places.find((place) => existsSync(place)) ?? places[0];
}
