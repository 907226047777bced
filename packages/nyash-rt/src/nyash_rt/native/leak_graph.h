/* leak_graph.h: every live Box and who refers to whom, for looking for leaks.

   Unlike the collector's view this has all Boxes, also those that hold nothing: what a leaked Box
   keeps is leaked too. A Box with more references than Boxes account for is held from outside (by
   a variable, a task, a root, native code), and what such Boxes reach is not leaked. The heap must
   not change while a graph is used, apart from ny_memory_get. */
#ifndef NYASH_LEAK_GRAPH_H
#define NYASH_LEAK_GRAPH_H

#include "box_index.h"

#define NY_LEAK_NOBODY NY_BOX_INDEX_NONE

typedef struct ny_leak_node {
    ny_box *box;
    uint32_t inside;     /* references from other Boxes */
    uint32_t first_edge; /* of edges; those of the next node follow */
    bool held;           /* reachable from outside: no leak */
} ny_leak_node;

/* A reference between leaked Boxes. `place` counts what the Box refers to in the order of
   ny_leak_visit: its fields first, then its payload. */
typedef struct ny_leak_edge {
    uint32_t target;
    uint32_t place;
} ny_leak_edge;

typedef struct ny_leak_graph {
    ny_leak_node *nodes; /* count of them, and one more that ends the edges */
    ny_leak_edge *edges; /* after ny_leak_graph_link */
    ny_box_index index;
    uint32_t *queue;
    size_t count, room, queued, edge_count, edge_room;
} ny_leak_graph;

/* Finds the Boxes that are not held. False: no memory for it. With `nothing_holds`, none is held:
   the program has ended and given everything back. Free in both cases. */
bool ny_leak_graph_make(ny_leak_graph *graph, bool nothing_holds);
/* Keeps only Boxes that are not held, in the order they were made, and notes their references to
   each other. */
bool ny_leak_graph_link(ny_leak_graph *graph);
void ny_leak_graph_free(ny_leak_graph *graph);

/* Everything a Box refers to: fields in order, then what its class shows, then what classes of the
   runtime hold besides. */
void ny_leak_visit(ny_box *box, void (*show)(ny_word, void *), void *context);

#endif
