import { handoff, Query, Skill } from "@baton/skill";

/** Words of a question that needs the specialist whatever its length. */
const TERMS = ["complex", "complicated", "in depth"];

/** A question of more words than this is about several things at once. */
const MANY_WORDS = 60;

/** Sends complex questions to the specialist. */
export default class Specialist extends Skill {
  /** Complex questions go to the specialist, who has half a minute. */
  @handoff("specialist", { priority: "high", timeout: "30s", metadata: { priority: "high", timeout: 30 } })
  needsSpecialist(query: Query): boolean {
    return query.mentions(...TERMS) || query.text.split(/\s+/).filter(Boolean).length > MANY_WORDS;
  }
}
