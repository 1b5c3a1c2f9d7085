#include "session-end.h"

#include <string.h>

#include "headers.h"

/* Takes down the highest generation that a backup of this database had, if lower than of the others. */
static int has_streamed_full(const unsigned char *header, void *highest) {
  uint32_t full = read32(header + HEADER_PREVIOUS_FULL + 20), logs = read32(header + HEADER_PREVIOUS_INCREMENTAL + 20);
  uint32_t last = full > logs ? full : logs, *least = highest;
  if (last < *least) *least = last;
  return read32(header + HEADER_PREVIOUS_FULL + 16) != 0 && read32(header + HEADER_PREVIOUS_FULL_TYPE) == 0;
}

HRESULT logs_only_allowed(void) {
  uint32_t highest = UINT32_MAX;
  if (ca_switch("circularLogging")) return HR_CIRCULAR_LOGGING;
  return all_headers(has_streamed_full, &highest) ? S_OK : HR_MISSING_FULL_BACKUP;
}

uint32_t last_backed_up(void) {
  uint32_t highest = UINT32_MAX;
  all_headers(has_streamed_full, &highest);
  return highest;
}

uint32_t lowest_log(void) {
  CaFiles logs = {0};
  ca_logs(&logs, 0);
  uint32_t lowest = logs.count > 0 ? logs.files[0].generation : (uint32_t)(ca_log_position() >> 32);
  files_clear(&logs);
  return lowest;
}

HRESULT logs_complete(const CaFiles *logs, uint32_t from, uint32_t current) {
  uint32_t expected = from;
  for (size_t index = 0; index < logs->count; index += 1) {
    if (logs->files[index].generation != expected) break;
    expected += 1;
  }
  if (expected == current && logs->count == current - from) return S_OK;
  return expected == from ? HR_MISSING_PREVIOUS_LOG : HR_MISSING_FILE;
}

typedef struct {
  ULONG type;
  int truncated;
  const BackupInfo *backup;
} Note;

/* Only a backup that truncated counts for those that follow; another one is a copy, or a differential. */
static void note(unsigned char *header, const void *what) {
  const Note *of = what;
  int full = of->type == CSBACKUP_TYPE_FULL;
  uint32_t place = full ? HEADER_PREVIOUS_COPY : HEADER_PREVIOUS_DIFFERENTIAL;
  if (of->truncated) place = full ? HEADER_PREVIOUS_FULL : HEADER_PREVIOUS_INCREMENTAL;
  write_backup_info(header + place, of->backup);
  if (!of->truncated) return;
  if (full) memset(header + HEADER_PREVIOUS_INCREMENTAL, 0, 24);
  if (full) memset(header + HEADER_PREVIOUS_FULL_TYPE, 0, 8);
}

HRESULT note_backup(ULONG type, int truncated, const BackupInfo *backup) {
  Note what = {type, truncated, backup};
  return update_headers(note, &what);
}
