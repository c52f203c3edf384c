import { handoff, hook, Skill, skill, tool } from "@baton/skill";

/** Written in JavaScript. */
export default @skill({ name: "plain-javascript" }) class Plain extends Skill {
  /** Once a conversation. */
  @handoff()
  once(query) {
    return query.text.includes("once") && !this.asked ? "target" : null;
  }

  @hook("after_handoff")
  remember() {
    this.asked = true;
  }

  /** Opens a ticket by a way that no checker follows. */
  @tool()
  open() {
    return this["tick" + "ets"].open("Look at this").state;
  }
}
