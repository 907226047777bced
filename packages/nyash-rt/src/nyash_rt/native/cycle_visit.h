/* cycle_visit.h: whose references the collector of cycles follows, and in what portions. */
#ifndef NYASH_CYCLE_VISIT_H
#define NYASH_CYCLE_VISIT_H

#include "array.h"
#include "map.h"

/* Whether a Box may be part of a cycle, as far as its class tells. */
static inline bool ny_cycle_may_contain(const ny_box *box) {
    const ny_class *cls = ny_class_of_box(box);
    return (cls->field_count != 0 || cls->visit != NULL) && !(cls->traits & NY_CLASS_ACYCLIC);
}

/* Whether a block holds a Box whose references count. */
static inline bool ny_cycle_is_there(const ny_box *box) {
    return box->count != 0 && !(box->flags & NY_IMMORTAL);
}

static inline void ny_cycle_show_references(ny_box *box, void (*show)(ny_word, void *),
                                            void *context) {
    const ny_class *cls = ny_class_of_box(box);
    const ny_word *fields = (const ny_word *)(const void *)((char *)box + cls->field_offset);
    for (uint32_t i = 0; i < cls->field_count; i++) show(fields[i], context);
    if (cls->visit != NULL) cls->visit(box, show, context);
}

/* A Box and its references, of those that may have many. */
static inline size_t ny_cycle_weight(const ny_box *box) {
    if (box->class_id == NY_CLASS_ARRAY) return 1 + ((const ny_array *)box)->count;
    if (box->class_id == NY_CLASS_MAP) return 1 + (size_t)((const ny_map *)box)->used * 2;
    return 1;
}

/* Where a slice goes on. */
typedef struct ny_cycle_place {
    size_t number;    /* of a slot or node */
    size_t reference; /* of an Array or Map in it: the first that was not shown yet */
} ny_cycle_place;

/* [from, *to) of `count` elements, `budget` at most; what is left of it. */
static inline size_t ny_cycle_portion(size_t from, size_t count, size_t budget, size_t *to) {
    if (from > count) from = count; /* another Box may have come into the block since */
    *to = count - from > budget ? from + budget : count;
    return budget - (*to - from);
}

/* Shows the references of the Box in a place, and goes on to the next place when these were all
   of them: Arrays and Maps may take several calls, in between of which the program may change
   them. A Box and each reference cost 1; gives what is left of `budget`. */
static inline size_t ny_cycle_show_some(ny_box *box, ny_cycle_place *place, size_t budget,
                                        void (*show)(ny_word, void *), void *context) {
    size_t from = place->reference, to, count;
    budget--;
    if (box->class_id == NY_CLASS_ARRAY) {
        const ny_array *array = (const ny_array *)box;
        count = array->count;
        budget = ny_cycle_portion(from, count, budget, &to);
        for (size_t i = from; i < to; i++) show(array->items[i], context);
    } else if (box->class_id == NY_CLASS_MAP) {
        const ny_map *map = (const ny_map *)box;
        count = map->used;
        budget = ny_cycle_portion(from, count, budget / 2, &to) * 2;
        for (size_t i = from; i < to; i++) {
            if (map->entries[i].key == 0) continue;
            show(map->entries[i].key, context);
            show(map->entries[i].value, context);
        }
    } else {
        ny_cycle_show_references(box, show, context);
        uint32_t fields = ny_class_of_box(box)->field_count;
        to = count = 0;
        budget -= fields < budget ? fields : budget;
    }
    if (to == count) {
        place->number++;
        place->reference = 0;
    } else {
        place->reference = to;
    }
    return budget;
}

#endif
