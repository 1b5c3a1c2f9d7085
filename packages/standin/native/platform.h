/* What the stand-in needs of an operating system. All paths are UTF-8, absolute, in the system's own form. */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stddef.h>
#include <stdint.h>

extern const char platform_separator;

/* Folder of this very library, found by the address of its code. Caller frees. */
char *platform_library_folder(void);
char *platform_host_name(void);

uint64_t platform_thread_id(void);
uint64_t platform_process_id(void);
uint64_t platform_now_ms(void); /* since 1970, UTC */
void platform_sleep_ms(uint32_t ms);

void platform_enter(void); /* one lock for the library's own bookkeeping */
void platform_leave(void);

/* Files. -1 is failure everywhere. */
typedef intptr_t PlatformFile;
PlatformFile platform_open(const char *path, int writable);
void platform_close(PlatformFile file);
int64_t platform_size(PlatformFile file);
int64_t platform_read_at(PlatformFile file, void *into, size_t size, int64_t offset);
int platform_write_at(PlatformFile file, const void *bytes, size_t size, int64_t offset);
int platform_write_new(const char *path, const void *bytes, size_t size);
int platform_append(const char *path, const char *text, size_t size);
int platform_rename(const char *from, const char *to);
int platform_delete(const char *path);
int platform_create_new(const char *path); /* empty; -1 when there is one already */
int64_t platform_age_ms(const char *path);  /* since it was last written */
int platform_list(const char *folder, void (*visit)(void *context, const char *name), void *context);

/* A file that one owner in one process can hold; the system lets go of it when that process dies. */
PlatformFile platform_hold(const char *path);

/* A whole file as text with a NUL behind it. Caller frees. NULL when it can't be read. */
char *platform_read_text(const char *path);

/* folder + separator + name. Caller frees. */
char *path_join(const char *folder, const char *name);

#endif
