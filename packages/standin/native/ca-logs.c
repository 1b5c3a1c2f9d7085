#include "ca.h"

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

unsigned char *ca_read_file(const char *name, size_t *size) {
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
  unsigned char *log = ca_read_file("edb.log", &size);
  if (log == NULL) return 0;
  uint64_t seal;
  uint64_t position = (uint64_t)read32(log + 4) << 32 | (log_segments(log, size, &seal) + 1) << 16;
  free(log);
  return position;
}

uint32_t ca_checkpoint(void) {
  size_t size;
  unsigned char *file = ca_read_file("edb.chk", &size);
  if (file == NULL) return 0;
  const unsigned char *copy = header_valid(file, 4096) ? file : file + 4096;
  uint32_t generation = header_valid(copy, 4096) ? read32(copy + 16) : 0;
  free(file);
  return generation;
}
