/* http_route_tree.c: see http_route_tree.h. */
#include "http_route_tree.h"

#include <string.h>

#define NONE UINT32_MAX
#define LEAST_EDGES 16u

struct ny_http_route_node {
    uint32_t name;      /* the node behind `:name`; NONE: there is none */
    uint32_t texts;     /* how many edges of texts begin here */
    uint32_t slot;      /* of the pattern that ends here */
    uint32_t rest_slot; /* of the pattern that ends here with `*name` */
};

/* A text that leads from one node to another. */
struct ny_http_route_edge {
    uint64_t hash;
    uint32_t from;
    uint32_t to; /* 0: the place is free, for nothing leads to the first node */
    uint32_t text, length;
};

static inline ny_http_route_tree *tree_of(ny_word me) {
    return (ny_http_route_tree *)(void *)ny_as_box(me);
}

void ny_http_route_tree_destroy(ny_box *box) {
    ny_http_route_tree *tree = (ny_http_route_tree *)(void *)box;
    ny_memory_free(tree->nodes, tree->node_room * sizeof *tree->nodes);
    ny_memory_free(tree->edges, tree->edge_room * sizeof *tree->edges);
    ny_memory_free(tree->texts, tree->text_room);
    tree->nodes = NULL;
    tree->edges = NULL;
    tree->texts = NULL;
    tree->node_count = tree->edge_count = tree->text_count = 0;
    tree->node_room = tree->edge_room = tree->text_room = 0;
}

/* ---- Growing --------------------------------------------------------------------------------- */

/* Room for `more` elements in a block. False: thrown. */
static bool make_room(void **block, uint32_t *room, uint32_t count, size_t more, size_t size) {
    if (count + more <= *room) return true;
    size_t wanted = *room ? *room * (size_t)2 : 16;
    while (wanted < count + more) wanted *= 2;
    void *larger = wanted < NONE ? ny_memory_resize(*block, *room * size, wanted * size) : NULL;
    if (!larger) {
        ny_throw_error("OutOfMemoryError", "no memory for a route");
        return false;
    }
    *block = larger;
    *room = (uint32_t)wanted;
    return true;
}

/* The number of a new node; NONE: thrown. */
static uint32_t new_node(ny_http_route_tree *tree) {
    if (!make_room((void **)&tree->nodes, &tree->node_room, tree->node_count, 1,
                   sizeof *tree->nodes))
        return NONE;
    tree->nodes[tree->node_count] = (ny_http_route_node){NONE, 0, NONE, NONE};
    return tree->node_count++;
}

/* ---- Edges ----------------------------------------------------------------------------------- */

/* FNV-1a (Fowler, Noll, Vo), begun with the node: texts are short, and the program chose them. */
static inline uint64_t hash_begin(uint32_t from) {
    return UINT64_C(0xcbf29ce484222325) ^ from * UINT64_C(0x9e3779b97f4a7c15);
}
static inline uint64_t hash_add(uint64_t hash, char byte) {
    return (hash ^ (unsigned char)byte) * UINT64_C(0x100000001b3);
}
static inline uint64_t hash_end(uint64_t hash) { return hash ^ hash >> 32; }

static inline bool is_text(const ny_http_route_tree *tree, const ny_http_route_edge *edge,
                           const char *text, size_t length) {
    if (edge->length != length) return false;
    for (size_t i = 0; i < length; i++) /* in place: they are too short for a call of memcmp */
        if (tree->texts[edge->text + i] != text[i]) return false;
    return true;
}

/* The place of an edge, or the free one where it belongs; there is always one. */
static ny_http_route_edge *place_of(const ny_http_route_tree *tree, uint64_t hash, uint32_t from,
                                    const char *text, size_t length) {
    for (uint64_t at = hash;; at++) {
        ny_http_route_edge *edge = &tree->edges[at & (tree->edge_room - 1)];
        if (!edge->to || (edge->hash == hash && edge->from == from &&
                          is_text(tree, edge, text, length)))
            return edge;
    }
}

/* Twice as many places. False: thrown. */
static bool spread_edges(ny_http_route_tree *tree) {
    uint32_t room = tree->edge_room ? tree->edge_room * 2 : LEAST_EDGES;
    ny_http_route_edge *before = tree->edges;
    ny_http_route_edge *edges =
        room <= NONE / 2 ? ny_memory_get(room * sizeof *edges) : NULL;
    if (!edges) {
        ny_throw_error("OutOfMemoryError", "no memory for a route");
        return false;
    }
    memset(edges, 0, room * sizeof *edges);
    for (uint32_t i = 0; i < tree->edge_room; i++) {
        if (!before[i].to) continue;
        uint64_t at = before[i].hash;
        while (edges[at & (room - 1)].to) at++;
        edges[at & (room - 1)] = before[i];
    }
    ny_memory_free(before, tree->edge_room * sizeof *before);
    tree->edges = edges;
    tree->edge_room = room;
    return true;
}

