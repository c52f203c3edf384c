/* What the host offers. What a skill does not call is not in its component. */
#include "arena.h"

static baton_str why;

baton_str baton_why(void) { return why; }

static const char *const codes[] = {
    "",        "not-granted", "not-found",    "not-allowed",      "invalid", "limit",
    "timeout", "unavailable", "wrong-handle", "payment-required", "failed",
};

const char *baton_code_name(baton_code code) { return codes[code]; }

static baton_code failed(const baton_skill_types_error_t *error) {
  why = error->message;
  for (baton_code code = BATON_NOT_GRANTED; code < BATON_FAILED; code++)
    if (baton_is(error->code, codes[code])) return code;
  return BATON_FAILED;
}

/* `call` returns whether it went well, and puts into `error` why it did not. */
#define ATTEMPT(call) \
  baton_skill_types_error_t error; \
  return (call) ? BATON_OK : failed(&error)

void baton_log(const char *level, baton_str message) {
  baton_str word = baton_s(level);
  baton_skill_log_write(&word, &message);
}

uint64_t baton_now(void) { return baton_skill_clock_now(); }
uint64_t baton_random(void) { return baton_skill_random_number(); }

/* The high half of the product, as in every other language's SDK, so that the
 * same turn draws the same in all of them. */
uint64_t baton_random_below(uint64_t limit) {
  return (uint64_t)(((unsigned __int128)baton_random() * limit) >> 64);
}

void baton_random_bytes(void *into, uint32_t length) {
  for (uint32_t done = 0; done < length;) {
    skill_list_u8_t some;
    baton_skill_random_bytes(length - done, &some);
    memcpy((uint8_t *)into + done, some.ptr, some.len);
    done += some.len;
  }
}

bool baton_config(const char *name, baton_str *json) {
  baton_str asked = baton_s(name);
  return baton_skill_config_get(&asked, json);
}

void baton_config_all(const baton_pair **pairs, size_t *count) {
  baton_skill_config_list_pair_t all;
  baton_skill_config_all(&all);
  *pairs = all.ptr;
  *count = all.len;
}

bool baton_ready(baton_pending work) {
  return baton_skill_waiting_method_pending_ready(baton_skill_waiting_borrow_pending(work));
}

void baton_wait(baton_pending work) {
  baton_skill_waiting_method_pending_wait(baton_skill_waiting_borrow_pending(work));
}

void baton_cancel(baton_pending work) { baton_skill_waiting_pending_drop_own(work); }

size_t baton_wait_any(const baton_pending *work, size_t count, uint32_t limit_ms, uint32_t *ended) {
  baton_skill_waiting_list_borrow_pending_t handles = {
      baton_alloc(count * sizeof(baton_skill_waiting_borrow_pending_t)), count};
  for (size_t i = 0; i < count; i++) handles.ptr[i] = baton_skill_waiting_borrow_pending(work[i]);
  skill_list_u32_t done;
  baton_skill_waiting_wait_any(&handles, limit_ms ? &limit_ms : NULL, &done);
  memcpy(ended, done.ptr, done.len * sizeof *ended);
  return done.len;
}

baton_code baton_agents_list(baton_agents *out) { ATTEMPT(baton_skill_agents_list_agents(out, &error)); }

baton_code baton_agents_describe(baton_str name, baton_agent *out) {
  ATTEMPT(baton_skill_agents_describe_agent(&name, out, &error));
}

baton_code baton_agents_available(baton_str name, bool *out) {
  ATTEMPT(baton_skill_agents_available(&name, out, &error));
}

baton_code baton_agents_start(baton_str agent, baton_str text, uint32_t limit_ms, baton_pending *out) {
  ATTEMPT(baton_skill_agents_start_query(&agent, &text, limit_ms ? &limit_ms : NULL, out, &error));
}

baton_code baton_agents_finish(baton_pending work, baton_answer *out) {
  ATTEMPT(baton_skill_agents_finish_query(work, out, &error));
}

baton_code baton_agents_query(baton_str agent, baton_str text, baton_answer *out) {
  baton_pending work;
  baton_code code = baton_agents_start(agent, text, 0, &work);
  return code == BATON_OK ? baton_agents_finish(work, out) : code;
}

void baton_agents_query_all(const baton_str *agents, const baton_str *texts, size_t count,
                            baton_code *codes, baton_answer *out, baton_str *whys) {
  baton_pending *work = baton_alloc(count * sizeof *work);
  /* All are under way before the first is waited for. */
  for (size_t i = 0; i < count; i++) {
    codes[i] = baton_agents_start(agents[i], texts[i], 0, &work[i]);
    if (whys) whys[i] = codes[i] == BATON_OK ? baton_s("") : why;
  }
  for (size_t i = 0; i < count; i++) {
    if (codes[i] != BATON_OK) continue;
    codes[i] = baton_agents_finish(work[i], &out[i]);
    if (whys && codes[i] != BATON_OK) whys[i] = why;
  }
}

baton_code baton_tickets_open(baton_str reason, const baton_pair *details, size_t count, baton_ticket *out) {
  baton_skill_tickets_list_pair_t list = {(baton_pair *)details, count};
  ATTEMPT(baton_skill_tickets_open(&reason, &list, out, &error));
}

