#include "ese.h"

#include <string.h>

#define HEADER_SEED 0x89ABCDEFu
#define NEW_CHECKSUM 0x2000u

/* Intel's byte order, as everywhere in these files: the machines this runs on have it too. */
uint32_t read32(const unsigned char *from) {
  uint32_t value;
  memcpy(&value, from, 4);
  return value;
}

void write32(unsigned char *into, uint32_t value) { memcpy(into, &value, 4); }

uint64_t read64(const unsigned char *from) {
  uint64_t value;
  memcpy(&value, from, 8);
  return value;
}

void write64(unsigned char *into, uint64_t value) { memcpy(into, &value, 8); }

static uint32_t header_checksum(const unsigned char *header, size_t size) {
  uint32_t sum = HEADER_SEED;
  for (size_t at = 4; at < size; at += 4) sum ^= read32(header + at);
  return sum;
}

void seal_header(unsigned char *header, size_t size) { write32(header, header_checksum(header, size)); }

uint32_t header_damage(const unsigned char *header, size_t size) {
  return read32(header) ^ header_checksum(header, size);
}

int header_valid(const unsigned char *header, size_t size) { return header_damage(header, size) == 0; }

static uint32_t parity(uint32_t word) { return (uint32_t)__builtin_parity(word); }

static uint32_t bit_indexes(uint32_t word) {
  return parity(word & 0xAAAAAAAAu) | parity(word & 0xCCCCCCCCu) << 1 | parity(word & 0xF0F0F0F0u) << 2 |
         parity(word & 0xFF00FF00u) << 3 | parity(word & 0xFFFF0000u) << 4;
}

/* XOR and error-correcting checksum; the first 8 bytes count as zero if `skip`. The XOR of the indices of
   all set bits, eight words at a time: bits 5 to 7 of an index number the word, the higher ones the octet. */
static uint64_t block_checksum(const unsigned char *block, uint32_t size, uint32_t number, int skip) {
  uint32_t bit5 = 0, bit6 = 0, bit7 = 0, all = 0, octets = 0;
  for (uint32_t at = 0, octet = 0; at < size; at += 32, octet += 1) {
    uint32_t w[8];
    memcpy(w, block + at, 32);
    if (skip && at == 0) w[0] = w[1] = 0;
    uint32_t upper = w[4] ^ w[5] ^ w[6] ^ w[7];
    uint32_t sum = w[0] ^ w[1] ^ w[2] ^ w[3] ^ upper;
    bit5 ^= w[1] ^ w[3] ^ w[5] ^ w[7];
    bit6 ^= w[2] ^ w[3] ^ w[6] ^ w[7];
    bit7 ^= upper;
    all ^= sum;
    octets ^= octet & (0u - parity(sum));
  }
  uint32_t low = octets << 8 | parity(bit7) << 7 | parity(bit6) << 6 | parity(bit5) << 5 | bit_indexes(all);
  uint32_t high = parity(all) ? low ^ (size * 8 - 1) : low;
  return (uint64_t)(high << 16 | low) << 32 | (all ^ number);
}

