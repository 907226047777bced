/* cycle_graph.h: the Boxes that the cycle collector suspects, and the parts they fall into.

   The program may run between two calls: the references are then those of different moments.
   Blocks of the heap's lists stay the start of a Box, living or free, for ever; a block of
   malloc has to be forgotten when it is freed. */
#ifndef NYASH_CYCLE_GRAPH_H
#define NYASH_CYCLE_GRAPH_H

#include "cycle_visit.h"

typedef struct ny_cycle_node {
    ny_box *box;     /* NULL: forgotten */
    uint32_t inside; /* the first node of its part, or one nearer to it; later: cycle_judge.c */
    bool first;      /* of its part */
    bool held;       /* cycle_end.c has a reference to the Box */
} ny_cycle_node;

typedef struct ny_cycle_graph {
    ny_cycle_node *nodes;
    uint32_t *numbers; /* by slot (heap.h): of its node, + 1; 0: it has none */
    uint32_t *links;   /* by node: the next one of its part, + 1; 0: it is the last */
    size_t count, room, slots, own_from;
} ny_cycle_graph;

/* An empty graph for up to `room` Boxes; takes over the arrays for `slots`, with one element
   more than that each, of ny_zeroed_get, if there is memory. False: there is not. */
bool ny_cycle_graph_make(ny_cycle_graph *graph, size_t room, size_t slots, size_t own_from,
                         uint32_t *numbers, uint32_t *links);
void ny_cycle_graph_free(ny_cycle_graph *graph);
/* For each slot in turn: the suspect in it, or NULL. */
void ny_cycle_graph_add(ny_cycle_graph *graph, size_t slot, ny_box *box);
void ny_cycle_graph_forget(ny_cycle_graph *graph, const ny_box *box);
/* The node of a Box; NULL: none. */
ny_cycle_node *ny_cycle_graph_find(const ny_cycle_graph *graph, const ny_box *box);

/* A node whose Box is there, though maybe another one than when it was added. */
static inline bool ny_cycle_is_there_still(const ny_cycle_node *node) {
    return node->box != NULL && ny_cycle_is_there(node->box) && ny_cycle_may_contain(node->box);
}

/* The graph's parts that no reference joins (disjoint sets: Galler and Fischer, 1964). Each of
   these for all nodes. Follows references until `budget` is used up (cycle_visit.h). */
void ny_cycle_graph_unite(ny_cycle_graph *graph, ny_cycle_place *place, size_t budget);
void ny_cycle_graph_link(ny_cycle_graph *graph, size_t from, size_t to);

#endif
