/* The one open file of a session: a database as a streaming copy, a database as it is, or a log. */
#ifndef STREAM_H
#define STREAM_H

#include "ca.h"
#include "certadm.h"
#include "ese.h"
#include "platform.h"
#include "sha256.h"

typedef enum { STREAM_COPY, STREAM_RAW, STREAM_LOG } StreamKind;

typedef struct {
  CaFile *source; /* NULL: nothing is open */
  StreamKind kind;
  PlatformFile file;
  uint32_t page_size;
  int64_t disk_size;
  int64_t size; /* as handed out, trailer included */
  int64_t position;
  unsigned char *header; /* STREAM_COPY: the page served as header and shadow */
  BackupInfo backup;
  int digests;
  int unchecked; /* damage on the disk is handed out */
  Sha256 sha;
} Stream;

HRESULT stream_open(Stream *stream, CaFile *source, StreamKind kind, const BackupInfo *backup);

/* The next bytes, `size` at most; fewer only at the end. Notes in the source that its end was reached. */
HRESULT stream_read(Stream *stream, unsigned char *into, DWORD size, DWORD *got);

/* Closes; records the digest of what was handed out. */
void stream_close(Stream *stream);

#endif
