/** What the decorators declare, kept in the class's metadata until the manifest is made of it. */
import type { ManifestHandoff, ManifestHook, ManifestTool } from "./contract.ts";
import { known } from "./names.ts";
import type { Fields, Schema } from "./schema.ts";

/** A member that a decorator stands on. */
interface Member { member: string | symbol }

export type DeclaredHandoff = Member & ManifestHandoff & { targets?: readonly string[] };
export type DeclaredHook = Member & ManifestHook;
export type DeclaredTool = Member & Omit<ManifestTool, "parameters"> & { parameters: Schema<any>; fields: Fields };

/** What stands in `@skill({…})`. */
export interface Identity {
  /** The class's name in lower case with hyphens, if it says nothing. */
  name?: string;
  /** That of package.json, if it says nothing. */
  version?: string;
  /** The class's doc comment, if it says nothing. */
  description?: string;
  /** Raised when what an older version remembered cannot be read any more. */
  stateVersion?: number;
  /** Skills, tools and capabilities without which it cannot work. */
  depends?: readonly string[];
  /** The configuration that it reads. */
  config?: Schema<any>;
}

/** All that one class declares. */
export class Declared {
  identity: Identity = {};
  readonly handoffs: DeclaredHandoff[] = [];
  readonly hooks: DeclaredHook[] = [];
  readonly tools: DeclaredTool[] = [];
  /** Doc comments by member; that of the class under the empty name. */
  docs: { readonly [member: string]: string } = {};
}

// Decorators find it by this name, whoever has lowered them.
(Symbol as { metadata?: symbol }).metadata ??= Symbol.for("Symbol.metadata");
const KEY = Symbol.for("baton.declared");

/** Where a decorator of the class that is being defined writes. */
export function declaring(context: DecoratorContext): Declared {
  return own(context.metadata as Record<symbol, Declared>);
}

/** What a class and those it extends have declared, theirs first. */
export function declarations(type: Function): Declared[] {
  const found: Declared[] = [];
  for (let metadata = metadataOf(type); metadata; metadata = Object.getPrototypeOf(metadata)) {
    if (Object.hasOwn(metadata, KEY)) found.unshift(metadata[KEY]!);
  }
  return found;
}

/** Doc comments, which the build reads from the source. */
export function documented(type: Function, docs: { [member: string]: string }): void {
  const metadata = metadataOf(type);
  // A class without any decorator declares nothing that could be described.
  if (metadata) own(metadata).docs = docs;
}

function metadataOf(type: Function): Record<symbol, Declared> | undefined {
  return (type as unknown as Record<symbol, Record<symbol, Declared> | undefined>)[
    (Symbol as unknown as { metadata: symbol }).metadata
  ];
}

function own(metadata: Record<symbol, Declared>): Declared {
  if (!Object.hasOwn(metadata, KEY)) metadata[KEY] = new Declared();
  return metadata[KEY]!;
}

/** How a decorator and its member are called in errors; checks both. */
export function place(decorator: string, context: DecoratorContext, settings: object, right: readonly string[]): string {
  const where = `@${decorator} on \`${String(context.name)}\``;
  if (context.kind !== "method" || context.static) {
    throw new TypeError(`${where}: it stands on a method, not on a ${(context as { static?: boolean }).static ? "static " : ""}${context.kind}`);
  }
  if (typeof context.name === "symbol" || context.private) {
    throw new TypeError(`${where}: the method needs a name that others can call it by`);
  }
  known(settings, right, where);
  return where;
}
