/** Where an error came from, in the author's files. */

/** For each line of the component's script the file and line it was made of; the build writes it behind the script. */
export interface Lines {
  files: string[];
  /** For each line `file:line`, the file as its position, or nothing; one text, since a list would be ten times as large. */
  lines: string;
}

/** The error and the author's lines that led there. */
export function trace(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `${JSON.stringify(thrown)} was thrown; throw an Error to learn where`;
  const head = `${thrown.name}: ${thrown.message}`;
  const lines = (globalThis as { __batonLines?: Lines }).__batonLines;
  if (!lines) return thrown.stack ?? head;
  const table = lines.lines.split(";");
  const frames: string[] = [];
  for (const [, name, line] of (thrown.stack ?? "").matchAll(/^\s*at (.*?) ?\(?[^\s(]*:(\d+):\d+\)?$/gm)) {
    const [file, at] = (table[Number(line) - 1] ?? "").split(":");
    const path = file ? lines.files[Number(file)]! : undefined;
    // The SDK's own lines have no file; they would tell the author nothing.
    if (path) frames.push(`    at ${name || "module"} (${path}:${at})`);
  }
  return [head, ...frames].join("\n");
}
