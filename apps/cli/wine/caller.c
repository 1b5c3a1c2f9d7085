/* Calls the library of the CA on drive C by the rules of COM and privileges that its arguments name, out of "com" and
 * "privilege", and prints what it answers. */
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <objbase.h>

typedef HRESULT(WINAPI *IsServerOnline)(const WCHAR *server, BOOL *online);

static void enable_privilege(void) {
  TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1};
  HANDLE token;
  wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
  LookupPrivilegeValueW(NULL, L"SeBackupPrivilege", &wanted.Privileges[0].Luid);
  OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token);
  AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL);
  CloseHandle(token);
}

int main(int count, char **words) {
  BOOL online = FALSE;
  WCHAR server[256] = L"";
  DWORD size = 256;
  for (int index = 1; index < count; index++) {
    if (strcmp(words[index], "com") == 0) CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (strcmp(words[index], "privilege") == 0) enable_privilege();
  }
  GetComputerNameExW(ComputerNameDnsHostname, server, &size);
  HMODULE library = LoadLibraryW(L"C:\\CA\\certadm.dll");
  IsServerOnline ask = (IsServerOnline)(void *)GetProcAddress(library, "CertSrvIsServerOnlineW");
  printf("%08lX", (unsigned long)ask(server, &online));
  return 0;
}
