/* Conditions. */
#include "arena.h"

BATON_EACH(baton_handoff_decl, handoff);

static baton_skill_types_verdict_t verdict(const baton_query *query, uint32_t position) {
  baton_skill_types_verdict_t pass = {.tag = BATON_SKILL_TYPES_VERDICT_PASS};
  if (position >= BATON_COUNT(handoff) || !__start_baton_handoff[position].condition) return pass;
  const baton_handoff_decl *said = &__start_baton_handoff[position];
  baton_skill_types_verdict_t yes = {.tag = BATON_SKILL_TYPES_VERDICT_HAND_OFF};
  yes.val.hand_off.target = baton_s(said->target);
  yes.val.hand_off.confidence = 1;
  return said->condition(query, &yes.val.hand_off) ? yes : pass;
}

void exports_baton_skill_router_evaluate(baton_query *query, skill_list_u32_t *asked,
                                         exports_baton_skill_router_list_verdict_t *out) {
  if (baton_recall) baton_recall();
  out->len = asked->len;
  out->ptr = baton_alloc(asked->len * sizeof *out->ptr);
  for (size_t i = 0; i < asked->len; i++) out->ptr[i] = verdict(query, asked->ptr[i]);
}

__attribute__((export_name("cabi_post_baton:skill/router@0.1.0#evaluate"))) void
__wasm_export_exports_baton_skill_router_evaluate_post_return(uint8_t *result) {
  (void)result;
  baton_arena_reset();
}
