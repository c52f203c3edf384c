"""The complete example."""

from baton import BaseAgent, DiscoverySkill, NLISkill, Skill
from baton.decorators import handoff, hook, tool


class Helpers(Skill):
    """What the example calls and does not define."""

    async def get_customer_data(self, customer_id):
        profile = self.conversation.profile()
        return profile | {"open_tickets": [one.id for one in self.tickets.list_open()]}

    def summarize_history(self, customer_data):
        return f"{len(self.get_context().messages)} messages"

    async def create_support_ticket(self, customer_id, reason, conversation):
        details = {"customer": customer_id, "conversation": conversation}
        return self.tickets.open(reason, details)


class CustomerServiceSkill(Helpers):
    def __init__(self, config=None):
        super().__init__(config, dependencies=["nli", "discovery"])
    
    @handoff()
    def route_to_department(self, query: str) -> str:
        """Route to appropriate department"""
        query_lower = query.lower()
        
        if any(word in query_lower for word in ["bill", "payment", "charge"]):
            return "billing-department"
        elif any(word in query_lower for word in ["tech", "broken", "error"]):
            return "technical-support"
        elif any(word in query_lower for word in ["ship", "delivery", "track"]):
            return "shipping-department"
        
        return None
    
    @hook("before_handoff")
    async def add_customer_context(self, context):
        """Add customer information before handoff"""
        
        # Get customer info
        customer_id = context.peer_user_id
        customer_data = await self.get_customer_data(customer_id)
        
        # Add to handoff context
        context["handoff_metadata"] = {
            "customer_tier": customer_data.get("tier", "standard"),
            "history_summary": self.summarize_history(customer_data),
            "open_tickets": customer_data.get("open_tickets", [])
        }
        
        return context
    
    @tool
    async def escalate_to_human(self, reason: str) -> str:
        """Escalate to human support"""
        ticket = await self.create_support_ticket(
            customer_id=self.get_context().peer_user_id,
            reason=reason,
            conversation=self.get_context().messages
        )
        
        return f"I've created support ticket #{ticket['id']}. A human agent will contact you within 24 hours."

# Create customer service agent
agent = BaseAgent(
    name="customer-service",
    instructions="You are a helpful customer service agent. Route queries to appropriate departments.",
    model="openai/gpt-4o",
    skills={
        "routing": CustomerServiceSkill(),
        "nli": NLISkill(),
        "discovery": DiscoverySkill()
    }
)
