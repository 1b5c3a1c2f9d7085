/* SHA-256, for the digests of what was handed out. */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t state[8];
  uint64_t length;
  unsigned char block[64];
} Sha256;

void sha256_begin(Sha256 *sha);
void sha256_update(Sha256 *sha, const void *bytes, size_t size);
void sha256_hex(Sha256 *sha, char hex[65]); /* ends it */

#endif
