/* Hooks that run when the target has answered, or failed. In the manifest they
 * come behind those that run before. */
#include "arena.h"

BATON_EACH(baton_hook_decl, before);
BATON_EACH(baton_hook_decl, after);

bool exports_baton_skill_after_handoff_run(uint32_t hook, baton_handoff *handoff, baton_outcome *outcome,
                                           baton_patch *patch, baton_skill_types_refusal_t *refusal) {
  memset(patch, 0, sizeof *patch);
  memset(refusal, 0, sizeof *refusal);
  size_t first = BATON_COUNT(before);
  if (hook < first || hook - first >= BATON_COUNT(after)) {
    baton_refuse("other", baton_format("this skill has no hook %u of this kind", hook));
  } else {
    if (baton_recall) baton_recall();
    bool settled = __start_baton_after[hook - first].after(handoff, outcome, patch);
    if (baton_keep) baton_keep();
    if (settled) return true;
  }
  baton_refused(&refusal->code, &refusal->message, "other");
  return false;
}

__attribute__((export_name("cabi_post_baton:skill/after-handoff@0.1.0#run"))) void
__wasm_export_exports_baton_skill_after_handoff_run_post_return(uint8_t *result) {
  (void)result;
  baton_arena_reset();
}
