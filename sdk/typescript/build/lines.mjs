/** For each line of a script the author's line that it was made of. */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** A source map, reduced to what a stack needs; files for which `keep` is false are left out. */
export function lineTable({ sources, mappings }, keep) {
  const files = [];
  const positions = sources.map((path) => (keep(path) ? files.push(path) - 1 : undefined));
  let source = 0;
  let original = 0;
  const lines = mappings.split(";").map((line) => {
    let first = "";
    for (const segment of line.split(",")) {
      const [, sourceDelta, lineDelta] = numbers(segment);
      if (sourceDelta === undefined) continue;
      source += sourceDelta;
      original += lineDelta;
      if (first === "" && positions[source] !== undefined) first = `${positions[source]}:${original + 1}`;
    }
    return first;
  });
  return { files, lines: lines.join(";") };
}

/** The numbers of a segment, in base 64 with variable length. */
function numbers(segment) {
  const found = [];
  let value = 0;
  let shift = 0;
  for (const letter of segment) {
    const digit = DIGITS.indexOf(letter);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    found.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return found;
}
