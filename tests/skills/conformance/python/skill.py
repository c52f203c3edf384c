"""Uses all of the contract, the same in each language."""

import asyncio

from baton import (
    Caller,
    CapabilityError,
    Context,
    Grounds,
    HandoffError,
    Money,
    Proposal,
    Query,
    Skill,
    ToolError,
    handoff,
    hook,
    tool,
)
from baton.payments import Receipt


class Conformance(Skill):
    """Uses all of the contract, the same in each language."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = 0

    @handoff(
        "expert",
        triggers=["expert", "help"],
        priority="low",
        timeout="30s",
        history="last:10",
        ownership="returns",
        metadata={"kind": "question"},
    )
    def needs_expert(self, query: Query) -> Grounds | None:
        """Whoever asks for an expert, or for help, gets one."""
        if not query.mentions("expert") and not query.word_starting("help"):
            return None
        found = {"answered": self.answered, "user": query.user or "a visitor", "turn": query.turn}
        return Grounds(0.75, "escalation", "Be brief.", found)

    @handoff(targets=["billing", "legal"], triggers=["billing", "legal"])
    def goes_by_name(self, query: Query) -> Proposal | None:
        """Whom the message names."""
        for name in ("billing", "legal"):
            if query.word_starting(name):
                return Proposal(name, 0.5)
        return None

    @handoff("expert", keywords=["shortcut", "ÜBER"])
    def by_a_word(self, query: Query) -> bool:
        return True

    @hook("before_handoff")
    def enrich(self, context: Context) -> Context:
        """Tells the target all that a hook can tell."""
        task = context.original_task
        if "too poor" in task:
            raise HandoffError('there is no "money"', code="payment-required")
        if "not today" in task:
            raise HandoffError("not today", code="not-allowed")
        if "a person" in task:
            self.tickets.list_open()
        context["facts"] = [*context.facts, f"{context.source} asks {context.target}."]
        context["decisions"] = [*context.decisions, "Ask."]
        context["handoff_context"] = {"length": len(task)}
        context["handoff_metadata"] = {"tier": "gold"}
        context["instructions"] = f"{context.instructions}\nStay polite."
        context["asked"] = context.target
        return context

    @hook("after_handoff", targets=["expert"], order=5)
    def stand_in(self, context: Context) -> None:
        """Counts, and answers where the target has failed."""
        self.answered += 1
        context["answered"] = self.answered
        if why := context["handoff_result"]["error"]:
            reply = f"Without the expert: {why}"
            context["handoff_result"] = {"response": reply, "agent": "assistant", "fallback": True}

    @tool(effect="read")
    async def look(self, agent: str) -> list[str]:
        """Reads whatever can be read.

        Args:
            agent: Who is looked at.
        """
        seen = [f"{one.name} is {one.state}" for one in self.agents.list()]
        seen.append(self.agents.describe(agent).description)
        seen.append(f"available: {'true' if self.agents.available(agent) else 'false'}")
        price = self.payments.price(agent)
        seen.append(f"price: {shown(price) if price else 'none'}")
        seen += [f"balance: {shown(money)}" for money in await self.payments.balance()]
        for one in await self.discovery.find_agents(agent, 3):
            seen.append(f"found: {one.agent} {round(one.score * 100)} {one.why or ''}")
        for said in self.conversation.recent(10):
            seen.append(f"{said['agent'] or said['role']}: {said['content']}")
        seen.append(f"tier: {self.conversation.metadata('tier', '')}")
        seen.append(f"name: {self.conversation.profile().get('name', '')}")
        for past in self.handoffs.recent(10):
            seen.append(f"{past.source} to {past.target}, {past.state}")
        seen.append(f"active: {len(self.handoffs.active())}")
        seen.append(f"greeting: {self.config.get('greeting', '')}")
        seen.append(f"now: {self.clock.now()}")
        seen += [f"ticket: {ticket.reason}" for ticket in self.tickets.list_open()]
        seen.append(f"visits: {self.storage.get('visits', 0)}")
        seen.append(f"keys: {', '.join(self.storage.keys(limit=10))}")
        seen.append(f"used: {self.storage.used().keys}")
        return seen

    @tool(effect="read")
    def draw(self) -> list[str]:
        """Draws numbers."""
        return [str(self.random.below(1000)), str(list(self.random.bytes(4)))]

    @tool
    async def act(self, caller: Caller, text: str) -> list[str]:
        """Does whatever can be done.

        Args:
            text: What is said everywhere.
        """
        if not text:
            raise ToolError("say something", code="invalid-arguments")
        done = [f"for {caller.kind} {caller.name}"]
        self.log.info(text)
        asked = (("one", text), ("nobody", "Who?"), ("two", text))
        answers = await asyncio.gather(*(self.ask(*one) for one in asked))
        done += answers
        self.conversation.set_metadata("said", text)
        ticket = self.tickets.open(text, {"from": "act"})
        done.append(f"ticket: {ticket.reason}, {ticket.state}")
        self.storage.set("last", text)
        self.storage.delete("old")
        done.append(f"visits: {self.storage.update('visits', lambda before: (before or 0) + 1)}")
        rate = await self.http.get("https://rates.example.com/eur")
        done.append(f"{rate.status} {rate.text}")
        sent = await self.http.post("https://rates.example.com/eur", json=text)
        done.append(f"sent: {sent.status}")
        charged = await self.payments.charge(cents(5), "an answer", "answer")
        done.append(paid(charged))
        deposit = await self.payments.reserve(cents(2), "a deposit")
        done.append(paid(await self.payments.capture(deposit, cents(1))))
        other = await self.payments.reserve(cents(3), "another")
        done.append(paid(await self.payments.release(other)))
        done.append(paid(await self.payments.refund(charged, key="back")))
        self.answered += 10
        return done

    async def ask(self, agent: str, text: str) -> str:
        """The agent's answer, or the code of what went wrong."""
        try:
            answer = await self.agents.query(agent, text)
        except CapabilityError as why:
            return why.code
        return f"{answer.agent}: {answer.reply}"


def cents(count: int) -> Money:
    """So many cents."""
    return Money(count * 10_000, "USD")


def shown(money: Money) -> str:
    """Money as the contract counts it."""
    return f"{money.millionths} {money.currency}"


def paid(receipt: Receipt) -> str:
    """What became of it."""
    return f"{receipt.id}, {receipt.state}: {shown(receipt.amount)}"
