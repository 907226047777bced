/* See zeroed.h. No Box declares these. */
#include "zeroed.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define MAPPED_FROM ((size_t)64 << 10)
#define PORTION ((size_t)64 << 10) /* whole pages */
#define MOST_RETIRED 16 /* twice what the collector of cycles has */

void *ny_zeroed_get(size_t count, size_t bytes_each) {
    if (count > SIZE_MAX / bytes_each) return NULL;
    if (count * bytes_each < MAPPED_FROM) return calloc(count, bytes_each);
    void *array = mmap(NULL, count * bytes_each, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    /* Not in huge pages: there are machines on which the first touch of one takes 5 ms. */
    return array == MAP_FAILED ? NULL : array;
}

void ny_zeroed_free(void *array, size_t count, size_t bytes_each) {
    if (array == NULL) return;
    if (count * bytes_each < MAPPED_FROM)
        free(array);
    else
        munmap(array, count * bytes_each);
}

typedef struct retired {
    char *place;
    size_t bytes;
} retired;

static retired all_retired[MOST_RETIRED];
static size_t retired_count;

void ny_zeroed_retire(void *array, size_t count, size_t bytes_each) {
    if (array == NULL) return;
    if (count * bytes_each < MAPPED_FROM || retired_count == MOST_RETIRED)
        ny_zeroed_free(array, count, bytes_each);
    else
        all_retired[retired_count++] = (retired){array, count * bytes_each};
}

bool ny_zeroed_give_back(size_t bytes) {
    size_t given = 0;
    while (retired_count > 0 && given < bytes) {
        retired *last = &all_retired[retired_count - 1];
        size_t portion = bytes < PORTION ? PORTION : bytes & ~(PORTION - 1);
        if (portion >= last->bytes) {
            portion = last->bytes;
            retired_count--;
        }
        munmap(last->place, portion);
        last->place += portion;
        last->bytes -= portion;
        given += portion;
    }
    return retired_count > 0;
}
