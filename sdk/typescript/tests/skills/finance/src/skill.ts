import { handoff, type Query, Skill } from "@baton/skill";

/** Sends investment questions to the expert. */
export default class Finance extends Skill {
  /** Investments and trading go to the expert. */
  @handoff("finance-expert", { triggers: ["stock", "portfolio"] })
  needsFinanceExpert(query: Query): boolean {
    return query.mentions("stock", "portfolio");
  }
}
