/* What the host would do, done by the desk. */

static bool desk_error(baton_skill_types_error_t *error, const char *code, baton_str message) {
  *error = (baton_skill_types_error_t){.code = baton_s(code), .message = message};
  return false;
}

/* Whether the capability is granted; `error` says why not. */
static bool desk_grants(const char *capability, baton_skill_types_error_t *error) {
  if (!desk.denies_all && !desk_find(&desk.denied, capability)) return true;
  return desk_error(error, "not-granted", baton_format("`%s` is not granted", capability));
}

#define GRANTED(capability) \
  if (!desk_grants(capability, error)) return false

/* Work has ended when it begins: nobody really waits. */
static struct desk_work {
  bool done;
  baton_skill_types_error_t error;
  union {
    baton_answer answer;
    baton_findings found;
    baton_response response;
    baton_purse purse;
    baton_receipt receipt;
  } gives;
} desk_works[MOST];

static struct desk_work *desk_begun(baton_pending *out) {
  size_t at_work = desk.begun++ % MOST;
  out->__handle = (int32_t)at_work + 1;
  desk_works[at_work] = (struct desk_work){.done = true};
  return &desk_works[at_work];
}

static bool desk_failed(struct desk_work *work, const char *code, baton_str message) {
  work->done = desk_error(&work->error, code, message);
  return true;
}

static bool desk_ended(baton_pending handle, baton_skill_types_error_t *error, void *out, size_t size) {
  struct desk_work *work = &desk_works[handle.__handle - 1];
  *error = work->error;
  if (work->done) memcpy(out, &work->gives, size);
  return work->done;
}

baton_skill_waiting_borrow_pending_t baton_skill_waiting_borrow_pending(baton_pending handle) {
  return (baton_skill_waiting_borrow_pending_t){handle.__handle};
}
void baton_skill_waiting_pending_drop_own(baton_pending handle) { (void)handle; }
bool baton_skill_waiting_method_pending_ready(baton_skill_waiting_borrow_pending_t handle) {
  return handle.__handle != 0;
}
void baton_skill_waiting_method_pending_wait(baton_skill_waiting_borrow_pending_t handle) { (void)handle; }
void baton_skill_waiting_wait_any(baton_skill_waiting_list_borrow_pending_t *handles, uint32_t *limit,
                                  skill_list_u32_t *ended) {
  (void)limit;
  *ended = (skill_list_u32_t){baton_alloc(handles->len * sizeof(uint32_t)), handles->len};
  for (uint32_t i = 0; i < handles->len; i++) ended->ptr[i] = i;
}

void baton_skill_log_write(baton_str *level, baton_str *message) {
  desk_note(baton_format("%S: %S", *level, *message));
}
uint64_t baton_skill_clock_now(void) { return 1700000000000; }

/* The same numbers in every run of the test. */
uint64_t baton_skill_random_number(void) {
  static uint64_t seed = 1;
  return seed = seed * 6364136223846793005 + 1442695040888963407;
}
void baton_skill_random_bytes(uint32_t length, skill_list_u8_t *out) {
  *out = (skill_list_u8_t){baton_alloc(length), length};
  for (uint32_t i = 0; i < length; i++) out->ptr[i] = (uint8_t)(baton_skill_random_number() >> 56);
}

static bool desk_get(desk_table *table, baton_str *name, baton_str *out) {
  desk_entry *entry = desk_find(table, desk_text(*name));
  if (entry) *out = baton_s(entry->value);
  return entry != NULL;
}

static baton_pair *desk_pairs(desk_table *table) {
  baton_pair *made = baton_alloc(table->count * sizeof *made);
  for (size_t i = 0; i < table->count; i++)
    made[i] = (baton_pair){baton_s(table->entries[i].name), baton_s(table->entries[i].value)};
  return made;
}

bool baton_skill_config_get(baton_str *name, baton_str *out) { return desk_get(&desk.config, name, out); }
void baton_skill_config_all(baton_skill_config_list_pair_t *out) {
  *out = (baton_skill_config_list_pair_t){desk_pairs(&desk.config), desk.config.count};
}

