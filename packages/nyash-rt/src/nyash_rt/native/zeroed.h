/* zeroed.h: large zeroed arrays whose pages exist only once they are touched. libc's calloc
   writes to what it gives, which makes a large array a pause of its own. */
#ifndef NYASH_ZEROED_H
#define NYASH_ZEROED_H

#include <stdbool.h>
#include <stddef.h>

/* NULL: no memory. */
void *ny_zeroed_get(size_t count, size_t bytes_each);
void ny_zeroed_free(void *array, size_t count, size_t bytes_each);

/* Giving many pages back takes milliseconds, so it may be done in portions. */
void ny_zeroed_retire(void *array, size_t count, size_t bytes_each);
/* Gives about so many bytes of what is retired back. False: there is no more of it. */
bool ny_zeroed_give_back(size_t bytes);

#endif
