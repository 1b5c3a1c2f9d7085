/* The types and exports of Certadm.dll. On Windows they come from the system's own header, so that the
   compiler holds our definitions to its prototypes; elsewhere the same is declared here. */
#ifndef CERTADM_H
#define CERTADM_H

#include <stdint.h>

#ifdef _WIN32
#include <windows.h>
/* The header says dllimport, which suits a caller; we are the library. */
#pragma push_macro("__declspec")
#undef __declspec
#define __declspec(attribute)
#include <certbcli.h>
#pragma pop_macro("__declspec")
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#define WINAPI
#define VOID void
typedef int32_t HRESULT;
typedef int32_t WINBOOL;
typedef uint32_t DWORD;
/* `unsigned long` is 8 bytes outside Windows, where ULONG has 4. */
typedef uint32_t ULONG;
typedef uint16_t WCHAR;
typedef void *HCSBC;
typedef union {
  int64_t QuadPart;
} LARGE_INTEGER;
#define S_OK ((HRESULT)0)
#define CSBACKUP_TYPE_FULL 1
#define CSBACKUP_TYPE_LOGS_ONLY 2
#define CSBFT_LOG 0x21
#define CSBFT_CERTSERVER_DATABASE 0x44
#define CSBFT_LOG_DIR 0x82
#define CSBFT_CHECKPOINT_DIR 0x83
HRESULT CertSrvIsServerOnlineW(WCHAR const *, WINBOOL *);
HRESULT CertSrvBackupPrepareW(WCHAR const *, ULONG, ULONG, HCSBC *);
HRESULT CertSrvRestoreGetDatabaseLocationsW(HCSBC, WCHAR **, DWORD *);
HRESULT CertSrvBackupGetDatabaseNamesW(HCSBC, WCHAR **, DWORD *);
HRESULT CertSrvBackupOpenFileW(HCSBC, WCHAR const *, DWORD, LARGE_INTEGER *);
HRESULT CertSrvBackupRead(HCSBC, VOID *, DWORD, DWORD *);
HRESULT CertSrvBackupClose(HCSBC);
HRESULT CertSrvBackupGetBackupLogsW(HCSBC, WCHAR **, DWORD *);
HRESULT CertSrvBackupTruncateLogs(HCSBC);
HRESULT CertSrvBackupGetDynamicFileListW(HCSBC, WCHAR **, DWORD *);
HRESULT CertSrvBackupEnd(HCSBC);
VOID CertSrvBackupFree(VOID *);
#endif

/* JET errors as HRESULTs (facility 0x800), and the Windows errors that the server answers. */
#define HR(code) ((HRESULT)(code))
#define HR_BACKUP_IN_PROGRESS HR(0xC80001F9)       /* -505 */
#define HR_MISSING_PREVIOUS_LOG HR(0xC80001FD)     /* -509 */
#define HR_NO_BACKUP HR(0xC8000208)                /* -520 */
#define HR_INVALID_SEQUENCE HR(0xC8000209)         /* -521 */
#define HR_CIRCULAR_LOGGING HR(0xC800020E)         /* -526 */
#define HR_MISSING_FULL_BACKUP HR(0xC8000230)      /* -560 */
#define HR_MISSING_FILE HR(0xC8000239)             /* -569 */
#define HR_LOG_READ_VERIFY HR(0xC8000264)          /* -612 */
#define HR_LOGS_NOT_READ HR(0xC8000268)            /* -616 */
#define HR_INVALID_PARAMETER HR(0xC80003EB)        /* -1003 */
#define HR_OUT_OF_MEMORY HR(0xC80003F3)            /* -1011, also a second open file */
#define HR_READ_VERIFY HR(0xC80003FA)              /* -1018 */
#define HR_DISK_IO HR(0xC80003FE)                  /* -1022 */
#define HR_FILE_NOT_FOUND HR(0xC8000713)           /* -1811 */
#define HR_UNEXPECTED HR(0x8000FFFF)
#define HR_WRONG_THREAD HR(0x8001010E)
#define HR_COM_NOT_INITIALIZED HR(0x800401F0)
#define HR_ACCESS_DENIED HR(0x80070005)
#define HR_INVALID_HANDLE HR(0x80070006)
#define HR_INVALID_ARGUMENT HR(0x80070057)
#define HR_RPC_UNAVAILABLE HR(0x800706BA)
#define HR_SERVER_SUSPENDED HR(0x80094006)

#endif
