#include "ca.h"
#include "platform.h"

/* The generator, which can't lock files as an operating system does, takes the same lock: a file that is
   there while somebody has it. Nobody has it for long, so one that grows old belonged to a killed process. */
#define DEAD_MS 5000
#define PATIENCE_MS 30000

int ca_lock(void) {
  const char *path = ca_paths()->lock;
  uint64_t until = platform_now_ms() + PATIENCE_MS;
  while (platform_create_new(path) != 0) {
    if (platform_age_ms(path) > DEAD_MS) platform_delete(path);
    else if (platform_now_ms() > until) return -1;
    else platform_sleep_ms(1);
  }
  return 0;
}

void ca_unlock(void) { platform_delete(ca_paths()->lock); }
