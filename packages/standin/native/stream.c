#include "stream.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "settings.h"

#define ATTEMPTS 4

static HRESULT open_copy(Stream *stream, const BackupInfo *backup) {
  unsigned char start[4096];
  if (platform_read_at(stream->file, start, sizeof start, 0) != sizeof start) return HR_DISK_IO;
  if (!is_database_header(start)) return HR_READ_VERIFY;
  uint32_t page_size = header_page_size(start);
  if (page_size < 2048 || page_size > 32768 || (page_size & (page_size - 1)) != 0) return HR_READ_VERIFY;
  stream->header = malloc(page_size);
  if (platform_read_at(stream->file, stream->header, page_size, 0) != page_size) return HR_DISK_IO;
  if (!stream->unchecked && !header_valid(stream->header, page_size)) return HR_READ_VERIFY;
  uint32_t damage = header_damage(stream->header, page_size);
  write_backup_info(stream->header + HEADER_CURRENT_FULL, backup);
  seal_header(stream->header, page_size);
  write32(stream->header, read32(stream->header) ^ damage);
  stream->page_size = page_size;
  stream->backup = *backup;
  stream->disk_size -= stream->disk_size % page_size;
  stream->size = stream->disk_size + page_size;
  return S_OK;
}

HRESULT stream_open(Stream *stream, CaFile *source, StreamKind kind, const BackupInfo *backup) {
  *stream = (Stream){.kind = kind, .page_size = 4096, .digests = ca_switch("digest")};
  stream->unchecked = ca_switch("unchecked");
  stream->file = platform_open(source->path, 0);
  if (stream->file == -1) return HR_FILE_NOT_FOUND;
  stream->disk_size = stream->size = platform_size(stream->file);
  HRESULT result = kind == STREAM_COPY ? open_copy(stream, backup) : S_OK;
  if (result != S_OK) {
    platform_close(stream->file);
    free(stream->header);
    return result;
  }
  sha256_begin(&stream->sha);
  stream->source = source;
  return S_OK;
}

static int block_valid(const Stream *stream, const unsigned char *bytes, int64_t offset) {
  if (stream->kind == STREAM_RAW || stream->unchecked) return 1;
  uint32_t index = (uint32_t)(offset / stream->page_size);
  if (stream->kind == STREAM_LOG) return log_block_valid(bytes, index);
  return page_valid(bytes, stream->page_size, index - 1);
}

static HRESULT verify_failure(const Stream *stream) {
  return stream->kind == STREAM_LOG ? HR_LOG_READ_VERIFY : HR_READ_VERIFY;
}

/* Whole blocks from the disk, each checked; a bad one is read again, as a writer may have been at it. */
static HRESULT read_blocks(Stream *stream, unsigned char *into, size_t size, int64_t offset) {
  if (platform_read_at(stream->file, into, size, offset) != (int64_t)size) return HR_DISK_IO;
  for (size_t at = 0; at < size; at += stream->page_size) {
    int64_t place = offset + (int64_t)at;
    for (int attempt = 0; !block_valid(stream, into + at, place); attempt += 1) {
      if (attempt == ATTEMPTS) return verify_failure(stream);
      platform_sleep_ms(1);
      int64_t got = platform_read_at(stream->file, into + at, stream->page_size, place);
      if (got != stream->page_size) return HR_DISK_IO;
    }
  }
  return S_OK;
}

/* The block that lies at `offset` of what is served, wherever it comes from. */
static HRESULT make_block(Stream *stream, unsigned char *into, int64_t offset) {
  if (stream->kind == STREAM_COPY && offset < 2 * (int64_t)stream->page_size) {
    memcpy(into, stream->header, stream->page_size);
    return S_OK;
  }
  if (stream->kind == STREAM_COPY && offset >= stream->disk_size) {
    BackupInfo backup = stream->backup;
    if (ca_lock() != 0) return HR_DISK_IO;
    backup.gen_high = (uint32_t)(ca_log_position() >> 32);
    ca_unlock();
    make_trailer(into, stream->header, &backup);
    return S_OK;
  }
  return read_blocks(stream, into, stream->page_size, offset);
}

/* One step of a read: many whole blocks straight from the disk where possible, else a part of one. */
static HRESULT read_step(Stream *stream, unsigned char *into, size_t size, size_t *got) {
  int64_t headers = stream->kind == STREAM_COPY ? 2 * (int64_t)stream->page_size : 0;
  int64_t within = stream->position % stream->page_size;
  int64_t direct = stream->disk_size - stream->position;
  if (direct > (int64_t)size) direct = (int64_t)size;
  if (stream->kind != STREAM_RAW) direct -= direct % stream->page_size;
  if ((within == 0 || stream->kind == STREAM_RAW) && stream->position >= headers && direct > 0) {
    *got = (size_t)direct;
    return read_blocks(stream, into, *got, stream->position);
  }
  unsigned char block[32768];
  HRESULT result = make_block(stream, block, stream->position - within);
  *got = stream->page_size - (size_t)within;
  if (*got > size) *got = size;
  memcpy(into, block + within, *got);
  return result;
}

HRESULT stream_read(Stream *stream, unsigned char *into, DWORD size, DWORD *got) {
  *got = 0;
  if (size > stream->size - stream->position) size = (DWORD)(stream->size - stream->position);
  while (*got < size) {
    size_t step;
    HRESULT result = read_step(stream, into + *got, size - *got, &step);
    if (result != S_OK) return result;
    stream->position += (int64_t)step;
    *got += (DWORD)step;
  }
  const char *name = strrchr(stream->source->path, platform_separator) + 1;
  faults_flip(ca_paths()->faults, name, stream->position - *got, into, *got);
  if (stream->digests) sha256_update(&stream->sha, into, *got);
  if (stream->position == stream->size) stream->source->fetched = 1;
  return S_OK;
}

void stream_close(Stream *stream) {
  if (stream->source == NULL) return;
  if (stream->digests) {
    char hex[65];
    sha256_hex(&stream->sha, hex);
    record("digest", "%s %" PRId64 " %s", hex, stream->position, stream->source->unc);
  }
  platform_close(stream->file);
  free(stream->header);
  *stream = (Stream){0};
}