bool baton_skill_state_load(skill_list_u8_t *out) {
  *out = (skill_list_u8_t){desk.memory, desk.memory_size};
  return desk.memory != NULL;
}
bool baton_skill_state_save(skill_list_u8_t *value, baton_skill_types_error_t *error) {
  (void)error;
  desk.memory = (uint8_t *)desk_copy((char *)value->ptr, value->len);
  desk.memory_size = value->len;
  return true;
}
void baton_skill_state_unreadable(baton_str *why) { desk_note(baton_format("error: %S", *why)); }

bool baton_skill_conversation_messages(baton_str *before, uint32_t limit, baton_messages *out,
                                       baton_skill_types_error_t *error) {
  (void)before, (void)limit;
  GRANTED("conversation");
  *out = (baton_messages){NULL, 0};
  return true;
}
bool baton_skill_conversation_metadata(baton_str *name, skill_option_string_t *out,
                                       baton_skill_types_error_t *error) {
  GRANTED("conversation");
  out->is_some = desk_get(&desk.metadata, name, &out->val);
  return true;
}
bool baton_skill_conversation_set_metadata(baton_str *name, baton_str *value,
                                           baton_skill_types_error_t *error) {
  GRANTED("conversation");
  desk_set(&desk.metadata, desk_text(*name), desk_text(*value));
  return true;
}
bool baton_skill_conversation_profile(baton_profile *out, baton_skill_types_error_t *error) {
  GRANTED("conversation");
  *out = (baton_profile){desk_pairs(&desk.profile), desk.profile.count};
  return true;
}

bool baton_skill_handoffs_history(baton_str *before, uint32_t limit, baton_handoffs *out,
                                  baton_skill_types_error_t *error) {
  (void)before, (void)limit;
  GRANTED("handoffs");
  *out = (baton_handoffs){NULL, 0};
  return true;
}
bool baton_skill_handoffs_active(baton_handoffs *out, baton_skill_types_error_t *error) {
  return baton_skill_handoffs_history(NULL, 0, out, error);
}

bool baton_skill_tickets_open(baton_str *reason, baton_skill_tickets_list_pair_t *details,
                              baton_ticket *out, baton_skill_types_error_t *error) {
  (void)details;
  GRANTED("tickets");
  desk_note(baton_format("ticket: %S", *reason));
  *out = (baton_ticket){.id = baton_format("%u", (unsigned)++desk.tickets), .state = baton_s("open"),
                        .reason = *reason};
  return true;
}
bool baton_skill_tickets_list_open(baton_tickets *out, baton_skill_types_error_t *error) {
  GRANTED("tickets");
  *out = (baton_tickets){NULL, 0};
  return true;
}

static bool desk_agent(const char *name, baton_agent *out) {
  bool ready = desk_find(&desk.agents, name) != NULL;
  *out = (baton_agent){.name = baton_s(name), .state = baton_s(ready ? "ready" : "down")};
  return ready || desk_find(&desk.failing, name);
}
bool baton_skill_agents_describe_agent(baton_str *name, baton_agent *out, baton_skill_types_error_t *error) {
  GRANTED("agents");
  if (desk_agent(desk_text(*name), out)) return true;
  return desk_error(error, "not-found", baton_format("there is no agent `%S`", *name));
}
bool baton_skill_agents_available(baton_str *name, bool *out, baton_skill_types_error_t *error) {
  GRANTED("agents");
  *out = desk_find(&desk.agents, desk_text(*name)) != NULL;
  return true;
}
bool baton_skill_agents_list_agents(baton_agents *out, baton_skill_types_error_t *error) {
  GRANTED("agents");
  *out = (baton_agents){baton_alloc(desk.agents.count * sizeof(baton_agent)), desk.agents.count};
  for (size_t i = 0; i < out->len; i++) desk_agent(desk.agents.entries[i].name, &out->ptr[i]);
  return true;
}
bool baton_skill_agents_start_query(baton_str *agent, baton_str *text, uint32_t *limit,
                                    baton_pending *out, baton_skill_types_error_t *error) {
  (void)limit;
  GRANTED("agents");
  struct desk_work *work = desk_begun(out);
  const char *name = desk_text(*agent);
  desk_note(baton_format("ask %S: %S", *agent, *text));
  desk_entry *fails = desk_find(&desk.failing, name), *answer = desk_find(&desk.agents, name);
  if (fails) return desk_failed(work, "unavailable", baton_s(fails->value));
  if (!answer) return desk_failed(work, "not-found", baton_format("there is no agent `%S`", *agent));
  work->gives.answer = (baton_answer){.agent = baton_s(name), .reply = baton_s(answer->value)};
  return true;
}
bool baton_skill_agents_finish_query(baton_pending work, baton_answer *out, baton_skill_types_error_t *error) {
  return desk_ended(work, error, out, sizeof *out);
}

