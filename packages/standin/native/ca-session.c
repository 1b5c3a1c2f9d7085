#include "ca.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform.h"

/* The file is held while a session is open. What it says when nobody holds it tells how the last one ended:
   nothing, or "open" after a killed process, then "abandoned <ms>" from the first time that anyone asks. */
static PlatformFile held = -1;

static void note(const char *text) {
  char line[64];
  snprintf(line, sizeof line, "%-40s\n", text);
  platform_write_at(held, line, strlen(line), 0);
}

static int still_lingers(uint32_t linger_ms) {
  char line[64] = "";
  platform_read_at(held, line, sizeof line - 1, 0);
  uint64_t since, now = platform_now_ms();
  if (linger_ms == 0) return 0;
  if (strncmp(line, "open", 4) == 0) {
    snprintf(line, sizeof line, "abandoned %" PRIu64, now);
    note(line);
    return 1;
  }
  return sscanf(line, "abandoned %" SCNu64, &since) == 1 && now < since + linger_ms;
}

int ca_begin_session(uint32_t linger_ms) {
  held = platform_hold(ca_paths()->session);
  if (held == -1) return 0;
  if (still_lingers(linger_ms)) {
    platform_close(held);
    held = -1;
    return 0;
  }
  note("open");
  return 1;
}

void ca_end_session(void) {
  note("");
  platform_close(held);
  held = -1;
}
