/* Reading JSON: a scanner that finds values and keeps their texts. What it is
 * given comes from the host, which has checked that it is JSON. */
#include "arena.h"
#include <stdlib.h>

static size_t space(baton_str json, size_t at) {
  while (at < json.len && strchr(" \t\r\n", json.ptr[at]) && json.ptr[at]) at++;
  return at;
}

/* Where the text that begins at `at` ends. */
static size_t text_end(baton_str json, size_t at) {
  for (at++; at < json.len && json.ptr[at] != '"'; at++)
    if (json.ptr[at] == '\\') at++;
  return at < json.len ? at + 1 : json.len;
}

/* Where the value that begins at `at` ends. */
static size_t value_end(baton_str json, size_t at) {
  size_t depth = 0;
  while (at < json.len) {
    uint8_t byte = json.ptr[at];
    if (byte == '"') {
      at = text_end(json, at);
    } else if (byte == '{' || byte == '[') {
      depth++, at++;
    } else if (byte == '}' || byte == ']') {
      if (depth == 0) return at;
      depth--, at++;
    } else if (depth == 0 && (byte == ',' || byte <= ' ')) {
      return at;
    } else {
      at++;
      continue; /* in a number or a word */
    }
    if (depth == 0) return at;
  }
  return at;
}

static baton_str part(baton_str json, size_t from, size_t to) {
  return (baton_str){json.ptr + from, to - from};
}

baton_str baton_member(baton_str object, const char *name) {
  size_t at = space(object, 0);
  if (at >= object.len || object.ptr[at] != '{') return part(object, 0, 0);
  for (at = space(object, at + 1); at < object.len && object.ptr[at] == '"';) {
    size_t end = text_end(object, at);
    baton_str key;
    bool found = baton_read_text(part(object, at, end), &key) && baton_is(key, name);
    at = space(object, end);
    at = space(object, at + 1); /* the colon */
    end = value_end(object, at);
    if (found) return part(object, at, end);
    at = space(object, end);
    at = space(object, at + 1); /* the comma */
  }
  return part(object, 0, 0);
}

baton_str baton_find_in(const baton_pair *pairs, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (baton_is(pairs[i].name, name)) return pairs[i].value;
  return (baton_str){0};
}

static uint32_t four_digits(const uint8_t *at) {
  uint32_t code = 0;
  for (int i = 0; i < 4; i++) {
    uint8_t digit = at[i];
    code = code * 16 + (digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10) % 16;
  }
  return code;
}

static size_t put_code(uint8_t *out, uint32_t code) {
  if (code < 0x80) return out[0] = (uint8_t)code, 1;
  size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static const uint8_t marks[] = {0, 0xc0, 0xe0, 0xf0};
  out[0] = (uint8_t)(marks[more] | code >> 6 * more);
  for (size_t i = 1; i <= more; i++) out[i] = (uint8_t)(0x80 | (code >> 6 * (more - i) & 0x3f));
  return more + 1;
}

bool baton_read_text(baton_str json, baton_str *out) {
  size_t at = space(json, 0);
  if (at >= json.len || json.ptr[at] != '"') return false;
  size_t end = text_end(json, at) - 1;
  /* What is escaped only gets shorter. */
  *out = (baton_str){baton_alloc(json.len), 0};
  for (at++; at < end; at++) {
    uint8_t byte = json.ptr[at];
    if (byte != '\\') {
      out->ptr[out->len++] = byte;
      continue;
    }
    byte = json.ptr[++at];
    if (byte != 'u') {
      static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
      const char *known = strchr(from, byte);
      out->ptr[out->len++] = known && byte ? (uint8_t)to[known - from] : byte;
      continue;
    }
    if (at + 4 >= end + 1) return false;
    uint32_t code = four_digits(json.ptr + at + 1);
    at += 4;
    /* Two halves of a letter beyond the first 65,536. */
    if (code >= 0xd800 && code < 0xdc00 && at + 6 < end + 1 && json.ptr[at + 1] == '\\') {
      code = 0x10000 + (code - 0xd800) * 0x400 + (four_digits(json.ptr + at + 3) - 0xdc00);
      at += 6;
    }
    out->len += put_code(out->ptr + out->len, code);
  }
  return true;
}

bool baton_read_number(baton_str json, double *out) {
  char text[64], *end;
  size_t at = space(json, 0), length = json.len - at;
  if (length == 0 || length >= sizeof text) return false;
  memcpy(text, json.ptr + at, length);
  text[length] = 0;
  *out = strtod(text, &end);
  return end != text;
}

bool baton_read_bool(baton_str json, bool *out) {
  *out = baton_is(json, "true");
  return *out || baton_is(json, "false");
}