bool baton_skill_discovery_start_find(baton_str *intent, uint32_t most, baton_pending *out,
                                      baton_skill_types_error_t *error) {
  GRANTED("discovery");
  desk_note(baton_format("find: %S", *intent));
  size_t count = desk.found.count < most ? desk.found.count : most;
  baton_findings found = {baton_alloc(count * sizeof(baton_found)), count};
  for (size_t i = 0; i < count; i++)
    found.ptr[i] = (baton_found){.agent = baton_s(desk.found.entries[i].name), .score = desk.scores[i]};
  desk_begun(out)->gives.found = found;
  return true;
}
bool baton_skill_discovery_finish_find(baton_pending work, baton_findings *out,
                                       baton_skill_types_error_t *error) {
  return desk_ended(work, error, out, sizeof *out);
}

bool baton_skill_http_start_request(baton_request *request, baton_pending *out,
                                    baton_skill_types_error_t *error) {
  GRANTED("http");
  struct desk_work *work = desk_begun(out);
  desk_note(baton_format("send: %S %S", request->method, request->url));
  desk_entry *served = desk_find(&desk.web, desk_text(request->url));
  if (!served) return desk_failed(work, "unavailable", baton_format("nobody answers at %S", request->url));
  baton_str body = baton_s(served->value);
  work->gives.response = (baton_response){.status = (uint16_t)served->number, .body = {body.ptr, body.len}};
  return true;
}
bool baton_skill_http_finish_request(baton_pending work, baton_response *out,
                                     baton_skill_types_error_t *error) {
  return desk_ended(work, error, out, sizeof *out);
}

bool baton_skill_storage_get(baton_str *key, baton_entry *out, baton_skill_types_error_t *error) {
  GRANTED("storage");
  desk_entry *entry = desk_find(&desk.stored, desk_text(*key));
  *out = (baton_entry){.is_some = entry != NULL};
  if (!entry) return true;
  out->val.value = baton_s(entry->value);
  out->val.version = (skill_option_u64_t){true, entry->number};
  return true;
}
bool baton_skill_storage_set(baton_str *key, baton_str *value, baton_skill_types_error_t *error) {
  GRANTED("storage");
  desk_set(&desk.stored, desk_text(*key), desk_text(*value));
  return true;
}
bool baton_skill_storage_delete(baton_str *key, baton_skill_types_error_t *error) {
  GRANTED("storage");
  desk_entry *entry = desk_find(&desk.stored, desk_text(*key));
  if (entry) *entry = desk.stored.entries[--desk.stored.count];
  return true;
}
bool baton_skill_storage_keys(baton_str *prefix, baton_str *after, uint32_t limit, baton_strs *out,
                              baton_skill_types_error_t *error) {
  (void)after;
  GRANTED("storage");
  *out = (baton_strs){NULL, 0};
  for (size_t i = 0; i < desk.stored.count && out->len < limit; i++) {
    const char *key = desk.stored.entries[i].name;
    if (strncmp(key, (const char *)prefix->ptr, prefix->len) == 0) baton_add_text(out, baton_s(key));
  }
  return true;
}
bool baton_skill_storage_compare_and_set(baton_str *key, uint64_t *version, baton_str *value,
                                         skill_option_u64_t *written, baton_skill_types_error_t *error) {
  GRANTED("storage");
  desk_entry *entry = desk_find(&desk.stored, desk_text(*key));
  *written = (skill_option_u64_t){.is_some = entry ? version && *version == entry->number : !version};
  if (written->is_some)
    written->val = desk_set(&desk.stored, desk_text(*key), desk_text(*value))->number;
  return true;
}
bool baton_skill_storage_used(baton_usage *out, baton_skill_types_error_t *error) {
  GRANTED("storage");
  *out = (baton_usage){.keys = desk.stored.count, .max_keys = MOST};
  return true;
}

