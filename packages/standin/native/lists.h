/* Multi-strings as Certadm hands them out: UTF-16, each entry and the list ended by a NUL. */
#ifndef LISTS_H
#define LISTS_H

#include "ca.h"
#include "certadm.h"

typedef struct {
  WCHAR *text;
  size_t length; /* characters */
} List;

/* Appends an entry; a tag of 0 is no tag. */
void list_add(List *list, WCHAR tag, const char *text);
void list_add_files(List *list, WCHAR tag, const CaFiles *files);

/* Ends the list and hands out a copy in a recorded buffer. `empty`: 1 NULL with 0 bytes, 2 a lone NUL. */
void list_hand_out(List *list, int empty, const char *function, WCHAR **into, DWORD *size);

/* UTF-8 of a NUL-terminated UTF-16 string. Caller frees. */
char *utf8_of(const WCHAR *text);

#endif
