/** Skills built as authors build them, and desks that run them. */
import { execFile, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const HERE = dirname(fileURLToPath(import.meta.url));
export const SDK = dirname(HERE);
const BUILD = join(SDK, "build/build.mjs");
const run = promisify(execFile);

/** Why components cannot be tried, if so. */
export const lacking = !process.env.BATON
  ? "BATON does not name the program"
  : !existsSync(join(SDK, "node_modules/componentize-qjs"))
    ? "componentize-qjs is not installed"
    : false;

const scratch = mkdtempSync(join(tmpdir(), "baton-sdk-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** An empty folder for one test. */
export function folder(files = {}) {
  const made = mkdtempSync(join(scratch, "folder-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(made, name)), { recursive: true });
    writeFileSync(join(made, name), content);
  }
  return made;
}

/** Runs the build driver: its exit code, and what it printed. */
export async function build(source, out = join(folder(), "skill.wasm")) {
  try {
    const { stdout, stderr } = await run(process.execPath, [BUILD, source, "-o", out]);
    return { code: 0, out, text: stdout + stderr };
  } catch (failed) {
    return { code: failed.code, out, text: failed.stdout + failed.stderr };
  }
}

const built = new Map();

/** A skill of these tests or an example, built once. */
export function component(name) {
  if (!built.has(name)) {
    const test = join(HERE, "skills", name);
    built.set(name, build(existsSync(test) ? test : join(SDK, "../../skills/typescript", name)));
  }
  return built.get(name);
}

const CONFIG = `
entry    = "desk"
fallback = "assistant"
[agents.desk]
kind  = "scripted"
reply = "This is the desk."
[agents.assistant]
kind  = "scripted"
reply = "This is the assistant."
`;

/** An agent that says who it is. */
export const agent = (name, more = "") =>
  `[agents.${name}]\nkind = "scripted"\nreply = "This is ${name}."\n${more}\n`;

/** A desk with these skills: runs the program on its folder. */
export async function desk(skills, config) {
  const place = folder({ "baton.toml": CONFIG + config, "skills/.keep": "" });
  for (const name of skills) {
    const { code, out, text } = await component(name);
    if (code !== 0) throw new Error(text);
    cpSync(out, join(place, "skills", `${name}.wasm`));
  }
  return (...args) => baton(["-C", place, ...args]);
}

/** Runs the program: exit code, output, log. */
export function baton(args) {
  const env = { ...process.env, BATON_LOG: "info" };
  const { status, stdout, stderr } = spawnSync(process.env.BATON, args, { encoding: "utf8", env });
  return { code: status, stdout, stderr };
}
