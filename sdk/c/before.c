/* Hooks that run when a handoff is prepared. They come first in the manifest. */
#include "arena.h"

BATON_EACH(baton_hook_decl, before);

bool exports_baton_skill_before_handoff_run(uint32_t hook, baton_handoff *handoff, baton_patch *patch,
                                            baton_skill_types_refusal_t *refusal) {
  memset(patch, 0, sizeof *patch);
  memset(refusal, 0, sizeof *refusal);
  if (hook >= BATON_COUNT(before)) {
    baton_refuse("other", baton_format("this skill has no hook %u of this kind", hook));
  } else {
    if (baton_recall) baton_recall();
    bool settled = __start_baton_before[hook].before(handoff, patch);
    if (baton_keep) baton_keep();
    if (settled) return true;
  }
  baton_refused(&refusal->code, &refusal->message, "other");
  return false;
}

__attribute__((export_name("cabi_post_baton:skill/before-handoff@0.1.0#run"))) void
__wasm_export_exports_baton_skill_before_handoff_run_post_return(uint8_t *result) {
  (void)result;
  baton_arena_reset();
}
