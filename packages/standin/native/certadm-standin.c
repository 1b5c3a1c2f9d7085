/* A stand-in for Certadm.dll over the folder that it lies in. Each export checks its arguments, asks
   the fault file what should go wrong, does its work by the rules of session.c, and is recorded. */
#include <stdlib.h>
#include <string.h>

#include "ca.h"
#include "call.h"
#include "certadm.h"
#include "lists.h"
#include "platform.h"
#include "record.h"
#include "session.h"

static HRESULT give_list(Call *call, List *list, WCHAR **into, DWORD *size) {
  list_hand_out(list, call->faults.empty, call->function, into, size);
  return S_OK;
}

EXPORT HRESULT WINAPI CertSrvIsServerOnlineW(WCHAR const *server, WINBOOL *online) {
  Call call;
  HRESULT result = enter(&call, "CertSrvIsServerOnlineW");
  if (result == S_OK && (server == NULL || online == NULL)) result = HR_INVALID_ARGUMENT;
  if (result == S_OK) result = call.faults.fail;
  if (result == S_OK && call.faults.stopped) result = HR_RPC_UNAVAILABLE;
  if (result == S_OK) {
    char *name = utf8_of(server);
    if (!ca_is_server(name)) result = HR_RPC_UNAVAILABLE;
    free(name);
  }
  if (result == S_OK) *online = !call.faults.suspended;
  return leave(&call, result);
}

static HRESULT may_prepare(const Call *call, const WCHAR *server, ULONG type) {
  if (type != CSBACKUP_TYPE_FULL && type != CSBACKUP_TYPE_LOGS_ONLY) return HR_INVALID_ARGUMENT;
  if (call->faults.fail != S_OK) return call->faults.fail;
  if (call->faults.stopped) return HR_RPC_UNAVAILABLE;
  if (call->faults.unprivileged) return HR_ACCESS_DENIED;
  if (call->faults.suspended) return HR_SERVER_SUSPENDED;
  char *name = utf8_of(server);
  int known = ca_is_server(name);
  free(name);
  return known ? S_OK : HR_RPC_UNAVAILABLE;
}

EXPORT HRESULT WINAPI CertSrvBackupPrepareW(WCHAR const *server, ULONG options, ULONG type, HCSBC *handle) {
  Call call;
  HRESULT result = enter(&call, "CertSrvBackupPrepareW");
  if (result == S_OK && !take_session(&call)) result = HR_BACKUP_IN_PROGRESS;
  if (result == S_OK && (server == NULL || handle == NULL || options != 0)) result = HR_INVALID_ARGUMENT;
  if (result == S_OK) result = may_prepare(&call, server, type);
  if (result == S_OK) result = session_prepare(type, handle, call.faults.linger_ms);
  if (result == S_OK) record("begin", "%s", type == CSBACKUP_TYPE_FULL ? "full" : "logs-only");
  return leave(&call, result);
}

EXPORT HRESULT WINAPI CertSrvRestoreGetDatabaseLocationsW(HCSBC handle, WCHAR **into, DWORD *size) {
  Call call;
  List list = {0};
  HRESULT result = enter_session(&call, "CertSrvRestoreGetDatabaseLocationsW", handle);
  if (result == S_OK && (into == NULL || size == NULL)) result = HR_INVALID_ARGUMENT;
  if (result == S_OK) result = call.faults.fail;
  if (result == S_OK) result = session_locations(&list);
  if (result == S_OK) result = give_list(&call, &list, into, size);
  return leave(&call, result);
}

EXPORT HRESULT WINAPI CertSrvBackupGetDatabaseNamesW(HCSBC handle, WCHAR **into, DWORD *size) {
  Call call;
  List list = {0};
  HRESULT result = enter_session(&call, "CertSrvBackupGetDatabaseNamesW", handle);
  if (result == S_OK && (into == NULL || size == NULL)) result = HR_INVALID_ARGUMENT;
  if (result == S_OK) result = call.faults.fail;
  if (result == S_OK) result = session_databases(&list, call.faults.empty);
  if (result == S_OK) result = give_list(&call, &list, into, size);
  return leave(&call, result);
}

