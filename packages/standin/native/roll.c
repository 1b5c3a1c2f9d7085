#include "roll.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca.h"
#include "ese.h"
#include "headers.h"
#include "platform.h"

/* When a log is created: now, but never when another log was, not even one that a reverted CA had. */
static uint64_t next_log_time(void) {
  char *text = platform_read_text(ca_paths()->clock), line[32];
  uint64_t last = text == NULL ? 0 : strtoull(text, NULL, 10), now = platform_now_ms();
  free(text);
  if (now <= last) now = last + 1;
  int length = snprintf(line, sizeof line, "%" PRIu64 "\n", now);
  return platform_write_new(ca_paths()->clock, line, (size_t)length) == 0 ? now : 0;
}

static void require_log(unsigned char *header, const void *log) { set_max_required(header, log); }

static HRESULT replace_current(const unsigned char *next, size_t size, uint32_t generation) {
  char name[32];
  sprintf(name, generation > 0xFFFFF ? "edb%08X.log" : "edb%05X.log", (unsigned)generation);
  char *current = path_join(ca_paths()->log_folder, "edb.log");
  char *prepared = path_join(ca_paths()->log_folder, "edbtmp.log");
  char *closed = path_join(ca_paths()->log_folder, name);
  int result = platform_write_new(prepared, next, size);
  if (result == 0) result = platform_rename(current, closed);
  if (result == 0) result = platform_rename(prepared, current);
  free(current);
  free(prepared);
  free(closed);
  return result == 0 ? S_OK : HR_DISK_IO;
}

HRESULT roll_log(uint32_t keep_from) {
  size_t size;
  unsigned char *log = ca_read_file("edb.log", &size);
  if (log == NULL) return HR_DISK_IO;
  uint32_t generation = read32(log + 4), checkpoint = ca_checkpoint();
  uint64_t now = next_log_time();
  make_next_log(log, size, now);
  HRESULT result = now == 0 ? HR_DISK_IO : replace_current(log, size, generation);
  if (result == S_OK) result = update_headers(require_log, log);
  free(log);
  if (result != S_OK || !ca_switch("circularLogging")) return result;
  return delete_logs_below(checkpoint < keep_from ? checkpoint : keep_from);
}

HRESULT delete_logs_below(uint32_t generation) {
  CaFiles logs = {0};
  ca_logs(&logs, 0);
  HRESULT result = S_OK;
  for (size_t index = 0; index < logs.count && result == S_OK; index += 1) {
    if (logs.files[index].generation >= generation) break;
    if (platform_delete(logs.files[index].path) != 0) result = HR_DISK_IO;
  }
  files_clear(&logs);
  return result;
}
