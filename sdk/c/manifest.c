/* What the skill says it is. */
#include "arena.h"

BATON_EACH(baton_skill_decl, skill);
BATON_EACH(baton_handoff_decl, handoff);
BATON_EACH(baton_hook_decl, before);
BATON_EACH(baton_hook_decl, after);
BATON_EACH(baton_tool_decl, tool);

static const char *or_else(const char *said, const char *otherwise) {
  return said ? said : otherwise;
}

baton_str baton_dashed(const char *name) {
  baton_str text = baton_format("%s", name);
  for (size_t i = 0; i < text.len; i++)
    if (text.ptr[i] == '_') text.ptr[i] = '-';
  return text;
}

static exports_baton_skill_manifest_list_pair_t pairs(baton_list list) {
  size_t count = 0;
  while (list && list[count]) count++;
  count /= 2;
  baton_pair *made = baton_alloc(count * sizeof *made);
  for (size_t i = 0; i < count; i++)
    made[i] = (baton_pair){baton_s(list[2 * i]), baton_s(list[2 * i + 1])};
  return (exports_baton_skill_manifest_list_pair_t){made, count};
}

static void handoff(const baton_handoff_decl *said, exports_baton_skill_manifest_handoff_t *out) {
  out->name = baton_dashed(said->name);
  out->target.is_some = said->target != NULL;
  out->target.val = baton_s(said->target);
  out->description = baton_s(said->description);
  out->priority = said->priority;
  out->timeout_ms.is_some = said->timeout_ms != 0;
  out->timeout_ms.val = said->timeout_ms;
  out->scopes = baton_texts(said->scopes);
  out->triggers = baton_texts(said->triggers);
  out->decided_by = baton_s(said->condition ? "condition" : "triggers");
  out->reason = baton_s(or_else(said->reason, "specialization"));
  out->mode = baton_s(or_else(said->mode, "warm"));
  out->ownership = baton_s(or_else(said->ownership, "moves"));
  out->metadata = pairs(said->metadata);
  if (said->history) {
    baton_pair *history = baton_alloc(sizeof *history);
    *history = (baton_pair){baton_s("history"), baton_json_text(baton_s(said->history))};
    out->extra = (exports_baton_skill_manifest_list_pair_t){history, 1};
  }
}

static void hook(const baton_hook_decl *said, exports_baton_skill_manifest_hook_t *out) {
  out->name = baton_dashed(said->name);
  out->point = baton_s(said->before ? "before-handoff" : "after-handoff");
  out->order = said->order;
  out->targets = baton_texts(said->targets);
  out->access = baton_s(or_else(said->access, "amend"));
  out->on_failure = baton_s(or_else(said->on_failure, said->before ? "refuse" : "continue"));
  out->handoffs = baton_s(or_else(said->handoffs, "own"));
  out->description = baton_s(said->description);
}

static void tool(const baton_tool_decl *said, exports_baton_skill_manifest_tool_t *out) {
  out->name = baton_dashed(said->name);
  out->description = baton_s(said->description);
  out->parameters = baton_s(or_else(said->parameters, "{\"type\":\"object\",\"properties\":{}}"));
  out->effect = baton_s(or_else(said->effect, "write"));
  out->scopes = baton_texts(said->scopes);
}

void exports_baton_skill_manifest_describe(exports_baton_skill_manifest_skill_t *out) {
  memset(out, 0, sizeof *out);
  out->name = baton_s(BATON_NAME);
  out->version = baton_s(BATON_VERSION);
  out->state_version = 1;
  if (BATON_COUNT(skill)) {
    const baton_skill_decl *said = __start_baton_skill;
    out->description = baton_s(said->description);
    out->config_schema.is_some = said->config_schema != NULL;
    out->config_schema.val = baton_s(said->config_schema);
    if (said->state_version) out->state_version = said->state_version;
    out->depends = baton_texts(said->depends);
    out->targets = baton_texts(said->targets);
  }
  out->handoffs.len = BATON_COUNT(handoff);
  out->handoffs.ptr = baton_alloc(out->handoffs.len * sizeof *out->handoffs.ptr);
  for (size_t i = 0; i < out->handoffs.len; i++)
    handoff(&__start_baton_handoff[i], &out->handoffs.ptr[i]);
  size_t before = BATON_COUNT(before);
  out->hooks.len = before + BATON_COUNT(after);
  out->hooks.ptr = baton_alloc(out->hooks.len * sizeof *out->hooks.ptr);
  for (size_t i = 0; i < out->hooks.len; i++)
    hook(i < before ? &__start_baton_before[i] : &__start_baton_after[i - before], &out->hooks.ptr[i]);
  out->tools.len = BATON_COUNT(tool);
  out->tools.ptr = baton_alloc(out->tools.len * sizeof *out->tools.ptr);
  for (size_t i = 0; i < out->tools.len; i++) tool(&__start_baton_tool[i], &out->tools.ptr[i]);
}

__attribute__((export_name("cabi_post_baton:skill/manifest@0.1.0#describe"))) void
__wasm_export_exports_baton_skill_manifest_describe_post_return(uint8_t *result) {
  (void)result;
  baton_arena_reset();
}

/* The generated code asks for a file with the contract's types, which are added
 * to the finished module instead. */
void __component_type_object_force_link_skill(void);
void __component_type_object_force_link_skill(void) {}