static int is_zero(const unsigned char *bytes, size_t size) {
  return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

int page_valid(const unsigned char *page, uint32_t page_size, uint32_t number) {
  if ((read32(page + 36) & NEW_CHECKSUM) == 0) {
    if (is_zero(page, page_size)) return 1;
    return header_valid(page, page_size) && read32(page + 4) == number;
  }
  uint32_t blocks = page_size <= 8192 ? 1 : 4, size = page_size / blocks;
  for (uint32_t block = 0; block < blocks; block += 1) {
    const unsigned char *stored = page + (block == 0 ? 0 : 32 + block * 8);
    if (read64(stored) != block_checksum(page + block * size, size, number, block == 0)) return 0;
  }
  return 1;
}

int log_block_valid(const unsigned char *block, uint32_t sector) {
  if (sector == 0) return header_valid(block, LOG_SEGMENT);
  if (is_zero(block, LOG_SEGMENT)) return 1;
  uint64_t stored = read64(block);
  return stored == block_checksum(block, LOG_SEGMENT, sector, 1) ||
         stored == block_checksum(block, LOG_SEGMENT, sector - 1, 1);
}

/* Days since 1970 to a date of the Gregorian calendar, by eras of 400 years that begin in March. */
static void civil_date(int64_t days, int *year, unsigned *month, unsigned *day) {
  days += 719468;
  int64_t era = days / 146097;
  unsigned of_era = (unsigned)(days - era * 146097);
  unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  unsigned shifted = (5 * of_year + 2) / 153;
  *day = of_year - (153 * shifted + 2) / 5 + 1;
  *month = shifted < 10 ? shifted + 3 : shifted - 9;
  *year = (int)(era * 400 + year_of_era + (*month <= 2));
}

void write_log_time(unsigned char *into, uint64_t ms_since_1970) {
  uint64_t seconds = ms_since_1970 / 1000;
  unsigned ms = (unsigned)(ms_since_1970 % 1000), month, day;
  int year;
  civil_date((int64_t)(seconds / 86400), &year, &month, &day);
  into[0] = (unsigned char)(seconds % 60);
  into[1] = (unsigned char)(seconds / 60 % 60);
  into[2] = (unsigned char)(seconds / 3600 % 24);
  into[3] = (unsigned char)day;
  into[4] = (unsigned char)month;
  into[5] = (unsigned char)(year - 1900);
  into[6] = (unsigned char)(1 | (ms & 0x7F) << 1);
  into[7] = (unsigned char)(ms >> 7 << 1);
}

void write_backup_info(unsigned char *into, const BackupInfo *info) {
  write64(into, info->mark);
  write_log_time(into + 8, info->time_ms);
  write32(into + 16, info->gen_low);
  write32(into + 20, info->gen_high);
}

int is_database_header(const unsigned char *page) { return read32(page + 4) == HEADER_SEED; }

uint32_t header_page_size(const unsigned char *page) {
  uint32_t size = read32(page + HEADER_PAGE_SIZE);
  return size == 0 ? 4096 : size;
}

void set_max_required(unsigned char *header, const unsigned char *log) {
  uint32_t generation = read32(log + 4);
  write32(header + 300, generation);
  write32(header + 416, generation);
  memcpy(header + 348, log + 16, 8); /* when the log of 416 was created */
  memcpy(header + 672, log + 16, 8); /* and that of 300 */
}

void make_trailer(unsigned char *page, const unsigned char *header, const BackupInfo *info) {
  uint32_t page_size = header_page_size(header);
  memset(page, 0, page_size);
  write_backup_info(page + 40, info);
  memcpy(page + 64, header + 24, 28);  /* database signature */
  memcpy(page + 92, header + 108, 28); /* log signature */
  seal_header(page, page_size);
}

uint32_t log_segments(const unsigned char *log, size_t size, uint64_t *seal) {
  uint32_t generation = read32(log + 4), last = (uint32_t)(size / LOG_SEGMENT) - 2, sector = 1;
  *seal = 0;
  for (; sector <= last; sector += 1) {
    const unsigned char *segment = log + (size_t)sector * LOG_SEGMENT;
    uint64_t position = (uint64_t)generation << 32 | sector << 16;
    if (read64(segment + 8) != position || !log_block_valid(segment, sector)) break;
    *seal ^= read64(segment);
  }
  return sector - 1;
}

void make_next_log(unsigned char *log, size_t size, uint64_t now_ms) {
  uint64_t seal;
  log_segments(log, size, &seal);
  uint32_t generation = read32(log + 4) + 1;
  memset(log + LOG_SEGMENT, 0, size - LOG_SEGMENT);
  write32(log + 4, generation);
  memcpy(log + 24, log + 16, 8); /* creation time of the previous log */
  write_log_time(log + 16, now_ms);
  write64(log + 653, seal);
  seal_header(log, LOG_SEGMENT);
  unsigned char *segment = log + LOG_SEGMENT;
  write64(segment + 8, (uint64_t)generation << 32 | 1 << 16);
  write_log_time(segment + 16, now_ms);
  write32(segment + 36, NEW_CHECKSUM);
  write64(segment, block_checksum(segment, LOG_SEGMENT, 1, 1));
}
