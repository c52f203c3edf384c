import {
  Caller, CapabilityError, handoff, HandoffError, hook, Query, Skill, text, tool, ToolError,
  type Grounds, type HandoffContext, type Money, type Outcome, type Patch, type Proposal, type Receipt,
} from "@baton/skill";

/** Uses all of the contract, the same in each language. */
export default class Conformance extends Skill {
  answered = 0;

  /** Whoever asks for an expert, or for help, gets one. */
  @handoff("expert", {
    triggers: ["expert", "help"],
    priority: "low",
    timeout: "30s",
    history: "last:10",
    ownership: "returns",
    metadata: { kind: "question" },
  })
  needsExpert(query: Query): Grounds | null {
    if (!query.mentions("expert") && !query.wordStarting("help")) return null;
    return {
      confidence: 0.75,
      reason: "escalation",
      instructions: "Be brief.",
      findings: { answered: this.answered, user: query.user ?? "a visitor", turn: query.turn },
    };
  }

  /** Whom the message names. */
  @handoff(undefined, { targets: ["billing", "legal"], triggers: ["billing", "legal"] })
  goesByName(query: Query): Proposal | null {
    const name = ["billing", "legal"].find((name) => query.wordStarting(name));
    return name ? { to: name, confidence: 0.5 } : null;
  }

  @handoff("expert", { keywords: ["shortcut", "ÜBER"] })
  byAWord(): void {}

  /** Tells the target all that a hook can tell. */
  @hook("before_handoff")
  enrich({ originalTask, source, target }: HandoffContext): Patch {
    if (originalTask.includes("too poor")) throw HandoffError.paymentRequired('there is no "money"');
    if (originalTask.includes("not today")) throw HandoffError.notAllowed("not today");
    if (originalTask.includes("a person")) this.tickets.listOpen();
    return {
      facts: [`${source} asks ${target}.`],
      decisions: ["Ask."],
      findings: { length: [...originalTask].length },
      metadata: { tier: "gold" },
      instructions: "Stay polite.",
      remember: { asked: target },
    };
  }

  /** Counts, and answers where the target has failed. */
  @hook("after_handoff", { targets: ["expert"], order: 5 })
  standIn(_: HandoffContext, { error }: Outcome): Patch {
    this.answered += 1;
    const patch: Patch = { remember: { answered: this.answered } };
    if (error) patch.reply = { text: `Without the expert: ${error}`, agent: "assistant", fallback: true };
    return patch;
  }

  /** Reads whatever can be read. */
  @tool({ effect: "read", parameters: { agent: text("Who is looked at.") } })
  async look({ agent }: { agent: string }): Promise<string[]> {
    return [
      ...this.agents.list().map(({ name, state }) => `${name} is ${state}`),
      this.agents.describe(agent).description,
      `available: ${this.agents.available(agent)}`,
      `price: ${shown(this.payments.price(agent))}`,
      ...(await this.payments.balance()).map((money) => `balance: ${shown(money)}`),
      ...(await this.discovery.findAgents(agent, 3)).map(
        ({ agent, score, why }) => `found: ${agent} ${Math.round(score * 100)} ${why ?? ""}`,
      ),
      ...this.conversation.recent(10).map(({ agent, role, content }) => `${agent ?? role}: ${content}`),
      `tier: ${this.conversation.metadata("tier") ?? ""}`,
      `name: ${this.conversation.profile().name ?? ""}`,
      ...this.handoffs.recent(10).map(({ source, target, state }) => `${source} to ${target}, ${state}`),
      `active: ${this.handoffs.active().length}`,
      `greeting: ${this.config.get("greeting") ?? ""}`,
      `now: ${this.clock.now()}`,
      ...this.tickets.listOpen().map(({ reason }) => `ticket: ${reason}`),
      `visits: ${this.storage.get("visits") ?? 0}`,
      `keys: ${this.storage.keys("", 10).join(", ")}`,
      `used: ${this.storage.used().keys}`,
    ];
  }

  /** Draws numbers. */
  @tool({ effect: "read" })
  draw(): string[] {
    return [`${this.random.below(1000)}`, `[${[...this.random.bytes(4)].join(", ")}]`];
  }

  /** Does whatever can be done. */
  @tool({ parameters: { text: text("What is said everywhere.") } })
  async act({ text }: { text: string }, caller: Caller): Promise<string[]> {
    if (text === "") throw ToolError.invalidArguments("say something");
    this.log.info(text);
    const done = [
      `for ${caller.kind} ${caller.name}`,
      ...(await Promise.all([this.#ask("one", text), this.#ask("nobody", "Who?"), this.#ask("two", text)])),
    ];
    this.conversation.setMetadata("said", text);
    const ticket = this.tickets.open(text, { from: "act" });
    done.push(`ticket: ${ticket.reason}, ${ticket.state}`);
    this.storage.set("last", text);
    this.storage.delete("old");
    done.push(`visits: ${this.storage.update("visits", (before: number = 0) => before + 1)}`);
    const rate = await this.http.get("https://rates.example.com/eur");
    done.push(`${rate.status} ${rate.text()}`);
    const sent = await this.http.postJson("https://rates.example.com/eur", text);
    done.push(`sent: ${sent.status}`);
    const charged = await this.payments.chargeOnce(cents(5), "an answer", "answer");
    done.push(paid(charged));
    const deposit = await this.payments.reserve(cents(2), "a deposit");
    done.push(paid(await this.payments.capture(deposit, cents(1))));
    const other = await this.payments.reserve(cents(3), "another");
    done.push(paid(await this.payments.release(other)));
    done.push(paid(await this.payments.refund(charged.id, "back")));
    this.answered += 10;
    return done;
  }

  async #ask(agent: string, text: string): Promise<string> {
    try {
      const answer = await this.agents.query(agent, text);
      return `${answer.agent}: ${answer.reply}`;
    } catch (why) {
      if (why instanceof CapabilityError) return why.code;
      throw why;
    }
  }
}

const cents = (count: number): Money => ({ millionths: count * 10_000, currency: "USD" });

const shown = (money?: Money): string => (money ? `${money.millionths} ${money.currency}` : "none");

const paid = ({ id, state, amount }: Receipt): string => `${id}, ${state}: ${shown(amount)}`;
