#include "call.h"

#include <inttypes.h>
#include <stdatomic.h>

#include "ca.h"
#include "caller.h"
#include "platform.h"
#include "record.h"
#include "session.h"

static atomic_int session_busy;
static atomic_uint_fast64_t first_thread;
static atomic_int calls;

int calls_made(void) { return calls; }

void forget_thread(void) { first_thread = 0; }

HRESULT enter(Call *call, const char *function) {
  *call = (Call){.function = function};
  calls += 1;
  faults_load(&call->faults, ca_paths()->faults, function);
  if (call->faults.hangs) {
    record("hang", "%" PRIu64 " %s", platform_thread_id(), function);
    for (;;) platform_sleep_ms(60000);
  }
  uint64_t thread = platform_thread_id();
  if (first_thread == 0) first_thread = thread;
  if (call->faults.one_thread && thread != first_thread) return HR_WRONG_THREAD;
  return caller_check();
}

int take_session(Call *call) {
  call->owns_session = !atomic_exchange(&session_busy, 1);
  return call->owns_session;
}

HRESULT enter_session(Call *call, const char *function, HCSBC handle) {
  HRESULT result = enter(call, function);
  if (result != S_OK) return result;
  if (!take_session(call)) {
    record("overlap", "%" PRIu64 " %s", platform_thread_id(), function);
    return HR_UNEXPECTED;
  }
  result = session_check(handle);
  return result == S_OK && call->faults.stopped ? HR_RPC_UNAVAILABLE : result;
}

HRESULT leave(Call *call, HRESULT result) {
  if (call->owns_session) atomic_store(&session_busy, 0);
  record("call", "%" PRIu64 " %s 0x%08X", platform_thread_id(), call->function, (unsigned)result);
  return result;
}
