/* Hands refunds to the specialist, with the number of the order. */
#include <baton.h>

BATON_SKILL(.description = "Hands refunds to the specialist, with the number of the order.");

static const char *const REFUNDS[] = {"refund", "money back", NULL};

static bool wants_refund(const baton_query *query, baton_proposal *proposal) {
  (void)proposal; /* as declared below */
  return baton_mentions_any(query->text, REFUNDS);
}

BATON_HANDOFF("specialist", wants_refund, .triggers = REFUNDS,
              .description = "Whoever wants money back gets the specialist.");

/* The first number of four digits or more; empty if there is none. */
static baton_str order_in(baton_str text) {
  size_t digits = 0;
  for (size_t i = 0; i <= text.len; i++) {
    if (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9') {
      digits++;
    } else if (digits >= 4) {
      return (baton_str){text.ptr + i - digits, digits};
    } else {
      digits = 0;
    }
  }
  return baton_s("");
}

static bool note_order(const baton_handoff *handoff, baton_patch *patch) {
  baton_str order = order_in(handoff->original_task);
  if (order.len > 0)
    baton_patch_finding(patch, "order", order);
  else
    baton_patch_instructions(patch, baton_s("Ask for the number of the order first."));
  return true;
}

BATON_HOOK(before_handoff, note_order,
           .description = "Tells the specialist which order it is about.");

static bool find_order(baton_str arguments, const baton_caller *caller, baton_str *answer) {
  (void)caller;
  baton_str text;
  if (!baton_read_text(baton_member(arguments, "text"), &text))
    return baton_refuse("invalid-arguments", baton_s("argument `text` is missing"));
  *answer = order_in(text);
  if (answer->len == 0)
    return baton_refuse("invalid-arguments", baton_s("no number of an order is in it"));
  return true;
}

BATON_TOOL(find_order, .effect = "read", .description = "Finds the number of an order in a text.",
           .parameters = "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\","
                         "\"description\":\"What somebody wrote.\"}},\"required\":[\"text\"]}");
