#ifndef _WIN32
#define _GNU_SOURCE
#include "platform.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

const char platform_separator = '/';
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

char *platform_library_folder(void) {
  Dl_info info;
  if (!dladdr((void *)platform_library_folder, &info)) return NULL;
  char *path = realpath(info.dli_fname, NULL);
  if (path != NULL) *strrchr(path, '/') = 0;
  return path;
}

char *platform_host_name(void) {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return strdup(name);
}

uint64_t platform_thread_id(void) {
#ifdef __linux__
  return (uint64_t)syscall(SYS_gettid);
#else
  return (uint64_t)(uintptr_t)pthread_self();
#endif
}

uint64_t platform_process_id(void) { return (uint64_t)getpid(); }

uint64_t platform_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void platform_sleep_ms(uint32_t ms) {
  struct timespec rest = {ms / 1000, (long)(ms % 1000) * 1000000};
  while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {
  }
}

void platform_enter(void) { pthread_mutex_lock(&mutex); }
void platform_leave(void) { pthread_mutex_unlock(&mutex); }

PlatformFile platform_open(const char *path, int writable) {
  return open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
}

void platform_close(PlatformFile file) { close((int)file); }

int64_t platform_size(PlatformFile file) {
  struct stat facts;
  return fstat((int)file, &facts) == 0 ? (int64_t)facts.st_size : -1;
}

int64_t platform_read_at(PlatformFile file, void *into, size_t size, int64_t offset) {
  size_t done = 0;
  while (done < size) {
    ssize_t got = pread((int)file, (char *)into + done, size - done, (off_t)(offset + (int64_t)done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += (size_t)got;
  }
  return (int64_t)done;
}

int platform_write_at(PlatformFile file, const void *bytes, size_t size, int64_t offset) {
  return pwrite((int)file, bytes, size, (off_t)offset) == (ssize_t)size ? 0 : -1;
}

int platform_write_new(const char *path, const void *bytes, size_t size) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file == -1) return -1;
  int result = platform_write_at(file, bytes, size, 0);
  return close(file) == 0 ? result : -1;
}

int platform_append(const char *path, const char *text, size_t size) {
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file == -1) return -1;
  ssize_t written = write(file, text, size);
  close(file);
  return written == (ssize_t)size ? 0 : -1;
}

int platform_rename(const char *from, const char *to) { return rename(from, to); }
int platform_delete(const char *path) { return unlink(path); }

int platform_create_new(const char *path) {
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  return file == -1 ? -1 : close(file);
}

int64_t platform_age_ms(const char *path) {
  struct stat facts;
  if (stat(path, &facts) != 0) return -1;
  uint64_t written = (uint64_t)facts.st_mtim.tv_sec * 1000 + (uint64_t)facts.st_mtim.tv_nsec / 1000000;
  return (int64_t)(platform_now_ms() - written);
}

int platform_list(const char *folder, void (*visit)(void *context, const char *name), void *context) {
  DIR *entries = opendir(folder);
  if (entries == NULL) return -1;
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    if (entry->d_name[0] != '.') visit(context, entry->d_name);
  }
  closedir(entries);
  return 0;
}

PlatformFile platform_hold(const char *path) {
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file == -1) return -1;
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  close(file);
  return -1;
}
#endif
