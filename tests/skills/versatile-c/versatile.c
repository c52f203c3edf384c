/* Does what the message says, for the tests of the SDK. */
#include <baton.h>

BATON_SKILL(.description = "Does what the message says.");

static struct {
  uint32_t handoffs;
} memory;

BATON_MEMORY(memory);

static int *nothing(void) {
  int *volatile none = NULL;
  return none;
}

static bool goes_by_the_message(const baton_query *query, baton_proposal *proposal) {
  if (baton_mentions(query->text, "null")) return *nothing() == 1;
  if (baton_mentions(query->text, "loop"))
    for (volatile int i = 0;; i++);
  if (!baton_mentions(query->text, "please")) return false;
  baton_finding(proposal, "handoffs", baton_format("%u", memory.handoffs));
  proposal->confidence = 0.75;
  return true;
}

BATON_HANDOFF("target", goes_by_the_message, .ownership = "returns",
              .metadata = BATON_LIST("size", "3"));
BATON_KEYWORDS("target", by_a_word, "shortcut");

static bool enrich(const baton_handoff *handoff, baton_patch *patch) {
  if (baton_mentions(handoff->original_task, "refuse"))
    return baton_refuse("not-allowed", baton_s("not \"today\""));
  baton_patch_fact(patch, baton_format("%S is to answer.", handoff->target));
  baton_patch_metadata(patch, "tier", baton_json_text(baton_s("gold")));
  baton_patch_instructions(patch, baton_s("Be brief."));
  return true;
}

BATON_HOOK(before_handoff, enrich);

static bool count(const baton_handoff *handoff, const baton_outcome *outcome, baton_patch *patch) {
  (void)handoff, (void)outcome;
  memory.handoffs++;
  baton_patch_remember(patch, "handoffs", baton_format("%u", memory.handoffs));
  return true;
}

BATON_HOOK(after_handoff, count, .targets = BATON_LIST("target"));

static bool add_up(baton_str arguments, const baton_caller *caller, baton_str *answer) {
  double a, b;
  if (!baton_read_number(baton_member(arguments, "a"), &a) ||
      !baton_read_number(baton_member(arguments, "b"), &b))
    return baton_refuse("invalid-arguments", baton_s("two numbers are needed"));
  *answer = baton_format("{\"sum\":%f,\"for\":%S}", a + b, baton_json_text(caller->kind));
  return true;
}

BATON_TOOL(add_up, .effect = "read", .description = "Adds two numbers.",
           .parameters = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\"},"
                         "\"b\":{\"type\":\"number\"}},\"required\":[\"a\",\"b\"]}");

static bool echo(baton_str arguments, const baton_caller *caller, baton_str *answer) {
  (void)caller;
  baton_str text;
  if (!baton_read_text(baton_member(arguments, "text"), &text))
    return baton_refuse("invalid-arguments", baton_s("a text is needed"));
  *answer = baton_json_text(text);
  return true;
}

BATON_TOOL(echo, .effect = "read");

static bool ask_all(baton_str arguments, const baton_caller *caller, baton_str *answer) {
  (void)arguments, (void)caller;
  const baton_str agents[] = {baton_s("one"), baton_s("two"), baton_s("nobody"), baton_s("three")};
  const baton_str texts[] = {baton_s("a"), baton_s("b"), baton_s("c"), baton_s("d")};
  baton_code codes[4];
  baton_answer answers[4];
  baton_str all = baton_s("");
  baton_agents_query_all(agents, texts, 4, codes, answers, NULL);
  for (int i = 0; i < 4; i++)
    all = codes[i] == BATON_OK ? baton_format("%S%S;", all, answers[i].reply)
                               : baton_format("%Serror %d;", all, codes[i]);
  *answer = baton_json_text(all);
  return true;
}

BATON_TOOL(ask_all, .effect = "read");
