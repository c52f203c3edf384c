/* Skills for Baton in C.
 *
 * Who owns what: nobody frees anything. What a function is given, and what a
 * capability returns, lives until the call of the skill has ended; so does what
 * `baton_alloc` gives. What outlives it is memory (`BATON_MEMORY`) or storage.
 *
 * What can fail returns a `baton_code`; `baton_why()` is the reason in words.
 * `skill.h` is made from the contract when the skill is built. */
#ifndef BATON_H
#define BATON_H

#include "skill.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ---- texts: bytes with a length, in UTF-8, without a zero at the end ---- */

typedef skill_string_t baton_str;
typedef skill_list_string_t baton_strs;
typedef baton_skill_types_pair_t baton_pair; /* a name, and a value in JSON */

static inline baton_str baton_s(const char *text) {
  return (baton_str){(uint8_t *)text, text ? strlen(text) : 0};
}
/* As printf, of %s, %d, %u, %lld, %llu, %f, %% and, for a baton_str, %S. */
baton_str baton_format(const char *format, ...);
bool baton_is(baton_str text, const char *other);
/* Whether `part` occurs in the text, in any case of its ASCII letters. */
bool baton_mentions(baton_str text, const char *part);
bool baton_mentions_any(baton_str text, const char *const *parts);
/* Whether a word begins with one of `stems`; gives the first that does. */
baton_str baton_word_starting(baton_str text, const char *const *stems);
bool baton_has(baton_strs list, const char *text);
/* Bytes until the call ends. Out of memory is a fault: it never returns NULL. */
void *baton_alloc(size_t size);

/* ---- JSON: values travel as their texts ---- */

baton_str baton_json_text(baton_str text);
baton_str baton_json_number(double number);
baton_str baton_json_bool(bool value);
/* The value of a member, as JSON; empty if there is none. */
baton_str baton_member(baton_str object, const char *name);
/* The value of a pair; empty if there is none. */
#define baton_find(pairs, name) baton_find_in((pairs).ptr, (pairs).len, name)
baton_str baton_find_in(const baton_pair *pairs, size_t count, const char *name);
/* What a JSON value says; false if it is of another kind. */
bool baton_read_text(baton_str json, baton_str *out);
bool baton_read_number(baton_str json, double *out);
bool baton_read_bool(baton_str json, bool *out);

/* ---- what went wrong ---- */

typedef enum {
  BATON_OK,
  BATON_NOT_GRANTED,
  BATON_NOT_FOUND,
  BATON_NOT_ALLOWED,
  BATON_INVALID,
  BATON_LIMIT,
  BATON_TIMEOUT,
  BATON_UNAVAILABLE,
  BATON_WRONG_HANDLE,
  BATON_PAYMENT_REQUIRED,
  BATON_FAILED,
} baton_code;

/* What the last capability that failed in this call said. */
baton_str baton_why(void);
/* The code as the contract has it: `not-found`. */
const char *baton_code_name(baton_code code);

/* ---- declaring a skill ---- */

typedef baton_skill_types_query_t baton_query;
typedef baton_skill_types_proposal_t baton_proposal;
typedef baton_skill_types_handoff_context_t baton_handoff;
typedef baton_skill_types_outcome_t baton_outcome;
typedef baton_skill_types_patch_t baton_patch;
typedef const char *const *baton_list;

/* Texts for a declaration: BATON_LIST("stock", "portfolio") */
#define BATON_LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

typedef struct {
  const char *description;
  const char *config_schema; /* JSON Schema of the configuration */
  uint32_t state_version;    /* raised when old memory cannot be read any more */
  baton_list depends, targets;
} baton_skill_decl;

/* True: hand over. `proposal` is as declared, and may be made to say more. */
typedef bool baton_condition(const baton_query *query, baton_proposal *proposal);

typedef struct {
  const char *target; /* NULL: the condition names it */
  baton_condition *condition; /* NULL: a trigger in the text is reason enough */
  const char *name, *description;
  int32_t priority; /* 100 is high, -100 low; above 0 is a grant */
  uint32_t timeout_ms;
  baton_list scopes, triggers;
  const char *reason, *mode, *ownership, *history;
  baton_list metadata; /* names and JSON values in turn */
} baton_handoff_decl;

/* False: the handoff is refused; `baton_refuse` says why. */
typedef bool baton_before(const baton_handoff *handoff, baton_patch *patch);
typedef bool baton_after(const baton_handoff *handoff, const baton_outcome *outcome, baton_patch *patch);

typedef struct {
  baton_before *before;
  baton_after *after;
  const char *name, *description;
  int32_t order;
  baton_list targets;
  const char *access, *on_failure, *handoffs;
} baton_hook_decl;

