/* heap.h: where Boxes live.

   Blocks up to NY_HEAP_SMALL_LIMIT bytes come in steps of 8 bytes; each step ("size class") has a
   list of free blocks. Lists are filled from large mappings that are never given back, so a load
   that repeats finds its blocks again. Larger Boxes are blocks of malloc with a prefix that
   remembers their size. `ny_box.size_class` says which list a block returns to (255: malloc). */
#ifndef NYASH_HEAP_H
#define NYASH_HEAP_H

#include "include/nyash.h"

#if defined(__SANITIZE_ADDRESS__) || defined(NYASH_HEAP_PLAIN)
#define NY_HEAP_SMALL_LIMIT 0 /* every Box its own malloc block, so that checkers see all of them */
#else
#define NY_HEAP_SMALL_LIMIT 512
#endif
#define NY_HEAP_STEP 8
#define NY_HEAP_CLASSES (512 / NY_HEAP_STEP + 1)
#define NY_HEAP_OWN_BLOCK 255

/* A free block keeps its (dead) header, so that a stale reference still reads count 0. */
typedef struct ny_free_block {
    ny_box header;
    struct ny_free_block *next;
} ny_free_block;

/* How many Boxes of one class were made and freed since the start. */
typedef struct ny_class_count_pair {
    uint64_t made;
    uint64_t freed;
} ny_class_count_pair;

extern ny_free_block *ny_heap_free_lists[NY_HEAP_CLASSES];
extern ny_class_count_pair ny_heap_counts[1 << 16]; /* by class id; untouched pages cost nothing */

/* Cold halves. NULL: no memory, nothing thrown. */
NY_COLD void *ny_heap_refill(size_t size_class);
NY_COLD void *ny_heap_own_block(size_t bytes);
NY_COLD void ny_heap_free_own_block(ny_box *box);
/* OutOfMemoryError; works without memory. */
NY_COLD ny_word ny_heap_exhausted(void);

/* A block with its header written (count 1) and its payload not. NULL: no memory. */
static inline ny_box *ny_heap_take(size_t bytes, uint16_t class_id) {
    ny_box *box;
    size_t size_class = (bytes + NY_HEAP_STEP - 1) / NY_HEAP_STEP;
    if (size_class < 2) size_class = 2; /* room for the link of a free block */
    if (NY_LIKELY(bytes <= NY_HEAP_SMALL_LIMIT)) {
        ny_free_block *block = ny_heap_free_lists[size_class];
        if (NY_UNLIKELY(block == NULL)) block = ny_heap_refill(size_class);
        if (NY_UNLIKELY(block == NULL)) return NULL;
        ny_heap_free_lists[size_class] = block->next;
        box = &block->header;
        box->size_class = (uint8_t)size_class;
    } else {
        box = ny_heap_own_block(bytes);
        if (NY_UNLIKELY(box == NULL)) return NULL;
        box->size_class = NY_HEAP_OWN_BLOCK;
    }
    box->count = 1;
    box->class_id = class_id;
    box->flags = 0;
    ny_heap_counts[class_id].made++;
    return box;
}

/* Gives the block back. Its payload must have been released. */
static inline void ny_heap_free(ny_box *box) {
    ny_heap_counts[box->class_id].freed++;
    if (NY_UNLIKELY(box->size_class == NY_HEAP_OWN_BLOCK)) {
        ny_heap_free_own_block(box);
        return;
    }
    ny_free_block *block = (ny_free_block *)box;
    box->flags = NY_FINALISED | NY_DEAD;
    block->next = ny_heap_free_lists[box->size_class];
    ny_heap_free_lists[box->size_class] = block;
}

/* Bytes of all live Boxes and their payloads. Walks the free lists: for reports. */
size_t ny_heap_live_bytes(void);
/* Boxes whose fini() has run. */
extern uint64_t ny_heap_finalised;
extern uint64_t ny_heap_handles[NY_HANDLE_KINDS];

#endif
