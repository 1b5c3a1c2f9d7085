#include "platform.h"

#include <stdlib.h>
#include <string.h>

char *platform_read_text(const char *path) {
  PlatformFile file = platform_open(path, 0);
  if (file == -1) return NULL;
  int64_t size = platform_size(file);
  char *text = size < 0 ? NULL : malloc((size_t)size + 1);
  int64_t got = text == NULL ? -1 : platform_read_at(file, text, (size_t)size, 0);
  platform_close(file);
  if (got < 0) {
    free(text);
    return NULL;
  }
  text[got] = 0;
  return text;
}

char *path_join(const char *folder, const char *name) {
  size_t length = strlen(folder);
  char *path = malloc(length + strlen(name) + 2);
  memcpy(path, folder, length);
  path[length] = platform_separator;
  strcpy(path + length + 1, name);
  return path;
}
