/** Names as the contract writes them, and the nearest right one. */

/** `escalateToHuman` and `escalate_to_human` → `escalate-to-human`, `HTTPRouter` → `http-router` */
export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .replace(/_+/g, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase();
}

/** The name that settings give, which must look like the derived ones. */
export function given(name: string, where: string): string {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return name;
  throw new TypeError(
    `${where}: \`${name}\` is no name; write lower-case letters and digits with hyphens between: "like-this"`,
  );
}

/** Refuses settings that nobody knows. */
export function known(settings: object, right: readonly string[], where: string): void {
  for (const key of Object.keys(settings)) {
    if (!right.includes(key)) throw new TypeError(`${where}: unknown setting: ${suggestion(key, right)}`);
  }
}

/** One of a few words, or the usual one. */
export function choice<T extends string>(value: T | undefined, right: readonly T[], usual: T, where: string): T {
  if (value === undefined) return usual;
  if (right.includes(value)) return value;
  throw new TypeError(`${where}: unknown word: ${suggestion(String(value), right)}`);
}

/** "did you mean `x`? …", where one of `right` is like what was written. */
export function suggestion(wrong: string, right: readonly string[]): string {
  const all = right.map((name) => `\`${name}\``).join(", ");
  let nearest: [number, string] = [0.6, ""];
  for (const name of right) {
    const far = distance(wrong.toLowerCase(), name.toLowerCase()) / Math.max(wrong.length, name.length);
    if (far <= nearest[0]) nearest = [far, name];
  }
  return nearest[1]
    ? `\`${wrong}\`; did you mean \`${nearest[1]}\`? There are ${all}`
    : `\`${wrong}\`; there are ${all}`;
}

/** How many letters have to change (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same));
    }
    row = next;
  }
  return row[other.length]!;
}
