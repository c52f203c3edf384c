/** One script of all modules. */
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { extname, isAbsolute, join, relative } from "node:path";
import { withDescriptions } from "./comments.mjs";
import { Failure } from "./failure.mjs";
import { SDK } from "./tools.mjs";

/** What `@baton/skill` is, wherever the author's folder lies. */
export const PACKAGE = {
  "@baton/skill": join(SDK, "src/index.ts"),
  "@baton/skill/testing": join(SDK, "src/testing/index.ts"),
};

const OFFERED =
  "A skill runs in a sandbox. What it can use are its members: this.http for the web, this.storage for what lasts, " +
  "this.clock and Date, this.random and Math.random, this.log and console.";

/** Bundles `entry`, a script that imports the author's file by its path. */
export async function bundle({ esbuild, typescript }, folder, entry) {
  try {
    const result = await esbuild.build({
      stdin: { contents: entry, resolveDir: folder, sourcefile: "baton-entry.js" },
      absWorkingDir: folder,
      outfile: join(folder, "skill.js"),
      write: false,
      bundle: true,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      target: "es2022",
      // QuickJS runs the jobs of its own promises when it is too late; so the SDK's takes their place.
      supported: { "async-await": false, "async-generator": false, "for-await": false },
      // Errors name functions as the author did.
      keepNames: true,
      sourcemap: "external",
      metafile: true,
      logLevel: "silent",
      // The author's settings are for the editor; decorators are the standard's whatever they say.
      tsconfigRaw: {},
      plugins: [author(typescript)],
    });
    const [map, script] = result.outputFiles;
    return { script: script.text, map: JSON.parse(map.text), inputs: sources(result.metafile, folder) };
  } catch (failed) {
    if (!failed.errors) throw failed;
    const messages = await esbuild.formatMessages(failed.errors, { kind: "error", color: process.stderr.isTTY });
    throw new Failure(messages.join("").trimEnd());
  }
}

function author(typescript) {
  return {
    name: "baton",
    setup(build) {
      build.onResolve({ filter: /^baton:/ }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: /^@baton\/skill(\/|$)/ }, ({ path }) => ({ path: PACKAGE[path] }));
      build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
        isBuiltin(path) && !isAbsolute(path)
          ? { errors: [{ text: `a skill cannot import node's \`${path}\``, notes: [{ text: OFFERED }] }] }
          : undefined,
      );
      build.onLoad({ filter: /\.[mc]?[tj]s$/ }, ({ path }) => {
        if (path.includes("/node_modules/") || inSdk(path)) return undefined;
        const source = readFileSync(path, "utf8");
        const loader = /ts$/.test(extname(path)) ? "ts" : "js";
        return { contents: withDescriptions(typescript, path, source), loader };
      });
    },
  };
}

/** Whether a file is one of the SDK's own. */
export function inSdk(path) {
  return !relative(join(SDK, "src"), path).startsWith("..");
}

/** The files that the script was made of, without the SDK's. */
function sources(metafile, folder) {
  return Object.keys(metafile.inputs)
    .map((path) => join(folder, path))
    .filter((path) => !inSdk(path) && !path.endsWith("baton-entry.js"))
    .sort();
}
