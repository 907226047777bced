/* leak_cycle.h: the cycles among leaked Boxes, and the field to declare `weak` in each.

   Strongly connected components by Tarjan's algorithm ("Depth-first search and linear graph
   algorithms", SIAM J. Comput. 1972), without recursion. Each component with a cycle shows the
   shortest one through its oldest Box. When the proposed fields would leave other cycles, those
   are found in a further round that leaves the proposed fields out: together the proposals cut
   every cycle (a greedy feedback arc set over the program's fields). */
#ifndef NYASH_LEAK_CYCLE_H
#define NYASH_LEAK_CYCLE_H

#include "leak_graph.h"

/* A way through the graph: hop i leaves node[i] by the reference place[i]; the last comes back to
   node[0]. */
typedef struct ny_leak_path {
    uint32_t *node, *place;
    uint32_t length;
    uint32_t weak; /* the hop whose field should be weak; NY_LEAK_NOBODY: none is a field */
} ny_leak_path;

/* Marks of `in_cycle`. */
enum { NY_LEAK_ON_CYCLE = 1, NY_LEAK_UNCUT = 2 /* its cycle was shown, and no field can cut it */ };

/* Shows each cycle; marks in `in_cycle` (one byte per node) the Boxes of the components. False: no
   memory. `ordered`: nodes are in the order in which they were made. */
bool ny_leak_cycles(const ny_leak_graph *graph, bool ordered, uint8_t *in_cycle,
                    void (*see)(const ny_leak_path *path, void *context), void *context);

#endif
