/* Memory that lasts as long as a call of the skill. */
#include "arena.h"
#include <stdlib.h>

#define PAGE 65536

/* A condition hardly ever needs more; an instance then has no memory to grow. */
static _Alignas(16) uint8_t first[16384];

static uint8_t *block = first, *at = first, *end = first + sizeof first, *last;

/* Another block. Blocks may lie anywhere: the C library takes pages, too. Each
 * is at least as large as all before it, so that leaving those behind wastes no
 * more than half. */
static void grow(size_t size) {
  size_t before = (size_t)(end - block);
  size_t pages = ((size > before ? size : before) + PAGE - 1) / PAGE;
#ifdef __wasm__
  size_t page = __builtin_wasm_memory_grow(0, pages);
  if (page == SIZE_MAX) __builtin_trap();
  block = at = (uint8_t *)(page * PAGE);
#else
  /* In a test; what is left behind there ends with it. */
  block = at = malloc(pages * PAGE);
  if (!block) abort();
#endif
  end = block + pages * PAGE;
}

static void *take(size_t align, size_t size) {
  uint8_t *start = (uint8_t *)(((uintptr_t)at + align - 1) & ~(align - 1));
  if (start > end || size > (size_t)(end - start)) {
    if (size > SIZE_MAX - PAGE - align) __builtin_trap();
    grow(size + align);
    start = (uint8_t *)(((uintptr_t)at + align - 1) & ~(align - 1));
  }
  at = start + size;
  return last = start;
}

void *baton_alloc(size_t size) { return memset(take(16, size), 0, size); }

#ifdef __wasm__
/* The host allocates its arguments and results with this. */
__attribute__((export_name("cabi_realloc"))) void *
cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  if (size == 0) return (void *)align;
  if (old && old == last && size <= (size_t)(end - last)) {
    at = last + size;
    return old;
  }
  void *new = take(align, size);
  if (old) memcpy(new, old, old_size < size ? old_size : size);
  return new;
}
#endif

void baton_arena_reset(void) {
  at = block;
  last = NULL;
}
