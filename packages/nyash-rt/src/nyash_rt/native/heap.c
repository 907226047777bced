/* The heap; see heap.h. DEBUG (report.c) reads its counters. */
#include "heap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define REGION_BYTES ((size_t)1 << 20) /* one mapping; only touched pages become resident */
#define REFILL_BYTES ((size_t)4096)    /* made into free blocks at a time: one page */

ny_free_block *ny_heap_free_lists[NY_HEAP_CLASSES];
ny_class_count_pair ny_heap_counts[1 << 16];
uint64_t ny_heap_finalised;
uint64_t ny_heap_handles[NY_HANDLE_KINDS];

static char *region_next, *region_end;
static size_t small_bytes;   /* carved into blocks so far, free or not */
static size_t own_bytes;     /* in blocks of malloc */
static size_t payload_bytes; /* handed out by ny_memory_get */

/* In front of a Box that is a block of malloc; keeps malloc's alignment of 16. */
typedef struct own_prefix {
    size_t bytes;
    size_t unused;
} own_prefix;

static char *carve(size_t bytes) {
    if ((size_t)(region_end - region_next) < bytes) {
        void *mapped = mmap(NULL, REGION_BYTES, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapped == MAP_FAILED) return NULL;
        region_next = mapped;
        region_end = region_next + REGION_BYTES;
    }
    char *place = region_next;
    region_next += bytes;
    return place;
}

void *ny_heap_refill(size_t size_class) {
    size_t size = size_class * NY_HEAP_STEP;
    size_t blocks = REFILL_BYTES / size;
    char *place = carve(blocks * size);
    if (place == NULL) return NULL;
    small_bytes += blocks * size;
    ny_free_block *next = NULL;
    for (size_t i = blocks; i-- > 0;) {
        ny_free_block *block = (ny_free_block *)(void *)(place + i * size);
        block->next = next;
        next = block;
    }
    ny_heap_free_lists[size_class] = next;
    return next;
}

void *ny_heap_own_block(size_t bytes) {
    if (bytes > SIZE_MAX - sizeof(own_prefix)) return NULL;
    own_prefix *prefix = malloc(sizeof(own_prefix) + bytes);
    if (prefix == NULL) return NULL;
    prefix->bytes = bytes;
    own_bytes += bytes;
    return prefix + 1;
}

void ny_heap_free_own_block(ny_box *box) {
    own_prefix *prefix = (own_prefix *)(void *)box - 1;
    own_bytes -= prefix->bytes;
    free(prefix);
}

size_t ny_heap_live_bytes(void) {
    size_t free_bytes = 0;
    for (size_t size_class = 0; size_class < NY_HEAP_CLASSES; size_class++)
        for (ny_free_block *block = ny_heap_free_lists[size_class]; block; block = block->next)
            free_bytes += size_class * NY_HEAP_STEP;
    return small_bytes - free_bytes + own_bytes + payload_bytes;
}

ny_box *ny_box_new(const ny_class *cls) {
    ny_box *box = ny_heap_take(cls->size, (uint16_t)cls->id);
    if (NY_UNLIKELY(box == NULL)) {
        ny_heap_exhausted();
        return NULL;
    }
    ny_word *words = (ny_word *)(box + 1);
    uint32_t payload = cls->size / sizeof(ny_word) - 1;
    uint32_t fields = cls->field_count;
    for (uint32_t i = 0; i < payload - fields; i++) words[i] = 0;
    for (uint32_t i = payload - fields; i < payload; i++) words[i] = NY_NULL;
    return box;
}

ny_box *ny_box_new_id(uint16_t class_id) { return ny_box_new(ny_classes[class_id]); }

ny_box *ny_box_new_sized(uint16_t class_id, size_t bytes) {
    ny_box *box = ny_heap_take(bytes, class_id);
    if (NY_UNLIKELY(box == NULL)) {
        ny_heap_exhausted();
        return NULL;
    }
    memset(box + 1, 0, bytes - sizeof(ny_box));
    return box;
}

void *ny_memory_get(size_t bytes) {
    void *block = malloc(bytes ? bytes : 1);
    if (block != NULL) payload_bytes += bytes;
    return block;
}

void *ny_memory_resize(void *block, size_t old_bytes, size_t bytes) {
    void *moved = realloc(block, bytes ? bytes : 1);
    if (moved != NULL) payload_bytes += bytes - old_bytes;
    return moved;
}

void ny_memory_free(void *block, size_t bytes) {
    if (block == NULL) return;
    payload_bytes -= bytes;
    free(block);
}

void ny_handle_opened(enum ny_handle_kind kind) { ny_heap_handles[kind]++; }

void ny_handle_closed(enum ny_handle_kind kind) { ny_heap_handles[kind]--; }
