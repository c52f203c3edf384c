/** The manifest, made of what the decorators declare. */
import type { Manifest, ManifestHandoff, ManifestHook } from "./contract.ts";
import {
  declarations, type DeclaredHandoff, type DeclaredHook, type DeclaredTool, type Identity,
} from "./declared.ts";
import { kebab } from "./names.ts";
import type { Skill } from "./skill.ts";

/** The class of a skill. */
export type SkillType<S extends Skill = Skill> = new () => S;

/** A skill's parts in the order of the manifest. */
export interface Parts {
  identity: Identity;
  handoffs: DeclaredHandoff[];
  hooks: DeclaredHook[];
  tools: DeclaredTool[];
}

/** All that the class declares, with what it inherits and doc comments as descriptions. */
export function parts(type: SkillType): Parts {
  const all: Parts = { identity: {}, handoffs: [], hooks: [], tools: [] };
  for (const one of declarations(type)) {
    const { "": description = "", ...docs } = one.docs;
    // A member's doc comment is its description, unless that was given.
    const described = <P extends { member: string | symbol; description: string }>(part: P): P => ({
      ...part,
      description: part.description || docs[String(part.member)] || "",
    });
    // The class at the bottom says who the skill is.
    all.identity = { description, ...one.identity };
    all.handoffs.push(...one.handoffs.map(described));
    all.hooks.push(...one.hooks.map(described));
    all.tools.push(...one.tools.map(described));
  }
  distinct("handoff", all.handoffs);
  distinct("hook", all.hooks);
  distinct("tool", all.tools);
  return all;
}

/** What package.json says, for what the class does not. */
export interface Usual { name?: string; version?: string }

/** What the host reads. */
export function describe(type: SkillType, usual: Usual = {}): Manifest {
  const { identity, handoffs, hooks, tools } = parts(type);
  return {
    name: identity.name ?? nameOf(type, usual),
    version: identity.version ?? usual.version ?? "0.0.0",
    description: identity.description ?? "",
    handoffs: handoffs.map(({ member, targets, ...handoff }): ManifestHandoff => handoff),
    hooks: hooks.map(({ member, ...hook }): ManifestHook => hook),
    tools: tools.map(({ member, fields, parameters, ...tool }) => ({
      ...tool,
      parameters: JSON.stringify(parameters.json),
    })),
    wants: [],
    configSchema: identity.config ? JSON.stringify(identity.config.json) : null,
    stateVersion: identity.stateVersion ?? 1,
    depends: [...(identity.depends ?? [])],
    targets: targets(handoffs),
    extra: [],
  };
}

/** A class that is exported without a name is called `default` by whoever bundles it. */
function nameOf(type: SkillType, { name = "" }: Usual): string {
  const anonymous = type.name === "" || type.name === "default";
  const found = kebab(anonymous ? name.replace(/^@.*\//, "") : type.name);
  if (found) return found;
  throw new TypeError("this skill has no name; write `class YourSkill extends Skill` or `@skill({ name: \"your-skill\" })`");
}

/** Whom dynamic conditions may name: only said if all of them say it. */
function targets(handoffs: DeclaredHandoff[]): string[] {
  const dynamic = handoffs.filter((handoff) => handoff.target === null);
  if (dynamic.some((handoff) => !handoff.targets)) return [];
  return [...new Set(dynamic.flatMap((handoff) => handoff.targets ?? []))];
}

function distinct(kind: string, list: { name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of list) {
    if (seen.has(name)) {
      throw new TypeError(`this skill has two of a ${kind} named \`${name}\`; rename the method or write \`name: "…"\``);
    }
    seen.add(name);
  }
}
