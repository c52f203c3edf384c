/* Uses all of the contract, the same in each language: what decides and what
 * runs around a handoff. */
#include <baton.h>
#include "memory.h"

BATON_SKILL(.description = "Uses all of the contract, the same in each language.",
            .targets = BATON_LIST("billing", "legal"));

struct memory memory;

BATON_MEMORY(memory);

static bool needs_expert(const baton_query *query, baton_proposal *proposal) {
  if (!baton_mentions(query->text, "expert") && !baton_word_starting(query->text, BATON_LIST("help")).len)
    return false;
  proposal->confidence = 0.75;
  proposal->reason = baton_s("escalation");
  proposal->instructions = baton_s("Be brief.");
  baton_finding(proposal, "answered", baton_format("%u", memory.answered));
  baton_finding(proposal, "user",
                baton_json_text(query->user.is_some ? query->user.val : baton_s("a visitor")));
  baton_finding(proposal, "turn", baton_format("%llu", query->turn));
  return true;
}

BATON_HANDOFF("expert", needs_expert, .triggers = BATON_LIST("expert", "help"), .priority = -100,
              .timeout_ms = 30000, .history = "last:10", .ownership = "returns", .metadata = BATON_LIST("kind", "\"question\""),
              .description = "Whoever asks for an expert, or for help, gets one.");

static bool goes_by_name(const baton_query *query, baton_proposal *proposal) {
  const char *const names[] = {"billing", "legal"};
  for (size_t i = 0; i < 2; i++)
    if (baton_word_starting(query->text, BATON_LIST(names[i])).len) {
      proposal->target = baton_s(names[i]);
      proposal->confidence = 0.5;
      return true;
    }
  return false;
}

BATON_HANDOFF(NULL, goes_by_name, .triggers = BATON_LIST("billing", "legal"),
              .description = "Whom the message names.");
BATON_KEYWORDS("expert", by_a_word, "shortcut", "ÜBER");

static bool enrich(const baton_handoff *handoff, baton_patch *patch) {
  baton_str task = handoff->original_task;
  baton_tickets open;
  if (baton_mentions(task, "too poor"))
    return baton_refuse("payment-required", baton_s("there is no \"money\""));
  if (baton_mentions(task, "not today")) return baton_refuse("not-allowed", baton_s("not today"));
  if (baton_mentions(task, "a person")) {
    baton_code code = baton_tickets_list_open(&open);
    if (code != BATON_OK) return baton_pass_on(code);
  }
  unsigned letters = 0;
  for (size_t i = 0; i < task.len; i++) letters += (task.ptr[i] & 0xC0) != 0x80;
  baton_patch_fact(patch, baton_format("%S asks %S.", handoff->source, handoff->target));
  baton_patch_decision(patch, baton_s("Ask."));
  baton_patch_finding(patch, "length", baton_format("%u", letters));
  baton_patch_metadata(patch, "tier", baton_json_text(baton_s("gold")));
  baton_patch_instructions(patch, baton_s("Stay polite."));
  baton_patch_remember(patch, "asked", baton_json_text(handoff->target));
  return true;
}

BATON_HOOK(before_handoff, enrich, .description = "Tells the target all that a hook can tell.");

static bool stand_in(const baton_handoff *handoff, const baton_outcome *outcome, baton_patch *patch) {
  (void)handoff;
  memory.answered++;
  baton_patch_remember(patch, "answered", baton_format("%u", memory.answered));
  if (outcome->error.is_some)
    baton_patch_reply(patch, "assistant", baton_format("Without the expert: %S", outcome->error.val), true);
  return true;
}

BATON_HOOK(after_handoff, stand_in, .targets = BATON_LIST("expert"), .order = 5,
           .description = "Counts, and answers where the target has failed.");
