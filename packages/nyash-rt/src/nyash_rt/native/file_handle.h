/* file_handle.h: an open file, as tasks share it.

   Operations on one file take turns. What may block runs in a helper thread (offload.h), which holds
   the handle meanwhile: a FileBox that is closed lets go of it, and the last one closes it. */
#ifndef NYASH_FILE_HANDLE_H
#define NYASH_FILE_HANDLE_H

#include "task.h"

typedef struct ny_file_handle {
    int fd;
    uint32_t holders;
    bool busy;        /* somebody's turn */
    bool may_not_ask; /* the kind of file knows no RWF_NOWAIT */
    ny_wait_list turns;
    char *input; /* [start, end) are read from the file but not by the program */
    size_t start, end, room;
} ny_file_handle;

/* Opens a path; suspends. NULL: thrown nothing, `code` is the errno, or -1 if an error is thrown. */
ny_file_handle *ny_file_handle_open(const char *path, int flags, int *code);
void ny_file_handle_release(ny_file_handle *handle);

/* Takes a turn, and holds the handle. False: thrown (cancelled). */
bool ny_file_handle_begin(ny_file_handle *handle);
void ny_file_handle_end(ny_file_handle *handle);

/* In one's turn: read or write at the file's position; may suspend. The number of bytes, or -errno.
   NY_FILE_LOST: thrown, and the turn has gone to the system call that is still under way. */
#define NY_FILE_LOST INT64_MIN
int64_t ny_file_handle_read(ny_file_handle *handle, char *bytes, size_t room);
int64_t ny_file_handle_write(ny_file_handle *handle, const char *bytes, size_t count);
/* Makes the file empty, and goes to its beginning. 0, -errno or NY_FILE_LOST. */
int64_t ny_file_handle_empty(ny_file_handle *handle);

#endif
