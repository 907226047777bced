/* file_path.h: what is done with paths, without opening a FileBox. Suspends; the system calls run in
   helper threads. */
#ifndef NYASH_FILE_PATH_H
#define NYASH_FILE_PATH_H

#include <limits.h>

#include "include/nyash.h"

/* The path as the system wants it. NULL: thrown. */
const char *ny_path_text(ny_word path, char text[PATH_MAX]);
/* Throws IOError "cannot <act> <path>: <cause>". */
NY_COLD ny_word ny_path_failed(const char *act, ny_word path, int code);

/* Natives of file.nyash. */
ny_word ny_file_exists(ny_word path);
ny_word ny_file_delete(ny_word path);
ny_word ny_file_size_at(ny_word path);
ny_word ny_file_copy(ny_word from, ny_word to);
ny_word ny_file_move(ny_word from, ny_word to);

#endif
