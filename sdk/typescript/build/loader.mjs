/** Turns modules into what node understands, as the build does, but leaves `async` to node. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inSdk, PACKAGE } from "./bundle.mjs";
import { withDescriptions } from "./comments.mjs";
import { tools } from "./tools.mjs";

const { esbuild, typescript } = tools();

/** `@baton/skill` is found without an installation, and `./x.js` may be written in TypeScript. */
export function resolve(specifier, context, next) {
  if (specifier in PACKAGE) return { url: pathToFileURL(PACKAGE[specifier]).href, shortCircuit: true };
  if (/^\.\.?\//.test(specifier) && context.parentURL?.startsWith("file:")) {
    for (const name of [specifier.replace(/\.js$/, ".ts"), `${specifier}.ts`]) {
      const url = new URL(name, context.parentURL);
      if (url.pathname.endsWith(".ts") && existsSync(url)) return { url: url.href, shortCircuit: true };
    }
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!/^file:.*\.m?[jt]s$/.test(url) || url.includes("/node_modules/")) return next(url, context);
  const path = fileURLToPath(url);
  const source = readFileSync(path, "utf8");
  // Plain modules without decorators are node's own business.
  if (!/ts$/.test(path) && !/^\s*@\w/m.test(source)) return next(url, context);
  const { code } = await esbuild.transform(inSdk(path) ? source : withDescriptions(typescript, path, source), {
    loader: /ts$/.test(path) ? "ts" : "js",
    format: "esm",
    target: "es2022",
    sourcefile: path,
    sourcemap: "inline",
    keepNames: true,
    tsconfigRaw: {},
  });
  return { format: "module", source: code, shortCircuit: true };
}
