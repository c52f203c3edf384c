"""The examples of the reference: their bodies are unchanged, and do what they say."""

import unittest

from baton import HandoffError, Handover, Money, Outcome
from baton.testing import Conversation, Desk, Payment

from .support import REFERENCE, example, module


def to(target: str, task: str = "Why?", user: str | None = "ada") -> Handover:
    return Handover(target, task, user=user)


class Conditions(unittest.TestCase):
    def test_investment_questions_go_to_the_finance_expert(self) -> None:
        skill = Conversation(example("finance"))
        self.assertEqual(skill.target("My STOCK is down"), "finance-expert")
        self.assertIsNone(skill.target("Hello"))
        manifest = skill.manifest()
        self.assertEqual(manifest.name, "finance")
        self.assertEqual(manifest.handoffs[0].name, "needs-finance-expert")
        self.assertEqual(manifest.handoffs[0].description, "Determine if finance expert needed")

    def test_a_condition_of_one_line_is_a_skill(self) -> None:
        self.assertEqual(
            Conversation(example("basic")).target("a specific keyword"), "target-agent-name"
        )

    def test_priority_and_timeout_may_stand_in_the_metadata(self) -> None:
        skill = Conversation(example("specialist"))
        handoff = skill.manifest().handoffs[0]
        self.assertEqual((handoff.priority, handoff.timeout_ms), (100, 30_000))
        self.assertEqual(handoff.metadata, [])
        self.assertEqual(skill.target("one two three four five six seven eight nine"), "specialist")

    def test_a_condition_without_a_target_names_the_agent(self) -> None:
        skill = Conversation(example("router"))
        self.assertEqual(skill.target("a legal matter"), "legal-advisor")
        self.assertEqual(skill.target("a medical matter"), "medical-assistant")
        self.assertEqual(skill.target("a technical matter"), "tech-support")
        self.assertIsNone(skill.target("another matter"))

    def test_the_best_agent_that_was_found_gets_it_if_that_is_sure_enough(self) -> None:
        desk = Desk().finds("billing", 0.1).finds("shipping", 0.9)
        self.assertEqual(Conversation(example("smart_router"), desk).target("parcel"), "shipping")
        self.assertEqual(desk.searches, [("parcel", 5)])
        unsure = Desk().finds("shipping", 0.6)
        self.assertIsNone(Conversation(example("smart_router"), unsure).target("parcel"))


class Tools(unittest.TestCase):
    def test_an_expert_is_asked_and_its_answer_returned(self) -> None:
        desk = Desk().answers("finance-expert", "Buy bonds.").fails("legal-advisor")
        skill = Conversation(example("collaboration"), desk)
        consult = "consult_expert"
        self.assertEqual(skill.call(consult, topic="finance", question="What?"), "Buy bonds.")
        self.assertEqual(skill.call(consult, topic="legal", question="?"), "Expert unavailable")
        self.assertEqual(
            skill.call(consult, topic="cars", question="?"), "No expert available for this topic"
        )
        self.assertEqual(desk.queries, [("finance-expert", "What?"), ("legal-advisor", "?")])

    def test_three_experts_asked_at_once_answer_in_the_time_of_one(self) -> None:
        desk = Desk()
        for expert in ("science-expert", "history-expert", "culture-expert"):
            desk.answers(expert, f"{expert} on tea", after=3)
        found = Conversation(example("research"), desk).call("research_topic", topic="tea")
        self.assertEqual(found["perspectives"]["history-expert"], "history-expert on tea")
        self.assertEqual(len(found["perspectives"]), 3)
        self.assertEqual(desk.elapsed, 3)


class Workflow(unittest.TestCase):
    def test_what_a_hook_has_set_is_there_in_the_next_turn(self) -> None:
        skill = Conversation(example("workflow"))
        self.assertEqual(skill.target("analyze this"), "data-analyst")
        self.assertIsNone(skill.target("a report"))
        skill.hook("track_workflow", to("data-analyst"), Outcome(True, "data-analyst", "Done."))
        self.assertEqual(skill.target("a report"), "report-writer")
        self.assertIsNone(skill.target("analyze this"))
        self.assertEqual(skill.desk.memory, b'{"analysis_done": true}')


