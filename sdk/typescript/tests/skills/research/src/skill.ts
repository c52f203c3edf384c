import { Skill, text, tool } from "@baton/skill";

const EXPERTS = ["science-expert", "history-expert", "culture-expert"];

/** Researches topics with several experts. */
export default class Research extends Skill {
  /** Research a topic using several expert agents. */
  @tool({ effect: "read", parameters: { topic: text("What is to be researched.") } })
  async researchTopic({ topic }: { topic: string }) {
    const { agents } = this;
    const answers = await Promise.all(EXPERTS.map((expert) => agents.query(expert, `Tell me about ${topic}`)));
    return { topic, perspectives: Object.fromEntries(answers.map(({ agent, reply }) => [agent, reply])) };
  }

  /** The first who answers. */
  @tool({ effect: "read" })
  async quickest() {
    return (await Promise.race(EXPERTS.map((expert) => this.agents.query(expert, "Quick!")))).agent;
  }
}
