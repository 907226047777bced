/* The heap; see heap.h. DEBUG (report.c) reads its counters. */
#include "heap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "heap_own.h"
#include "stack_limit.h"

#define REGION_BYTES ((size_t)1 << 20) /* one mapping; only touched pages become resident */
#define REFILL_BYTES ((size_t)4096)    /* made into free blocks at a time: one page */
/* The last pages of a region are for numbers (ny_heap_take_number), until the next one is mapped. */
#define NUMBER_PAGES 16

/* Growth before the first collection of cycles. */
#define FIRST_NOTICE ((size_t)4 << 20)

ny_free_block *ny_heap_free_lists[NY_HEAP_CLASSES];
uint64_t ny_heap_freed;
uint64_t ny_heap_finalised;
uint64_t ny_heap_handles[NY_HANDLE_KINDS];

static char *region_next, *region_end;
static char *following_region; /* mapped before this one is used up; NULL: not yet */
bool ny_heap_for_number;
static size_t small_bytes;   /* carved into blocks so far, free or not */
static size_t payload_bytes; /* handed out by ny_memory_get */

uint32_t ny_allocation_site;
bool ny_heap_recording;

/* A page of blocks of one size. `inverse` is 2^16 / size, rounded up: it turns an offset in the page
   into the number of the block, exactly for all sizes and offsets there are. */
typedef struct run {
    char *place;
    uint32_t size, blocks, inverse;
} run;

static run *runs;
static size_t run_count, run_room;

/* From a page's address to its run, + 1: open addressing, linear probing, at most half full. */
static uint32_t *pages;
static size_t pages_size;

/* Free blocks that wait: the fast lists get a page of them at a time. Each class has a few lists of
   them, because joining two costs a walk. */
#define RESERVES 8
static ny_free_block *reserves[NY_HEAP_CLASSES][RESERVES];
static uint8_t reserve_count[NY_HEAP_CLASSES];

bool ny_heap_has_grown;
bool ny_heap_tells_of_free;
static size_t given;                                     /* bytes since await_growth */
static size_t next_notice = FIRST_NOTICE, notice_step = FIRST_NOTICE / 512;
static size_t payload_notice = 4 * FIRST_NOTICE;

/* A page of its own. */
static char *carve(void) {
    size_t left = (size_t)(region_end - region_next);
    if (left <= NUMBER_PAGES * REFILL_BYTES && following_region == NULL) {
        void *mapped = mmap(NULL, REGION_BYTES, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapped != MAP_FAILED)
            following_region = mapped;
        else if (!ny_heap_for_number || left == 0)
            return NULL;
    }
    if (left == 0) {
        region_next = following_region;
        region_end = region_next + REGION_BYTES;
        following_region = NULL;
    }
    char *place = region_next;
    region_next += REFILL_BYTES;
    return place;
}

/* Bytes of the blocks in a list. */
static size_t block_bytes(size_t size_class) {
    size_t bytes = size_class * NY_HEAP_STEP;
    return bytes < NY_HEAP_LEAST ? NY_HEAP_LEAST : bytes;
}

static size_t page_slot(const char *place) {
    uint64_t mixed = ((uint64_t)(uintptr_t)place >> 12) * UINT64_C(0x9E3779B97F4A7C15);
    size_t slot = (size_t)((mixed >> 32) * pages_size >> 32);
    while (pages[slot] != 0 && runs[pages[slot] - 1].place != place)
        slot = (slot + 1) & (pages_size - 1);
    return slot;
}

static bool widen_pages(void) {
    size_t size = pages_size ? pages_size * 2 : 256;
    uint32_t *wider = calloc(size, sizeof *wider);
    if (wider == NULL) return false;
    free(pages);
    pages = wider;
    pages_size = size;
    for (size_t i = 0; i < run_count; i++) pages[page_slot(runs[i].place)] = (uint32_t)i + 1;
    return true;
}

static bool widen_runs(void) {
    size_t room = run_room ? run_room * 2 : 64;
    run *wider = realloc(runs, room * sizeof *wider);
    if (wider == NULL) return false;
    runs = wider;
    run_room = room;
    return true;
}

/* Room to note one more run, and for all but numbers those that numbers may need. */
static bool have_room_for_run(void) {
    size_t coming = run_count + NUMBER_PAGES;
    if (coming >= run_room && !widen_runs() && !(ny_heap_for_number && run_count < run_room))
        return false;
    return coming * 2 < pages_size || widen_pages() ||
           (ny_heap_for_number && run_count * 2 < pages_size);
}

