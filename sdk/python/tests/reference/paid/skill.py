"""A hook that has the user pay."""

from baton import HandoffError, PaymentSkill, Skill
from baton.decorators import handoff, hook


class Helpers(Skill):
    """What the example calls and does not define."""

    @handoff("premium-analyst")
    def needs_premium(self, query: str) -> bool:
        return "premium" in query

    def is_premium_agent(self, agent):
        return self.payments.price(agent) is not None

    def get_agent_cost(self, agent):
        return self.payments.price(agent)


class PaidHandoffSkill(Helpers):
    def __init__(self, config=None):
        super().__init__(config)
        self.payment = PaymentSkill()
    
    @hook("before_handoff")
    async def check_payment(self, context):
        """Ensure payment for premium agents"""
        
        target = context["handoff_agent"]
        
        # Check if target is premium
        if self.is_premium_agent(target):
            # Verify payment
            cost = self.get_agent_cost(target)
            
            if not await self.payment.charge_user(
                user_id=context.peer_user_id,
                amount=cost,
                description=f"Consultation with {target}"
            ):
                raise HandoffError("Payment required for premium agent")
        
        return context
