#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "roll.h"
#include "session-end.h"
#include "stream.h"

static struct {
  HCSBC handle; /* NULL: no session */
  ULONG type;
  int databases_listed;
  int logs_listed;
  int given_up;
  int truncated;
  int reads; /* of the open file */
  CaFiles databases;
  CaFiles logs;
  BackupInfo backup;
  Stream stream;
} session;

/* Not an address, wider than 32 bits, and never the same twice: a stale or cut handle is noticed. */
static HCSBC new_handle(void) {
  static uintptr_t last = (uintptr_t)0x5AFE0000000ULL;
  last += 16;
  return (HCSBC)last;
}

/* Where the stream of logs stands: the backup is known by it. */
static HRESULT begin_backup(ULONG type) {
  if (ca_lock() != 0) return HR_DISK_IO;
  HRESULT result = type == CSBACKUP_TYPE_LOGS_ONLY ? logs_only_allowed() : S_OK;
  session.backup = (BackupInfo){.mark = ca_log_position(), .time_ms = platform_now_ms()};
  session.backup.gen_low = type == CSBACKUP_TYPE_FULL ? ca_checkpoint() : lowest_log();
  if (result == S_OK && session.backup.mark == 0) result = HR_DISK_IO;
  ca_unlock();
  return result == S_OK && session.backup.gen_low == 0 ? HR_MISSING_PREVIOUS_LOG : result;
}

HRESULT session_prepare(ULONG type, HCSBC *handle, uint32_t linger_ms) {
  if (session.handle != NULL || !ca_begin_session(linger_ms)) return HR_BACKUP_IN_PROGRESS;
  memset(&session, 0, sizeof session);
  HRESULT result = begin_backup(type);
  if (result != S_OK) {
    ca_end_session();
    return result;
  }
  session.type = type;
  session.handle = *handle = new_handle();
  return S_OK;
}

HRESULT session_check(HCSBC handle) {
  if (handle == NULL || handle != session.handle) return HR_INVALID_HANDLE;
  return session.given_up ? HR_NO_BACKUP : S_OK;
}

HRESULT session_locations(List *list) {
  CaFiles databases = {0};
  ca_databases(&databases);
  list_add_files(list, CSBFT_CERTSERVER_DATABASE, &databases);
  files_clear(&databases);
  char *folder = ca_unc(ca_paths()->log_folder);
  list_add(list, CSBFT_CHECKPOINT_DIR, folder);
  list_add(list, CSBFT_LOG_DIR, folder);
  free(folder);
  return S_OK;
}

HRESULT session_databases(List *list, int empty) {
  if (session.type != CSBACKUP_TYPE_FULL || session.logs_listed || session.stream.source != NULL) {
    return HR_INVALID_SEQUENCE;
  }
  if (!session.databases_listed && !empty) ca_databases(&session.databases);
  session.databases_listed = 1;
  list_add_files(list, CSBFT_CERTSERVER_DATABASE, &session.databases);
  return S_OK;
}

static CaFile *find(CaFiles *files, const WCHAR *name) {
  char *unc = utf8_of(name);
  CaFile *found = NULL;
  for (size_t index = 0; index < files->count; index += 1) {
    if (strcmp(files->files[index].unc, unc) == 0) found = &files->files[index];
  }
  free(unc);
  return found;
}

HRESULT session_open_file(const WCHAR *name, int64_t *size) {
  if (session.stream.source != NULL) return HR_OUT_OF_MEMORY;
  CaFile *log = find(&session.logs, name), *database = find(&session.databases, name);
  if (database != NULL && session.logs_listed) return HR_INVALID_SEQUENCE;
  if (log == NULL && database == NULL) return HR_FILE_NOT_FOUND;
  StreamKind kind = log != NULL ? STREAM_LOG : ca_switch("raw") ? STREAM_RAW : STREAM_COPY;
  session.reads = 0;
  if (ca_lock() != 0) return HR_DISK_IO;
  HRESULT result = stream_open(&session.stream, log != NULL ? log : database, kind, &session.backup);
  ca_unlock();
  *size = session.stream.size;
  return result;
}