class Hooks(unittest.TestCase):
    def test_context_for_the_target_is_added_and_facts_are_facts(self) -> None:
        desk = Desk().answers("expert", "").user_says("I have 3 houses")
        patch = Conversation(example("prepare"), desk).hook("prepare_handoff", to("expert"))
        self.assertEqual(
            patch.findings,
            {
                "source_agent": "front-desk",
                "user_intent": "to be advised",
                "conversation_summary": "I have 3 houses / Why?",
            },
        )
        self.assertEqual(patch.facts, ["I have 3 houses"])

    def test_a_handoff_to_an_agent_that_is_away_is_refused(self) -> None:
        desk = Desk().fails("expert").user_says("Hello")
        with self.assertRaisesRegex(HandoffError, "Agent expert not available"):
            Conversation(example("prepare"), desk).hook("prepare_handoff", to("expert"))

    def test_what_an_expert_found_out_is_stored_and_noted(self) -> None:
        skill = Conversation(example("insights"))
        outcome = Outcome(True, "expert", "Because.", insights={"number": 7})
        patch = skill.hook("process_handoff_result", to("expert"), outcome)
        self.assertEqual(skill.desk.values, {"expert/expert": {"number": 7}})
        self.assertEqual(
            patch.conversation, {"expert_consulted": True, "expert_response": "Because."}
        )
        self.assertIsNone(patch.replace)

    def test_who_can_pay_is_charged_and_who_cannot_is_refused(self) -> None:
        price = Money.of("0.05", "USD")
        desk = Desk().priced("premium-analyst", price).wallet(Money.of(1, "USD"))
        skill = Conversation(example("paid"), desk)
        skill.hook("check_payment", to("premium-analyst"))
        skill.hook("check_payment", to("anybody"))
        charged = Payment("charge", price, "Consultation with premium-analyst")
        self.assertEqual(desk.paid, [charged])
        poor = Conversation(example("paid"), Desk().priced("premium-analyst", price))
        with self.assertRaisesRegex(HandoffError, "Payment required"):
            poor.hook("check_payment", to("premium-analyst"))

    def test_when_the_expert_fails_the_assistant_answers(self) -> None:
        desk = Desk().answers("general-assistant", "I know.")
        skill = Conversation(example("resilient"), desk)
        failed = Outcome(False, "primary-expert", error="unreachable")
        patch = skill.hook("handle_handoff_failure", to("primary-expert"), failed)
        assert patch.replace
        self.assertEqual(
            (patch.replace.reply, patch.replace.agent, patch.replace.fallback),
            ("I know.", "general-assistant", True),
        )
        self.assertEqual(desk.queries, [("general-assistant", "Why?")])

    def test_when_the_assistant_fails_too_the_skill_answers(self) -> None:
        desk = Desk().fails("general-assistant").without("conversation")
        failed = Outcome(False, "primary-expert", error="unreachable")
        patch = Conversation(example("resilient"), desk).hook(
            "handle_handoff_failure", to("primary-expert"), failed
        )
        assert patch.replace
        self.assertEqual(patch.replace.reply, "I'll do my best to help directly...")
        self.assertEqual((patch.replace.agent, patch.replace.fallback), (None, True))

    def test_an_answer_that_came_is_left_alone(self) -> None:
        patch = Conversation(example("resilient")).hook(
            "handle_handoff_failure", to("primary-expert"), Outcome(True, "primary-expert", "Yes.")
        )
        self.assertIsNone(patch.replace)


class CustomerService(unittest.TestCase):
    def test_each_department_gets_its_messages(self) -> None:
        skill = Conversation(example("customer_service"))
        self.assertEqual(skill.target("My BILL is wrong"), "billing-department")
        self.assertEqual(skill.target("It is broken"), "technical-support")
        self.assertEqual(skill.target("Track my parcel"), "shipping-department")
        self.assertIsNone(skill.target("Good morning"))

    def test_the_department_learns_who_asks(self) -> None:
        desk = Desk().knowing("tier", "gold").ticket("old").user_says("Hello")
        skill = Conversation(example("customer_service"), desk)
        patch = skill.hook("add_customer_context", to("billing-department"))
        self.assertEqual(
            patch.metadata,
            {"customer_tier": "gold", "history_summary": "2 messages", "open_tickets": ["1"]},
        )

    def test_a_person_is_called_with_the_conversation(self) -> None:
        desk = Desk().user_says("I want a person")
        said = Conversation(example("customer_service"), desk).call(
            "escalate_to_human", reason="angry"
        )
        self.assertIn("support ticket #1.", said)
        reason, details = desk.opened[0]
        self.assertEqual((reason, details["customer"]), ("angry", "user"))
        self.assertEqual(details["conversation"][0]["content"], "I want a person")

    def test_its_dependencies_are_capabilities(self) -> None:
        manifest = Conversation(example("customer_service")).manifest()
        self.assertEqual(manifest.depends, ["agents", "discovery"])

    def test_the_agent_writes_its_part_of_the_configuration(self) -> None:
        agent = module(REFERENCE / "customer_service").agent
        self.assertEqual(
            agent.config(),
            '[agents.customer-service]\nkind = "openai"\nurl = "https://api.openai.com/v1"\n'
            'model = "gpt-4o"\napi-key-env = "OPENAI_API_KEY"\n'
            'instructions = "You are a helpful customer service agent. Route queries to'
            ' appropriate departments."\nskills = ["customer-service"]\n',
        )
