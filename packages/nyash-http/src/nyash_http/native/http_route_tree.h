/* http_route_tree: which of many patterns fit a path (http_pattern.h says what they mean), found
   segment by segment.

   A tree of the segments: from each node lead texts, `:name` and `*name`. The edges of texts stand in
   one hash table for the whole tree, so a segment costs the same beside one neighbour as beside a
   thousand. A walk tries texts before names before the rest, that is the most specific first,
   and meets no node twice, as every node has one way to it: the worst path costs as many steps
   as the tree has nodes. */
#ifndef NY_HTTP_ROUTE_TREE_H
#define NY_HTTP_ROUTE_TREE_H

#include "nyash.h"

typedef struct ny_http_route_node ny_http_route_node;
typedef struct ny_http_route_edge ny_http_route_edge;

typedef struct ny_http_route_tree {
    ny_box box;
    ny_http_route_node *nodes; /* the first is where all paths begin */
    ny_http_route_edge *edges; /* by hash, open addressing, a power of two, at most half full */
    char *texts;               /* of the edges, one after the other */
    uint32_t node_count, node_room;
    uint32_t edge_count, edge_room;
    uint32_t text_count, text_room;
    uint32_t slots;
} ny_http_route_tree;

void ny_http_route_tree_destroy(ny_box *box);

/* The slot of a pattern: 0, 1, 2... in the order in which they come; the one before if a pattern
   that fits the same paths was added. */
ny_word ny_http_route_tree_add(ny_word me, ny_word pattern);

/* The slot of the most specific pattern that fits a path, of the next one for a `skip` of 1, and so
   on; -1 when there is none. */
int64_t ny_http_route_tree_find(ny_word me, ny_word path, int64_t skip);

#endif
