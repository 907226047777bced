/* See zeroed.h. No Box declares these. */
#include "zeroed.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define MAPPED_FROM ((size_t)64 << 10)
#define HUGE_FROM ((size_t)4 << 20)

void *ny_zeroed_get(size_t count, size_t bytes_each) {
    if (count > SIZE_MAX / bytes_each) return NULL;
    if (count * bytes_each < MAPPED_FROM) return calloc(count, bytes_each);
    void *array = mmap(NULL, count * bytes_each, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (array == MAP_FAILED) return NULL;
    /* Touched here and there, large pages take a hundredth of the faults. */
    if (count * bytes_each >= HUGE_FROM) madvise(array, count * bytes_each, MADV_HUGEPAGE);
    return array;
}

void ny_zeroed_free(void *array, size_t count, size_t bytes_each) {
    if (array == NULL) return;
    if (count * bytes_each < MAPPED_FROM)
        free(array);
    else
        munmap(array, count * bytes_each);
}
