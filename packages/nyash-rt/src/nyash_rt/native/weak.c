/* Weak fields, `weak e` and WeakBox (weak.nyash). See weak.h. */
#include "weak.h"

#include <string.h>

#include "fault.h"
#include "heap.h"
#include "program.h"

/* Open addressing by address, linear probing, at most half full; deletion shifts back. */
static ny_weak **table;
static size_t table_size, table_used;

static size_t slot_of(ny_word target) {
    return (size_t)((target * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (table_size - 1);
}

static bool table_grow(void) {
    size_t old_size = table_size, size = old_size ? old_size * 2 : 16;
    ny_weak **old = table, **wider = ny_memory_get(size * sizeof *wider);
    if (wider == NULL) return false;
    memset(wider, 0, size * sizeof *wider);
    table = wider;
    table_size = size;
    for (size_t i = 0; i < old_size; i++) {
        if (old[i] == NULL) continue;
        size_t slot = slot_of(old[i]->target);
        while (table[slot] != NULL) slot = (slot + 1) & (size - 1);
        table[slot] = old[i];
    }
    ny_memory_free(old, old_size * sizeof *old);
    return true;
}

#ifdef NYASH_FAULTS
NY_FAULT_AT_END(drop_table) {
    if (table_used != 0) ny_fault_broken("Boxes are held weakly after the end");
    ny_memory_free(table, table_size * sizeof *table);
}
#endif

static size_t table_find(ny_word target) {
    size_t slot = slot_of(target);
    while (table[slot] != NULL && table[slot]->target != target)
        slot = (slot + 1) & (table_size - 1);
    return slot;
}

static void table_remove(ny_word target) {
    size_t hole = table_find(target);
    table_used--;
    for (size_t next = hole;;) {
        table[hole] = NULL;
        for (;;) {
            next = (next + 1) & (table_size - 1);
            if (table[next] == NULL) return;
            size_t home = slot_of(table[next]->target);
            /* May stay where it is when its home lies cyclically in (hole, next]. */
            if (((next - home) & (table_size - 1)) < ((next - hole) & (table_size - 1))) continue;
            break;
        }
        table[hole] = table[next];
        hole = next;
    }
}

static bool is_held_weakly(ny_word value) {
    if (!ny_is_box(value)) return false;
    uint16_t class_id = ny_as_box(value)->class_id;
    return class_id != NY_CLASS_STRING && class_id != NY_CLASS_INTEGER &&
           class_id != NY_CLASS_FLOAT && class_id != NY_CLASS_WEAK &&
           !(ny_as_box(value)->flags & NY_IMMORTAL);
}

ny_word ny_weak_cell(ny_word target) {
    ny_box *box = ny_as_box(target);
    if (box->flags & NY_FINALISED) return ny_use_after_fini(target);
    if (box->flags & NY_WEAKLY_HELD)
        return ny_retain(ny_from_box(table[table_find(target)]));
    if (table_used * 2 >= table_size && !table_grow()) return ny_heap_exhausted();
    ny_weak *cell = (ny_weak *)ny_box_new_id(NY_CLASS_WEAK);
    if (cell == NULL) return NY_ERROR;
    cell->target = target;
    table[table_find(target)] = cell;
    table_used++;
    box->flags |= NY_WEAKLY_HELD;
    return ny_from_box(cell);
}

void ny_weak_forget(ny_box *target) {
    ny_word word = ny_from_box(target);
    ny_weak *cell = table[table_find(word)];
    table_remove(word);
    cell->target = NY_NULL;
    target->flags &= (uint8_t)~NY_WEAKLY_HELD;
}

size_t ny_weak_count(void) { return table_used; }

static bool is_cell(ny_word value) {
    return ny_is_box(value) && ny_as_box(value)->class_id == NY_CLASS_WEAK;
}

static ny_word target_of(ny_word word) {
    while (is_cell(word)) {
        const ny_weak *cell = (const ny_weak *)ny_as_box(word);
        word = cell->inner != 0 ? cell->inner : cell->target;
    }
    return word == 0 ? NY_NULL : word;
}

ny_word ny_weak_read(ny_word field) { return ny_retain(target_of(field)); }

/* What a weak field holds for a value, owned. */
static ny_word hold(ny_word value) {
    return is_held_weakly(value) ? ny_weak_cell(value) : ny_retain(value);
}

ny_word ny_weak_write(ny_word *field, ny_word value) {
    ny_word held = hold(value);
    if (held == NY_ERROR) return NY_ERROR;
    ny_word before = *field;
    *field = held;
    ny_release(before);
    return NY_NULL;
}

ny_word ny_weak_pack(ny_word me, ny_word target) {
    ny_weak *cell = (ny_weak *)ny_as_box(me);
    cell->target = NY_NULL;
    cell->inner = hold(target);
    return cell->inner == NY_ERROR ? NY_ERROR : NY_NULL;
}

ny_word ny_weak_new(ny_word value) {
    if (is_held_weakly(value)) return ny_weak_cell(value);
    ny_box *box = ny_box_new_id(NY_CLASS_WEAK);
    if (box == NULL) return NY_ERROR;
    ny_weak_pack(ny_from_box(box), value);
    return ny_from_box(box);
}

ny_word ny_weak_get(ny_word me) { return ny_weak_read(me); }

bool ny_weak_is_alive(ny_word me) {
    return target_of(me) != NY_NULL;
}

void ny_weak_destroy(ny_box *box) {
    ny_weak *cell = (ny_weak *)box;
    if (cell->inner != 0) ny_release(cell->inner);
    cell->inner = 0;
    if (cell->target == NY_NULL || cell->target == 0) return;
    ny_box *target = ny_as_box(cell->target);
    table_remove(cell->target);
    target->flags &= (uint8_t)~NY_WEAKLY_HELD;
    cell->target = NY_NULL;
}
