/* What outlives a session: marks in the database's header, and which logs are there. */
#ifndef SESSION_END_H
#define SESSION_END_H

#include "ca.h"
#include "certadm.h"
#include "ese.h"

/* A logs-only session needs a full one that truncated, streamed like this one, and no circular logging. */
HRESULT logs_only_allowed(void);

/* The highest generation in the backups that a logs-only session follows. */
uint32_t last_backed_up(void);

uint32_t lowest_log(void); /* generation of the lowest log on disk, the current one included; 0 if unreadable */

/* Whether every generation from `from` up to the one before `current` is in the list. */
HRESULT logs_complete(const CaFiles *logs, uint32_t from, uint32_t current);

/* Writes into every database's header what its engine remembers of a backup. */
HRESULT note_backup(ULONG type, int truncated, const BackupInfo *backup);

#endif