HRESULT session_read(unsigned char *into, DWORD size, uint32_t limit, DWORD *got) {
  if (session.stream.source == NULL) return HR_INVALID_SEQUENCE;
  uint32_t page_size = session.stream.page_size;
  if (size == 0 || size % page_size != 0) return HR_INVALID_PARAMETER;
  if (session.reads == 0 && size < 3 * page_size) return HR_INVALID_PARAMETER;
  session.reads += 1;
  if (limit > 0 && limit < size) size = limit;
  HRESULT result = stream_read(&session.stream, into, size, got);
  if (result != S_OK) *got = 0;
  return result == S_OK ? S_OK : session_read_failed(result);
}

HRESULT session_read_failed(HRESULT reason) {
  if (session.stream.source == NULL) return reason;
  session.given_up = session.stream.kind == STREAM_LOG;
  stream_close(&session.stream);
  return reason;
}

HRESULT session_close_file(void) {
  if (session.stream.source == NULL) return HR_INVALID_SEQUENCE;
  stream_close(&session.stream);
  return S_OK;
}

static int all_fetched(const CaFiles *files) {
  for (size_t index = 0; index < files->count; index += 1) {
    if (!files->files[index].fetched) return 0;
  }
  return 1;
}

static int databases_done(void) {
  return session.type != CSBACKUP_TYPE_FULL || (session.databases_listed && all_fetched(&session.databases));
}

static HRESULT close_log(uint32_t *current) {
  if (ca_lock() != 0) return HR_DISK_IO;
  HRESULT result = roll_log(session.backup.gen_low);
  if (result == S_OK) ca_logs(&session.logs, session.backup.gen_low);
  *current = (uint32_t)(ca_log_position() >> 32);
  int is_gap = session.type == CSBACKUP_TYPE_LOGS_ONLY && session.backup.gen_low > (uint64_t)last_backed_up() + 1;
  ca_unlock();
  return result == S_OK && is_gap ? HR_MISSING_FILE : result;
}

HRESULT session_logs(List *list, int empty) {
  if (session.stream.source != NULL || session.logs_listed || !databases_done()) return HR_INVALID_SEQUENCE;
  uint32_t current;
  HRESULT result = close_log(&current);
  if (result == S_OK) result = logs_complete(&session.logs, session.backup.gen_low, current);
  if (result != S_OK || empty) files_clear(&session.logs);
  if (result != S_OK) return result;
  session.backup.gen_high = current - 1;
  session.logs_listed = 1;
  list_add_files(list, CSBFT_LOG, &session.logs);
  return S_OK;
}

HRESULT session_truncate(int nothing) {
  if (session.stream.source != NULL || !session.logs_listed) return HR_INVALID_SEQUENCE;
  if (!all_fetched(&session.logs)) return HR_LOGS_NOT_READ;
  if (ca_lock() != 0) return HR_DISK_IO;
  /* The checkpoint may have gone on: what was closed since the logs were listed is in no backup. */
  uint32_t checkpoint = ca_checkpoint(), listed_end = session.backup.gen_high + 1;
  HRESULT result = nothing ? S_OK : delete_logs_below(checkpoint < listed_end ? checkpoint : listed_end);
  ca_unlock();
  if (result == S_OK) session.truncated = 1;
  return result;
}

static HRESULT remember_backup(void) {
  if (ca_lock() != 0) return HR_DISK_IO;
  HRESULT result = note_backup(session.type, session.truncated, &session.backup);
  ca_unlock();
  return result;
}

HRESULT session_end(int fails) {
  int complete = session.stream.source == NULL && session.logs_listed && databases_done() && all_fetched(&session.logs);
  HRESULT result = session.given_up ? HR_NO_BACKUP : complete ? S_OK : HR_INVALID_SEQUENCE;
  stream_close(&session.stream);
  if (result == S_OK && !fails) result = remember_backup();
  files_clear(&session.databases);
  files_clear(&session.logs);
  session.handle = NULL;
  ca_end_session();
  return result;
}
