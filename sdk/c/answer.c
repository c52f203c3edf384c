/* What conditions, hooks and tools answer with. */
#include "arena.h"

/* Lists grow by powers of two; what is left behind goes with the arena. */
static void *room(void *list, size_t count, size_t size) {
  if (count & (count - 1)) return list;
  void *larger = baton_alloc((count ? 2 * count : 1) * size);
  if (count) memcpy(larger, list, count * size);
  return larger;
}

void baton_add_text(baton_strs *list, baton_str text) {
  list->ptr = room(list->ptr, list->len, sizeof *list->ptr);
  list->ptr[list->len++] = text;
}

static void add(baton_skill_types_list_pair_t *list, const char *name, baton_str json) {
  list->ptr = room(list->ptr, list->len, sizeof *list->ptr);
  list->ptr[list->len++] = (baton_pair){baton_s(name), json};
}

void baton_finding(baton_proposal *proposal, const char *name, baton_str json) {
  add(&proposal->findings, name, json);
}

void baton_patch_fact(baton_patch *patch, baton_str fact) { baton_add_text(&patch->facts, fact); }

void baton_patch_decision(baton_patch *patch, baton_str decision) {
  baton_add_text(&patch->decisions, decision);
}

void baton_patch_finding(baton_patch *patch, const char *name, baton_str json) {
  add(&patch->findings, name, json);
}

void baton_patch_metadata(baton_patch *patch, const char *name, baton_str json) {
  add(&patch->metadata, name, json);
}

void baton_patch_instructions(baton_patch *patch, baton_str more) {
  baton_str before = patch->instructions.val;
  patch->instructions.val = patch->instructions.is_some ? baton_format("%S\n%S", before, more) : more;
  patch->instructions.is_some = true;
}

void baton_patch_remember(baton_patch *patch, const char *name, baton_str json) {
  add(&patch->conversation, name, json);
}

void baton_patch_reply(baton_patch *patch, const char *agent, baton_str reply, bool fallback) {
  patch->replace.is_some = true;
  patch->replace.val = (baton_skill_types_replacement_t){
      .reply = reply, .agent = {agent != NULL, baton_s(agent)}, .fallback = fallback};
}

static const char *refused_code;
static baton_str refused_message;

/* What a capability said, if that is why; else BATON_OK. */
static baton_code passed_on;

bool baton_refuse(const char *code, baton_str message) {
  passed_on = BATON_OK;
  refused_code = code;
  refused_message = message;
  return false;
}

bool baton_pass_on(baton_code code) {
  baton_refuse("", baton_why());
  passed_on = code;
  return false;
}

/* Codes of capabilities of which hooks, and not tools, have the same. */
static const char *passed_on_as(bool hook, const char *otherwise) {
  switch (passed_on) {
  case BATON_NOT_GRANTED:
  case BATON_NOT_ALLOWED:
    return "not-allowed";
  case BATON_UNAVAILABLE:
  case BATON_PAYMENT_REQUIRED:
    return hook ? baton_code_name(passed_on) : otherwise;
  default:
    return otherwise;
  }
}

void baton_refused(baton_str *code, baton_str *message, const char *otherwise) {
  bool hook = strcmp(otherwise, "other") == 0;
  *code = baton_s(passed_on ? passed_on_as(hook, otherwise) : refused_code ? refused_code : otherwise);
  *message = refused_code ? refused_message : baton_s("it did not say why");
  refused_code = NULL;
  passed_on = BATON_OK;
}
