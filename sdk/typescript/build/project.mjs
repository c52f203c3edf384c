/** What the author's folder says. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./failure.mjs";
import { CAPABILITIES } from "./world.mjs";

/** Looked for in this order, where package.json names no entry. */
const ENTRIES = ["src", "."].flatMap((folder) =>
  ["skill", "index"].flatMap((name) => ["ts", "mts", "js", "mjs"].map((ending) => join(folder, `${name}.${ending}`))),
);

/** Folder, entry, name and version, and explicitly used capabilities. */
export function readProject(folder) {
  const file = join(folder, "package.json");
  const { name, version = "0.0.0", baton = {} } = existsSync(file) ? parse(file) : {};
  const stranger = Object.keys(baton).find((key) => !["entry", "uses"].includes(key));
  if (stranger) throw new Failure(`${file}: "baton" has no \`${stranger}\`; it has \`entry\` and \`uses\``);
  const uses = baton.uses ?? [];
  const unknown = uses.find((name) => !CAPABILITIES.includes(name));
  if (unknown) throw new Failure(`${file}: there is no capability \`${unknown}\`; there are ${CAPABILITIES.join(", ")}`);
  const entry = baton.entry ?? ENTRIES.find((name) => existsSync(join(folder, name)));
  if (!entry || !existsSync(join(folder, entry))) {
    const where = baton.entry ? `${baton.entry}, which ${file} names, is not there` : `there is no skill in ${folder}`;
    throw new Failure(`${where}; write src/skill.ts, or name the file: "baton": { "entry": "…" } in package.json`);
  }
  return { folder, entry, usual: { name, version }, uses };
}

function parse(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (why) {
    throw new Failure(`${file}: ${why.message}`);
  }
}
