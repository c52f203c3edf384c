/* Functions that an agent, a person or a client calls by name. */
#include "arena.h"

BATON_EACH(baton_tool_decl, tool);

static bool same(baton_str one, baton_str other) {
  return one.len == other.len && memcmp(one.ptr, other.ptr, one.len) == 0;
}

bool exports_baton_skill_tools_call(baton_str *name, baton_str *arguments,
                                    exports_baton_skill_tools_caller_t *from, baton_str *answer,
                                    exports_baton_skill_tools_tool_error_t *error) {
  memset(error, 0, sizeof *error);
  *answer = baton_s("null");
  baton_caller caller = {from->kind, from->name, from->user, from->conversation, from->scopes};
  for (size_t i = 0; i < BATON_COUNT(tool); i++)
    if (same(*name, baton_dashed(__start_baton_tool[i].name))) {
      if (baton_recall) baton_recall();
      bool done = __start_baton_tool[i].call(*arguments, &caller, answer);
      if (baton_keep) baton_keep();
      if (!done) baton_refused(&error->code, &error->message, "failed");
      return done;
    }
  baton_refuse("unknown-tool", baton_format("this skill has no tool `%S`", *name));
  baton_refused(&error->code, &error->message, "unknown-tool");
  return false;
}

__attribute__((export_name("cabi_post_baton:skill/tools@0.1.0#call"))) void
__wasm_export_exports_baton_skill_tools_call_post_return(uint8_t *result) {
  (void)result;
  baton_arena_reset();
}
