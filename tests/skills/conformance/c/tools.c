/* Uses all of the contract, the same in each language: the tools. */
#include <baton.h>
#include "memory.h"

/* What is shown so far, as the inside of a JSON list. */
static baton_str shown;

static void show(baton_str line) {
  shown = baton_format("%S%s%S", shown, shown.len ? "," : "", baton_json_text(line));
}

static bool ends(baton_str *answer) {
  *answer = baton_format("[%S]", shown);
  return true;
}

/* What cannot be done ends the tool, with the capability's own words. */
#define TRY(call) \
  do { \
    baton_code code = call; \
    if (code != BATON_OK) return baton_pass_on(code); \
  } while (0)

static baton_str money(baton_money amount) {
  return baton_format("%llu %S", amount.millionths, amount.currency);
}

static baton_str text_of(baton_str json) {
  baton_str text;
  return baton_read_text(json, &text) ? text : baton_s("");
}

static bool see_agents(baton_str agent) {
  baton_agents agents;
  baton_agent described;
  bool available;
  baton_price price;
  baton_purse purse;
  baton_findings found;
  TRY(baton_agents_list(&agents));
  for (size_t i = 0; i < agents.len; i++)
    show(baton_format("%S is %S", agents.ptr[i].name, agents.ptr[i].state));
  TRY(baton_agents_describe(agent, &described));
  show(described.description);
  TRY(baton_agents_available(agent, &available));
  show(baton_format("available: %s", available ? "true" : "false"));
  TRY(baton_payments_price(agent, &price));
  show(baton_format("price: %S", price.is_some ? money(price.val) : baton_s("none")));
  TRY(baton_payments_balance(&purse));
  for (size_t i = 0; i < purse.len; i++) show(baton_format("balance: %S", money(purse.ptr[i])));
  TRY(baton_discovery_find(agent, 3, &found));
  for (size_t i = 0; i < found.len; i++) {
    unsigned percent = (unsigned)(found.ptr[i].score * 100 + 0.5);
    baton_str why = found.ptr[i].why.is_some ? found.ptr[i].why.val : baton_s("");
    show(baton_format("found: %S %u %S", found.ptr[i].agent, percent, why));
  }
  return true;
}

static bool see_past(void) {
  baton_messages messages;
  skill_option_string_t tier;
  baton_profile profile;
  baton_handoffs past, active;
  TRY(baton_conversation_messages(NULL, 10, &messages));
  for (size_t i = 0; i < messages.len; i++) {
    const baton_message *said = &messages.ptr[i];
    show(baton_format("%S: %S", said->agent.is_some ? said->agent.val : said->role, said->content));
  }
  TRY(baton_conversation_metadata("tier", &tier));
  show(baton_format("tier: %S", tier.is_some ? text_of(tier.val) : baton_s("")));
  TRY(baton_conversation_profile(&profile));
  show(baton_format("name: %S", text_of(baton_find(profile, "name"))));
  TRY(baton_handoffs_history(NULL, 10, &past));
  for (size_t i = 0; i < past.len; i++)
    show(baton_format("%S to %S, %S", past.ptr[i].source, past.ptr[i].target, past.ptr[i].state));
  TRY(baton_handoffs_active(&active));
  show(baton_format("active: %u", (unsigned)active.len));
  return true;
}

static bool see_own(void) {
  baton_str greeting;
  baton_tickets open;
  baton_entry visits;
  baton_strs keys;
  baton_usage used;
  show(baton_format("greeting: %S", baton_config("greeting", &greeting) ? text_of(greeting) : baton_s("")));
  show(baton_format("now: %llu", baton_now()));
  TRY(baton_tickets_list_open(&open));
  for (size_t i = 0; i < open.len; i++) show(baton_format("ticket: %S", open.ptr[i].reason));
  TRY(baton_storage_get(baton_s("visits"), &visits));
  show(baton_format("visits: %S", visits.is_some ? visits.val.value : baton_s("0")));
  TRY(baton_storage_keys(baton_s(""), NULL, 10, &keys));
  baton_str all = baton_s("");
  for (size_t i = 0; i < keys.len; i++) all = baton_format("%S%s%S", all, i ? ", " : "", keys.ptr[i]);
  show(baton_format("keys: %S", all));
  TRY(baton_storage_used(&used));
  show(baton_format("used: %llu", used.keys));
  return true;
}

static bool look(baton_str arguments, const baton_caller *caller, baton_str *answer) {
  (void)caller;
  baton_str agent;
  if (!baton_read_text(baton_member(arguments, "agent"), &agent))
    return baton_refuse("invalid-arguments", baton_s("argument `agent` is missing"));
  shown = baton_s("");
  return see_agents(agent) && see_past() && see_own() && ends(answer);
}

