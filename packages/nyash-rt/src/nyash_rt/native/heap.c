/* The heap; see heap.h. DEBUG (report.c) reads its counters. */
#include "heap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define REGION_BYTES ((size_t)1 << 20) /* one mapping; only touched pages become resident */
#define REFILL_BYTES ((size_t)4096)    /* made into free blocks at a time: one page */

ny_free_block *ny_heap_free_lists[NY_HEAP_CLASSES];
uint64_t ny_heap_freed;
uint64_t ny_heap_finalised;
uint64_t ny_heap_handles[NY_HANDLE_KINDS];

static char *region_next, *region_end;
static size_t small_bytes;   /* carved into blocks so far, free or not */
static size_t own_bytes;     /* in blocks of malloc */
static size_t payload_bytes; /* handed out by ny_memory_get */

/* In front of a Box that is a block of malloc: its neighbours among those, and its size. */
typedef struct own_prefix {
    struct own_prefix *next, *previous;
    size_t bytes;
    size_t unused; /* keeps malloc's alignment of 16 */
} own_prefix;

static own_prefix own_blocks = {&own_blocks, &own_blocks, 0, 0};

/* Neighbouring blocks of one size, for ny_heap_walk. */
typedef struct run {
    char *place;
    uint32_t size, blocks;
} run;

static run *runs;
static size_t run_count, run_room;

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

/* Bytes of the blocks in a list. */
static size_t block_bytes(size_t size_class) {
    size_t bytes = size_class * NY_HEAP_STEP;
    return bytes < NY_HEAP_LEAST ? NY_HEAP_LEAST : bytes;
}

/* Makes a page of blocks; gives the first and puts the others into the empty list. */
static ny_box *refill(size_t size_class) {
    size_t size = block_bytes(size_class), blocks = REFILL_BYTES / size;
    if (run_count == run_room) {
        size_t room = run_room ? run_room * 2 : 64;
        run *wider = realloc(runs, room * sizeof *wider);
        if (wider == NULL) return NULL;
        runs = wider;
        run_room = room;
    }
    char *place = carve(blocks * size);
    if (place == NULL) return NULL;
    runs[run_count++] = (run){place, (uint32_t)size, (uint32_t)blocks};
    small_bytes += blocks * size;
    ny_free_block *next = NULL;
    for (size_t i = blocks; i-- > 1;) {
        ny_free_block *block = (ny_free_block *)(void *)(place + i * size);
        block->next = next;
        next = block;
    }
    ny_heap_free_lists[size_class] = next;
    ny_box *first = (ny_box *)(void *)place;
    first->size_class = (uint8_t)size_class;
    return first;
}

static ny_box *own_block(size_t bytes) {
    if (bytes > SIZE_MAX - sizeof(own_prefix)) return NULL;
    if (bytes < NY_HEAP_LEAST) bytes = NY_HEAP_LEAST;
    own_prefix *prefix = malloc(sizeof(own_prefix) + bytes);
    if (prefix == NULL) return NULL;
    *prefix = (own_prefix){own_blocks.next, &own_blocks, bytes, 0};
    prefix->next->previous = prefix;
    own_blocks.next = prefix;
    own_bytes += bytes;
    ny_box *box = (ny_box *)(void *)(prefix + 1);
    box->size_class = NY_HEAP_OWN_BLOCK;
    return box;
}

ny_box *ny_heap_take_slow(size_t bytes) {
    if (bytes > NY_HEAP_SMALL_LIMIT) return own_block(bytes);
    return refill((bytes + NY_HEAP_STEP - 1) / NY_HEAP_STEP);
}

void ny_heap_free_own_block(ny_box *box) {
    own_prefix *prefix = (own_prefix *)(void *)box - 1;
    own_bytes -= prefix->bytes;
    prefix->previous->next = prefix->next;
    prefix->next->previous = prefix->previous;
    free(prefix);
}

void ny_heap_walk(void (*see)(ny_box *box, void *context), void *context) {
    for (size_t i = 0; i < run_count; i++)
        for (uint32_t k = 0; k < runs[i].blocks; k++) {
            ny_box *box = (ny_box *)(void *)(runs[i].place + (size_t)k * runs[i].size);
            if (box->count != 0 && !(box->flags & NY_IMMORTAL)) see(box, context);
        }
    for (own_prefix *prefix = own_blocks.next; prefix != &own_blocks; prefix = prefix->next) {
        ny_box *box = (ny_box *)(void *)(prefix + 1);
        if (!(box->flags & NY_IMMORTAL)) see(box, context);
    }
}

size_t ny_heap_live_bytes(void) {
    size_t free_bytes = 0;
    for (size_t size_class = 0; size_class < NY_HEAP_CLASSES; size_class++)
        for (ny_free_block *block = ny_heap_free_lists[size_class]; block; block = block->next)
            free_bytes += block_bytes(size_class);
    return small_bytes - free_bytes + own_bytes + payload_bytes;
}

static NY_COLD ny_box *no_memory(void) {
    ny_heap_exhausted();
    return NULL;
}

/* Keeps a loop over the few words of a Box from becoming vector code, which is slower here and
   too large to be inlined into programs. */
#ifdef __clang__
#define FEW_ROUNDS _Pragma("clang loop vectorize(disable) unroll(disable)")
#else
#define FEW_ROUNDS
#endif

static inline void fill(ny_box *box, size_t bytes, size_t fields) {
    ny_word *end = (ny_word *)(void *)((char *)box + bytes), *first_field = end - fields;
    FEW_ROUNDS for (ny_word *at = (ny_word *)(void *)(box + 1); at < end; at++)
        *at = at < first_field ? 0 : NY_NULL;
}

static NY_COLD ny_box *new_slow(const ny_class *cls) {
    ny_box *box = ny_heap_take(cls->size, (uint16_t)cls->id);
    if (box == NULL) return no_memory();
    fill(box, cls->size, cls->field_count);
    return box;
}

ny_box *ny_box_new(const ny_class *cls) {
    size_t bytes = cls->size; /* a multiple of 8 */
    if (NY_UNLIKELY(bytes > NY_HEAP_SMALL_LIMIT)) return new_slow(cls);
    ny_free_block *block = ny_heap_free_lists[bytes / NY_HEAP_STEP];
    if (NY_UNLIKELY(block == NULL)) return new_slow(cls);
    ny_heap_free_lists[bytes / NY_HEAP_STEP] = block->next;
    ny_heap_head(&block->header, (uint16_t)cls->id, bytes / NY_HEAP_STEP);
    fill(&block->header, bytes, cls->field_count);
    return &block->header;
}

ny_box *ny_box_new_id(uint16_t class_id) { return ny_box_new(ny_classes[class_id]); }

ny_box *ny_box_new_sized(uint16_t class_id, size_t bytes) {
    ny_box *box = ny_heap_take(bytes, class_id);
    if (NY_UNLIKELY(box == NULL)) return no_memory();
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