bool baton_skill_payments_price(baton_str *agent, baton_price *out, baton_skill_types_error_t *error) {
  GRANTED("payments");
  desk_entry *price = desk_find(&desk.prices, desk_text(*agent));
  *out = (baton_price){.is_some = price != NULL};
  if (price) out->val = (baton_money){.millionths = price->number, .currency = baton_s(price->value)};
  return true;
}
bool baton_skill_payments_start_balance(baton_pending *out, baton_skill_types_error_t *error) {
  GRANTED("payments");
  baton_money *money = baton_alloc(sizeof *money);
  *money = (baton_money){.millionths = desk.wallet, .currency = baton_s(desk.currency)};
  desk_begun(out)->gives.purse = (baton_purse){money, desk.currency != NULL};
  return true;
}
bool baton_skill_payments_finish_balance(baton_pending work, baton_purse *out,
                                         baton_skill_types_error_t *error) {
  return desk_ended(work, error, out, sizeof *out);
}

static bool desk_takes(const char *what, baton_money *amount, baton_str *reason, baton_pending *out,
                       baton_skill_types_error_t *error) {
  GRANTED("payments");
  struct desk_work *work = desk_begun(out);
  if (!desk.currency || !baton_is(amount->currency, desk.currency) || desk.wallet < amount->millionths)
    return desk_failed(work, "payment-required", baton_s("the wallet has not enough"));
  desk.wallet -= amount->millionths;
  desk_note(baton_format("%s %llu %S: %S", what, (unsigned long long)amount->millionths,
                         amount->currency, *reason));
  work->gives.receipt = (baton_receipt){.id = baton_s("receipt"), .state = baton_s("reserved")};
  return true;
}
static bool desk_settles(const char *what, baton_str *receipt, const char *state, baton_pending *out,
                         baton_skill_types_error_t *error) {
  GRANTED("payments");
  desk_note(baton_format("%s %S", what, *receipt));
  desk_begun(out)->gives.receipt = (baton_receipt){.id = *receipt, .state = baton_s(state)};
  return true;
}
bool baton_skill_payments_start_charge(baton_money *amount, baton_str *reason, baton_str *key,
                                       baton_pending *out, baton_skill_types_error_t *error) {
  (void)key;
  return desk_takes("charge", amount, reason, out, error);
}
bool baton_skill_payments_start_reserve(baton_money *amount, baton_str *reason, baton_str *key,
                                        baton_pending *out, baton_skill_types_error_t *error) {
  (void)key;
  return desk_takes("reserve", amount, reason, out, error);
}
bool baton_skill_payments_start_capture(baton_str *receipt, baton_money *amount, baton_pending *out,
                                        baton_skill_types_error_t *error) {
  (void)amount;
  return desk_settles("capture", receipt, "captured", out, error);
}
bool baton_skill_payments_start_release(baton_str *receipt, baton_pending *out,
                                        baton_skill_types_error_t *error) {
  return desk_settles("release", receipt, "released", out, error);
}
bool baton_skill_payments_start_refund(baton_str *receipt, baton_money *amount, baton_str *key,
                                       baton_pending *out, baton_skill_types_error_t *error) {
  (void)amount, (void)key;
  return desk_settles("refund", receipt, "refunded", out, error);
}
bool baton_skill_payments_finish(baton_pending work, baton_receipt *out, baton_skill_types_error_t *error) {
  return desk_ended(work, error, out, sizeof *out);
}
