/* Tests of skills in C, run natively and without a host: a desk answers what the
 * skill asks of capabilities, and records it. One program is one skill:
 *
 *   cc -std=c17 -I SDK -I SDK/contract -I SDK/native skill.c tests/skill_test.c SDK/native/native.c
 *
 * What a call of the skill gives lives until the next one. */
#ifndef BATON_TEST_H
#define BATON_TEST_H

#include <baton.h>

/* A new desk: everything is granted, and nobody is there. Nothing is recorded,
 * stored or remembered. */
void desk_new(void);
/* This capability is not granted; NULL: none is. */
void desk_denies(const char *capability);
/* An agent is there, and answers this; or cannot answer. */
void desk_answers(const char *agent, const char *reply);
void desk_fails(const char *agent, const char *why);
/* Values are JSON: what the operator has set, knows of the user, and was stored. */
void desk_configured(const char *name, const char *json);
void desk_knows(const char *name, const char *json);
void desk_stored(const char *key, const char *json);
/* What searches find, the best first; what the web answers. */
void desk_finds(const char *agent, double score);
void desk_serves(const char *url, uint16_t status, const char *body);
/* What an agent's answer costs, and what the user has, in millionths. */
void desk_priced(const char *agent, uint64_t millionths, const char *currency);
void desk_wallet(uint64_t millionths, const char *currency);

/* Whether a line is on record, such as `ask billing: Why?`, `ticket: angry`,
 * `find: shipping`, `send: GET https://…`, `charge 50000 USD: …`, `info: …`. */
bool desk_did(const char *line);
/* All of it, a line each. */
const char *desk_record(void);
/* What is stored under a key, or what the conversation remembers; NULL: nothing. */
const char *desk_value(const char *key);
const char *desk_metadata(const char *name);

/* Whom the first condition that holds hands the message to; NULL: nobody. */
const char *desk_target(const char *text);
/* The hook of this name, before `text` is handed to `target`; false: it refuses. */
bool desk_before(const char *hook, const char *target, const char *text, baton_patch *patch);
/* After that; `reply` is NULL when the target has failed. */
bool desk_after(const char *hook, const char *target, const char *text, const char *reply,
                baton_patch *patch);
/* A tool; false: it failed. */
bool desk_call(const char *tool, const char *arguments, baton_str *answer);
/* Why the last call was refused or failed: `invalid-arguments`. */
const char *desk_code(void);

#endif