baton_code baton_tickets_list_open(baton_tickets *out) {
  ATTEMPT(baton_skill_tickets_list_open(out, &error));
}

baton_code baton_conversation_messages(const baton_str *before, uint32_t limit, baton_messages *out) {
  ATTEMPT(baton_skill_conversation_messages((baton_str *)before, limit, out, &error));
}

baton_code baton_conversation_metadata(const char *name, skill_option_string_t *json) {
  baton_str asked = baton_s(name);
  ATTEMPT(baton_skill_conversation_metadata(&asked, json, &error));
}

baton_code baton_conversation_set_metadata(const char *name, baton_str json) {
  baton_str asked = baton_s(name);
  ATTEMPT(baton_skill_conversation_set_metadata(&asked, &json, &error));
}

baton_code baton_conversation_profile(baton_profile *out) {
  ATTEMPT(baton_skill_conversation_profile(out, &error));
}

baton_code baton_handoffs_history(const baton_str *before, uint32_t limit, baton_handoffs *out) {
  ATTEMPT(baton_skill_handoffs_history((baton_str *)before, limit, out, &error));
}

baton_code baton_handoffs_active(baton_handoffs *out) { ATTEMPT(baton_skill_handoffs_active(out, &error)); }

baton_code baton_storage_get(baton_str key, baton_entry *out) {
  ATTEMPT(baton_skill_storage_get(&key, out, &error));
}

baton_code baton_storage_set(baton_str key, baton_str json) {
  ATTEMPT(baton_skill_storage_set(&key, &json, &error));
}

baton_code baton_storage_delete(baton_str key) { ATTEMPT(baton_skill_storage_delete(&key, &error)); }

baton_code baton_storage_keys(baton_str prefix, const baton_str *after, uint32_t limit, baton_strs *out) {
  ATTEMPT(baton_skill_storage_keys(&prefix, (baton_str *)after, limit, out, &error));
}

baton_code baton_storage_compare_and_set(baton_str key, const uint64_t *version, baton_str json,
                                         skill_option_u64_t *written) {
  ATTEMPT(baton_skill_storage_compare_and_set(&key, (uint64_t *)version, &json, written, &error));
}

baton_code baton_storage_used(baton_usage *out) { ATTEMPT(baton_skill_storage_used(out, &error)); }

baton_code baton_http_start(const baton_request *request, baton_pending *out) {
  ATTEMPT(baton_skill_http_start_request((baton_request *)request, out, &error));
}

baton_code baton_http_finish(baton_pending work, baton_response *out) {
  ATTEMPT(baton_skill_http_finish_request(work, out, &error));
}

baton_code baton_http_send(const baton_request *request, baton_response *out) {
  baton_pending work;
  baton_code code = baton_http_start(request, &work);
  return code == BATON_OK ? baton_http_finish(work, out) : code;
}

baton_code baton_payments_price(baton_str agent, baton_price *out) {
  ATTEMPT(baton_skill_payments_price(&agent, out, &error));
}

baton_code baton_payments_balance(baton_purse *out) {
  baton_pending work;
  ATTEMPT(baton_skill_payments_start_balance(&work, &error) &&
          baton_skill_payments_finish_balance(work, out, &error));
}

baton_code baton_payments_charge(baton_money amount, baton_str description, const baton_str *key,
                                 baton_receipt *out) {
  baton_pending work;
  ATTEMPT(baton_skill_payments_start_charge(&amount, &description, (baton_str *)key, &work, &error) &&
          baton_skill_payments_finish(work, out, &error));
}

baton_code baton_payments_reserve(baton_money amount, baton_str description, const baton_str *key,
                                  baton_receipt *out) {
  baton_pending work;
  ATTEMPT(baton_skill_payments_start_reserve(&amount, &description, (baton_str *)key, &work, &error) &&
          baton_skill_payments_finish(work, out, &error));
}

baton_code baton_payments_capture(baton_str receipt, const baton_money *amount, baton_receipt *out) {
  baton_pending work;
  ATTEMPT(baton_skill_payments_start_capture(&receipt, (baton_money *)amount, &work, &error) &&
          baton_skill_payments_finish(work, out, &error));
}

baton_code baton_payments_release(baton_str receipt, baton_receipt *out) {
  baton_pending work;
  ATTEMPT(baton_skill_payments_start_release(&receipt, &work, &error) &&
          baton_skill_payments_finish(work, out, &error));
}

baton_code baton_payments_refund(baton_str receipt, const baton_money *amount, const baton_str *key,
                                 baton_receipt *out) {
  baton_pending work;
  ATTEMPT(baton_skill_payments_start_refund(&receipt, (baton_money *)amount, (baton_str *)key, &work, &error) &&
          baton_skill_payments_finish(work, out, &error));
}

baton_code baton_discovery_find(baton_str intent, uint32_t max, baton_findings *out) {
  baton_pending work;
  ATTEMPT(baton_skill_discovery_start_find(&intent, max, &work, &error) &&
          baton_skill_discovery_finish_find(work, out, &error));
}