EXPORT HRESULT WINAPI CertSrvBackupOpenFileW(HCSBC handle, WCHAR const *name, DWORD hint, LARGE_INTEGER *size) {
  Call call;
  int64_t bytes = 0;
  (void)hint;
  HRESULT result = enter_session(&call, "CertSrvBackupOpenFileW", handle);
  if (result == S_OK && (name == NULL || size == NULL)) result = HR_INVALID_ARGUMENT;
  if (result == S_OK) result = call.faults.fail;
  if (result == S_OK) result = session_open_file(name, &bytes);
  if (result == S_OK) size->QuadPart = bytes + call.faults.size_lie;
  return leave(&call, result);
}

EXPORT HRESULT WINAPI CertSrvBackupRead(HCSBC handle, VOID *buffer, DWORD size, DWORD *got) {
  Call call;
  HRESULT result = enter_session(&call, "CertSrvBackupRead", handle);
  if (result == S_OK && (buffer == NULL || got == NULL)) result = HR_INVALID_ARGUMENT;
  if (result == S_OK) {
    if (call.faults.slow_read_ms > 0) platform_sleep_ms(call.faults.slow_read_ms);
    *got = 0;
    result = call.faults.fail != S_OK ? session_read_failed(call.faults.fail)
                                      : session_read(buffer, size, call.faults.short_read, got);
    /* What lies behind the bytes read is undefined, after a failure all of it. */
    memset((unsigned char *)buffer + *got, 0xDB, size - *got);
  }
  return leave(&call, result);
}

EXPORT HRESULT WINAPI CertSrvBackupClose(HCSBC handle) {
  Call call;
  HRESULT result = enter_session(&call, "CertSrvBackupClose", handle);
  if (result == S_OK) result = session_close_file();
  if (result == S_OK) result = call.faults.fail;
  return leave(&call, result);
}

EXPORT HRESULT WINAPI CertSrvBackupGetBackupLogsW(HCSBC handle, WCHAR **into, DWORD *size) {
  Call call;
  List list = {0};
  HRESULT result = enter_session(&call, "CertSrvBackupGetBackupLogsW", handle);
  if (result == S_OK && (into == NULL || size == NULL)) result = HR_INVALID_ARGUMENT;
  if (result == S_OK) result = call.faults.fail;
  if (result == S_OK) result = session_logs(&list, call.faults.empty);
  if (result == S_OK) result = give_list(&call, &list, into, size);
  return leave(&call, result);
}

EXPORT HRESULT WINAPI CertSrvBackupTruncateLogs(HCSBC handle) {
  Call call;
  HRESULT result = enter_session(&call, "CertSrvBackupTruncateLogs", handle);
  if (result == S_OK) result = call.faults.fail;
  if (result == S_OK) result = session_truncate(call.faults.truncate_nothing);
  return leave(&call, result);
}

EXPORT HRESULT WINAPI CertSrvBackupGetDynamicFileListW(HCSBC handle, WCHAR **into, DWORD *size) {
  Call call;
  List list = {0};
  CaFiles files = {0};
  HRESULT result = enter_session(&call, "CertSrvBackupGetDynamicFileListW", handle);
  if (result == S_OK && (into == NULL || size == NULL)) result = HR_INVALID_ARGUMENT;
  if (result == S_OK) result = call.faults.fail;
  if (result == S_OK) {
    ca_dynamic_files(&files);
    list_add_files(&list, 0, &files);
    files_clear(&files);
    result = give_list(&call, &list, into, size);
  }
  return leave(&call, result);
}

EXPORT HRESULT WINAPI CertSrvBackupEnd(HCSBC handle) {
  Call call;
  HRESULT result = enter_session(&call, "CertSrvBackupEnd", handle);
  if (call.owns_session && result != HR_INVALID_HANDLE) {
    HRESULT ended = session_end(call.faults.fail != S_OK || result != S_OK);
    if (result == S_OK) result = ended;
    if (result == S_OK) result = call.faults.fail;
    record("end", "0x%08X", (unsigned)result);
    forget_thread();
  }
  return leave(&call, result);
}

EXPORT VOID WINAPI CertSrvBackupFree(VOID *buffer) {
  Call call;
  HRESULT result = enter(&call, "CertSrvBackupFree");
  if (result == S_OK) buffer_free(buffer);
  leave(&call, result);
}

__attribute__((destructor)) static void unload(void) {
  if (calls_made() > 0) record("unload", "%d", calls_made());
}
