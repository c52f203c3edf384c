"""Capabilities, as a desk answers them."""

import asyncio
import unittest
from dataclasses import dataclass

from baton import CapabilityError, Money, PaymentSkill, Skill
from baton.testing import Desk


class Plain(Skill):
    """Does nothing by itself."""


@dataclass
class Settings:
    """What an operator may set."""

    limit: int = 1


class Waiting(unittest.TestCase):
    def setUp(self) -> None:
        self.skill = Plain()
        self.desk = Desk().answers("quick", "q", after=1).answers("slow", "s", after=5)
        self.desk.silent("mute").fails("broken")

    def test_what_was_called_for_goes_on_before_it_is_awaited(self) -> None:
        async def both() -> list[str]:
            one, two = self.skill.agents.query("slow", "?"), self.skill.agents.query("quick", "?")
            return [(await one).reply, (await two).reply]

        with self.desk:
            self.assertEqual(self.desk.run(both()), ["s", "q"])
        self.assertEqual(self.desk.elapsed, 5)

    def test_wait_for_gives_up_in_time(self) -> None:
        async def impatient() -> str:
            try:
                return (await asyncio.wait_for(self.skill.agents.query("mute", "?"), 2)).reply
            except TimeoutError:
                return "gave up"

        with self.desk:
            self.assertEqual(self.desk.run(impatient()), "gave up")
        self.assertAlmostEqual(self.desk.elapsed, 2, delta=0.002)

    def test_a_task_group_runs_its_tasks_at_the_same_time(self) -> None:
        async def group() -> list[str]:
            async with asyncio.TaskGroup() as tasks:
                ask = self.skill.nli.query_agent
                started = [tasks.create_task(ask(one, "?")) for one in ("slow", "quick", "slow")]
            return [task.result()["response"] for task in started]

        with self.desk:
            self.assertEqual(self.desk.run(group()), ["s", "q", "s"])
        self.assertEqual(self.desk.elapsed, 5)

    def test_the_first_to_answer_is_there_first(self) -> None:
        async def race() -> list[str]:
            asked = [self.skill.nli.query_agent(one, "?") for one in ("slow", "quick")]
            return [(await one)["response"] for one in asyncio.as_completed(asked)]

        with self.desk:
            self.assertEqual(self.desk.run(race()), ["q", "s"])

    def test_sleeping_waits_for_nobody(self) -> None:
        async def sleep() -> str:
            await asyncio.sleep(3600)
            return "awake"

        with self.desk:
            self.assertEqual(self.desk.run(sleep()), "awake")
        self.assertEqual(self.desk.elapsed, 0)

    def test_what_never_happens_is_an_error_and_not_a_hang(self) -> None:
        async def forever() -> None:
            await asyncio.Event().wait()

        with self.desk, self.assertRaisesRegex(RuntimeError, "never happens"):
            self.desk.run(forever())

    def test_where_nothing_can_be_awaited_all_are_asked_at_once_too(self) -> None:
        with self.desk:
            one, two = self.skill.agents.query_all([("slow", "?"), ("broken", "?")])
        assert not isinstance(one, CapabilityError) and isinstance(two, CapabilityError)
        self.assertEqual((one.reply, two.code), ("s", "unavailable"))

    def test_a_failed_query_is_told_and_not_raised(self) -> None:
        with self.desk:
            result = self.desk.run(self.skill.nli.query_agent("broken", "?"))
            nobody = self.desk.run(self.skill.nli.query_agent("nobody", "?"))
        self.assertEqual((result["success"], result["error"]), (False, "it is down"))
        self.assertEqual(nobody["code"], "not-found")


