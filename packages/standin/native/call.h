/* What every export does first and last: faults are looked up, threads told apart, the call recorded. */
#ifndef CALL_H
#define CALL_H

#include "certadm.h"
#include "settings.h"

typedef struct {
  const char *function;
  Faults faults;
  int owns_session; /* this call is the one that is inside the session */
} Call;

HRESULT enter(Call *call, const char *function);

/* For calls with a handle: only one at a time, only on an open session. */
HRESULT enter_session(Call *call, const char *function, HCSBC handle);

/* Goes inside the session, until `leave`; 0 when another call is there. */
int take_session(Call *call);

/* Records the call. Returns the result. */
HRESULT leave(Call *call, HRESULT result);

/* The next call may come from any thread. */
void forget_thread(void);

int calls_made(void);

#endif