typedef struct {
  baton_str kind; /* `agent`, `person` or `client` */
  baton_str name;
  skill_option_string_t user, conversation;
  baton_strs scopes;
} baton_caller;

/* The answer is JSON. False: it failed; `baton_refuse` says why. */
typedef bool baton_tool(baton_str arguments, const baton_caller *caller, baton_str *answer);

typedef struct {
  baton_tool *call;
  const char *name, *description;
  const char *parameters; /* JSON Schema of the arguments, an object */
  const char *effect;     /* "read", or "write" if not said */
  baton_list scopes;
} baton_tool_decl;

typedef struct {
  void *at;
  size_t size;
} baton_memory_decl;

/* Not `static`: the linker keeps what is `used` only if others could see it. */
#define BATON_DECLARED(type, list, id) \
  extern const type id; \
  const type id __attribute__((used, section("baton_" list)))

/* BATON_SKILL(.description = "…"); name and version stand in skill.toml. */
#define BATON_SKILL(...) \
  BATON_DECLARED(baton_skill_decl, "skill", baton_this_skill) = {__VA_ARGS__}
/* BATON_HANDOFF("agent", function, .triggers = BATON_LIST("…"), …); */
#define BATON_HANDOFF(agent, function, ...) \
  BATON_DECLARED(baton_handoff_decl, "handoff", function##_decl) = { \
      .target = agent, .condition = function, .name = #function, __VA_ARGS__}
/* BATON_KEYWORDS("agent", its_name, "word", …); */
#define BATON_KEYWORDS(agent, id, ...) \
  BATON_DECLARED(baton_handoff_decl, "handoff", id##_decl) = { \
      .target = agent, .name = #id, .triggers = BATON_LIST(__VA_ARGS__)}
/* BATON_HOOK(before_handoff, function, …); BATON_HOOK(after_handoff, function, …); */
#define BATON_HOOK(point, function, ...) BATON_HOOK_##point(function, __VA_ARGS__)
#define BATON_HOOK_before_handoff(function, ...) \
  BATON_DECLARED(baton_hook_decl, "before", function##_decl) = { \
      .before = function, .name = #function, __VA_ARGS__}
#define BATON_HOOK_after_handoff(function, ...) \
  BATON_DECLARED(baton_hook_decl, "after", function##_decl) = { \
      .after = function, .name = #function, __VA_ARGS__}
/* BATON_TOOL(function, .description = "…", .parameters = "{…}"); */
#define BATON_TOOL(function, ...) \
  BATON_DECLARED(baton_tool_decl, "tool", function##_decl) = { \
      .call = function, .name = #function, __VA_ARGS__}
/* BATON_MEMORY(variable); at most once. Its bytes are what the skill remembers
 * of the conversation: zero at first, kept after a hook or a tool. No pointers. */
#define BATON_MEMORY(variable) \
  BATON_DECLARED(baton_memory_decl, "memory", baton_this_memory) = {&(variable), sizeof(variable)}

/* ---- what conditions, hooks and tools answer ---- */

/* Why the present hook or tool says no. Codes of hooks: `unavailable`,
 * `not-allowed`, `payment-required`, `other`; of tools: `invalid-arguments`,
 * `not-allowed`, `failed`. Always false. */
bool baton_refuse(const char *code, baton_str message);
/* The present hook or tool fails as the capability did. Always false. */
bool baton_pass_on(baton_code code);
void baton_add_text(baton_strs *list, baton_str text);
void baton_finding(baton_proposal *proposal, const char *name, baton_str json);
void baton_patch_fact(baton_patch *patch, baton_str fact);
void baton_patch_decision(baton_patch *patch, baton_str decision);
void baton_patch_finding(baton_patch *patch, const char *name, baton_str json);
void baton_patch_metadata(baton_patch *patch, const char *name, baton_str json);
void baton_patch_instructions(baton_patch *patch, baton_str instructions);
/* Metadata of the conversation, kept for later turns. */
void baton_patch_remember(baton_patch *patch, const char *name, baton_str json);
/* In the place of the target's reply; `agent` may be NULL. After a handoff. */
void baton_patch_reply(baton_patch *patch, const char *agent, baton_str reply, bool fallback);

/* ---- capabilities, those of a call in flight by `start` and `finish` ---- */

void baton_log(const char *level, baton_str message);
uint64_t baton_now(void);
uint64_t baton_random(void);
/* A number below this one; 0 below 0. */
uint64_t baton_random_below(uint64_t limit);
void baton_random_bytes(void *into, uint32_t length);
/* JSON; false if the operator has not set it. */
bool baton_config(const char *name, baton_str *json);
void baton_config_all(const baton_pair **pairs, size_t *count);

/* Work under way: begins with `start`, ends with `finish` or `baton_cancel`. */
typedef baton_skill_waiting_own_pending_t baton_pending;
bool baton_ready(baton_pending work);
void baton_wait(baton_pending work);
void baton_cancel(baton_pending work);
/* Puts the positions of what has ended into `ended`, which has room for
 * `count`; gives how many. 0: the time was up first. No limit: 0. */
size_t baton_wait_any(const baton_pending *work, size_t count, uint32_t limit_ms, uint32_t *ended);

typedef baton_skill_agents_agent_t baton_agent;
typedef baton_skill_agents_answer_t baton_answer;
typedef baton_skill_agents_list_agent_t baton_agents;
baton_code baton_agents_list(baton_agents *out);
baton_code baton_agents_describe(baton_str name, baton_agent *out);
baton_code baton_agents_available(baton_str name, bool *out);
/* No limit: 0. */
baton_code baton_agents_start(baton_str agent, baton_str text, uint32_t limit_ms, baton_pending *out);
baton_code baton_agents_finish(baton_pending work, baton_answer *out);
baton_code baton_agents_query(baton_str agent, baton_str text, baton_answer *out);
/* All at the same time: `codes[i]` and `out[i]` are what became of `agents[i]`,
 * and `whys[i]`, unless `whys` is NULL, the reason if it failed. */
void baton_agents_query_all(const baton_str *agents, const baton_str *texts, size_t count,
                            baton_code *codes, baton_answer *out, baton_str *whys);

typedef baton_skill_tickets_ticket_t baton_ticket;
typedef baton_skill_tickets_list_ticket_t baton_tickets;
baton_code baton_tickets_open(baton_str reason, const baton_pair *details, size_t count, baton_ticket *out);
baton_code baton_tickets_list_open(baton_tickets *out);

typedef baton_skill_types_message_t baton_message;
typedef baton_skill_conversation_list_message_t baton_messages;
typedef baton_skill_conversation_list_pair_t baton_profile;
/* `before`: NULL for the newest. */
baton_code baton_conversation_messages(const baton_str *before, uint32_t limit, baton_messages *out);
baton_code baton_conversation_metadata(const char *name, skill_option_string_t *json);
baton_code baton_conversation_set_metadata(const char *name, baton_str json);
baton_code baton_conversation_profile(baton_profile *out);

typedef baton_skill_handoffs_list_handoff_t baton_handoffs;
baton_code baton_handoffs_history(const baton_str *before, uint32_t limit, baton_handoffs *out);
baton_code baton_handoffs_active(baton_handoffs *out);

typedef baton_skill_storage_option_entry_t baton_entry;
typedef baton_skill_storage_usage_t baton_usage;
baton_code baton_storage_get(baton_str key, baton_entry *out);
baton_code baton_storage_set(baton_str key, baton_str json);
baton_code baton_storage_delete(baton_str key);
baton_code baton_storage_keys(baton_str prefix, const baton_str *after, uint32_t limit, baton_strs *out);
/* `version`: NULL if there must be none. `written`: its version, or none when
 * another was first. */
baton_code baton_storage_compare_and_set(baton_str key, const uint64_t *version, baton_str json, skill_option_u64_t *written);
baton_code baton_storage_used(baton_usage *out);

typedef baton_skill_http_request_t baton_request;
typedef baton_skill_http_response_t baton_response;
typedef baton_skill_http_header_t baton_header;
baton_code baton_http_start(const baton_request *request, baton_pending *out);
baton_code baton_http_finish(baton_pending work, baton_response *out);
baton_code baton_http_send(const baton_request *request, baton_response *out);

typedef baton_skill_payments_money_t baton_money;
typedef baton_skill_payments_receipt_t baton_receipt;
typedef baton_skill_payments_option_money_t baton_price;
typedef baton_skill_payments_list_money_t baton_purse;
baton_code baton_payments_price(baton_str agent, baton_price *out);
baton_code baton_payments_balance(baton_purse *out);
/* `key` and `amount` may be NULL. */
baton_code baton_payments_charge(baton_money amount, baton_str description, const baton_str *key, baton_receipt *out);
baton_code baton_payments_reserve(baton_money amount, baton_str description, const baton_str *key, baton_receipt *out);
baton_code baton_payments_capture(baton_str receipt, const baton_money *amount, baton_receipt *out);
baton_code baton_payments_release(baton_str receipt, baton_receipt *out);
baton_code baton_payments_refund(baton_str receipt, const baton_money *amount, const baton_str *key, baton_receipt *out);

typedef baton_skill_discovery_found_t baton_found;
typedef baton_skill_discovery_list_found_t baton_findings;
baton_code baton_discovery_find(baton_str intent, uint32_t max, baton_findings *out);

#endif
