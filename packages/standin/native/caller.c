#include "caller.h"

#ifdef _WIN32
typedef HRESULT(WINAPI *GetApartmentType)(int *type, int *qualifier);

enum { MULTITHREADED = 1, IMPLICIT = 1 };

static int has_privilege(void) {
  PRIVILEGE_SET wanted = {.PrivilegeCount = 1, .Control = PRIVILEGE_SET_ALL_NECESSARY};
  HANDLE token;
  BOOL enabled = FALSE;
  if (!LookupPrivilegeValueW(NULL, L"SeBackupPrivilege", &wanted.Privilege[0].Luid)) return 0;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return 0;
  if (!PrivilegeCheck(token, &wanted, &enabled)) enabled = FALSE;
  CloseHandle(token);
  return enabled;
}

/* A thread that another one's initialisation covers, by chance, doesn't count. ole32 is there if anybody has used COM. */
static int is_multithreaded(void) {
  int type = -1, qualifier = 0;
  HMODULE ole32 = GetModuleHandleW(L"ole32.dll");
  if (ole32 == NULL) return 0;
  GetApartmentType apartment = (GetApartmentType)(void *)GetProcAddress(ole32, "CoGetApartmentType");
  return apartment != NULL && apartment(&type, &qualifier) == S_OK && type == MULTITHREADED && qualifier != IMPLICIT;
}

HRESULT caller_check(void) {
  if (!has_privilege()) return HR_ACCESS_DENIED;
  return is_multithreaded() ? S_OK : HR_COM_NOT_INITIALIZED;
}
#else
HRESULT caller_check(void) { return S_OK; }
#endif