BATON_TOOL(look, .effect = "read", .description = "Reads whatever can be read.",
           .parameters = "{\"type\":\"object\",\"properties\":{\"agent\":{\"type\":\"string\","
                         "\"description\":\"Who is looked at.\"}},\"required\":[\"agent\"]}");

static bool draw(baton_str arguments, const baton_caller *caller, baton_str *answer) {
  (void)arguments, (void)caller;
  uint8_t bytes[4];
  uint64_t below = baton_random_below(1000);
  baton_random_bytes(bytes, 4);
  *answer = baton_format("[\"%llu\",\"[%u, %u, %u, %u]\"]", below, bytes[0], bytes[1], bytes[2], bytes[3]);
  return true;
}

BATON_TOOL(draw, .effect = "read", .description = "Draws numbers.");

static void ask(baton_str text) {
  const baton_str agents[] = {baton_s("one"), baton_s("nobody"), baton_s("two")};
  const baton_str texts[] = {text, baton_s("Who?"), text};
  baton_code codes[3];
  baton_answer answers[3];
  baton_agents_query_all(agents, texts, 3, codes, answers, NULL);
  for (int i = 0; i < 3; i++)
    show(codes[i] == BATON_OK ? baton_format("%S: %S", answers[i].agent, answers[i].reply)
                              : baton_s(baton_code_name(codes[i])));
}

static bool keep(baton_str text) {
  baton_ticket ticket;
  baton_entry visits;
  skill_option_u64_t written = {0};
  double count = 0;
  const baton_pair from = {baton_s("from"), baton_json_text(baton_s("act"))};
  TRY(baton_conversation_set_metadata("said", baton_json_text(text)));
  TRY(baton_tickets_open(text, &from, 1, &ticket));
  show(baton_format("ticket: %S, %S", ticket.reason, ticket.state));
  TRY(baton_storage_set(baton_s("last"), baton_json_text(text)));
  TRY(baton_storage_delete(baton_s("old")));
  do {
    TRY(baton_storage_get(baton_s("visits"), &visits));
    count = 0;
    if (visits.is_some) baton_read_number(visits.val.value, &count);
    const uint64_t *version = visits.is_some && visits.val.version.is_some ? &visits.val.version.val : NULL;
    TRY(baton_storage_compare_and_set(baton_s("visits"), version, baton_json_number(++count), &written));
  } while (!written.is_some);
  show(baton_format("visits: %u", (unsigned)count));
  return true;
}

static bool fetch(baton_str text) {
  baton_str url = baton_s("https://rates.example.com/eur");
  baton_str body = baton_json_text(text);
  baton_request get = {.method = baton_s("GET"), .url = url};
  baton_request post = {.method = baton_s("POST"), .url = url, .body = {body.ptr, body.len}};
  baton_response response;
  TRY(baton_http_send(&get, &response));
  baton_str content = {response.body.ptr, response.body.len};
  show(baton_format("%u %S", response.status, content));
  TRY(baton_http_send(&post, &response));
  show(baton_format("sent: %u", response.status));
  return true;
}

static baton_money cents(uint64_t count) { return (baton_money){count * 10000, baton_s("USD")}; }

static void show_receipt(const baton_receipt *receipt) {
  show(baton_format("%S, %S: %S", receipt->id, receipt->state, money(receipt->amount)));
}

static bool pay(void) {
  const baton_str once = baton_s("answer"), back = baton_s("back");
  const baton_money cent = cents(1);
  baton_receipt charged, other;
  TRY(baton_payments_charge(cents(5), baton_s("an answer"), &once, &charged));
  show_receipt(&charged);
  TRY(baton_payments_reserve(cents(2), baton_s("a deposit"), NULL, &other));
  TRY(baton_payments_capture(other.id, &cent, &other));
  show_receipt(&other);
  TRY(baton_payments_reserve(cents(3), baton_s("another"), NULL, &other));
  TRY(baton_payments_release(other.id, &other));
  show_receipt(&other);
  TRY(baton_payments_refund(charged.id, NULL, &back, &charged));
  show_receipt(&charged);
  return true;
}

static bool act(baton_str arguments, const baton_caller *caller, baton_str *answer) {
  baton_str text;
  if (!baton_read_text(baton_member(arguments, "text"), &text))
    return baton_refuse("invalid-arguments", baton_s("argument `text` is missing"));
  if (!text.len) return baton_refuse("invalid-arguments", baton_s("say something"));
  shown = baton_s("");
  show(baton_format("for %S %S", caller->kind, caller->name));
  baton_log("info", text);
  ask(text);
  if (!keep(text) || !fetch(text) || !pay()) return false;
  memory.answered += 10;
  return ends(answer);
}

BATON_TOOL(act, .description = "Does whatever can be done.",
           .parameters = "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\","
                         "\"description\":\"What is said everywhere.\"}},\"required\":[\"text\"]}");
