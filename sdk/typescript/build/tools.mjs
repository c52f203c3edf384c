/** The tools of the build: which versions, and what to do when they are missing. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "./failure.mjs";

/** The folder of the SDK. */
export const SDK = dirname(dirname(fileURLToPath(import.meta.url)));

const { dependencies: PINNED } = JSON.parse(readFileSync(join(SDK, "package.json"), "utf8"));
const require = createRequire(join(SDK, "package.json"));

/** The tools by name; all that are missing are named at once. */
export function tools() {
  const missing = Object.keys(PINNED).filter((name) => !found(name));
  if (missing.length > 0) {
    throw new Failure(
      `the build needs ${missing.join(", ")}; install what is pinned with\n\n    npm ci --ignore-scripts --prefix ${SDK}\n`,
    );
  }
  const other = Object.entries(versions()).find(([name, version]) => version !== PINNED[name]);
  if (other) {
    const [name, version] = other;
    throw new Failure(
      `${name} ${version} is installed, but ${PINNED[name]} is pinned; run\n\n    npm ci --ignore-scripts --prefix ${SDK}\n`,
    );
  }
  return {
    esbuild: require("esbuild"),
    typescript: require("typescript"),
    componentize: require("componentize-qjs").componentize,
  };
}

/** The versions that are installed. */
export function versions() {
  return Object.fromEntries(Object.keys(PINNED).map((name) => [name, manifest(name).version]));
}

function found(name) {
  try {
    return manifest(name) !== undefined;
  } catch {
    return false;
  }
}

function manifest(name) {
  return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8"));
}
