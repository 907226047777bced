/* zeroed.h: large zeroed arrays whose pages exist only once they are touched. libc's calloc writes to
   what it gives, which makes a large array a pause of its own. */
#ifndef NYASH_ZEROED_H
#define NYASH_ZEROED_H

#include <stddef.h>

/* NULL: no memory. */
void *ny_zeroed_get(size_t count, size_t bytes_each);
void ny_zeroed_free(void *array, size_t count, size_t bytes_each);

#endif
