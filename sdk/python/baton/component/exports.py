"""The contract's exports. `componentize-py` looks for a class for each of them, by
name, in the module that the build writes."""

from typing import Any

from .. import host
from ..answering import Answering
from ..errors import HandoffError, ToolError
from ..handover import Handover, Outcome, Patch
from ..manifest import Manifest, pairs
from ..proposal import Proposal
from ..skill import Skill
from . import read
from .bindings import Err, exported, needed
from .fault import report
from .imports import ComponentHost

_types = needed("types")


class Component:
    """A skill with its manifest, as the classes that are exported."""

    def __init__(self, skill: type[Skill], manifest: Manifest) -> None:
        answering = Answering(skill)

        class Manifest:
            def describe(self) -> Any:
                return manifest

        class Router:
            def evaluate(self, query: Any, handoffs: list[int]) -> Any:
                try:
                    proposals = answering.evaluate(read.query(query), list(handoffs))
                    return [_verdict(one) for one in proposals]
                except BaseException as fault:
                    report(fault)
                    raise

        class BeforeHandoff:
            def run(self, hook: int, context: Any) -> Any:
                return _hook(answering, hook, read.handover(context), None)

        class AfterHandoff:
            def run(self, hook: int, context: Any, outcome: Any) -> Any:
                return _hook(answering, hook, read.handover(context), read.outcome(outcome))

        class Tools:
            def call(self, name: str, arguments: str, caller: Any) -> str:
                try:
                    return answering.call(name, arguments, read.caller(caller))
                except ToolError as why:
                    raise _tool_error(why.code, why.message) from None
                except BaseException as fault:
                    # `sys.exit` too ends a call here and not the program.
                    report(fault)
                    said = f"{type(fault).__name__}: {fault}"
                    raise _tool_error("failed", said) from None

        self.exports = {
            one.__name__: one for one in (Manifest, Router, BeforeHandoff, AfterHandoff, Tools)
        }


def serve() -> None:
    """From now on, the host that runs the component answers capabilities."""
    host.install(ComponentHost())


def _hook(answering: Answering, hook: int, handoff: Handover, outcome: Outcome | None) -> Any:
    try:
        return _patch(answering.hook(hook, handoff, outcome))
    except HandoffError as refused:
        raise Err(_types.Refusal(refused.code, refused.message, [])) from None
    except BaseException as fault:
        report(fault)
        raise


def _tool_error(code: str, message: str) -> Exception:
    error: Exception = Err(exported("tools").ToolError(code, message, []))
    return error


def _verdict(proposal: Proposal | None) -> Any:
    if proposal is None:
        return _types.Verdict_Pass()
    return _types.Verdict_HandOff(
        _types.Proposal(
            proposal.target,
            float(proposal.confidence),
            proposal.reason,
            proposal.instructions,
            pairs(proposal.findings),
            [],
        )
    )


def _patch(patch: Patch) -> Any:
    replace = patch.replace
    return _types.Patch(
        patch.facts,
        patch.decisions,
        pairs(patch.findings),
        pairs(patch.metadata),
        patch.instructions,
        pairs(patch.conversation),
        replace and _types.Replacement(replace.reply, replace.agent, replace.fallback, []),
        [],
    )
