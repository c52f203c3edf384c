#!/usr/bin/env node
/** `node build.mjs FOLDER -o OUT.wasm` builds the skill in a folder. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeComponent } from "./component.mjs";
import { Failure } from "./failure.mjs";
import { findManifest } from "./manifest.mjs";
import { readProject } from "./project.mjs";
import { withSources } from "./section.mjs";
import { tools } from "./tools.mjs";
import { checkTypes } from "./types.mjs";
import { deriveWorld } from "./world.mjs";

/** Globals of JavaScript that the host answers; what is used of them is imported. */
const GLOBALS = { clock: /\bDate\b/, random: /\bMath\.random\b/ };

/** Builds the skill; what it is and what it imports. */
export async function build(folder, out) {
  if (!existsSync(folder)) throw new Failure(`there is no folder ${folder}`);
  const project = readProject(realpathSync(folder));
  const scratch = mkdtempSync(join(tmpdir(), "baton-skill-"));
  try {
    const found = tools();
    // Before the types, since its words for a syntax error or a module that is not there are better.
    const { manifest, inputs } = await findManifest(found, project, scratch);
    const uses = new Set([...project.uses, ...checkTypes(found.typescript, project)]);
    for (const [name, pattern] of Object.entries(GLOBALS)) {
      if (inputs.some((path) => pattern.test(readFileSync(path, "utf8")))) uses.add(name);
    }
    const world = deriveWorld(manifest, uses);
    const component = await makeComponent(found, project, world, scratch);
    const bytes = withSources(component, project, inputs);
    writeFileSync(out, bytes);
    return { manifest, world, bytes: bytes.length };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const USAGE = "usage: node build.mjs FOLDER -o OUT.wasm";

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { output: { type: "string", short: "o" } } });
  if (positionals.length !== 1 || !values.output) throw new Failure(USAGE);
  const began = performance.now();
  const { manifest, world, bytes } = await build(positionals[0], resolve(values.output));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const size = (bytes / 2 ** 20).toFixed(2);
  console.log(`${manifest.name} ${manifest.version}: ${size} MiB in ${seconds} s; imports ${world.imports.join(", ")}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  main().catch((failed) => {
    // What the author or the system can mend is told in words; of anything else one needs to know where.
    console.error(failed instanceof Failure || failed.code ? failed.message : failed);
    process.exitCode = 1;
  });
}