/* Makes a page of blocks; gives the first and puts the others into the empty list. */
static ny_box *refill(size_t size_class) {
    size_t size = block_bytes(size_class), blocks = REFILL_BYTES / size;
    if (!have_room_for_run()) return NULL;
    char *place = carve(); /* so each run begins with a page */
    if (place == NULL) return NULL;
    uint32_t inverse = (uint32_t)((65536 + size - 1) / size);
    runs[run_count++] = (run){place, (uint32_t)size, (uint32_t)blocks, inverse};
    pages[page_slot(place)] = (uint32_t)run_count;
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

static bool growth_hidden;

void ny_heap_note_given(size_t bytes) {
    if (NY_UNLIKELY(growth_hidden)) return;
    given += bytes;
    if (given < next_notice) return;
    next_notice = given + notice_step;
    ny_heap_has_grown = true;
}

void ny_heap_note_back(size_t bytes) { given -= given < bytes ? given : bytes; }

/* A page's worth of the blocks that wait becomes the list; gives the first. */
static ny_box *take_reserve(size_t size_class) {
    ny_free_block **reserve = &reserves[size_class][reserve_count[size_class] - 1];
    ny_free_block *first = *reserve, *last = first;
    size_t blocks = 1, most = REFILL_BYTES / block_bytes(size_class);
    for (; blocks < most && last->next != NULL; blocks++) last = last->next;
    *reserve = last->next;
    if (*reserve == NULL) reserve_count[size_class]--;
    last->next = NULL;
    ny_heap_free_lists[size_class] = first->next;
    ny_heap_note_given(blocks * block_bytes(size_class));
    first->header.size_class = (uint8_t)size_class;
    return &first->header;
}

/* The fast list waits too, so that taking from it counts as growth. */
static void reserve_list(size_t size_class) {
    ny_free_block *list = ny_heap_free_lists[size_class];
    if (list == NULL) return;
    ny_heap_free_lists[size_class] = NULL;
    if (reserve_count[size_class] == RESERVES) {
        ny_free_block *last = list;
        while (last->next != NULL) last = last->next;
        last->next = reserves[size_class][RESERVES - 1];
        reserve_count[size_class]--;
    }
    reserves[size_class][reserve_count[size_class]++] = list;
}

void ny_heap_count_freed(void) {
    for (size_t size_class = 0; size_class < NY_HEAP_CLASSES; size_class++)
        reserve_list(size_class);
}

void ny_heap_await_growth(size_t bytes, size_t step) {
    ny_heap_count_freed();
    given = 0;
    next_notice = bytes;
    notice_step = step;
    payload_notice = payload_bytes + (payload_bytes > 4 * bytes ? payload_bytes : 4 * bytes);
    if (growth_hidden) payload_notice = SIZE_MAX;
    ny_heap_has_grown = false;
}

void ny_heap_hide_growth(void) {
    growth_hidden = true;
    payload_notice = SIZE_MAX;
    ny_heap_has_grown = false;
}

size_t ny_heap_growth(void) { return given; }

ny_box *ny_heap_take_slow(size_t bytes) {
    if (bytes > NY_HEAP_SMALL_LIMIT || ny_heap_recording) return ny_heap_own_block(bytes);
    size_t size_class = (bytes + NY_HEAP_STEP - 1) / NY_HEAP_STEP;
    if (reserve_count[size_class] != 0) return take_reserve(size_class);
    ny_heap_note_given(REFILL_BYTES);
    return refill(size_class);
}

ny_box *ny_heap_take_number(size_t bytes, uint16_t class_id) {
    ny_box *box = ny_heap_take(bytes, class_id);
    if (NY_LIKELY(box != NULL)) return box;
    ny_heap_for_number = true;
    box = ny_heap_take(bytes, class_id);
    ny_heap_for_number = false;
    if (box != NULL) ny_stack_alarm(); /* what made the number cannot throw; its caller may */
    return box;
}

void ny_heap_record_sites(void) { ny_heap_recording = true; }

size_t ny_heap_block_bytes(const ny_box *box) {
    if (box->size_class != NY_HEAP_OWN_BLOCK) return block_bytes(box->size_class);
    return ny_heap_prefix_of(box)->bytes;
}

size_t ny_heap_run_slots(void) { return run_count * NY_HEAP_RUN_SLOTS; }

uint32_t ny_heap_slot(const ny_box *box, size_t own_from) {
    if (NY_UNLIKELY(box->size_class == NY_HEAP_OWN_BLOCK)) {
        if (box->flags & NY_IMMORTAL) return NY_HEAP_NO_SLOT; /* constants have no prefix */
        uint32_t slot = ny_heap_prefix_of(box)->slot;
        return slot >= own_from ? slot : NY_HEAP_NO_SLOT;
    }
    char *place = (char *)((uintptr_t)box & ~(uintptr_t)(REFILL_BYTES - 1));
    if (pages_size == 0) return NY_HEAP_NO_SLOT;
    uint32_t run = pages[page_slot(place)];
    if (run == 0) return NY_HEAP_NO_SLOT;
    uint32_t offset = (uint32_t)((const char *)box - place);
    uint32_t slot = (run - 1) * NY_HEAP_RUN_SLOTS + (offset * runs[run - 1].inverse >> 16);
    return slot < own_from ? slot : NY_HEAP_NO_SLOT; /* else of a page made since */
}

ny_box *ny_heap_box_in(uint32_t slot) {
    const run *run = &runs[slot / NY_HEAP_RUN_SLOTS];
    return (ny_box *)(void *)(run->place + (size_t)(slot % NY_HEAP_RUN_SLOTS) * run->size);
}

bool ny_heap_walk_slots(ny_heap_place *place, size_t most, size_t own_from,
                        void (*see)(ny_box *, uint32_t, void *), void *context) {
    if (!place->began) {
        ny_heap_number_own(own_from, see, context);
        place->began = true;
        place->runs = run_count;
    }
    for (size_t seen = 0; seen < most && place->run < place->runs; place->run++) {
        const run *run = &runs[place->run];
        for (uint32_t k = 0; k < run->blocks; k++) {
            ny_box *box = (ny_box *)(void *)(run->place + (size_t)k * run->size);
            if (box->count != 0 && !(box->flags & NY_IMMORTAL))
                see(box, (uint32_t)(place->run * NY_HEAP_RUN_SLOTS + k), context);
        }
        seen += run->blocks;
    }
    return place->run < place->runs;
}

typedef struct walk {
    void (*see)(ny_box *, void *);
    void *context;
} walk;

static void see_without_slot(ny_box *box, uint32_t slot, void *context) {
    (void)slot;
    ((walk *)context)->see(box, ((walk *)context)->context);
}

void ny_heap_walk(void (*see)(ny_box *box, void *context), void *context) {
    ny_heap_place place = {0};
    walk walk = {see, context};
    ny_heap_walk_slots(&place, SIZE_MAX, NY_HEAP_NO_SLOT, see_without_slot, &walk);
}

size_t ny_heap_live_bytes(void) {
    size_t free_bytes = 0;
    for (size_t size_class = 0; size_class < NY_HEAP_CLASSES; size_class++) {
        for (ny_free_block *block = ny_heap_free_lists[size_class]; block; block = block->next)
            free_bytes += block_bytes(size_class);
        for (size_t i = 0; i < reserve_count[size_class]; i++)
            for (ny_free_block *block = reserves[size_class][i]; block; block = block->next)
                free_bytes += block_bytes(size_class);
    }
    return small_bytes - free_bytes + ny_heap_own_bytes + payload_bytes;
}

size_t ny_heap_payload_bytes(void) { return payload_bytes; }

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

/* Large payloads count too: a few Boxes may hold much. */
static inline void note_payload(size_t bytes) {
    payload_bytes += bytes;
    if (NY_UNLIKELY(payload_bytes > payload_notice)) {
        payload_notice = payload_bytes + payload_bytes / 8;
        ny_heap_has_grown = true;
    }
}

void *ny_memory_get(size_t bytes) {
    void *block = malloc(bytes ? bytes : 1);
    if (block != NULL) note_payload(bytes);
    return block;
}

void *ny_memory_resize(void *block, size_t old_bytes, size_t bytes) {
    void *moved = realloc(block, bytes ? bytes : 1);
    if (moved != NULL) {
        payload_bytes -= old_bytes;
        note_payload(bytes);
    }
    return moved;
}

void ny_memory_free(void *block, size_t bytes) {
    if (block == NULL) return;
    payload_bytes -= bytes;
    free(block);
}

void ny_handle_opened(enum ny_handle_kind kind) { ny_heap_handles[kind]++; }

void ny_handle_closed(enum ny_handle_kind kind) { ny_heap_handles[kind]--; }