/* The node behind a text, a new one where there was none; NONE: thrown. */
static uint32_t step_by_text(
    ny_http_route_tree *tree, uint32_t from, const char *text, size_t length) {
    if (tree->edge_count * 2 >= tree->edge_room && !spread_edges(tree)) return NONE;
    uint64_t hash = hash_begin(from);
    for (size_t i = 0; i < length; i++) hash = hash_add(hash, text[i]);
    hash = hash_end(hash);
    ny_http_route_edge *edge = place_of(tree, hash, from, text, length);
    if (edge->to) return edge->to;
    if (!make_room((void **)&tree->texts, &tree->text_room, tree->text_count, length, 1))
        return NONE;
    uint32_t to = new_node(tree);
    if (to == NONE) return NONE;
    if (length > 0) memcpy(tree->texts + tree->text_count, text, length);
    *edge = (ny_http_route_edge){hash, from, to, tree->text_count, (uint32_t)length};
    tree->text_count += (uint32_t)length;
    tree->edge_count++;
    tree->nodes[from].texts++;
    return to;
}

static uint32_t step_by_name(ny_http_route_tree *tree, uint32_t from) {
    if (tree->nodes[from].name == NONE) {
        uint32_t to = new_node(tree);
        tree->nodes[from].name = to; /* NONE again where nothing was made */
    }
    return tree->nodes[from].name;
}

/* ---- Adding and finding ---------------------------------------------------------------------- */

ny_word ny_http_route_tree_add(ny_word me, ny_word pattern) {
    ny_http_route_tree *tree = tree_of(me);
    const ny_string *text = ny_as_string(pattern);
    const char *from = text->bytes, *end = from + text->byte_length;
    if (from == end || *from++ != '/')
        return ny_throw_error("ArgumentError", "a pattern of routes begins with /");
    if (!tree->node_count && new_node(tree) == NONE) return NY_ERROR;
    uint32_t node = 0;
    uint32_t *slot = NULL;
    for (;;) { /* at the start of a segment */
        if (from < end && *from == '*') {
            slot = &tree->nodes[node].rest_slot;
            break;
        }
        const char *slash = memchr(from, '/', (size_t)(end - from));
        const char *stop = slash ? slash : end;
        node = from < end && *from == ':' ? step_by_name(tree, node)
                                          : step_by_text(tree, node, from, (size_t)(stop - from));
        if (node == NONE) return NY_ERROR;
        if (stop == end) {
            slot = &tree->nodes[node].slot;
            break;
        }
        from = stop + 1;
    }
    if (*slot == NONE) *slot = tree->slots++;
    return ny_from_integer(*slot);
}

/* A walk down the tree. */
typedef struct {
    const ny_http_route_tree *tree;
    const char *end;
    int64_t skip; /* patterns that fit and are not asked for */
} walk;

static uint32_t taken(walk *walk, uint32_t slot) {
    return slot != NONE && walk->skip-- == 0 ? slot : NONE;
}

static uint32_t find(walk *walk, uint32_t node, const char *from);

/* From a node on, with what is left of a path behind a segment. */
static inline uint32_t find_behind(walk *walk, uint32_t node, const char *stop) {
    return stop == walk->end ? taken(walk, walk->tree->nodes[node].slot)
                             : find(walk, node, stop + 1);
}

/* From a node on, with the rest of a path that begins with a segment. As deep as the longest pattern
   has segments. */
static uint32_t find(walk *walk, uint32_t number, const char *from) {
    const ny_http_route_tree *tree = walk->tree;
    const ny_http_route_node *node = &tree->nodes[number];
    uint64_t hash = hash_begin(number);
    const char *stop = from;
    for (; stop < walk->end && *stop != '/'; stop++) hash = hash_add(hash, *stop);
    if (node->texts) {
        uint32_t to =
            place_of(tree, hash_end(hash), number, from, (size_t)(stop - from))->to;
        uint32_t slot = to ? find_behind(walk, to, stop) : NONE;
        if (slot != NONE) return slot;
    }
    if (node->name != NONE && stop > from) {
        uint32_t slot = find_behind(walk, node->name, stop);
        if (slot != NONE) return slot;
    }
    return taken(walk, node->rest_slot);
}

int64_t ny_http_route_tree_find(ny_word me, ny_word path, int64_t skip) {
    const ny_http_route_tree *tree = tree_of(me);
    const ny_string *text = ny_as_string(path);
    if (!tree->node_count) return -1;
    if (!text->byte_length || text->bytes[0] != '/') return -1;
    walk walk = {tree, text->bytes + text->byte_length, skip};
    uint32_t slot = find(&walk, 0, text->bytes + 1);
    return slot == NONE ? -1 : (int64_t)slot;
}
