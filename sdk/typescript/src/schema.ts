/**
 * Types of arguments and configuration that are still there at run time, since
 * TypeScript's are gone by then. `Value<typeof schema>` is the type in TypeScript.
 */

/** A type of values. */
export interface Schema<T> {
  /** As JSON Schema. */
  readonly json: { readonly [key: string]: unknown };
  /** May be left out of an object. */
  readonly optional?: true;
  /** What is wrong with a value, or nothing. */
  check(value: unknown, where: string): string | undefined;
  /** Only there for the type checker. */
  readonly type?: T;
}

/** The type of a schema's values. */
export type Value<S> = S extends Schema<infer T> ? T : never;

/** Schemas by name. */
export type Fields = { readonly [name: string]: Schema<any> };

type Optional<F extends Fields> = { [K in keyof F]: F[K] extends { optional: true } ? K : never }[keyof F];

/** The type of an object of these fields. */
export type Values<F extends Fields> = { [K in Exclude<keyof F, Optional<F>>]: Value<F[K]> } & {
  [K in Optional<F>]?: Value<F[K]>;
};

function simple<T>(type: string, fits: (value: unknown) => boolean, what: string, description?: string): Schema<T> {
  return {
    json: { type, ...(description && { description }) },
    check: (value, where) => (fits(value) ? undefined : `${where} must be ${what}`),
  };
}

/** A text. */
export const text = (description?: string): Schema<string> =>
  simple("string", (value) => typeof value === "string", "a text", description);

/** A number. */
export const number = (description?: string): Schema<number> =>
  simple("number", (value) => typeof value === "number", "a number", description);

/** A whole number. */
export const integer = (description?: string): Schema<number> =>
  simple("integer", (value) => Number.isInteger(value), "a whole number", description);

/** `true` or `false`. */
export const truth = (description?: string): Schema<boolean> =>
  simple("boolean", (value) => typeof value === "boolean", "true or false", description);

/** One of a few words. */
export function choice<const T extends string>(words: readonly T[], description?: string): Schema<T> {
  return {
    json: { type: "string", enum: [...words], ...(description && { description }) },
    check: (value, where) =>
      words.includes(value as T) ? undefined : `${where} must be one of ${words.map((word) => `"${word}"`).join(", ")}`,
  };
}

/** A list. */
export function list<T>(items: Schema<T>, description?: string): Schema<T[]> {
  return {
    json: { type: "array", items: items.json, ...(description && { description }) },
    check(value, where) {
      if (!Array.isArray(value)) return `${where} must be a list`;
      return first(value.map((item, at) => () => items.check(item, `${where}[${at}]`)));
    },
  };
}

/** An object of these fields and no others. */
export function object<F extends Fields>(fields: F, description?: string): Schema<Values<F>> {
  const open = fieldsOf(fields);
  return {
    json: { ...open.json, additionalProperties: false, ...(description && { description }) },
    check(value, where) {
      if (typeof value === "object" && value !== null) {
        const stranger = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
        if (stranger !== undefined) return `${where} may not have \`${stranger}\``;
      }
      return open.check(value, where);
    },
  };
}

/** An object of these fields. As in every other language, a tool's caller may say more than it reads. */
export function fieldsOf<F extends Fields>(fields: F): Schema<Values<F>> {
  const required = Object.keys(fields).filter((name) => !fields[name]!.optional);
  const properties = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.json]));
  return {
    json: {
      type: "object",
      properties,
      ...(required.length > 0 && { required }),
    },
    check(value, where) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return `${where} must be an object`;
      const given = value as { [name: string]: unknown };
      return first(
        Object.entries(fields).map(([name, field]) => () => {
          if (given[name] !== undefined) return field.check(given[name], `\`${name}\``);
          return field.optional ? undefined : `\`${name}\` is missing`;
        }),
      );
    },
  };
}

/** Any JSON value. */
export const anything = (description?: string): Schema<any> => ({
  json: description ? { description } : {},
  check: () => undefined,
});

/** What may be left out. */
export function optional<T>(schema: Schema<T>): Schema<T> & { optional: true } {
  return { ...schema, optional: true };
}

/** The first thing that is wrong. */
function first(checks: (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const wrong = check();
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
