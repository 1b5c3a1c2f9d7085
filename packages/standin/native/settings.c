#include "settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform.h"

#define MAX_FUNCTIONS 16

int settings_find(const char *text, const char *key, int index, char value[512]) {
  size_t length = strlen(key);
  for (const char *line = text; line != NULL && *line != 0; line = strchr(line, '\n')) {
    if (*line == '\n') line += 1;
    if (strncmp(line, key, length) != 0 || line[length] != '=' || index-- > 0) continue;
    const char *from = line + length + 1;
    size_t size = strcspn(from, "\r\n");
    if (size > 511) size = 511;
    memcpy(value, from, size);
    value[size] = 0;
    return 1;
  }
  return 0;
}

static uint64_t number(const char *text, const char *key) {
  char value[512];
  return settings_find(text, key, 0, value) ? strtoull(value, NULL, 0) : 0;
}

/* How often the function was called in this process since the fault file was written. */
static unsigned count_call(const char *text, const char *function) {
  static char generation[512];
  static struct {
    const char *name;
    unsigned calls;
  } counters[MAX_FUNCTIONS];
  char value[512] = "";
  settings_find(text, "id", 0, value);
  unsigned calls = 0;
  platform_enter();
  if (strcmp(value, generation) != 0) memset(counters, 0, sizeof counters);
  strcpy(generation, value);
  for (int index = 0; index < MAX_FUNCTIONS; index += 1) {
    if (counters[index].name == NULL) counters[index].name = function;
    if (strcmp(counters[index].name, function) != 0) continue;
    calls = ++counters[index].calls;
    break;
  }
  platform_leave();
  return calls;
}

static void read_call_faults(Faults *faults, const char *text, const char *function) {
  unsigned calls = count_call(text, function);
  char value[512], name[64], word[64];
  unsigned nth;
  for (int index = 0; settings_find(text, "fail", index, value); index += 1) {
    if (sscanf(value, "%63s %u %63s", name, &nth, word) != 3 || strcmp(name, function) != 0) continue;
    if (nth == calls) faults->fail = HR(strtoul(word, NULL, 0));
  }
  for (int index = 0; settings_find(text, "hang", index, value); index += 1) {
    if (sscanf(value, "%63s %u", name, &nth) != 2 || strcmp(name, function) != 0) continue;
    if (nth == calls) faults->hangs = 1;
  }
  for (int index = 0; settings_find(text, "empty", index, value); index += 1) {
    if (sscanf(value, "%63s %63s", name, word) != 2 || strcmp(name, function) != 0) continue;
    faults->empty = strcmp(word, "null") == 0 ? 1 : 2;
  }
}

void faults_load(Faults *faults, const char *fault_file, const char *function) {
  memset(faults, 0, sizeof *faults);
  char *text = platform_read_text(fault_file);
  if (text == NULL) return;
  read_call_faults(faults, text, function);
  faults->stopped = number(text, "stopped") != 0;
  faults->suspended = number(text, "suspended") != 0;
  faults->unprivileged = number(text, "unprivileged") != 0;
  faults->one_thread = number(text, "oneThread") != 0;
  faults->truncate_nothing = number(text, "truncateNothing") != 0;
  faults->short_read = (uint32_t)number(text, "shortReadBytes");
  faults->slow_read_ms = (uint32_t)number(text, "slowReadMs");
  faults->linger_ms = (uint32_t)number(text, "lingerMs");
  char value[512];
  if (settings_find(text, "sizeLieBytes", 0, value)) faults->size_lie = strtoll(value, NULL, 0);
  free(text);
}

void faults_flip(const char *fault_file, const char *name, int64_t position, unsigned char *bytes, size_t size) {
  char *text = platform_read_text(fault_file);
  char value[512];
  int64_t offset;
  int bit, name_at;
  for (int index = 0; text != NULL && settings_find(text, "flip", index, value); index += 1) {
    if (sscanf(value, "%" SCNd64 " %d %n", &offset, &bit, &name_at) != 2) continue;
    if (strcmp(value + name_at, name) != 0 || offset < position || offset - position >= (int64_t)size) continue;
    bytes[offset - position] ^= (unsigned char)(1 << bit);
  }
  free(text);
}
