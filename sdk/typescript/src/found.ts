/** Which of a module's exports is the skill. Only the build imports this. */
import type { SkillType } from "./manifest.ts";
import { memory } from "./memory.ts";
import { Skill } from "./skill.ts";

/** The default export if it is a skill, or else the only one. */
export function skillOf(module: object, file: string): SkillType {
  const all = Object.entries(module).filter(([, value]) => typeof value === "function" && value.prototype instanceof Skill);
  const [name, type] = all.find(([name]) => name === "default") ?? all[0] ?? [];
  if (type === undefined) {
    throw new TypeError(`${file} exports no skill; write \`export default class YourSkill extends Skill { … }\``);
  }
  if (name !== "default" && all.length > 1) {
    const names = all.map(([name]) => name).join(", ");
    throw new TypeError(`${file} exports several skills: ${names}; a component is one, so make it the default export`);
  }
  // Fields that cannot be remembered are better told of now than in a turn.
  memory(new (type as SkillType)());
  return type as SkillType;
}
