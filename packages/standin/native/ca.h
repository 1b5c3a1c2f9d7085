/* The CA that this library stands in for: the folder it lies in. */
#ifndef CA_H
#define CA_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  char *folder;
  char *log_folder;
  char *enroll_folder;
  char *state;
  char *faults;
  char *record;
  char *session;
  char *lock;
  char *clock;
} CaPaths;

const CaPaths *ca_paths(void);

/* A file that a list names: where it lies, and how the list spells it. */
typedef struct {
  char *path; /* UTF-8, local */
  char *unc;  /* UTF-8, as listed, without tag */
  uint32_t generation; /* logs only */
  int fetched; /* read to its end */
} CaFile;

typedef struct {
  CaFile *files;
  size_t count;
} CaFiles;

void files_add(CaFiles *files, char *path, uint32_t generation); /* takes the path */
void files_clear(CaFiles *files);

/* The server's own view of a local path: \\HOST\C$\… Caller frees. */
char *ca_unc(const char *path);

/* Whether this is the CA's machine: its full or first name, or a config string MACHINE\CA name. */
int ca_is_server(const char *name);

int ca_switch(const char *key); /* a 0 or 1 of the state file */
void ca_databases(CaFiles *files);
void ca_dynamic_files(CaFiles *files);

/* Closed logs from `from` on, by generation. */
void ca_logs(CaFiles *files, uint32_t from);

/* A whole file of the log folder; NULL when it can't be read. Caller frees. */
unsigned char *ca_read_file(const char *name, size_t *size);

/* Generation of the current log and its first free position, as LGPOS; 0 when it can't be read. */
uint64_t ca_log_position(void);
/* Generation of the checkpoint; 0 when it can't be read. */
uint32_t ca_checkpoint(void);
/* Until ca_unlock nobody else changes logs, headers, checkpoint or clock: neither another call nor the
   generator. -1: whoever has the lock doesn't let go. */
int ca_lock(void);
void ca_unlock(void);

/* Takes the one backup session, across processes. 0: another one has it, or a dead one's still lingers. */
int ca_begin_session(uint32_t linger_ms);
void ca_end_session(void);

#endif
