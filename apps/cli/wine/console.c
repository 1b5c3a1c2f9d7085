/* Runs a program in a console of its own, and presses keys there: C is Ctrl-C, B is Ctrl-Break. The file that the
 * variable KEYS names has the keys pressed so far; whoever adds one to it presses it. */
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

enum { MAX_KEYS = 16, POLL_MS = 20, FAILED = 99 };

static BOOL WINAPI not_for_us(DWORD event) {
  (void)event;
  return TRUE;
}

static DWORD pressed(const wchar_t *path, char keys[MAX_KEYS]) {
  DWORD count = 0;
  DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  HANDLE file = CreateFileW(path, GENERIC_READ, share, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return 0;
  ReadFile(file, keys, MAX_KEYS, &count, NULL);
  CloseHandle(file);
  return count;
}

static void press(char key) {
  DWORD event = key == 'C' ? CTRL_C_EVENT : CTRL_BREAK_EVENT;
  if (GenerateConsoleCtrlEvent(event, 0)) return;
  fprintf(stderr, "console: %c can't be pressed: error %lu\n", key, GetLastError());
}

/* A console that nobody else has; the streams stay what they are. */
static void open_console(STARTUPINFOW *startup) {
  startup->cb = sizeof *startup;
  startup->dwFlags = STARTF_USESTDHANDLES;
  startup->hStdInput = GetStdHandle(STD_INPUT_HANDLE);
  startup->hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
  startup->hStdError = GetStdHandle(STD_ERROR_HANDLE);
  FreeConsole();
  AllocConsole();
  SetStdHandle(STD_ERROR_HANDLE, startup->hStdError);
  SetConsoleCtrlHandler(not_for_us, TRUE);
}

/* The command line behind our own name, which has no spaces. */
static wchar_t *rest_of_line(void) {
  const wchar_t *line = GetCommandLineW();
  while (*line != 0 && *line != L' ') line++;
  while (*line == L' ') line++;
  return _wcsdup(line);
}

int main(void) {
  STARTUPINFOW startup = {0};
  PROCESS_INFORMATION child;
  const wchar_t *path = _wgetenv(L"KEYS");
  char keys[MAX_KEYS];
  DWORD done = 0, code = FAILED;
  open_console(&startup);
  if (path == NULL || !CreateProcessW(NULL, rest_of_line(), NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child)) {
    fprintf(stderr, "console: not begun: error %lu\n", GetLastError());
    return FAILED;
  }
  while (WaitForSingleObject(child.hProcess, POLL_MS) == WAIT_TIMEOUT) {
    for (DWORD count = pressed(path, keys); done < count; done++) press(keys[done]);
  }
  GetExitCodeProcess(child.hProcess, &code);
  return (int)code;
}
