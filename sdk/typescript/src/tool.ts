/** `@tool` */
import type { WireCaller } from "./contract.ts";
import { declaring, place } from "./declared.ts";
import { readPairs } from "./json.ts";
import { choice, given, kebab } from "./names.ts";
import { fieldsOf, type Fields, type Values } from "./schema.ts";

/** What may be said of a tool. */
export interface ToolSettings<F extends Fields> {
  /** The method's name in lower case with hyphens, if it says nothing. */
  name?: string;
  /** The doc comment, if it says nothing. Models know no more of the tool. */
  description?: string;
  /** The arguments by name. The method has them as an object, checked. */
  parameters?: F;
  /** `read`: it changes nothing. */
  effect?: "read" | "write";
  /** The tool is offered only to callers that have all of these. */
  scopes?: readonly string[];
}

/** Who calls a tool. */
export class Caller {
  readonly kind: "agent" | "person" | "client" | (string & {});
  readonly name: string;
  readonly user: string | null;
  readonly conversation: string | null;
  readonly scopes: readonly string[];
  readonly extra: { readonly [name: string]: any };

  /** An agent, as a test needs it, unless more is said. */
  constructor(more: Partial<WireCaller> = {}) {
    this.kind = more.kind ?? "agent";
    this.name = more.name ?? "front-desk";
    this.user = more.user ?? null;
    this.conversation = more.conversation ?? null;
    this.scopes = more.scopes ?? [];
    this.extra = readPairs(more.extra ?? []);
  }

  /** Whether the caller was authorized for `scope`. */
  hasScope(scope: string): boolean {
    return this.scopes.includes(scope);
  }
}

type Decorator<F extends Fields> = (
  method: (this: any, input: Values<F>, caller: Caller) => unknown,
  context: ClassMethodDecoratorContext,
) => void;

const KEYS = ["name", "description", "parameters", "effect", "scopes"];

/** Agents, people and clients may call the method. What it returns is written as JSON. */
export function tool<F extends Fields = {}>(settings: ToolSettings<F> = {}): Decorator<F> {
  return (_, context) => {
    const where = place("tool", context, settings, KEYS);
    const fields = settings.parameters ?? {};
    for (const [name, field] of Object.entries(fields)) {
      if (typeof (field as { check?: unknown } | undefined)?.check !== "function") {
        throw new TypeError(`${where}: write a type for \`${name}\`: text(), number(), integer(), truth(), list(…), …`);
      }
    }
    declaring(context).tools.push({
      member: context.name,
      name: settings.name === undefined ? kebab(String(context.name)) : given(settings.name, where),
      description: settings.description ?? "",
      parameters: fieldsOf(fields),
      fields,
      effect: choice(settings.effect, ["read", "write"], "write", where),
      scopes: [...(settings.scopes ?? [])],
      extra: [],
    });
  };
}
