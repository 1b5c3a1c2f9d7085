#include "sha256.h"

#include <stdio.h>
#include <string.h>

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static const uint32_t start[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static uint32_t rotate(uint32_t word, int by) { return (word >> by) | (word << (32 - by)); }

static void expand(uint32_t words[64], const unsigned char *block) {
  for (int at = 0; at < 16; at += 1) {
    const unsigned char *from = block + at * 4;
    words[at] = (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
  }
  for (int at = 16; at < 64; at += 1) {
    uint32_t near = words[at - 2], far = words[at - 15];
    uint32_t low = rotate(far, 7) ^ rotate(far, 18) ^ (far >> 3);
    uint32_t high = rotate(near, 17) ^ rotate(near, 19) ^ (near >> 10);
    words[at] = words[at - 16] + low + words[at - 7] + high;
  }
}

static void compress(uint32_t state[8], const unsigned char *block) {
  uint32_t words[64];
  expand(words, block);
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int at = 0; at < 64; at += 1) {
    uint32_t sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    uint32_t sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    uint32_t first = h + sum1 + ((e & f) ^ (~e & g)) + constants[at] + words[at];
    uint32_t second = sum0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first;
    d = c, c = b, b = a, a = first + second;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void sha256_begin(Sha256 *sha) {
  memcpy(sha->state, start, sizeof start);
  sha->length = 0;
}

void sha256_update(Sha256 *sha, const void *bytes, size_t size) {
  const unsigned char *from = bytes;
  while (size > 0) {
    size_t filled = sha->length % 64, room = 64 - filled;
    size_t step = size < room ? size : room;
    if (step == 64) {
      compress(sha->state, from);
    } else {
      memcpy(sha->block + filled, from, step);
      if (step == room) compress(sha->state, sha->block);
    }
    sha->length += step;
    from += step;
    size -= step;
  }
}

void sha256_hex(Sha256 *sha, char hex[65]) {
  uint64_t bits = sha->length * 8;
  unsigned char tail[72] = {0x80};
  size_t padding = 64 - (sha->length + 8) % 64;
  for (int at = 0; at < 8; at += 1) tail[padding + (size_t)at] = (unsigned char)(bits >> (56 - 8 * at));
  sha256_update(sha, tail, padding + 8);
  for (int at = 0; at < 8; at += 1) sprintf(hex + at * 8, "%08x", sha->state[at]);
}
