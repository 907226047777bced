/* file.h: FileBox. What may block suspends the task, not the worker (file_handle.h).

   All zero is a file that is not open. Reading goes through a buffer; writing first moves the
   position back to where the program has read. */
#ifndef NYASH_FILE_H
#define NYASH_FILE_H

#include "include/nyash.h"

typedef struct ny_file {
    ny_box box;
    ny_word path; /* String, owned; 0 before the first open() */
    struct ny_file_handle *handle; /* NULL: not open */
} ny_file;

/* Natives of file.nyash. */
void ny_file_destroy(ny_box *box);
ny_word ny_file_open(ny_word me, ny_word path, ny_word mode);
ny_word ny_file_close(ny_word me);
bool ny_file_is_open(ny_word me);
ny_word ny_file_path(ny_word me); /* null before open() */
ny_word ny_file_read_all(ny_word me);
ny_word ny_file_read_some(ny_word me, int64_t most);
ny_word ny_file_read_bytes(ny_word me, int64_t most);
ny_word ny_file_read_line(ny_word me);
ny_word ny_file_write(ny_word me, ny_word content);
ny_word ny_file_append(ny_word me, ny_word content);
ny_word ny_file_replace(ny_word me, ny_word content);
ny_word ny_file_size(ny_word me);

#endif
