#include "headers.h"

#include "ca.h"
#include "ese.h"
#include "platform.h"

#define MAX_PAGE 32768

static HRESULT update_header(const char *path, HeaderChange change, const void *what) {
  unsigned char page[MAX_PAGE];
  PlatformFile file = platform_open(path, 1);
  if (file == -1) return HR_DISK_IO;
  HRESULT result = platform_read_at(file, page, sizeof page, 0) < 4096 ? HR_DISK_IO : S_OK;
  uint32_t size = header_page_size(page);
  if (result == S_OK && is_database_header(page) && size <= MAX_PAGE && header_valid(page, size)) {
    change(page, what);
    seal_header(page, size);
    if (platform_write_at(file, page, size, 0) != 0) result = HR_DISK_IO;
    if (platform_write_at(file, page, size, size) != 0) result = HR_DISK_IO;
  }
  platform_close(file);
  return result;
}

HRESULT update_headers(HeaderChange change, const void *what) {
  if (ca_switch("raw")) return S_OK;
  CaFiles databases = {0};
  ca_databases(&databases);
  HRESULT result = S_OK;
  for (size_t index = 0; index < databases.count; index += 1) {
    HRESULT updated = update_header(databases.files[index].path, change, what);
    if (result == S_OK) result = updated;
  }
  files_clear(&databases);
  return result;
}

int all_headers(int (*test)(const unsigned char *page, void *context), void *context) {
  CaFiles databases = {0};
  ca_databases(&databases);
  int passed = 1;
  for (size_t index = 0; index < databases.count; index += 1) {
    unsigned char page[4096];
    PlatformFile file = platform_open(databases.files[index].path, 0);
    int64_t got = file == -1 ? -1 : platform_read_at(file, page, sizeof page, 0);
    if (file != -1) platform_close(file);
    if (got != sizeof page || !test(page, context)) passed = 0;
  }
  files_clear(&databases);
  return passed;
}
