/* http_file: files as responses send them, kept for the next request.

   Small ones are kept whole in memory, with their header fields ready, so that they leave in one
   write like any other body; of large ones the open descriptor is kept, and the kernel sends
   them. Once a second it is looked whether the file is still the same. */
#ifndef NY_HTTP_FILE_H
#define NY_HTTP_FILE_H

#include "http_conditions.h"
#include "http_file_open.h"
#include "nyash.h"

typedef struct ny_http_file {
    uint32_t holders; /* the cache, responses that send it */
    int descriptor;   /* -1: all of it is in `bytes` */
    char *bytes;
    ny_http_representation is; /* `etag` points into `fields` */
    int64_t device, inode, modified_ns;
    bool made;    /* by us, from the plain variant */
    bool settled; /* it was not being changed at the time it was read */
    int64_t warm_until; /* up to then its pages count as being in memory; ms */
    /* Complete field lines; first those that a 304 does not repeat. */
    uint16_t content_fields, fields_length;
    char fields[];
} ny_http_file;

/* One path: the file, and its compressed variants. */
typedef struct ny_http_files {
    ny_http_file *variant[NY_HTTP_VARIANTS]; /* held by whom it is given to; NULL: none */
} ny_http_files;

/* Finds the path below `root` (see http_file_open.h). `owner`: tells roots apart. May suspend. 0, an
   errno (EISDIR: a folder), or -1: thrown. */
int ny_http_files_get(ny_http_files *files, uint64_t owner, int root, const char *path,
                      size_t path_length, bool compressed);
void ny_http_files_release(ny_http_files *files);
/* Forgets what was kept of a root. */
void ny_http_files_forget(uint64_t owner);

static inline ny_http_file *ny_http_file_hold(ny_http_file *file) {
    file->holders++;
    return file;
}
void ny_http_file_release(ny_http_file *file);

/* Reads so many bytes from `start` on; may suspend. False: thrown. */
bool ny_http_file_read(ny_http_file *file, char *bytes, uint64_t start, size_t count);
/* Has these bytes in the kernel's cache, so that sending them does not wait. False: thrown. */
bool ny_http_file_warm(ny_http_file *file, uint64_t start, size_t count);

#endif
