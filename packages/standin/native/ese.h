/* As much of ESE's file formats as a streaming backup touches. All offsets and sizes are in bytes. */
#ifndef ESE_H
#define ESE_H

#include <stddef.h>
#include <stdint.h>

#define LOG_SEGMENT 4096

uint32_t read32(const unsigned char *from);
void write32(unsigned char *into, uint32_t value);
uint64_t read64(const unsigned char *from);
void write64(unsigned char *into, uint64_t value);

/* Stores the XOR-32 checksum of a header or trailer of `size` bytes; or compares it. */
void seal_header(unsigned char *header, size_t size);
int header_valid(const unsigned char *header, size_t size);
/* The bits in which the stored checksum is not that of the content. */
uint32_t header_damage(const unsigned char *header, size_t size);

/* Whether a database page is all zero or carries the checksum of its content. */
int page_valid(const unsigned char *page, uint32_t page_size, uint32_t number);

/* What the engine asks of a block of a log that it streams: header sector, or segment empty, valid, or a shadow. */
int log_block_valid(const unsigned char *block, uint32_t sector);

void write_log_time(unsigned char *into, uint64_t ms_since_1970);

/* BKINFO. */
typedef struct {
  uint64_t mark; /* an LGPOS: generation above, then sector, then byte */
  uint64_t time_ms;
  uint32_t gen_low;
  uint32_t gen_high;
} BackupInfo;

#define HEADER_PREVIOUS_FULL 136
#define HEADER_PREVIOUS_INCREMENTAL 160
#define HEADER_CURRENT_FULL 184
#define HEADER_PAGE_SIZE 236
#define HEADER_PREVIOUS_FULL_TYPE 356
#define HEADER_PREVIOUS_COPY 420
#define HEADER_PREVIOUS_DIFFERENTIAL 444

void write_backup_info(unsigned char *into, const BackupInfo *info);
int is_database_header(const unsigned char *page);
uint32_t header_page_size(const unsigned char *page);

/* What a database's header says once this log is the current one. */
void set_max_required(unsigned char *header, const unsigned char *log);

/* The page that follows a streaming copy. `header` is the database's. */
void make_trailer(unsigned char *page, const unsigned char *header, const BackupInfo *info);

/* Segments in use in a log, and the XOR of their checksums. */
uint32_t log_segments(const unsigned char *log, size_t size, uint64_t *seal);

/* Turns a copy of the current log into the next generation's, with one segment in use. */
void make_next_log(unsigned char *log, size_t size, uint64_t now_ms);

#endif
