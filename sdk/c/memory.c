/* What the skill remembers of one conversation: the bytes of one variable. */
#include "arena.h"

BATON_EACH(baton_memory_decl, memory);

void baton_recall(void) {
  const baton_memory_decl *memory = __start_baton_memory;
  skill_list_u8_t kept;
  memset(memory->at, 0, memory->size);
  if (!baton_skill_state_load(&kept)) return;
  if (kept.len == memory->size) {
    memcpy(memory->at, kept.ptr, kept.len);
    return;
  }
  baton_str why = baton_format("it has %u bytes, and the variable %u", (unsigned)kept.len,
                               (unsigned)memory->size);
  baton_skill_state_unreadable(&why);
}

void baton_keep(void) {
  const baton_memory_decl *memory = __start_baton_memory;
  skill_list_u8_t kept, now = {memory->at, memory->size};
  bool is_kept = baton_skill_state_load(&kept);
  bool same = is_kept && kept.len == now.len && memcmp(kept.ptr, now.ptr, now.len) == 0;
  /* What is all zero need not be kept to be recalled. */
  bool empty = !is_kept;
  for (size_t i = 0; empty && i < now.len; i++) empty = now.ptr[i] == 0;
  baton_skill_types_error_t why;
  if (!same && !empty && !baton_skill_state_save(&now, &why))
    baton_log("error", baton_format("what the skill remembers is not kept: %S", why.message));
}
