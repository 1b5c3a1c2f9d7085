#include "ca.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ese.h"
#include "platform.h"
#include "settings.h"

/* The folder that the library lies in, or the one that a file beside it names: a copy in the system directory. */
static char *served_folder(void) {
  char *own = platform_library_folder();
  char *note = path_join(own, "certadm-serves.txt");
  char *named = platform_read_text(note);
  free(note);
  if (named == NULL) return own;
  free(own);
  return named;
}

const CaPaths *ca_paths(void) {
  static CaPaths paths;
  platform_enter();
  if (paths.folder == NULL) {
    char *folder = served_folder();
    paths.log_folder = path_join(folder, "CertLog");
    paths.enroll_folder = path_join(folder, "CertEnroll");
    paths.state = path_join(folder, "state.txt");
    paths.faults = path_join(folder, "faults.txt");
    paths.record = path_join(folder, "record.txt");
    paths.session = path_join(folder, "session.lock");
    paths.lock = path_join(folder, "files.lock");
    paths.clock = path_join(folder, "clock.txt");
    paths.folder = folder;
  }
  platform_leave();
  return &paths;
}

static int state_find(const char *key, int index, char value[512]) {
  char *text = platform_read_text(ca_paths()->state);
  int found = text != NULL && settings_find(text, key, index, value);
  free(text);
  return found;
}

int ca_switch(const char *key) {
  char value[512];
  return state_find(key, 0, value) && strcmp(value, "1") == 0;
}

static char *host_name(void) {
  char value[512];
  return state_find("host", 0, value) ? strdup(value) : platform_host_name();
}

/* Compares `length` characters without regard to case. */
static int same_text(const char *one, const char *other, size_t length) {
  for (size_t at = 0; at < length; at += 1) {
    if (tolower((unsigned char)one[at]) != tolower((unsigned char)other[at])) return 0;
  }
  return 1;
}

int ca_is_server(const char *name) {
  char *host = host_name();
  size_t machine = strcspn(name, "\\"), first = strcspn(host, "."), full = strlen(host);
  int same = (machine == full && same_text(name, host, full)) || (machine == first && same_text(name, host, first));
  char ca_name[512] = "";
  state_find("name", 0, ca_name);
  if (name[machine] != 0) same = same && strcmp(name + machine + 1, ca_name) == 0;
  free(host);
  return same;
}

char *ca_unc(const char *path) {
  char *host = host_name();
  const char drive = path[0] == '/' ? 'C' : path[0];
  const char *rest = path[0] == '/' ? path : path + 2;
  char *unc = malloc(strlen(host) + strlen(rest) + 8);
  sprintf(unc, "\\\\%s\\%c$%s", host, drive, rest);
  for (char *at = unc; *at != 0; at += 1) {
    if (*at == '/') *at = '\\';
  }
  free(host);
  return unc;
}

void files_add(CaFiles *files, char *path, uint32_t generation) {
  files->files = realloc(files->files, (files->count + 1) * sizeof *files->files);
  CaFile *file = &files->files[files->count];
  *file = (CaFile){.path = path, .unc = ca_unc(path), .generation = generation};
  files->count += 1;
}

void files_clear(CaFiles *files) {
  for (size_t index = 0; index < files->count; index += 1) {
    free(files->files[index].path);
    free(files->files[index].unc);
  }
  free(files->files);
  *files = (CaFiles){0};
}

void ca_databases(CaFiles *files) {
  char name[512];
  for (int index = 0; state_find("database", index, name); index += 1) {
    files_add(files, path_join(ca_paths()->log_folder, name), 0);
  }
}

static int by_path(const void *one, const void *other) {
  return strcmp(((const CaFile *)one)->path, ((const CaFile *)other)->path);
}

static void add_dynamic_file(void *context, const char *name) {
  files_add(context, path_join(ca_paths()->enroll_folder, name), 0);
}

void ca_dynamic_files(CaFiles *files) {
  platform_list(ca_paths()->enroll_folder, add_dynamic_file, files);
  if (files->count > 1) qsort(files->files, files->count, sizeof *files->files, by_path);
}
