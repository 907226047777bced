/* folder.h: natives of path.nyash and dir.nyash. Those that ask the file system suspend; the system
   calls run in helper threads. */
#ifndef NYASH_FOLDER_H
#define NYASH_FOLDER_H

#include "include/nyash.h"

/* "file", "folder", "link" (that leads nowhere), "other", or null where there is nothing. */
ny_word ny_path_kind(ny_word path);
ny_word ny_path_is_link(ny_word path);
ny_word ny_path_modified(ny_word path); /* milliseconds since 1970 */
ny_word ny_path_real(ny_word path);
ny_word ny_path_rename(ny_word from, ny_word to);
ny_word ny_dir_current(void);
ny_word ny_dir_temporary(void);
ny_word ny_dir_list(ny_word path);
ny_word ny_dir_make(ny_word path, bool parents);
ny_word ny_dir_remove(ny_word path, bool everything);

#endif
