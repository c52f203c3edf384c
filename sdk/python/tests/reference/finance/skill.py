"""The first example: one condition."""

from baton import Skill
from baton.decorators import handoff


class FinanceSkill(Skill):
    @handoff("finance-expert")
    def needs_finance_expert(self, query: str) -> bool:
        """Determine if finance expert needed"""
        finance_terms = ["stock", "investment", "portfolio", "trading"]
        return any(term in query.lower() for term in finance_terms)
