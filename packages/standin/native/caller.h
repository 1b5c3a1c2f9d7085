/* What Windows requires of whoever calls the library. */
#ifndef CALLER_H
#define CALLER_H

#include "certadm.h"

/* S_OK when the process has SeBackupPrivilege enabled and this thread lives in the multithreaded apartment of COM.
   Elsewhere than on Windows always. */
HRESULT caller_check(void);

#endif
