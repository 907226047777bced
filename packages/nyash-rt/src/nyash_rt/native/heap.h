/* heap.h: where Boxes live.

   Blocks up to NY_HEAP_SMALL_LIMIT bytes come in steps of 8 bytes; each step ("size class") has a
   list of free blocks. Lists are filled from large mappings that are never given back, so a load
   that repeats finds its blocks again. Larger Boxes are blocks of malloc with a prefix that
   remembers their size. `ny_box.size_class` says which list a block returns to (255: malloc).

   While it records, every Box is a block of malloc, and the prefix also remembers the line of the
   program that made it. The lists stay empty then, so the fast path needs no test of its own. */
#ifndef NYASH_HEAP_H
#define NYASH_HEAP_H

#include "include/nyash.h"

#if defined(__SANITIZE_ADDRESS__) || defined(NYASH_HEAP_PLAIN) || defined(NYASH_FAULTS)
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

/* Which line of the program makes the next Box: an index of ny_sites, plus 1; 0: not known. Stored
   by compiled code of leak-check builds (nyash_llvm/allocation_sites.py), else always 0. */
extern uint32_t ny_allocation_site;
/* From now on remember it with every Box. Before the first Box is made. */
void ny_heap_record_sites(void);
/* What was remembered; 0: nothing. */
uint32_t ny_heap_site(const ny_box *box);
/* Bytes of its block, without payload elsewhere. */
size_t ny_heap_block_bytes(const ny_box *box);

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

/* As ny_heap_take, for a boxed number: its instruction cannot throw, so without memory it comes from a
   reserve. The program learns of it by an OutOfMemoryError from the next function that may recurse
   (ny_stack_alarm) or the next allocation that needs memory from the system: those fail until the
   reserve is whole again. NULL: it is used up. */
ny_box *ny_heap_take_number(size_t bytes, uint16_t class_id);

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

/* ---- For the collector of cycles (cycle.c) ---------------------------------------------------

   The fast lists hold what was given to them in pages and what was freed since; a page is given when
   one is empty. So the pages given tell by how much the living have grown, at no cost on the way of
   an allocation. */

/* Set when the heap has grown by what ny_heap_await_growth said, or further. */
extern bool ny_heap_has_grown;
/* From now on: say so after `bytes` more, and again every `step` bytes. */
void ny_heap_await_growth(size_t bytes, size_t step);
/* What is free now counts as growth when it is taken again. */
void ny_heap_count_freed(void);
/* Bytes given since the last ny_heap_await_growth. */
size_t ny_heap_growth(void);
/* Never say so from now on: nothing is collected but on request (leak_check.h). */
void ny_heap_hide_growth(void);
/* The collector takes part: ny_cycle_forget is called for freed blocks of malloc. */
extern bool ny_heap_tells_of_free;
void ny_cycle_forget(const ny_box *box);

/* Every block of the lists has a slot, its number among all such blocks, for arrays beside the heap.
   Blocks of malloc get slots from a walk on: `own_from` and up. */
#define NY_HEAP_RUN_SLOTS 256 /* a page's worth of the smallest blocks */
#define NY_HEAP_NO_SLOT UINT32_MAX
size_t ny_heap_run_slots(void);
size_t ny_heap_own_blocks(void);
uint32_t ny_heap_slot(const ny_box *box, size_t own_from);
/* The block in a slot of the lists, free or not. */
ny_box *ny_heap_box_in(uint32_t slot);

/* A walk that goes on where it stopped. Starts as {0}. */
typedef struct ny_heap_place {
    size_t run, runs;
    bool began;
} ny_heap_place;
/* Shows the Boxes of at least one and about `most` blocks; false: there are no more. Blocks of malloc
   come first, all at once, and get their slots. Pages made after the beginning are left out. */
bool ny_heap_walk_slots(ny_heap_place *place, size_t most, size_t own_from,
                        void (*see)(ny_box *, uint32_t slot, void *), void *context);

/* Shows every Box there is, immortal ones excepted. `see` must not make or free Boxes. */
void ny_heap_walk(void (*see)(ny_box *box, void *context), void *context);
/* Bytes of all live Boxes and their payloads. Walks the free lists: for reports. */
size_t ny_heap_live_bytes(void);
/* Those of the payloads alone. */
size_t ny_heap_payload_bytes(void);
/* Boxes whose fini() has run. */
extern uint64_t ny_heap_finalised;
extern uint64_t ny_heap_handles[NY_HANDLE_KINDS];

#endif
