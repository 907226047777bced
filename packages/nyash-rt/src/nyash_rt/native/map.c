/* MapBox (map.nyash): the table. See map.h. */
#include "map.h"

#include <string.h>

#include "array.h"
#include "class.h"
#include "hash.h"
#include "heap.h"
#include "string_box.h"

#define EMPTY UINT32_MAX
#define FIRST_ROOM 8u
#define ROOM_LIMIT (UINT32_C(1) << 30)

static void index_all(ny_map *map) {
    uint32_t mask = map->room * 2 - 1;
    memset(map->index, 0xFF, (size_t)map->room * 2 * sizeof(uint32_t));
    for (uint32_t i = 0; i < map->used; i++) {
        if (map->entries[i].key == 0) continue;
        uint32_t slot = map->entries[i].hash & mask;
        while (map->index[slot] != EMPTY) slot = (slot + 1) & mask;
        map->index[slot] = i;
    }
}

static void close_gaps(ny_map *map) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < map->used; i++)
        if (map->entries[i].key != 0) map->entries[kept++] = map->entries[i];
    map->used = kept;
}

static void free_storage(ny_map_entry *entries, uint32_t *index, size_t room) {
    ny_memory_free(entries, room * sizeof(ny_map_entry));
    ny_memory_free(index, room * 2 * sizeof(uint32_t));
}

/* Room for `room` entries, a power of two. */
static bool grow(ny_map *map, size_t room) {
    ny_map_entry *entries = room > ROOM_LIMIT ? NULL : ny_memory_get(room * sizeof *entries);
    uint32_t *index = entries ? ny_memory_get(room * 2 * sizeof *index) : NULL;
    if (index == NULL) {
        ny_memory_free(entries, room * sizeof *entries);
        ny_heap_exhausted();
        return false;
    }
    if (map->used > 0) memcpy(entries, map->entries, map->used * sizeof *entries);
    free_storage(map->entries, map->index, map->room);
    map->entries = entries;
    map->index = index;
    map->room = (uint32_t)room;
    if (map->walkers == 0) close_gaps(map);
    index_all(map);
    return true;
}

/* Makes room for one more entry: closes the gaps when there are many, else grows. */
static NY_COLD bool make_room(ny_map *map) {
    map->version++;
    if (map->walkers > 0 || map->room == 0 || map->count > map->room / 2)
        return grow(map, map->room ? (size_t)map->room * 2 : FIRST_ROOM);
    close_gaps(map);
    index_all(map);
    return true;
}

/* Whether the entry's key is `key`. Sets `restart` when comparing changed the map. */
static bool same_key(ny_map *map, const ny_map_entry *entry, ny_word key, bool *restart,
                     bool *thrown) {
    if (entry->key == key) return true;
    if (ny_is_string(key)) return ny_is_string(entry->key) && ny_string_equal(entry->key, key);
    uint32_t version = map->version;
    ny_word other = ny_retain(entry->key);
    bool same = ny_equal(other, key, thrown);
    ny_release(other);
    *restart = map->version != version;
    return same;
}

/* Number of the entry with the key, or EMPTY. */
static uint32_t find(ny_map *map, ny_word key, uint32_t hash, bool *thrown) {
    *thrown = false;
again:
    if (map->count == 0) return EMPTY;
    uint32_t mask = map->room * 2 - 1;
    for (uint32_t slot = hash & mask;; slot = (slot + 1) & mask) {
        uint32_t at = map->index[slot];
        if (at == EMPTY) return EMPTY;
        const ny_map_entry *entry = &map->entries[at];
        if (entry->hash != hash || entry->key == 0) continue;
        bool restart = false, same = same_key(map, entry, key, &restart, thrown);
        if (*thrown) return EMPTY;
        if (restart) goto again;
        if (same) return at;
    }
}

static uint32_t find_value(ny_word map, ny_word key, bool *thrown) {
    uint32_t hash;
    if (!ny_hash_value(key, &hash)) {
        *thrown = true;
        return EMPTY;
    }
    return find(ny_as_map(map), key, hash, thrown);
}

ny_word ny_map_empty(void) {
    ny_box *box = ny_box_new_id(NY_CLASS_MAP);
    return box == NULL ? NY_ERROR : ny_from_box(box);
}

bool ny_map_put(ny_word word, ny_word consumed_key, ny_word consumed_value) {
    ny_map *map = ny_as_map(word);
    uint32_t hash, at = EMPTY;
    bool thrown = !ny_hash_value(consumed_key, &hash);
    if (!thrown) at = find(map, consumed_key, hash, &thrown);
    if (!thrown && at != EMPTY) {
        ny_word before = map->entries[at].value;
        map->entries[at].value = consumed_value;
        ny_release(consumed_key);
        ny_release(before);
        return true;
    }
    if (thrown || (map->used == map->room && !make_room(map))) {
        ny_release(consumed_key);
        ny_release(consumed_value);
        return false;
    }
    uint32_t mask = map->room * 2 - 1, slot = hash & mask;
    while (map->index[slot] != EMPTY) slot = (slot + 1) & mask;
    map->index[slot] = map->used;
    map->entries[map->used++] = (ny_map_entry){consumed_key, consumed_value, hash, 0};
    map->count++;
    map->version++;
    return true;
}

ny_word ny_map_lookup(ny_word map, ny_word key, bool *thrown) {
    uint32_t at = find_value(map, key, thrown);
    return at == EMPTY ? NY_ERROR : ny_as_map(map)->entries[at].value;
}

