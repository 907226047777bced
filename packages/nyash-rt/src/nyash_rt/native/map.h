/* map.h: Maps that keep the order of insertion.

   `entries` is dense, in order; a removed entry keeps its place with key 0 until the next rebuild.
   `index` holds entry numbers by hash, open addressing with linear probing, at most half full.
   While somebody walks the map (`walkers`), rebuilds keep every entry in its place, so a walk is a
   number that counts up. Comparing keys may run the program's equals(), which may change the map:
   `version` tells, and the search starts again. */
#ifndef NYASH_MAP_H
#define NYASH_MAP_H

#include "include/nyash.h"

typedef struct ny_map_entry {
    ny_word key; /* 0: removed */
    ny_word value;
    uint32_t hash;
    uint32_t unused;
} ny_map_entry;

typedef struct ny_map {
    ny_box box;
    ny_map_entry *entries;
    uint32_t *index;
    uint32_t used;    /* entries, removed ones included */
    uint32_t count;   /* entries that live */
    uint32_t room;    /* for entries; the index has twice as many slots */
    uint32_t walkers;
    uint32_t version; /* grows whenever entries move, come or go */
    uint32_t unused;
} ny_map;

static inline ny_map *ny_as_map(ny_word word) { return (ny_map *)(uintptr_t)word; }
size_t ny_map_count(ny_word map);
/* The next entry at or after number *at (borrowed); false: no more. */
bool ny_map_step(ny_word map, size_t *at, ny_word *key, ny_word *value);
/* Borrowed value, NY_ERROR: not there, or `thrown`. */
ny_word ny_map_lookup(ny_word map, ny_word key, bool *thrown);

/* Natives of map.nyash and set.nyash. */
void ny_map_destroy(ny_box *box);
void ny_map_visit(ny_box *box, void (*show)(ny_word, void *), void *context);
ny_word ny_map_set(ny_word me, ny_word key, ny_word value);
ny_word ny_map_get(ny_word me, ny_word key);
ny_word ny_map_get_or(ny_word me, ny_word key, ny_word otherwise);
ny_word ny_map_has(ny_word me, ny_word key);
ny_word ny_map_remove(ny_word me, ny_word key);
ny_word ny_map_keys(ny_word me);
ny_word ny_map_values(ny_word me);
ny_word ny_map_entries(ny_word me);
int64_t ny_map_size(ny_word me);
bool ny_map_is_empty(ny_word me);
ny_word ny_map_clear(ny_word me);
ny_word ny_map_copy(ny_word me);

#endif
