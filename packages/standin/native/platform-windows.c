#ifdef _WIN32
#include "platform.h"

#include <windows.h>

#include <stdlib.h>
#include <string.h>

const char platform_separator = '\\';
static SRWLOCK mutex = SRWLOCK_INIT;

static WCHAR *wide(const char *text) {
  int length = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
  WCHAR *result = malloc((size_t)length * sizeof(WCHAR));
  MultiByteToWideChar(CP_UTF8, 0, text, -1, result, length);
  return result;
}

static char *narrow(const WCHAR *text) {
  int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
  char *result = malloc((size_t)length);
  WideCharToMultiByte(CP_UTF8, 0, text, -1, result, length, NULL, NULL);
  return result;
}

static PlatformFile create(const char *path, DWORD access, DWORD share, DWORD disposition) {
  WCHAR *name = wide(path);
  HANDLE file = CreateFileW(name, access, share, NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);
  free(name);
  return file == INVALID_HANDLE_VALUE ? -1 : (PlatformFile)file;
}

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

char *platform_library_folder(void) {
  HMODULE library;
  DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
  if (!GetModuleHandleExW(flags, (LPCWSTR)platform_library_folder, &library)) return NULL;
  WCHAR path[32768];
  DWORD length = GetModuleFileNameW(library, path, 32768);
  while (length > 0 && path[length - 1] != L'\\') length -= 1;
  if (length == 0) return NULL;
  path[length - 1] = 0;
  return narrow(path);
}

char *platform_host_name(void) {
  WCHAR name[256] = L"";
  DWORD length = 256;
  GetComputerNameExW(ComputerNameDnsHostname, name, &length);
  return narrow(name);
}

uint64_t platform_thread_id(void) { return GetCurrentThreadId(); }
uint64_t platform_process_id(void) { return GetCurrentProcessId(); }

static uint64_t milliseconds(FILETIME time) {
  uint64_t ticks = ((uint64_t)time.dwHighDateTime << 32) | time.dwLowDateTime;
  return ticks / 10000 - 11644473600000ULL; /* from 1601 */
}

uint64_t platform_now_ms(void) {
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  return milliseconds(now);
}

void platform_sleep_ms(uint32_t ms) { Sleep(ms); }
void platform_enter(void) { AcquireSRWLockExclusive(&mutex); }
void platform_leave(void) { ReleaseSRWLockExclusive(&mutex); }

PlatformFile platform_open(const char *path, int writable) {
  return create(path, GENERIC_READ | (writable ? GENERIC_WRITE : 0), SHARE_ALL, OPEN_EXISTING);
}

void platform_close(PlatformFile file) { CloseHandle((HANDLE)file); }

int64_t platform_size(PlatformFile file) {
  LARGE_INTEGER size;
  return GetFileSizeEx((HANDLE)file, &size) ? size.QuadPart : -1;
}

static OVERLAPPED at(int64_t offset) {
  OVERLAPPED place = {0};
  place.Offset = (DWORD)offset;
  place.OffsetHigh = (DWORD)(offset >> 32);
  return place;
}

int64_t platform_read_at(PlatformFile file, void *into, size_t size, int64_t offset) {
  OVERLAPPED place = at(offset);
  DWORD got = 0;
  if (ReadFile((HANDLE)file, into, (DWORD)size, &got, &place)) return got;
  return GetLastError() == ERROR_HANDLE_EOF ? 0 : -1;
}

int platform_write_at(PlatformFile file, const void *bytes, size_t size, int64_t offset) {
  OVERLAPPED place = at(offset);
  DWORD written = 0;
  return WriteFile((HANDLE)file, bytes, (DWORD)size, &written, &place) && written == size ? 0 : -1;
}

int platform_write_new(const char *path, const void *bytes, size_t size) {
  PlatformFile file = create(path, GENERIC_WRITE, SHARE_ALL, CREATE_ALWAYS);
  if (file == -1) return -1;
  int result = platform_write_at(file, bytes, size, 0);
  platform_close(file);
  return result;
}

int platform_append(const char *path, const char *text, size_t size) {
  PlatformFile file = create(path, FILE_APPEND_DATA, SHARE_ALL, OPEN_ALWAYS);
  if (file == -1) return -1;
  DWORD written = 0;
  int result = WriteFile((HANDLE)file, text, (DWORD)size, &written, NULL) && written == size ? 0 : -1;
  platform_close(file);
  return result;
}

int platform_rename(const char *from, const char *to) {
  WCHAR *source = wide(from), *target = wide(to);
  int result = MoveFileExW(source, target, MOVEFILE_REPLACE_EXISTING) ? 0 : -1;
  free(source);
  free(target);
  return result;
}

int platform_delete(const char *path) {
  WCHAR *name = wide(path);
  int result = DeleteFileW(name) ? 0 : -1;
  free(name);
  return result;
}

int platform_create_new(const char *path) {
  PlatformFile file = create(path, GENERIC_WRITE, SHARE_ALL, CREATE_NEW);
  if (file == -1) return -1;
  platform_close(file);
  return 0;
}

int64_t platform_age_ms(const char *path) {
  WCHAR *name = wide(path);
  WIN32_FILE_ATTRIBUTE_DATA facts;
  BOOL found = GetFileAttributesExW(name, GetFileExInfoStandard, &facts);
  free(name);
  return found ? (int64_t)(platform_now_ms() - milliseconds(facts.ftLastWriteTime)) : -1;
}

int platform_list(const char *folder, void (*visit)(void *context, const char *name), void *context) {
  char *pattern = path_join(folder, "*");
  WCHAR *name = wide(pattern);
  WIN32_FIND_DATAW entry;
  HANDLE search = FindFirstFileW(name, &entry);
  free(pattern);
  free(name);
  if (search == INVALID_HANDLE_VALUE) return -1;
  do {
    char *found = narrow(entry.cFileName);
    if (found[0] != '.') visit(context, found);
    free(found);
  } while (FindNextFileW(search, &entry));
  FindClose(search);
  return 0;
}

PlatformFile platform_hold(const char *path) {
  return create(path, GENERIC_READ | GENERIC_WRITE, 0, OPEN_ALWAYS);
}
#endif
