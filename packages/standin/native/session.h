/* The rules of a backup session: what may be called when, and what the engine does then. */
#ifndef SESSION_H
#define SESSION_H

#include "certadm.h"
#include "lists.h"

HRESULT session_prepare(ULONG type, HCSBC *handle, uint32_t linger_ms);

/* Whether the handle is that of the open session, and what the engine answers once it gave the session up. */
HRESULT session_check(HCSBC handle);

/* `empty`: the list is handed out empty, so nothing in it is asked for later. */
HRESULT session_locations(List *list);
HRESULT session_databases(List *list, int empty);
HRESULT session_open_file(const WCHAR *name, int64_t *size);
/* `limit`: bytes at most, for short reads; 0 is none. */
HRESULT session_read(unsigned char *into, DWORD size, uint32_t limit, DWORD *got);
/* What a failed read leads to: the file is closed, or with a log the session given up. Returns `reason`. */
HRESULT session_read_failed(HRESULT reason);
HRESULT session_close_file(void);
HRESULT session_logs(List *list, int empty);
HRESULT session_truncate(int nothing);
/* Ends in any case. A success is noted as a backup only if the call itself goes through. */
HRESULT session_end(int fails);

#endif
