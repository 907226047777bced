/* http_slab.c: see http_slab.h. */
#include "http_slab.h"

#include "nyash.h"

/* 1 MiB of slabs may wait. More were in use only under a load that has passed. */
#define MOST_POOLED 256

static ny_http_slab *pool;
static uint32_t pooled;

#ifdef NYASH_FAULTS /* the check at the end counts what is not given back: nyash-rt's fault.h */
void ny_fault_at_end(void (*give_back)(void));

static void drop_pool(void) {
    while (pool != NULL) {
        ny_http_slab *slab = pool;
        pool = slab->next;
        ny_memory_free(slab, sizeof *slab + slab->capacity);
    }
}

__attribute__((constructor)) static void register_drop_pool(void) { ny_fault_at_end(drop_pool); }
#endif

ny_http_slab *ny_http_slab_get(size_t capacity) {
    ny_http_slab *slab;
    if (NY_LIKELY(capacity <= NY_HTTP_SLAB_CAPACITY)) {
        slab = pool;
        if (NY_LIKELY(slab != NULL)) {
            pool = slab->next;
            pooled--;
        } else {
            slab = ny_memory_get(sizeof *slab + NY_HTTP_SLAB_CAPACITY);
            if (!slab) return NULL;
            slab->capacity = NY_HTTP_SLAB_CAPACITY;
        }
    } else {
        if (capacity > UINT32_MAX - sizeof *slab) return NULL;
        slab = ny_memory_get(sizeof *slab + capacity);
        if (!slab) return NULL;
        slab->capacity = (uint32_t)capacity;
    }
    slab->holders = 1;
    slab->filled = 0;
    return slab;
}

void ny_http_slab_release(ny_http_slab *slab) {
    if (--slab->holders > 0) return;
    if (slab->capacity == NY_HTTP_SLAB_CAPACITY && pooled < MOST_POOLED) {
        slab->next = pool;
        pool = slab;
        pooled++;
    } else {
        ny_memory_free(slab, sizeof *slab + slab->capacity);
    }
}
