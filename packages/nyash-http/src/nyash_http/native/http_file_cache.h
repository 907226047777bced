/* http_file_cache: what http_file.c and http_file_cache.c know of each other. */
#ifndef NY_HTTP_FILE_CACHE_H
#define NY_HTTP_FILE_CACHE_H

#include "http_file.h"

/* A file from its open descriptor, which it takes over; may suspend. NULL: thrown. */
ny_http_file *ny_http_file_of(int descriptor, const struct stat *status, const char *path,
                              size_t path_length, int variant, bool varies);
/* The plain file compressed by gzip, as a variant of it; may suspend. NULL: it does not shrink, and
   `*thrown` says whether something was thrown. */
ny_http_file *ny_http_file_compressed(ny_http_file *plain, bool *thrown);
/* Whether a file of that size will be compressed when it is kept. */
bool ny_http_file_worth_compressing(uint64_t size);
/* Whether it is still the file, unchanged. */
bool ny_http_file_is(const ny_http_file *file, const struct stat *status);
/* Bytes that it takes; 0 for NULL. */
size_t ny_http_file_memory(const ny_http_file *file);

#endif
