/** UTF-8, which QuickJS does not bring along. */

/** The text's bytes. */
export function encode(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const letter of text) {
    let code = letter.codePointAt(0)!;
    // Half of a pair stands for nothing; the others have it as U+FFFD, too.
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
  }
  return Uint8Array.from(bytes);
}

/** The bytes' text; what is no UTF-8 becomes U+FFFD. */
export function decode(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const [code, length] = point(bytes, at);
    text += String.fromCodePoint(code);
    at += length;
  }
  return text;
}

function point(bytes: Uint8Array, at: number): [code: number, length: number] {
  const first = bytes[at]!;
  if (first < 0x80) return [first, 1];
  const more = first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xc2 && first < 0xe0 ? 1 : 0;
  let code = first & (0x3f >> more);
  for (let next = 1; next <= more; next++) {
    const byte = bytes[at + next];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return [0xfffd, next];
    code = (code << 6) | (byte & 63);
  }
  const least = [0, 0x80, 0x800, 0x10000][more]!;
  const fits = more > 0 && code >= least && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return fits ? [code, more + 1] : [0xfffd, 1];
}
