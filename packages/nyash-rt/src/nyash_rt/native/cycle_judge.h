/* cycle_judge.h: which of some suspected Boxes are cut off, at one moment.

   Candidates are marked beforehand (NY_SUSPECTED), while the program runs. The Boxes have as
   many references as their counts add up to: if as many are found in candidates, there are none
   elsewhere, and all are cut off (the external count of Bacon and Rajan, taken of all candidates
   together). That takes a look at each and at what it refers to, and no searching. Only if the
   sums differ it is found out which ones are referred to from elsewhere, and what those reach. */
#ifndef NYASH_CYCLE_JUDGE_H
#define NYASH_CYCLE_JUDGE_H

#include "cycle_graph.h"

/* Some parts of a graph: those whose first nodes have these numbers. */
typedef struct ny_cycle_parts {
    ny_cycle_graph *graph;
    size_t from, to;
    size_t head, link; /* a walk's next part, and next node of this part + 1 (0: none) */
} ny_cycle_parts;

static inline void ny_cycle_parts_begin(ny_cycle_parts *parts) {
    parts->head = parts->from;
    parts->link = 0;
}

/* The walk's next node; NULL: there are no more. */
static inline ny_cycle_node *ny_cycle_parts_next(ny_cycle_parts *parts) {
    ny_cycle_graph *graph = parts->graph;
    while (parts->link == 0) {
        if (parts->head == parts->to) return NULL;
        if (graph->nodes[parts->head++].first) parts->link = parts->head;
    }
    size_t number = parts->link - 1;
    parts->link = graph->links[number];
    return &graph->nodes[number];
}

/* A block that was freed and taken again holds a Box without the mark. */
static inline bool ny_cycle_is_candidate(const ny_cycle_node *node) {
    return node->box != NULL && node->box->flags & NY_SUSPECTED && node->box->count != 0;
}

/* Takes the mark from those that are not cut off; weak references to the others read null from
   here. The number of the others. */
size_t ny_cycle_judge(ny_cycle_parts *parts);

#endif
