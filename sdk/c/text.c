/* Texts, which are bytes with a length. */
#include "arena.h"
#include <stdarg.h>

static uint8_t lower(uint8_t letter) {
  return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
}

/* `text` is at least as long as the part, whose size is known. */
static bool begins(const uint8_t *text, const char *part, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (lower(text[i]) != lower((uint8_t)part[i])) return false;
  return true;
}

bool baton_is(baton_str text, const char *other) {
  return text.len == strlen(other) && memcmp(text.ptr, other, text.len) == 0;
}

bool baton_mentions(baton_str text, const char *part) {
  size_t size = strlen(part);
  for (size_t i = 0; i + size <= text.len; i++)
    if (begins(text.ptr + i, part, size)) return true;
  return false;
}

bool baton_mentions_any(baton_str text, const char *const *parts) {
  for (; *parts; parts++)
    if (baton_mentions(text, *parts)) return true;
  return false;
}

/* Bytes of letters outside ASCII count as letters. */
static bool is_letter(uint8_t byte) {
  return byte >= 0x80 || (lower(byte) >= 'a' && lower(byte) <= 'z') || (byte >= '0' && byte <= '9');
}

baton_str baton_word_starting(baton_str text, const char *const *stems) {
  for (size_t i = 0; i < text.len; i++) {
    if (!is_letter(text.ptr[i]) || (i && is_letter(text.ptr[i - 1]))) continue;
    for (const char *const *stem = stems; *stem; stem++) {
      size_t size = strlen(*stem);
      if (size <= text.len - i && begins(text.ptr + i, *stem, size)) {
        size_t end = i;
        while (end < text.len && is_letter(text.ptr[end])) end++;
        return (baton_str){text.ptr + i, end - i};
      }
    }
  }
  return (baton_str){text.ptr, 0};
}

bool baton_has(baton_strs list, const char *text) {
  for (size_t i = 0; i < list.len; i++)
    if (baton_is(list.ptr[i], text)) return true;
  return false;
}

baton_strs baton_texts(baton_list list) {
  baton_strs texts = {0};
  for (; list && *list; list++) baton_add_text(&texts, baton_s(*list));
  return texts;
}

/* ---- writing ---- */

typedef struct {
  baton_str text;
  size_t room;
} writer;

static void put(writer *out, const void *bytes, size_t length) {
  if (out->text.len + length > out->room) {
    out->room = (out->text.len + length) * 2;
    uint8_t *larger = baton_alloc(out->room);
    memcpy(larger, out->text.ptr, out->text.len);
    out->text.ptr = larger;
  }
  memcpy(out->text.ptr + out->text.len, bytes, length);
  out->text.len += length;
}

static void put_whole(writer *out, uint64_t number, bool negative) {
  char digits[24], *at = digits + sizeof digits;
  do *--at = (char)('0' + number % 10);
  while (number /= 10);
  if (negative) *--at = '-';
  put(out, at, (size_t)(digits + sizeof digits - at));
}

/* Six decimals at most: enough for a confidence or a price. */
static void put_number(writer *out, double number) {
  if (!(number > -9e15 && number < 9e15)) {
    put(out, "null", 4); /* as JSON writes what it has no number for */
    return;
  }
  bool negative = number < 0;
  double size = negative ? -number : number;
  uint64_t whole = (uint64_t)size;
  uint64_t parts = (uint64_t)((size - (double)whole) * 1e6 + 0.5);
  if (parts == 1000000) whole++, parts = 0;
  put_whole(out, whole, negative && (whole || parts));
  if (!parts) return;
  char decimals[7] = ".000000";
  for (int i = 6; parts; i--, parts /= 10) decimals[i] = (char)('0' + parts % 10);
  size_t length = 7;
  while (decimals[length - 1] == '0') length--;
  put(out, decimals, length);
}

baton_str baton_format(const char *format, ...) {
  writer out = {0};
  va_list given;
  va_start(given, format);
  for (; *format; format++) {
    if (*format != '%') {
      put(&out, format, 1);
      continue;
    }
    bool wide = format[1] == 'l' && format[2] == 'l';
    format += wide ? 3 : 1;
    switch (*format) {
    case 's': {
      baton_str text = baton_s(va_arg(given, const char *));
      put(&out, text.ptr, text.len);
      break;
    }
    case 'S': {
      baton_str text = va_arg(given, baton_str);
      put(&out, text.ptr, text.len);
      break;
    }
    case 'd': {
      int64_t number = wide ? va_arg(given, int64_t) : va_arg(given, int);
      put_whole(&out, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, number < 0);
      break;
    }
    case 'u':
      put_whole(&out, wide ? va_arg(given, uint64_t) : va_arg(given, unsigned), false);
      break;
    case 'f':
      put_number(&out, va_arg(given, double));
      break;
    case '%':
      put(&out, "%", 1);
      break;
    default:
      __builtin_trap(); /* no such letter, or nothing after the last % */
    }
  }
  va_end(given);
  return out.text;
}

baton_str baton_json_number(double number) { return baton_format("%f", number); }
baton_str baton_json_bool(bool value) { return baton_s(value ? "true" : "false"); }

baton_str baton_json_text(baton_str text) {
  static const char hex[] = "0123456789abcdef";
  writer out = {0};
  put(&out, "\"", 1);
  for (size_t i = 0; i < text.len; i++) {
    uint8_t byte = text.ptr[i];
    if (byte == '"' || byte == '\\') put(&out, "\\", 1);
    if (byte >= 0x20) {
      put(&out, &byte, 1);
    } else {
      char escaped[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
      put(&out, escaped, 6);
    }
  }
  put(&out, "\"", 1);
  return out.text;
}
