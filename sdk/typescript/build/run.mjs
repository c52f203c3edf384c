/** Runs a bundle that exports `manifest`, and writes that to a file: the module itself may print. */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , bundle, answer] = process.argv;
try {
  const { manifest } = await import(pathToFileURL(bundle).href);
  writeFileSync(answer, JSON.stringify(manifest));
} catch (why) {
  process.stderr.write(why?.stack ?? `${why} was thrown`);
  process.exitCode = 1;
}
