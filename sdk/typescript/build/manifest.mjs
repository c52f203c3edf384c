/** The manifest, found by running the skill's modules in node, where no capability answers. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";
import { Failure } from "./failure.mjs";
import { SDK } from "./tools.mjs";

/** Modules only declare things, which takes milliseconds; this is for a slow machine. */
const PATIENCE = 20_000;

/** The manifest, and the files that it comes from. */
export async function findManifest(tools, { folder, entry, usual }, scratch) {
  const { script, map, inputs } = await bundle(tools, folder, manifestEntry({ entry, usual, folder }));
  const file = join(scratch, "manifest.mjs");
  const answer = join(scratch, "manifest.json");
  map.sources = map.sources.map((source) => join(folder, source));
  const inline = Buffer.from(JSON.stringify(map)).toString("base64");
  writeFileSync(file, `${script}\n//# sourceMappingURL=data:application/json;base64,${inline}\n`);
  const runner = fileURLToPath(new URL("./run.mjs", import.meta.url));
  const ran = spawnSync(process.execPath, ["--enable-source-maps", runner, file, answer], {
    encoding: "utf8",
    timeout: PATIENCE,
  });
  if (ran.error?.code === "ETIMEDOUT") {
    throw new Failure(`${entry}: the module is still running after ${PATIENCE / 1000} s; it should only declare things`);
  }
  if (ran.status !== 0) throw new Failure(`${entry}: ${placed(ran.stderr, folder)}`);
  return { manifest: JSON.parse(readFileSync(answer, "utf8")), inputs };
}

function manifestEntry({ entry, usual, folder }) {
  const paths = [join(SDK, "src/prelude.ts"), join(folder, entry), join(SDK, "src/found.ts"), join(SDK, "src/manifest.ts")];
  const [prelude, author, found, manifest] = paths.map((path) => JSON.stringify(path));
  return `
import ${prelude};
import * as author from ${author};
import { skillOf } from ${found};
import { describe } from ${manifest};
export const manifest = describe(skillOf(author, ${JSON.stringify(entry)}), ${JSON.stringify(usual)});
`;
}

/** The message, and the author's lines of the stack. */
function placed(stack, folder) {
  const lines = stack.trim().split("\n");
  const frames = lines.filter((line) => /^\s+at /.test(line));
  const message = lines.slice(0, lines.findIndex((line) => /^\s+at /.test(line)) >>> 0);
  const own = frames.filter((line) => line.includes(folder) && !line.includes(SDK + "/src"));
  return [...message, ...own].join("\n").replaceAll(`${folder}/`, "");
}
