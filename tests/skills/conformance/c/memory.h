/* What the skill remembers of a conversation. */
#ifndef MEMORY_H
#define MEMORY_H

#include <baton.h>

extern struct memory {
  uint32_t answered;
} memory;

#endif
