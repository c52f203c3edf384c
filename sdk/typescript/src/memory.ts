/** The fields of a skill, kept by the host as JSON between its calls. */
import { capability, presentHost } from "./host.ts";
import { decode, encode } from "./utf8.ts";

type Type<S extends object> = new () => S;

/** What a skill can do with its memory, apart from setting its fields. */
export class Memory {
  readonly #skill: object;

  constructor(skill: object) {
    this.#skill = skill;
  }

  /** Forgets this conversation: each field is again what it was at first. */
  forget(): void {
    const skill = this.#skill as { [field: string]: unknown };
    for (const field of Object.keys(skill)) delete skill[field];
    Object.assign(skill, new (skill.constructor as Type<object>)());
  }
}

/** A skill with what it remembers of the conversation. */
export class Recalled<S extends object> {
  private constructor(readonly skill: S, readonly before: string) {}

  /** From the host, or as at first where that has nothing, or nothing that can be read. */
  static load<S extends object>(type: Type<S>): Recalled<S> {
    const skill = new type();
    // A component of a skill without fields does not import it.
    const bytes = presentHost()?.state?.load() ?? null;
    if (bytes === null) return new Recalled(skill, NOTHING);
    const text = decode(bytes);
    try {
      const values = JSON.parse(text);
      if (typeof values !== "object" || values === null || Array.isArray(values)) throw new TypeError("it is no object");
      for (const [field, value] of Object.entries(values)) {
        // What has become a method since then is no field any more.
        if (!(field in type.prototype)) (skill as { [field: string]: unknown })[field] = value;
      }
    } catch (why) {
      capability("state").unreadable((why as Error).message);
      // Unlike anything that is ever written, so that `save` replaces it.
      return new Recalled(new type(), "");
    }
    return new Recalled(skill, text);
  }

  /** Saves what has changed since. */
  save(): void {
    const state = presentHost()?.state;
    if (!state) return;
    try {
      const now = memory(this.skill);
      if (now !== this.before) state.save(now === NOTHING ? new Uint8Array() : encode(now));
    } catch (why) {
      capability("log").write("error", `what the skill remembers was not saved: ${why}`);
    }
  }
}

/** The memory of a skill whose fields are as at first. */
const NOTHING = "{}";

/**
 * The fields that are not as at first, as JSON. The others are left out, so that
 * a list that a newer version has changed is not what an older one had.
 */
export function memory(skill: object): string {
  const first = fields(new (skill.constructor as Type<object>)());
  const now = fields(skill);
  const kept: { [field: string]: unknown } = {};
  for (const field of new Set([...Object.keys(first), ...Object.keys(now)])) {
    // JSON has no `undefined`; a field that was taken away comes back as null.
    if (JSON.stringify(now[field]) !== JSON.stringify(first[field])) kept[field] = now[field] ?? null;
  }
  return JSON.stringify(kept);
}

/** Fields by name. Functions are code, not memory. */
function fields(skill: object): { [field: string]: unknown } {
  const found = Object.entries(skill).filter(([, value]) => typeof value !== "function");
  for (const [field, value] of found) refuseOthers(value, field);
  return Object.fromEntries(found);
}

/** A `Map` would come back as an empty object, and nobody would know why. */
function refuseOthers(value: unknown, where: string): void {
  if (value === null || ["undefined", "boolean", "number", "string"].includes(typeof value)) return;
  if (typeof value !== "object") throw wrong(where, `a ${typeof value}`);
  const parent = Object.getPrototypeOf(value);
  if (parent !== Array.prototype && parent !== Object.prototype && parent !== null) {
    throw wrong(where, `a ${parent.constructor?.name ?? "class"}`);
  }
  for (const [name, inner] of Object.entries(value)) refuseOthers(inner, `${where}.${name}`);
}

function wrong(where: string, what: string): TypeError {
  return new TypeError(`the field \`${where}\` is ${what}; a skill remembers what JSON can express: objects, lists, texts, numbers`);
}
