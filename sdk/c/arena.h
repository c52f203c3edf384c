/* What the parts of the SDK share and a skill does not see. */
#ifndef BATON_ARENA_H
#define BATON_ARENA_H

#include "baton.h"

/* Everything that was allocated since the last reset is gone. */
void baton_arena_reset(void);
/* What the skill remembers, there and back; of the part `memory.c`. */
void baton_recall(void) __attribute__((weak));
void baton_keep(void) __attribute__((weak));
/* What `baton_refuse` was told, and forgets. */
void baton_refused(baton_str *code, baton_str *message, const char *otherwise);
baton_strs baton_texts(baton_list list);
/* A name as the contract has it: with dashes in the place of C's underscores. */
baton_str baton_dashed(const char *name);

/* The declarations in a section; none where the skill has none of the kind. */
#define BATON_EACH(type, list) \
  extern const type __start_baton_##list[] __attribute__((weak)); \
  extern const type __stop_baton_##list[] __attribute__((weak))
#define BATON_COUNT(list) ((size_t)(__stop_baton_##list - __start_baton_##list))

#endif