class Keeping(unittest.TestCase):
    def test_values_are_stored_updated_and_forgotten(self) -> None:
        with Desk().kept("old", [1]) as desk:
            storage = Plain().storage
            self.assertEqual(storage.get("old"), [1])
            self.assertEqual(storage.get("none", 0), 0)
            storage.set("new", {"a": 1})
            self.assertEqual(storage.update("visits", lambda before: (before or 0) + 1), 1)
            self.assertIsNone(storage.compare_and_set("new", 99, 1))
            self.assertEqual(storage.keys(after="new"), ["old", "visits"])
            storage.delete("old")
            self.assertEqual(desk.values, {"new": {"a": 1}, "visits": 1})
            self.assertEqual(storage.used().keys, 2)

    def test_more_than_the_quota_is_refused(self) -> None:
        with Desk().storage_quota(1, 100):
            Plain().storage.set("a", 1)
            with self.assertRaisesRegex(CapabilityError, "limit"):
                Plain().storage.set("b", 1)

    def test_the_operators_configuration_is_read_and_what_a_skill_is_made_with_comes_first(
        self,
    ) -> None:
        with Desk().configured("limit", 3).configured("key", "secret:crm"):
            self.assertEqual(Plain().config["limit"], 3)
            self.assertEqual(Plain().config.get("none", 7), 7)
            self.assertEqual(dict(Plain({"limit": 5}).config), {"limit": 5, "key": "secret:crm"})
            self.assertEqual(Plain().config.read(Settings), Settings(3))
            with self.assertRaisesRegex(CapabilityError, "'much' is not a whole number"):
                Plain({"limit": "much"}).config.read(Settings)

    def test_time_stands_still_and_chance_can_be_repeated(self) -> None:
        draws = []
        for _ in range(2):
            with Desk().at(86_400_000):
                skill = Plain()
                self.assertEqual(skill.clock.datetime().isoformat(), "1970-01-02T00:00:00+00:00")
                draws.append([skill.random.below(10), skill.random.choice("abc")])
                self.assertEqual(len(skill.random.bytes(9)), 9)
                self.assertLess(skill.random.random(), 1)
        self.assertEqual(draws[0], draws[1])


class Beyond(unittest.TestCase):
    def test_the_web_is_called_and_what_is_not_there_is_an_error(self) -> None:
        with Desk().serves("https://rates.example.com/eur", 200, "1.5") as desk:
            http = Plain().http
            rate = desk.run(http.get("https://rates.example.com/eur")).json()
            self.assertEqual(rate, 1.5)
            secret = {"authorization": "Bearer secret:crm"}
            with self.assertRaisesRegex(CapabilityError, "unavailable"):
                http.post("https://crm.example.com", json=["late"], headers=secret).wait()
            self.assertEqual(desk.requests[1].body, b'["late"]')

    def test_money_is_set_aside_captured_and_given_back(self) -> None:
        with Desk().wallet(Money.of("1.00", "USD")) as desk:
            payments = Plain().payments
            held = payments.reserve(Money.of("0.4", "USD"), "deposit").wait()
            payments.capture(held).wait()
            payments.charge(Money.of("0.1", "USD"), "report", key="r").wait()
            payments.charge(Money.of("0.1", "USD"), "report", key="r").wait()
            payments.refund(held).wait()
            self.assertEqual(str(desk.run(payments.balance())[0]), "0.90 USD")
            acts = [one.act for one in desk.paid]
            self.assertEqual(acts, ["reserve", "capture", "charge", "refund"])

    def test_an_amount_that_is_none_is_refused(self) -> None:
        for wrong in ("-1", "1.0000001", "much", float("nan")):
            with self.assertRaisesRegex(CapabilityError, "no amount"):
                Money.of(wrong, "USD")
        self.assertEqual(Money.of(0.1, "USD").millionths, 100_000)

    def test_nobody_but_the_turns_user_is_charged(self) -> None:
        with Desk(user="ada").wallet(Money.of(1, "USD")) as desk:
            skill = PaymentSkill()
            self.assertTrue(desk.run(skill.charge_user("ada", 1, "all")))
            self.assertFalse(desk.run(skill.charge_user("ada", 1, "more")))
            with self.assertRaisesRegex(CapabilityError, "own user"):
                desk.run(skill.charge_user("bob", 1, "all"))

    def test_what_is_not_granted_says_so(self) -> None:
        with Desk().denying():
            skill = Plain()
            for use in (
                lambda: skill.tickets.open("help"),
                lambda: skill.storage.get("a"),
                lambda: skill.agents.list(),
                lambda: skill.conversation.recent(),
                lambda: skill.handoffs.active(),
                lambda: skill.discovery.find_agents("x"),
                lambda: skill.payments.price("x"),
                lambda: skill.http.get("https://example.com"),
            ):
                with self.assertRaisesRegex(CapabilityError, "not-granted"):
                    use()

    def test_past_handoffs_are_looked_back_at(self) -> None:
        with Desk().handed_over("a", "b").handed_over("b", "c", "active"):
            handoffs = Plain().handoffs
            self.assertEqual([past.target for past in handoffs.recent()], ["b", "c"])
            self.assertEqual([past.target for past in handoffs.before("2")], ["b"])
            self.assertEqual(handoffs.active()[0].target, "c")
