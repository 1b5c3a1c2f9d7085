#include "record.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca.h"
#include "platform.h"

#define CANARY_BYTES 64
#define CANARY 0xA5
#define FREED 0xDD

typedef struct Buffer {
  struct Buffer *next;
  unsigned char *bytes; /* canary, content, canary */
  size_t size;
  unsigned id;
  int freed;
} Buffer;

static Buffer *buffers;

void record(const char *word, const char *format, ...) {
  char line[2048];
  int length = snprintf(line, sizeof line, "%s %" PRIu64 " ", word, platform_process_id());
  va_list values;
  va_start(values, format);
  length += vsnprintf(line + length, sizeof line - (size_t)length - 1, format, values);
  va_end(values);
  if (length > (int)sizeof line - 2) length = (int)sizeof line - 2;
  line[length] = '\n';
  platform_append(ca_paths()->record, line, (size_t)length + 1);
}

void *buffer_allocate(size_t size, const char *function) {
  static unsigned last_id;
  Buffer *buffer = calloc(1, sizeof *buffer);
  buffer->size = size;
  buffer->bytes = malloc(size + 2 * CANARY_BYTES);
  memset(buffer->bytes, CANARY, size + 2 * CANARY_BYTES);
  platform_enter();
  buffer->id = ++last_id;
  buffer->next = buffers;
  buffers = buffer;
  platform_leave();
  record("allocate", "%u %u %s", buffer->id, (unsigned)size, function);
  return buffer->bytes + CANARY_BYTES;
}

static int canaries_intact(const Buffer *buffer) {
  for (size_t at = 0; at < CANARY_BYTES; at += 1) {
    if (buffer->bytes[at] != CANARY || buffer->bytes[CANARY_BYTES + buffer->size + at] != CANARY) return 0;
  }
  return 1;
}

/* The memory is kept until the process ends: a second free of it must be told from the first of another. */
static const char *take_back(void *content, unsigned *id) {
  for (Buffer *buffer = buffers; buffer != NULL; buffer = buffer->next) {
    if (buffer->bytes + CANARY_BYTES != content) continue;
    *id = buffer->id;
    if (buffer->freed) return "double";
    buffer->freed = 1;
    const char *result = canaries_intact(buffer) ? "ok" : "canary";
    memset(content, FREED, buffer->size);
    return result;
  }
  return "unknown";
}

void buffer_free(void *content) {
  unsigned id = 0;
  platform_enter();
  const char *result = take_back(content, &id);
  platform_leave();
  record("free", "%u %s", id, result);
}
