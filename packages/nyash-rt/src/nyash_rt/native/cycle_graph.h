/* cycle_graph.h: some Boxes and how often they refer to each other, for the cycle collector.

   The program may run between two calls: counts and references are then those of different moments,
   and only ny_cycle_graph_settle says what is true now. Blocks of the heap's lists stay the start of
   a Box, living or free, for ever; a block of malloc has to be forgotten when it is freed. */
#ifndef NYASH_CYCLE_GRAPH_H
#define NYASH_CYCLE_GRAPH_H

#include "box_index.h"

typedef struct ny_cycle_node {
    ny_box *box;     /* NULL: forgotten */
    uint32_t inside; /* references from Boxes of the graph; or its set's parent */
    bool alive;      /* held from outside of the graph, or reached from such a Box */
} ny_cycle_node;

typedef struct ny_cycle_graph {
    ny_cycle_node *nodes;
    ny_box_index index;
    uint32_t *queue; /* living ones whose references are still to be followed; or node number + 1 of the
                        next one of a part */
    size_t count, room, queued;
} ny_cycle_graph;

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

/* An empty graph for up to `room` Boxes. False: no memory. */
bool ny_cycle_graph_make(ny_cycle_graph *graph, size_t room);
void ny_cycle_graph_free(ny_cycle_graph *graph);
/* No nodes any more; room and memory stay. */
void ny_cycle_graph_clear(ny_cycle_graph *graph);
void ny_cycle_graph_add(ny_cycle_graph *graph, ny_box *box);
void ny_cycle_graph_forget(ny_cycle_graph *graph, const ny_box *box);
/* Counts the references that leave nodes [from, to). */
void ny_cycle_graph_scan(ny_cycle_graph *graph, size_t from, size_t to);
/* Marks those of nodes [from, to) that have references from elsewhere as alive, and queues them. */
void ny_cycle_graph_find_held(ny_cycle_graph *graph, size_t from, size_t to);
/* Follows the references of up to `most` queued nodes. */
void ny_cycle_graph_reach(ny_cycle_graph *graph, size_t most);
/* Keeps the nodes that are not known to be alive, and finds out at one moment which of them are. */
void ny_cycle_graph_settle(ny_cycle_graph *graph);

/* The graph's parts that no reference joins (disjoint sets: Galler and Fischer, 1964). Each of these for all nodes, then part by part. */
void ny_cycle_graph_begin_parts(ny_cycle_graph *graph, size_t from, size_t to);
void ny_cycle_graph_unite(ny_cycle_graph *graph, size_t from, size_t to);
void ny_cycle_graph_link(ny_cycle_graph *graph, size_t from, size_t to);
/* Adds the part whose first node is `number` to another graph, which is to be settled next; nothing if
   it is not a first one. */
void ny_cycle_graph_take_part(const ny_cycle_graph *graph, size_t number, ny_cycle_graph *taken);

#endif
