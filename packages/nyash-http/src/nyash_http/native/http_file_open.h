/* http_file_open: finds files below a folder, and never outside of it.

   Only system calls, so that it runs in a helper thread as well as in the worker. */
#ifndef NY_HTTP_FILE_OPEN_H
#define NY_HTTP_FILE_OPEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* The variants of a file: itself, and the same compressed, beside it as name.br and name.gz. */
enum { NY_HTTP_PLAIN, NY_HTTP_BROTLI, NY_HTTP_GZIP, NY_HTTP_VARIANTS };

typedef struct ny_http_found {
    int code; /* 0; EISDIR: a folder; EAGAIN: not without waiting; or another errno */
    int file[NY_HTTP_VARIANTS]; /* descriptors, -1 where there is none; the caller's to close */
    struct stat status[NY_HTTP_VARIANTS];
} ny_http_found;

/* Opens a plain file for reading. `root`: the folder's descriptor, then `path` is relative and must
   not lead out of it, also not by a symbolic link (EXDEV); or -1: any path. What is neither a plain
   file nor a folder is not opened, for that alone can have effects (EACCES). `compressed`: looks
   for variants no older than the file. `may_wait`: else EAGAIN where the way there is not in
   the kernel's caches. */
void ny_http_file_find(ny_http_found *found, int root, const char *path, bool compressed,
                       bool may_wait);

#endif
