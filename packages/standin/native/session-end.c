#include "session-end.h"

#include <string.h>

#include "platform.h"

#define MAX_PAGE 32768

HRESULT logs_only_allowed(void) {
  if (ca_switch("circularLogging")) return HR_CIRCULAR_LOGGING;
  CaFiles databases = {0};
  ca_databases(&databases);
  HRESULT result = S_OK;
  for (size_t index = 0; index < databases.count; index += 1) {
    unsigned char header[4096];
    PlatformFile file = platform_open(databases.files[index].path, 0);
    int64_t got = file == -1 ? -1 : platform_read_at(file, header, sizeof header, 0);
    if (file != -1) platform_close(file);
    int streamed = got == sizeof header && read32(header + HEADER_PREVIOUS_FULL + 16) != 0 &&
                   read32(header + HEADER_PREVIOUS_FULL_TYPE) == 0;
    if (!streamed) result = HR_MISSING_FULL_BACKUP;
  }
  files_clear(&databases);
  return result;
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

static HRESULT note_in_header(const char *path, ULONG type, const BackupInfo *backup) {
  unsigned char page[MAX_PAGE];
  PlatformFile file = platform_open(path, 1);
  if (file == -1) return HR_DISK_IO;
  HRESULT result = platform_read_at(file, page, sizeof page, 0) < 4096 ? HR_DISK_IO : S_OK;
  uint32_t size = header_page_size(page);
  if (result == S_OK && (!is_database_header(page) || size > MAX_PAGE)) result = HR_READ_VERIFY;
  if (result == S_OK) {
    int full = type == CSBACKUP_TYPE_FULL;
    write_backup_info(page + (full ? HEADER_PREVIOUS_FULL : HEADER_PREVIOUS_INCREMENTAL), backup);
    if (full) memset(page + HEADER_PREVIOUS_INCREMENTAL, 0, 24);
    if (full) memset(page + HEADER_PREVIOUS_FULL_TYPE, 0, 8);
    seal_header(page, size);
    if (platform_write_at(file, page, size, 0) != 0) result = HR_DISK_IO;
    if (platform_write_at(file, page, size, size) != 0) result = HR_DISK_IO;
  }
  platform_close(file);
  return result;
}

HRESULT note_backup(ULONG type, const BackupInfo *backup) {
  CaFiles databases = {0};
  ca_databases(&databases);
  HRESULT result = S_OK;
  for (size_t index = 0; index < databases.count; index += 1) {
    HRESULT noted = note_in_header(databases.files[index].path, type, backup);
    if (result == S_OK) result = noted;
  }
  files_clear(&databases);
  return result;
}
