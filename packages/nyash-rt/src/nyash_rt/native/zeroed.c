/* See zeroed.h. No Box declares these. */
#include "zeroed.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define MAPPED_FROM ((size_t)64 << 10)

void *ny_zeroed_get(size_t count, size_t bytes_each) {
    if (count > SIZE_MAX / bytes_each) return NULL;
    if (count * bytes_each < MAPPED_FROM) return calloc(count, bytes_each);
    void *array = mmap(NULL, count * bytes_each, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return array == MAP_FAILED ? NULL : array;
}

void ny_zeroed_free(void *array, size_t count, size_t bytes_each) {
    if (array == NULL) return;
    if (count * bytes_each < MAPPED_FROM)
        free(array);
    else
        munmap(array, count * bytes_each);
}
