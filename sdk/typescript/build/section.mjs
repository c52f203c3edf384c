/**
 * What a component was made of. The same sources do not give the same bytes
 * twice, so it says what they were: the custom section `baton:sources`.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { SDK, versions } from "./tools.mjs";

/** The component with the section at its end. */
export function withSources(component, { folder }, inputs) {
  const digests = (root, paths) =>
    Object.fromEntries(paths.map((path) => [relative(root, path).split(sep).join("/"), digest(readFileSync(path))]));
  const ours = readdirSync(join(SDK, "src"), { recursive: true })
    .filter((name) => name.endsWith(".ts") && !name.startsWith("testing"))
    .sort()
    .map((name) => join(SDK, "src", name));
  const made = {
    sources: digests(folder, inputs),
    sdk: digest(JSON.stringify(digests(SDK, ours))),
    tools: { node: process.versions.node, ...versions() },
  };
  const name = Buffer.from("baton:sources");
  const content = Buffer.concat([size(name.length), name, Buffer.from(JSON.stringify(made))]);
  return Buffer.concat([component, Buffer.from([0]), size(content.length), content]);
}

function digest(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** LEB128. */
function size(number) {
  const bytes = [];
  do {
    bytes.push((number & 127) | (number > 127 ? 128 : 0));
    number >>>= 7;
  } while (number > 0);
  return Buffer.from(bytes);
}
