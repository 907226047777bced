/* Boxes that are blocks of malloc; see heap_own.h and heap.h. No Box declares these. */
#include "heap_own.h"

#include <stdlib.h>

#include "fault.h"

/* For numbers (ny_heap_take_number), where every Box is a block of malloc. */
#define NUMBER_BLOCKS 16

static own_prefix own_blocks = {&own_blocks, &own_blocks, 0, 0, 0};
static size_t own_count;
size_t ny_heap_own_bytes;

#define NUMBER_BLOCK_BYTES (sizeof(own_prefix) + NY_HEAP_LEAST)
static own_prefix *number_blocks[NUMBER_BLOCKS];
static unsigned number_block_count;

static bool fill_number_blocks(void) {
    for (; number_block_count < NUMBER_BLOCKS; number_block_count++) {
        own_prefix *block = malloc(NUMBER_BLOCK_BYTES);
        if (block == NULL) return false;
        number_blocks[number_block_count] = block;
    }
    return true;
}

#ifdef NYASH_FAULTS
NY_FAULT_AT_END(drop_number_blocks) {
    while (number_block_count > 0) free(number_blocks[--number_block_count]);
}
#endif

static own_prefix *own_memory(size_t bytes) {
    if (NY_HEAP_SMALL_LIMIT != 0 && !ny_heap_recording) return malloc(sizeof(own_prefix) + bytes);
    own_prefix *prefix = NULL;
    if (number_block_count == NUMBER_BLOCKS || fill_number_blocks())
        prefix = malloc(sizeof(own_prefix) + bytes);
    if (prefix == NULL && ny_heap_for_number && number_block_count > 0 && bytes == NY_HEAP_LEAST)
        prefix = number_blocks[--number_block_count];
    return prefix;
}

ny_box *ny_heap_own_block(size_t bytes) {
    if (bytes > SIZE_MAX - sizeof(own_prefix)) return NULL;
    if (bytes < NY_HEAP_LEAST) bytes = NY_HEAP_LEAST;
    own_prefix *prefix = own_memory(bytes);
    if (prefix == NULL) return NULL;
    *prefix = (own_prefix){own_blocks.next, &own_blocks, bytes, ny_allocation_site, NY_HEAP_NO_SLOT};
    prefix->next->previous = prefix;
    own_blocks.next = prefix;
    ny_heap_own_bytes += bytes;
    own_count++;
    ny_heap_note_given(bytes);
    ny_box *box = (ny_box *)(void *)(prefix + 1);
    box->size_class = NY_HEAP_OWN_BLOCK;
    return box;
}

uint32_t ny_heap_site(const ny_box *box) {
    if (box->size_class != NY_HEAP_OWN_BLOCK) return 0;
    return ny_heap_prefix_of(box)->site;
}

void ny_heap_free_own_block(ny_box *box) {
    own_prefix *prefix = (own_prefix *)(void *)box - 1;
    ny_heap_own_bytes -= prefix->bytes;
    own_count--;
    /* Growth is what stays: the lists see to it themselves for smaller blocks. But a collection that
       runs goes on by what is made, however much it frees. */
    if (NY_UNLIKELY(ny_heap_tells_of_free))
        ny_cycle_forget(box);
    else
        ny_heap_note_back(prefix->bytes);
    prefix->previous->next = prefix->next;
    prefix->next->previous = prefix->previous;
    free(prefix);
}

size_t ny_heap_own_blocks(void) { return own_count; }

void ny_heap_number_own(size_t slot, void (*see)(ny_box *, uint32_t, void *), void *context) {
    for (own_prefix *prefix = own_blocks.next; prefix != &own_blocks; prefix = prefix->next) {
        ny_box *box = (ny_box *)(void *)(prefix + 1);
        if (slot != NY_HEAP_NO_SLOT) prefix->slot = (uint32_t)slot++;
        if (box->count != 0 && !(box->flags & NY_IMMORTAL)) see(box, prefix->slot, context);
    }
}
