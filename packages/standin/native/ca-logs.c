#include "ca.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ese.h"
#include "platform.h"

/* Generation of a closed log's name, five or eight hexadecimal digits; 0 for any other file. */
static uint32_t generation_of(const char *name) {
  size_t length = strlen(name);
  if ((length != 12 && length != 15) || strncmp(name, "edb", 3) != 0) return 0;
  if (strcmp(name + length - 4, ".log") != 0) return 0;
  if (strspn(name + 3, "0123456789ABCDEFabcdef") != length - 7) return 0;
  return (uint32_t)strtoul(name + 3, NULL, 16);
}

typedef struct {
  CaFiles *files;
  uint32_t from;
} Search;

static void add_log(void *context, const char *name) {
  Search *search = context;
  uint32_t generation = generation_of(name);
  if (generation == 0 || generation < search->from) return;
  files_add(search->files, path_join(ca_paths()->log_folder, name), generation);
}

static int by_generation(const void *one, const void *other) {
  uint32_t first = ((const CaFile *)one)->generation, second = ((const CaFile *)other)->generation;
  return (first > second) - (first < second);
}

void ca_logs(CaFiles *files, uint32_t from) {
  Search search = {files, from};
  platform_list(ca_paths()->log_folder, add_log, &search);
  if (files->count > 1) qsort(files->files, files->count, sizeof *files->files, by_generation);
}

/* A whole file of the log folder; NULL when it can't be read. Caller frees. */
static unsigned char *read_file(const char *name, size_t *size) {
  char *path = path_join(ca_paths()->log_folder, name);
  PlatformFile file = platform_open(path, 0);
  free(path);
  if (file == -1) return NULL;
  *size = (size_t)platform_size(file);
  unsigned char *bytes = malloc(*size);
  int64_t got = platform_read_at(file, bytes, *size, 0);
  platform_close(file);
  if (got == (int64_t)*size && *size >= 2 * LOG_SEGMENT) return bytes;
  free(bytes);
  return NULL;
}

uint64_t ca_log_position(void) {
  size_t size;
  unsigned char *log = read_file("edb.log", &size);
  if (log == NULL) return 0;
  uint64_t seal;
  uint64_t position = (uint64_t)read32(log + 4) << 32 | (log_segments(log, size, &seal) + 1) << 16;
  free(log);
  return position;
}

uint32_t ca_checkpoint(void) {
  size_t size;
  unsigned char *file = read_file("edb.chk", &size);
  if (file == NULL) return 0;
  const unsigned char *copy = header_valid(file, 4096) ? file : file + 4096;
  uint32_t generation = header_valid(copy, 4096) ? read32(copy + 16) : 0;
  free(file);
  return generation;
}

int ca_roll_log(void) {
  size_t size;
  unsigned char *log = read_file("edb.log", &size);
  if (log == NULL) return -1;
  uint32_t generation = read32(log + 4);
  char name[32];
  sprintf(name, generation > 0xFFFFF ? "edb%08X.log" : "edb%05X.log", (unsigned)generation);
  make_next_log(log, size, platform_now_ms());
  char *current = path_join(ca_paths()->log_folder, "edb.log");
  char *next = path_join(ca_paths()->log_folder, "edbtmp.log");
  char *closed = path_join(ca_paths()->log_folder, name);
  int result = platform_write_new(next, log, size);
  if (result == 0) result = platform_rename(current, closed);
  if (result == 0) result = platform_rename(next, current);
  free(current);
  free(next);
  free(closed);
  free(log);
  return result;
}