ny_word ny_map_find(ny_word map, ny_word key) {
    bool thrown;
    ny_word value = ny_map_lookup(map, key, &thrown);
    if (thrown) ny_release(ny_error_take());
    return value;
}

size_t ny_map_count(ny_word map) { return ny_as_map(map)->count; }

bool ny_map_step(ny_word word, size_t *at, ny_word *key, ny_word *value) {
    const ny_map *map = ny_as_map(word);
    while (*at < map->used) {
        const ny_map_entry *entry = &map->entries[(*at)++];
        if (entry->key == 0) continue;
        *key = entry->key;
        *value = entry->value;
        return true;
    }
    return false;
}

ny_word ny_map_from(const ny_word *owned_pairs, uint32_t pairs) {
    ny_word map = ny_map_empty();
    for (uint32_t i = 0; i < pairs; i++) {
        if (map != NY_ERROR && !ny_map_put(map, owned_pairs[2 * i], owned_pairs[2 * i + 1])) {
            ny_release(map);
            map = NY_ERROR;
        } else if (map == NY_ERROR) {
            ny_release(owned_pairs[2 * i]);
            ny_release(owned_pairs[2 * i + 1]);
        }
    }
    return map;
}

/* Empties the map and then releases what was in it, in order. */
static void release_all(ny_map *map) {
    ny_map old = *map;
    map->entries = NULL;
    map->index = NULL;
    map->used = map->count = map->room = 0;
    map->version++;
    for (uint32_t i = 0; i < old.used; i++) {
        if (old.entries[i].key == 0) continue;
        ny_release(old.entries[i].key);
        ny_release(old.entries[i].value);
    }
    free_storage(old.entries, old.index, old.room);
}

void ny_map_destroy(ny_box *box) { release_all((ny_map *)box); }

void ny_map_visit(ny_box *box, void (*show)(ny_word, void *), void *context) {
    ny_word key, value;
    for (size_t at = 0; ny_map_step(ny_from_box(box), &at, &key, &value);) {
        show(key, context);
        show(value, context);
    }
}

ny_word ny_map_set(ny_word me, ny_word key, ny_word value) {
    ny_retain(me); /* releasing the old value may drop the caller's map */
    if (ny_map_put(me, key, value)) return me;
    ny_release(me);
    return NY_ERROR;
}

ny_word ny_map_get_or(ny_word me, ny_word key, ny_word otherwise) {
    bool thrown;
    ny_word value = ny_map_lookup(me, key, &thrown);
    if (thrown) return NY_ERROR;
    return ny_retain(value == NY_ERROR ? otherwise : value);
}

ny_word ny_map_get(ny_word me, ny_word key) { return ny_map_get_or(me, key, NY_NULL); }

ny_word ny_map_has(ny_word me, ny_word key) {
    bool thrown;
    ny_word value = ny_map_lookup(me, key, &thrown);
    return thrown ? NY_ERROR : ny_from_bool(value != NY_ERROR);
}

ny_word ny_map_remove(ny_word me, ny_word key) {
    bool thrown;
    ny_map *map = ny_as_map(me);
    uint32_t at = find_value(me, key, &thrown);
    if (thrown) return NY_ERROR;
    if (at == EMPTY) return NY_NULL;
    ny_map_entry entry = map->entries[at];
    map->entries[at].key = 0;
    map->entries[at].value = NY_NULL;
    map->count--;
    map->version++;
    ny_release(entry.key);
    return entry.value;
}

typedef enum part { KEYS, VALUES, PAIRS } part;

static ny_word list(ny_word me, part what) {
    ny_array *result = ny_array_new(ny_map_count(me));
    if (result == NULL) return NY_ERROR;
    ny_word word = ny_from_box(result), key, value;
    for (size_t at = 0; ny_map_step(me, &at, &key, &value);) {
        ny_word pair[2] = {key, value};
        ny_word item = what == VALUES ? ny_retain(value) : ny_retain(key);
        if (what == PAIRS) {
            ny_retain(value);
            item = ny_array_from(pair, 2);
        }
        if (item == NY_ERROR || !ny_array_append(word, item)) {
            ny_release(word);
            return NY_ERROR;
        }
    }
    return word;
}

ny_word ny_map_keys(ny_word me) { return list(me, KEYS); }

ny_word ny_map_values(ny_word me) { return list(me, VALUES); }

ny_word ny_map_entries(ny_word me) { return list(me, PAIRS); }

int64_t ny_map_size(ny_word me) { return ny_as_map(me)->count; }

bool ny_map_is_empty(ny_word me) { return ny_as_map(me)->count == 0; }

ny_word ny_map_clear(ny_word me) {
    ny_retain(me);
    release_all(ny_as_map(me));
    return me;
}

ny_word ny_map_copy(ny_word me) {
    const ny_map *map = ny_as_map(me);
    ny_word copy = ny_map_empty();
    if (copy == NY_ERROR) return NY_ERROR;
    ny_map *other = ny_as_map(copy);
    size_t room = FIRST_ROOM;
    while (room < map->count) room *= 2;
    if (map->count > 0 && !grow(other, room)) {
        ny_release(copy);
        return NY_ERROR;
    }
    for (uint32_t i = 0; i < map->used; i++) { /* keys are known to differ: no comparing */
        const ny_map_entry *entry = &map->entries[i];
        if (entry->key == 0) continue;
        ny_retain(entry->key);
        ny_retain(entry->value);
        other->entries[other->used++] = *entry;
    }
    other->count = other->used;
    if (other->room > 0) index_all(other);
    return copy;
}
