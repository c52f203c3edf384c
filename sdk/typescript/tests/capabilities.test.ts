/** Every capability against the desk that records. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CapabilityError, money, showMoney, Skill } from "@baton/skill";
import { Desk } from "@baton/skill/testing";

class Bare extends Skill {}
const it = new Bare();

const refuses = (code: string) => (error: unknown) => error instanceof CapabilityError && error.code === code;

test("agents are listed, described and asked", async () => {
  const desk = new Desk().answers("legal", "Yes.").silent("slow").fails("broken", "unavailable", "down");
  await desk.run(async () => {
    assert.deepEqual(it.agents.list().map(({ name }) => name), ["legal", "slow", "broken"]);
    assert.equal(it.agents.describe("slow").state, "busy");
    assert.deepEqual(it.agents.describe("legal").alternatives, []);
    assert.deepEqual([it.agents.available("legal"), it.agents.available("broken")], [true, false]);
    assert.equal((await it.agents.query("legal", "May I?")).reply, "Yes.");
    await assert.rejects(it.agents.query("broken", "?"), refuses("unavailable"));
    await assert.rejects(it.agents.query("nobody", "?"), refuses("not-found"));
    await assert.rejects(it.agents.query("slow", "?", { within: 50 }), refuses("timeout"));
    await assert.rejects(it.agents.query("legal", "?", { within: -1 }), RangeError);
  });
  assert.deepEqual(desk.queries(), [["legal", "May I?"], ["broken", "?"], ["slow", "?"]]);
});

test("of several queries the first to end comes first", async () => {
  const desk = new Desk().answers("late", "2", 200).answers("early", "1", 100);
  const order: string[] = [];
  const ask = async (agent: string) => order.push((await it.agents.query(agent, "?")).reply);
  await desk.run(() => Promise.all([ask("late"), ask("early")]));
  assert.deepEqual(order, ["1", "2"]);
  assert.equal((await desk.run(() => Promise.race([it.agents.query("late", "?"), it.agents.query("early", "?")]))).reply, "1");
});

test("a Promise that never settles is an error that says so", async () => {
  await assert.rejects(new Desk().run(() => new Promise(() => {})), /a Promise never settles: nothing is left to wait for/);
});

test("agents are found", async () => {
  const desk = new Desk().finds("shipping", 0.2).finds("billing", 0.9);
  const found = await desk.run(() => it.discovery.findAgents("an invoice", 1));
  assert.deepEqual(found.map(({ agent, score }) => [agent, score]), [["billing", 0.9]]);
  assert.deepEqual(await desk.run(() => it.discovery.findAgents(" ", 5)), []);
  assert.deepEqual(desk.searches(), [["an invoice", 1], [" ", 5]]);
});

test("tickets are opened and listed", async () => {
  const desk = new Desk().ticket("An old one");
  await desk.run(() => {
    assert.equal(it.tickets.open("Wants to cancel", { order: 4321 }).id, "2");
    assert.deepEqual(it.tickets.listOpen().map(({ reason }) => reason), ["An old one", "Wants to cancel"]);
  });
  assert.deepEqual(desk.opened(), [["Wants to cancel", { order: 4321 }]]);
});

test("storage keeps, lists, forgets and counts", async () => {
  const desk = new Desk().stored("visits", 1);
  await desk.run(() => {
    assert.equal(it.storage.get("visits"), 1);
    assert.equal(it.storage.get("nothing"), undefined);
    it.storage.set("a/1", { x: [true] });
    it.storage.set("a/2", null);
    assert.deepEqual(it.storage.keys("a/", 10), ["a/1", "a/2"]);
    assert.deepEqual(it.storage.keys("a/", 10, "a/1"), ["a/2"]);
    assert.equal(it.storage.update<number>("visits", (before = 0) => before + 1), 2);
    const { version, trust } = it.storage.entry("visits")!;
    assert.equal(trust, 80);
    assert.equal(it.storage.compareAndSet("visits", null, 9), null);
    assert.equal(it.storage.compareAndSet("visits", version, 9), version! + 1);
    it.storage.delete("a/2");
    assert.equal(it.storage.used().keys, 2);
    assert.throws(() => it.storage.set("", 1), refuses("invalid"));
    assert.throws(() => it.storage.set("f", () => {}), /the value of `f` is function/);
  });
  assert.deepEqual(desk.values(), { visits: 9, "a/1": { x: [true] } });
  await assert.rejects(new Desk().storageQuota(1, 3).run(() => it.storage.set("long", "text")), refuses("limit"));
});

test("the configuration, the clock and chance need no grant", async () => {
  const desk = Desk.denying().configured("limit", 3).configured("key", "secret:crm").at(1_700_000_000_000);
  await desk.run(() => {
    assert.equal(it.config.get("limit"), 3);
    assert.equal(it.config.get("other"), undefined);
    assert.deepEqual(it.config.all(), { limit: 3, key: "secret:crm" });
    assert.equal(it.clock.now(), 1_700_000_000_000);
    assert.deepEqual([Date.now(), new Date().toISOString()], [1_700_000_000_000, "2023-11-14T22:13:20.000Z"]);
    assert.equal(it.random.bytes(5).length, 5);
    for (const drawn of [it.random.fraction(), Math.random()]) assert.ok(drawn >= 0 && drawn < 1);
    assert.ok(it.random.below(6) < 6);
    assert.equal(it.random.below(0), 0);
  });
  assert.ok(Date.now() > 1_700_000_000_000, "outside the desk it is the present");
});

test("lines are written to the log, by the console as well", async () => {
  const desk = new Desk();
  await desk.run(() => {
    it.log.error("e");
    it.log.debug("d");
    console.log("one", 2, { three: [3] });
    console.error(new Error("broken"));
  });
  assert.deepEqual(desk.log(), [["error", "e"], ["debug", "d"], ["info", 'one 2 {"three":[3]}'], ["error", "Error: broken"]]);
});

test("the conversation has messages, metadata and a user", async () => {
  const desk = new Desk().userSays("Hello").agentSays("desk", "Hi").metadata("seen", [1]).profile("tier", "gold");
  await desk.run(() => {
    assert.deepEqual(it.conversation.recent(1).map(({ content }) => content), ["Hi"]);
    assert.deepEqual(it.conversation.before("2", 5).map(({ role }) => role), ["user"]);
    assert.deepEqual(it.conversation.metadata("seen"), [1]);
    assert.equal(it.conversation.metadata("other"), undefined);
    it.conversation.setMetadata("other", { a: 1 });
    assert.deepEqual(it.conversation.profile(), { tier: "gold" });
  });
  assert.deepEqual(desk.noted(), { seen: [1], other: { a: 1 } });
});

test("handoffs are looked back at", async () => {
  const desk = new Desk().handedOver("desk", "billing", "completed").handedOver("desk", "legal", "active");
  await desk.run(() => {
    assert.deepEqual(it.handoffs.recent(5).map(({ target }) => target), ["billing", "legal"]);
    assert.deepEqual(it.handoffs.before("2", 5).map(({ target }) => target), ["billing"]);
    assert.deepEqual(it.handoffs.active().map(({ target }) => target), ["legal"]);
  });
});

test("requests are sent, several at the same time", async () => {
  const desk = new Desk().serves("https://a.example/", 200, '{"rate": 1.5, "city": "Zürich"}').serves("https://b.example/", 404, "no");
  await desk.run(async () => {
    const [a, b] = await Promise.all([
      it.http.send("https://a.example/", { headers: { authorization: "secret:a" }, within: 100 }),
      it.http.postJson("https://b.example/", { é: 1 }),
    ]);
    assert.deepEqual([a.ok, a.json(), a.header("none")], [true, { rate: 1.5, city: "Zürich" }, undefined]);
    assert.deepEqual([b.ok, b.status, b.text()], [false, 404, "no"]);
    assert.throws(() => b.json(), refuses("failed"));
    await assert.rejects(it.http.get("https://c.example/"), refuses("unavailable"));
  });
  assert.deepEqual(desk.requests().slice(0, 2), [
    { method: "GET", url: "https://a.example/", headers: { authorization: "secret:a" }, body: "" },
    { method: "POST", url: "https://b.example/", headers: { "content-type": "application/json" }, body: '{"é":1}' },
  ]);
});

test("money is priced, set aside, paid and given back", async () => {
  const price = money("0.05", "USD");
  const desk = new Desk().priced("premium", price).wallet(money("1", "USD"));
  await desk.run(async () => {
    assert.deepEqual(it.payments.price("premium"), { millionths: 50_000, currency: "USD" });
    assert.equal(it.payments.price("free"), undefined);
    const paid = await it.payments.chargeOnce(price, "Report", "key");
    assert.equal((await it.payments.chargeOnce(price, "Report", "key")).id, paid.id);
    await assert.rejects(it.payments.chargeOnce(money("2", "USD"), "Report", "key"), refuses("invalid"));
    const held = await it.payments.reserve(money("0.5", "USD"), "Deposit");
    await it.payments.release(held);
    await it.payments.capture(await it.payments.charge(price, "More"), price);
    await it.payments.refund(paid.id, "again");
    assert.deepEqual((await it.payments.balance()).map(showMoney), ["0.95 USD"]);
    await assert.rejects(it.payments.charge(money("5", "USD"), "Too much"), refuses("payment-required"));
  });
  assert.deepEqual(desk.payments().map(({ act }) => act), ["charge", "reserve", "release", "charge", "capture", "refund"]);
  const refusing = new Desk().refusesPayment("limit", "enough for today");
  await assert.rejects(refusing.run(() => it.payments.charge(price, "x")), refuses("limit"));
});

test("amounts are read and shown as people write them", () => {
  assert.equal(showMoney(money("12", "EUR")), "12.00 EUR");
  assert.equal(showMoney(money("0.123456", "EUR")), "0.123456 EUR");
  for (const wrong of ["", "1.", ".5", "-1", "1.2345678", "99999999999999"]) {
    assert.throws(() => money(wrong, "EUR"), refuses("invalid"), wrong);
  }
});

test("what is not granted says so, capability by capability", async () => {
  const asks: [string, () => unknown][] = [
    ["agents", () => it.agents.list()],
    ["agents", () => it.agents.query("a", "b")],
    ["discovery", () => it.discovery.findAgents("a", 1)],
    ["tickets", () => it.tickets.open("a")],
    ["storage", () => it.storage.get("a")],
    ["conversation", () => it.conversation.profile()],
    ["handoffs", () => it.handoffs.active()],
    ["http", () => it.http.get("https://a.example/")],
    ["payments", () => it.payments.balance()],
  ];
  for (const [name, act] of asks) {
    await assert.rejects(Desk.denying().run(async () => act()), refuses("not-granted"), name);
    await assert.rejects(new Desk().without(name).run(async () => act()), refuses("not-granted"), name);
  }
});

test("desks at the same time keep apart", async () => {
  const one = new Desk().answers("a", "one");
  const other = new Desk().answers("a", "other");
  const replies = await Promise.all([one, other].map((desk) => desk.run(() => it.agents.query("a", "?"))));
  assert.deepEqual(replies.map(({ reply }) => reply), ["one", "other"]);
});
