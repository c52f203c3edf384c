"""After a handoff: what the expert found out for a user is kept for all later
conversations of that user, and the conversation remembers that an expert was
consulted. Nobody is told what was found out for somebody else, and of a visitor,
who cannot be known again, nothing is kept."""

from typing import Any

from baton import Caller, CapabilityError, Context, Skill, handoff, hook, tool

#: Entries kept of one expert for one user: what an agent can be told before its own
#: work.
KEPT = 20

#: Characters kept of a reply that says what no insight says.
REPLY = 500

Insight = dict[str, Any]


class Insights(Skill):
    """Keeps what experts found out."""

    @handoff("expert", triggers=["expert"])
    def needs_expert(self, query: str) -> bool:
        """Whoever asks for an expert gets one."""
        return "expert" in query.lower()

    @hook("before_handoff", handoffs="all", on_failure="continue")
    def recall(self, context: Context) -> None:
        """Tells the expert what it found out in the user's earlier conversations."""
        if context.peer_user_id is None:
            return
        try:
            known = self._known(context["handoff_agent"], context.peer_user_id)
        except CapabilityError as why:
            self.log.warn(str(why))
            return
        context["handoff_context"] = {f"earlier: {one['about']}": one["what"] for one in known}

    @hook("after_handoff", handoffs="all")
    def process_result(self, context: Context) -> None:
        """Keeps the insights of an expert who has answered."""
        result = context["handoff_result"]
        if not result["success"]:
            return
        if context.peer_user_id is not None:
            try:
                self._keep(context["handoff_agent"], context.peer_user_id, found(result))
            except CapabilityError as why:
                # The answer stands, whether it could be kept or not.
                self.log.warn(str(why))
        context["expert_consulted"] = True
        context["expert_response"] = result["response"]

    @tool(effect="read")
    def insights(self, caller: Caller, expert: str) -> list[Insight]:
        """What an expert has found out so far for the user who asks.

        Args:
            expert: The name of the agent.
        """
        return [] if caller.user is None else self._known(expert, caller.user)

    def _known(self, expert: str, user: str) -> list[Insight]:
        known: list[Insight] = self.storage.get(f"{user}/{expert}", [])
        return known

    def _keep(self, expert: str, user: str, new: list[Insight]) -> None:
        """Several conversations of a user may learn from the same expert at the same
        time, so this is written at once, and the oldest give way."""

        def change(before: list[Insight] | None) -> list[Insight]:
            return [*(one for one in before or [] if one not in new), *new][-KEPT:]

        if new:
            kept = self.storage.update(f"{user}/{expert}", change)
            self.log.debug(f"{len(kept)} insights of {expert} are kept")


def found(result: dict[str, Any]) -> list[Insight]:
    """What the expert has found out, and what it answered."""
    insights = [{"about": about, "what": what} for about, what in result["insights"].items()]
    if reply := result["response"][:REPLY]:
        insights.append({"about": "reply", "what": reply})
    return insights
