/* What a test sets up, reads and calls. */
#include "baton_test.h"
#include <stdio.h>
#include <stdlib.h>

#define MOST 64

/* A value under a name. */
typedef struct {
  char *name, *value;
  uint64_t number;
} desk_entry;

typedef struct {
  desk_entry entries[MOST];
  size_t count;
} desk_table;

static struct {
  bool denies_all;
  desk_table denied, agents, failing, config, profile, stored, found, web, prices, metadata;
  double scores[MOST];
  uint64_t wallet;
  char *currency;
  uint8_t *memory;
  size_t memory_size, tickets, begun;
  char *record;
  const char *code;
} desk;

static char *desk_copy(const char *text, size_t length) {
  char *copy = malloc(length + 1);
  if (!copy) abort();
  if (length) memcpy(copy, text, length);
  copy[length] = 0;
  return copy;
}

static char *desk_text(baton_str text) { return desk_copy((const char *)text.ptr, text.len); }

static desk_entry *desk_find(desk_table *table, const char *name) {
  for (size_t i = 0; i < table->count; i++)
    if (strcmp(table->entries[i].name, name) == 0) return &table->entries[i];
  return NULL;
}

static desk_entry *desk_set(desk_table *table, const char *name, const char *value) {
  desk_entry *entry = desk_find(table, name);
  if (!entry) {
    if (table->count == MOST) {
      fprintf(stderr, "a desk has room for %d values of a kind\n", MOST);
      abort();
    }
    entry = &table->entries[table->count++];
    *entry = (desk_entry){.name = desk_copy(name, strlen(name))};
  }
  entry->value = desk_copy(value, strlen(value));
  entry->number++;
  return entry;
}

static void desk_note(baton_str line) {
  size_t before = desk.record ? strlen(desk.record) : 0;
  desk.record = realloc(desk.record, before + line.len + 2);
  if (!desk.record) abort();
  memcpy(desk.record + before, line.ptr, line.len);
  memcpy(desk.record + before + line.len, "\n", 2);
}

/* A test is a short program: what earlier desks had ends with it. */
void desk_new(void) { memset(&desk, 0, sizeof desk); }

void desk_denies(const char *capability) {
  if (capability) desk_set(&desk.denied, capability, "");
  else desk.denies_all = true;
}

void desk_answers(const char *agent, const char *reply) { desk_set(&desk.agents, agent, reply); }
void desk_fails(const char *agent, const char *why) { desk_set(&desk.failing, agent, why); }
void desk_configured(const char *name, const char *json) { desk_set(&desk.config, name, json); }
void desk_knows(const char *name, const char *json) { desk_set(&desk.profile, name, json); }
void desk_stored(const char *key, const char *json) { desk_set(&desk.stored, key, json); }

void desk_finds(const char *agent, double score) {
  desk.scores[desk_set(&desk.found, agent, "") - desk.found.entries] = score;
}

void desk_serves(const char *url, uint16_t status, const char *body) {
  desk_set(&desk.web, url, body)->number = status;
}

void desk_priced(const char *agent, uint64_t millionths, const char *currency) {
  desk_set(&desk.prices, agent, currency)->number = millionths;
}

void desk_wallet(uint64_t millionths, const char *currency) {
  desk.wallet = millionths;
  desk.currency = desk_copy(currency, strlen(currency));
}

const char *desk_record(void) { return desk.record ? desk.record : ""; }

bool desk_did(const char *line) {
  size_t length = strlen(line);
  for (const char *at = desk_record(); *at;) {
    size_t here = strcspn(at, "\n");
    if (here == length && memcmp(at, line, length) == 0) return true;
    at += here + (at[here] == '\n');
  }
  return false;
}

const char *desk_value(const char *key) {
  desk_entry *entry = desk_find(&desk.stored, key);
  return entry ? entry->value : NULL;
}

const char *desk_metadata(const char *name) {
  desk_entry *entry = desk_find(&desk.metadata, name);
  return entry ? entry->value : NULL;
}

const char *desk_code(void) { return desk.code ? desk.code : ""; }

/* ---- calls of the skill ---- */

BATON_EACH(baton_handoff_decl, handoff);
BATON_EACH(baton_hook_decl, before);
BATON_EACH(baton_hook_decl, after);
BATON_EACH(baton_tool_decl, tool);

static void desk_begin(void) {
  baton_arena_reset();
  desk.code = NULL;
  if (BATON_COUNT(memory)) baton_recall();
}

static bool desk_end(bool done, const char *otherwise) {
  if (BATON_COUNT(memory)) baton_keep();
  baton_str code, message;
  if (done) return true;
  baton_refused(&code, &message, otherwise);
  desk.code = desk_text(code);
  desk_note(baton_format("refused: %S", message));
  return false;
}

const char *desk_target(const char *text) {
  desk_begin();
  baton_query query = {.text = baton_s(text), .owner = baton_s("desk")};
  for (size_t i = 0; i < BATON_COUNT(handoff); i++) {
    const baton_handoff_decl *said = &__start_baton_handoff[i];
    /* As the host does: where there are triggers, only for what mentions one. */
    if (said->triggers && !baton_mentions_any(query.text, said->triggers)) continue;
    baton_proposal proposal = {.target = baton_s(said->target), .confidence = 1};
    if (!said->condition || said->condition(&query, &proposal)) return desk_text(proposal.target);
  }
  return NULL;
}

static const baton_hook_decl *desk_hook(const baton_hook_decl *from, const baton_hook_decl *to,
                                        const char *name) {
  for (; from < to; from++)
    if (baton_is(baton_dashed(from->name), name)) return from;
  fprintf(stderr, "the skill has no hook `%s`\n", name);
  abort();
}

static baton_handoff desk_handoff(const char *target, const char *text) {
  return (baton_handoff){.id = baton_s("handoff"), .conversation = baton_s("conversation"),
                         .task = baton_s("task"), .source = baton_s("desk"),
                         .target = baton_s(target), .reason = baton_s("specialization"),
                         .original_task = baton_s(text), .confidence = 1, .trust = 50};
}

bool desk_before(const char *hook, const char *target, const char *text, baton_patch *patch) {
  desk_begin();
  memset(patch, 0, sizeof *patch);
  baton_handoff handoff = desk_handoff(target, text);
  const baton_hook_decl *said = desk_hook(__start_baton_before, __stop_baton_before, hook);
  return desk_end(said->before(&handoff, patch), "other");
}

bool desk_after(const char *hook, const char *target, const char *text, const char *reply,
                baton_patch *patch) {
  desk_begin();
  memset(patch, 0, sizeof *patch);
  baton_handoff handoff = desk_handoff(target, text);
  baton_outcome outcome = {.success = reply != NULL, .agent = baton_s(target), .reply = baton_s(reply)};
  outcome.error.is_some = reply == NULL;
  outcome.error.val = baton_s("unreachable");
  const baton_hook_decl *said = desk_hook(__start_baton_after, __stop_baton_after, hook);
  return desk_end(said->after(&handoff, &outcome, patch), "other");
}

bool desk_call(const char *tool, const char *arguments, baton_str *answer) {
  desk_begin();
  *answer = baton_s("null");
  baton_caller caller = {.kind = baton_s("agent"), .name = baton_s("desk")};
  for (size_t i = 0; i < BATON_COUNT(tool); i++)
    if (baton_is(baton_dashed(__start_baton_tool[i].name), tool))
      return desk_end(__start_baton_tool[i].call(baton_s(arguments), &caller, answer), "failed");
  fprintf(stderr, "the skill has no tool `%s`\n", tool);
  abort();
}
