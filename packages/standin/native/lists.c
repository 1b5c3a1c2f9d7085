#include "lists.h"

#include <stdlib.h>
#include <string.h>

#include "record.h"

static void put(List *list, uint32_t unit) {
  list->text = realloc(list->text, (list->length + 1) * sizeof(WCHAR));
  list->text[list->length] = (WCHAR)unit;
  list->length += 1;
}

/* The code point at `*from`, which moves behind it. */
static uint32_t decode(const unsigned char **from) {
  uint32_t lead = *(*from)++;
  int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  uint32_t point = more == 0 ? lead : lead & (0x3Fu >> more);
  for (; more > 0 && **from != 0; more -= 1) point = point << 6 | (*(*from)++ & 0x3Fu);
  return point;
}

void list_add(List *list, WCHAR tag, const char *text) {
  const unsigned char *from = (const unsigned char *)text;
  if (tag != 0) put(list, tag);
  while (*from != 0) {
    uint32_t point = decode(&from);
    if (point > 0xFFFF) put(list, 0xD7C0u + (point >> 10));
    put(list, point > 0xFFFF ? 0xDC00u | (point & 0x3FFu) : point);
  }
  put(list, 0);
}

void list_add_files(List *list, WCHAR tag, const CaFiles *files) {
  for (size_t index = 0; index < files->count; index += 1) list_add(list, tag, files->files[index].unc);
}

void list_hand_out(List *list, int empty, const char *function, WCHAR **into, DWORD *size) {
  put(list, 0);
  if (empty != 0) list->length = empty == 1 ? 0 : 1;
  if (empty == 2) list->text[0] = 0;
  *size = (DWORD)(list->length * sizeof(WCHAR));
  *into = NULL;
  if (*size > 0) {
    *into = buffer_allocate(*size, function);
    memcpy(*into, list->text, *size);
  }
  free(list->text);
  *list = (List){0};
}

char *utf8_of(const WCHAR *text) {
  size_t length = 0;
  while (text[length] != 0) length += 1;
  unsigned char *bytes = malloc(length * 3 + 1), *to = bytes;
  for (size_t at = 0; at < length; at += 1) {
    uint32_t point = text[at];
    int pair = (point & 0xFC00u) == 0xD800u && (text[at + 1] & 0xFC00u) == 0xDC00u;
    if (pair) point = 0x10000u + ((point & 0x3FFu) << 10) + (text[++at] & 0x3FFu);
    int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    *to++ = (unsigned char)(more == 0 ? point : (0xFF00u >> (more + 1) & 0xFFu) | point >> (6 * more));
    for (; more > 0; more -= 1) *to++ = (unsigned char)(0x80u | (point >> (6 * (more - 1)) & 0x3Fu));
  }
  *to = 0;
  return (char *)bytes;
}
