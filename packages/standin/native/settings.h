/* Reads the two text files that the generator writes: one `key=value` a line, a key may come again. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stddef.h>

#include "certadm.h"

/* The value of the index-th line with this key, cut to fit; 0 when there is none. */
int settings_find(const char *text, const char *key, int index, char value[512]);

typedef struct {
  HRESULT fail;     /* S_OK: this call goes through */
  int hangs;        /* this call never returns */
  int empty;        /* this call's list: 0 as it is, 1 NULL with 0 bytes, 2 a lone NUL */
  int stopped;      /* the service */
  int suspended;
  int unprivileged;
  int one_thread;   /* refuse calls from another thread than the first */
  int truncate_nothing;
  uint32_t short_read; /* bytes; 0: none */
  uint32_t slow_read_ms;
  uint32_t linger_ms;
  int64_t size_lie;
} Faults;

/* What the fault file says about this call. Counts the call: once per call, please. */
void faults_load(Faults *faults, const char *fault_file, const char *function);

/* Turns the bits that the fault file names in the file of this name, among `size` bytes of it from `position` on. */
void faults_flip(const char *fault_file, const char *name, int64_t position, unsigned char *bytes, size_t size);

#endif
