/* Closing the current log, and what the engine does then. All of it under the CA's lock. */
#ifndef ROLL_H
#define ROLL_H

#include "certadm.h"

/* Closes the current log as it is, under its number, and begins the next one; all headers follow. With
   circular logging the logs below the checkpoint go, but none from `keep_from` on. */
HRESULT roll_log(uint32_t keep_from);

/* Oldest first. */
HRESULT delete_logs_below(uint32_t generation);

#endif
