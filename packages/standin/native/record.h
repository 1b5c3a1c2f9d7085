/* The record that tests read: one line per call, buffer and file, across processes. */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>

#include "certadm.h"

/* One line, `printf` style, without the newline; process id is put behind the first word. */
void record(const char *word, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A buffer for a list, with canaries around it, that only buffer_free takes back. */
void *buffer_allocate(size_t size, const char *function);
void buffer_free(void *buffer);

#endif
