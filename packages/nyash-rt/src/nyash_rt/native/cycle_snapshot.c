/* See cycle_snapshot.h. */
#include "cycle_snapshot.h"

#include <string.h>

#include "zeroed.h"

enum { NOT_THERE, SEEN, ALIVE };

bool ny_cycle_snapshot_make(ny_cycle_snapshot *snapshot) {
    memset(snapshot, 0, sizeof *snapshot);
    size_t own = snapshot->own_blocks = ny_heap_own_blocks();
    snapshot->own_from = ny_heap_run_slots();
    snapshot->slots = snapshot->own_from + own;
    if (snapshot->slots >= NY_HEAP_NO_SLOT) return false;
    snapshot->inside = ny_zeroed_get(snapshot->slots + 1, sizeof *snapshot->inside);
    snapshot->queue = ny_zeroed_get(snapshot->slots + 1, sizeof *snapshot->queue);
    snapshot->state = ny_zeroed_get(snapshot->slots + 1, sizeof *snapshot->state);
    snapshot->own = ny_zeroed_get(own + 1, sizeof *snapshot->own);
    if (snapshot->inside != NULL && snapshot->queue != NULL && snapshot->state != NULL &&
        snapshot->own != NULL)
        return true;
    ny_cycle_snapshot_free(snapshot);
    return false;
}

void ny_cycle_snapshot_free(ny_cycle_snapshot *snapshot) {
    ny_zeroed_retire(snapshot->inside, snapshot->slots + 1, sizeof *snapshot->inside);
    ny_zeroed_retire(snapshot->queue, snapshot->slots + 1, sizeof *snapshot->queue);
    ny_zeroed_retire(snapshot->state, snapshot->slots + 1, sizeof *snapshot->state);
    ny_zeroed_retire(snapshot->own, snapshot->own_blocks + 1, sizeof *snapshot->own);
    memset(snapshot, 0, sizeof *snapshot);
}

/* The slot of a Box that the snapshot knows, else NY_HEAP_NO_SLOT. */
static inline uint32_t known(const ny_cycle_snapshot *snapshot, ny_word word) {
    if (!ny_is_box(word)) return NY_HEAP_NO_SLOT;
    uint32_t slot = ny_heap_slot(ny_as_box(word), snapshot->own_from);
    return slot < snapshot->slots && snapshot->state[slot] != NOT_THERE ? slot : NY_HEAP_NO_SLOT;
}

void ny_cycle_snapshot_forget(ny_cycle_snapshot *snapshot, const ny_box *box) {
    uint32_t slot = known(snapshot, ny_from_box(box));
    if (slot == NY_HEAP_NO_SLOT || slot < snapshot->own_from) return;
    snapshot->state[slot] = NOT_THERE;
    snapshot->own[slot - snapshot->own_from] = NULL;
}

static void add(ny_box *box, uint32_t slot, void *context) {
    ny_cycle_snapshot *snapshot = context;
    snapshot->boxes++;
    snapshot->bytes += ny_heap_block_bytes(box);
    if (slot >= snapshot->slots || !ny_cycle_may_contain(box)) return;
    snapshot->state[slot] = SEEN;
    snapshot->seen++;
    if (slot >= snapshot->own_from) snapshot->own[slot - snapshot->own_from] = box;
}

bool ny_cycle_snapshot_add(ny_cycle_snapshot *snapshot, size_t most) {
    return ny_heap_walk_slots(&snapshot->place, most, snapshot->own_from, add, snapshot);
}

/* The Box in a slot; NULL: none that matters. A block may have been freed and taken by another Box
   since it was seen. */
static inline ny_box *box_in(const ny_cycle_snapshot *snapshot, size_t slot) {
    if (snapshot->state[slot] == NOT_THERE) return NULL;
    ny_box *box = slot < snapshot->own_from ? ny_heap_box_in((uint32_t)slot)
                                            : snapshot->own[slot - snapshot->own_from];
    return box != NULL && ny_cycle_is_there(box) && ny_cycle_may_contain(box) ? box : NULL;
}

static void count_reference(ny_word word, void *context) {
    ny_cycle_snapshot *snapshot = context;
    uint32_t slot = known(snapshot, word);
    if (slot != NY_HEAP_NO_SLOT) snapshot->inside[slot]++;
}

void ny_cycle_snapshot_scan(ny_cycle_snapshot *snapshot, ny_cycle_place *place, size_t budget) {
    while (budget > 0 && place->number < snapshot->slots) {
        ny_box *box = box_in(snapshot, place->number);
        if (box != NULL) {
            budget = ny_cycle_show_some(box, place, budget, count_reference, snapshot);
        } else {
            *place = (ny_cycle_place){place->number + 1, 0};
            budget--;
        }
    }
}

static void live(ny_cycle_snapshot *snapshot, uint32_t slot) {
    snapshot->state[slot] = ALIVE;
    snapshot->alive++;
    snapshot->queue[snapshot->queued++] = slot;
}

void ny_cycle_snapshot_find_held(ny_cycle_snapshot *snapshot, size_t from, size_t to) {
    for (size_t slot = from; slot < to; slot++) {
        ny_box *box = box_in(snapshot, slot);
        if (box != NULL && snapshot->state[slot] == SEEN && box->count != snapshot->inside[slot])
            live(snapshot, (uint32_t)slot);
    }
}

static void reach(ny_word word, void *context) {
    ny_cycle_snapshot *snapshot = context;
    uint32_t slot = known(snapshot, word);
    if (slot != NY_HEAP_NO_SLOT && snapshot->state[slot] == SEEN) live(snapshot, slot);
}

bool ny_cycle_snapshot_reach(ny_cycle_snapshot *snapshot, size_t budget) {
    ny_cycle_place *place = &snapshot->reached;
    while (budget > 0) {
        if (place->reference == 0) {
            if (snapshot->queued == 0) return false;
            place->number = snapshot->queue[--snapshot->queued];
        }
        ny_box *box = box_in(snapshot, place->number);
        if (box != NULL) {
            budget = ny_cycle_show_some(box, place, budget, reach, snapshot);
        } else {
            place->reference = 0;
            budget--;
        }
    }
    return true;
}

bool ny_cycle_snapshot_begin_gathering(ny_cycle_snapshot *snapshot, ny_cycle_graph *suspects) {
    if (!ny_cycle_graph_make(suspects, snapshot->seen - snapshot->alive, snapshot->slots,
                             snapshot->own_from, snapshot->inside, snapshot->queue))
        return false;
    snapshot->inside = snapshot->queue = NULL;
    return true;
}

void ny_cycle_snapshot_gather(ny_cycle_snapshot *snapshot, size_t from, size_t to,
                              ny_cycle_graph *suspects) {
    for (size_t slot = from; slot < to; slot++)
        ny_cycle_graph_add(suspects, slot,
                           snapshot->state[slot] == SEEN ? box_in(snapshot, slot) : NULL);
}
