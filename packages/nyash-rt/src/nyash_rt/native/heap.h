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
#define NY_HEAP_LEAST 16 /* bytes of the smallest block: header and link of a free one */
#define NY_HEAP_OWN_BLOCK 255

/* A free block keeps its (dead) header, so that a stale reference still reads count 0. */
typedef struct ny_free_block {
    ny_box header;
    struct ny_free_block *next;
} ny_free_block;

extern ny_free_block *ny_heap_free_lists[NY_HEAP_CLASSES];
extern uint64_t ny_heap_freed; /* Boxes since the start */

/* Cold half of ny_heap_take: fills the list, or takes a block of malloc. The header's size_class is
   set. NULL: no memory, nothing thrown. */
NY_COLD ny_box *ny_heap_take_slow(size_t bytes);
NY_COLD void ny_heap_free_own_block(ny_box *box);
/* OutOfMemoryError; works without memory. */
NY_COLD ny_word ny_heap_exhausted(void);

/* The header of a new Box: count 1, no flags. One store on the machines we build for, which are
   all little-endian. */
static inline void ny_heap_head(ny_box *box, uint16_t class_id, size_t size_class) {
    uint64_t header = (uint64_t)size_class << 56 | (uint64_t)class_id << 32 | 1;
    __builtin_memcpy(box, &header, sizeof header);
}

/* A block with its header written and its payload not. NULL: no memory. */
static inline ny_box *ny_heap_take(size_t bytes, uint16_t class_id) {
    size_t size_class = (bytes + NY_HEAP_STEP - 1) / NY_HEAP_STEP;
    if (NY_LIKELY(bytes <= NY_HEAP_SMALL_LIMIT)) {
        ny_free_block *block = ny_heap_free_lists[size_class];
        if (NY_LIKELY(block != NULL)) {
            ny_heap_free_lists[size_class] = block->next;
            ny_heap_head(&block->header, class_id, size_class);
            return &block->header;
        }
    }
    ny_box *box = ny_heap_take_slow(bytes);
    if (NY_LIKELY(box != NULL)) ny_heap_head(box, class_id, box->size_class);
    return box;
}

/* Gives the block back. Its payload must have been released; its count is 0, which marks free
   blocks. */
static inline void ny_heap_free(ny_box *box) {
    ny_heap_freed++;
    if (NY_UNLIKELY(box->size_class == NY_HEAP_OWN_BLOCK)) {
        ny_heap_free_own_block(box);
        return;
    }
    ny_free_block *block = (ny_free_block *)box;
    block->next = ny_heap_free_lists[box->size_class];
    ny_heap_free_lists[box->size_class] = block;
}

/* Shows every Box there is, immortal ones excepted. `see` must not make or free Boxes. */
void ny_heap_walk(void (*see)(ny_box *box, void *context), void *context);
/* Bytes of all live Boxes and their payloads. Walks the free lists: for reports. */
size_t ny_heap_live_bytes(void);
/* Boxes whose fini() has run. */
extern uint64_t ny_heap_finalised;
extern uint64_t ny_heap_handles[NY_HANDLE_KINDS];

#endif
