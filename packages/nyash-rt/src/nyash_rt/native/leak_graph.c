/* Live Boxes and their references; see leak_graph.h. */
#include "leak_graph.h"

#include <string.h>

#include "class.h"
#include "cycle_graph.h"
#include "failure.h"
#include "heap.h"
#include "weak.h"

void ny_leak_visit(ny_box *box, void (*show)(ny_word, void *), void *context) {
    ny_cycle_show_references(box, show, context);
    /* What cannot be part of a cycle has no `visit`, but keeps others alive all the same. */
    ny_word more = NY_NULL;
    switch (ny_class_kind(ny_from_box(box))) {
    case NY_CLASS_STRING:
        if (((const ny_string *)box)->owned) more = ((const ny_string *)box)->owner;
        break;
    case NY_CLASS_ERROR: more = ((const ny_error *)box)->type_name; break;
    case NY_CLASS_WEAK: more = ((const ny_weak *)(const void *)box)->inner; break;
    }
    if (more != 0) show(more, context);
}

static void count_box(ny_box *box, void *context) {
    (void)box;
    ++*(size_t *)context;
}

static void add_node(ny_box *box, void *context) {
    ny_leak_graph *graph = context;
    if (graph->count == graph->room) return;
    graph->nodes[graph->count] = (ny_leak_node){.box = box};
    ny_box_index_enter(&graph->index, box, graph->count++);
}

/* The number of the node a word refers to. */
static uint32_t find(const ny_leak_graph *graph, ny_word word) {
    if (word == 0 || !ny_is_box(word)) return NY_LEAK_NOBODY;
    return ny_box_index_find(&graph->index, ny_as_box(word), graph->nodes, sizeof *graph->nodes);
}

static void count_reference(ny_word word, void *context) {
    ny_leak_graph *graph = context;
    uint32_t target = find(graph, word);
    if (target != NY_LEAK_NOBODY) graph->nodes[target].inside++;
}

static void reach(ny_word word, void *context) {
    ny_leak_graph *graph = context;
    uint32_t target = find(graph, word);
    if (target == NY_LEAK_NOBODY || graph->nodes[target].held) return;
    graph->nodes[target].held = true;
    graph->queue[graph->queued++] = target;
}

static bool make_room(ny_leak_graph *graph) {
    ny_heap_walk(count_box, &graph->room);
    if (graph->room >= NY_LEAK_NOBODY) return false;
    graph->nodes = ny_memory_get((graph->room + 1) * sizeof *graph->nodes);
    graph->queue = ny_memory_get((graph->room + 1) * sizeof *graph->queue);
    return graph->nodes != NULL && graph->queue != NULL &&
           ny_box_index_make(&graph->index, graph->room);
}

bool ny_leak_graph_make(ny_leak_graph *graph, bool nothing_holds) {
    memset(graph, 0, sizeof *graph);
    if (!make_room(graph)) return false;
    ny_heap_walk(add_node, graph);
    for (size_t i = 0; i < graph->count; i++)
        ny_leak_visit(graph->nodes[i].box, count_reference, graph);
    for (size_t i = 0; i < graph->count; i++) {
        ny_box *box = graph->nodes[i].box;
        /* At the end, a Box that its fini has stored somewhere is finalised, and stays. */
        bool from_outside = box->count != graph->nodes[i].inside;
        if (nothing_holds ? (box->flags & NY_FINALISED) != 0 : from_outside)
            reach(ny_from_box(box), graph);
    }
    while (graph->queued > 0)
        ny_leak_visit(graph->nodes[graph->queue[--graph->queued]].box, reach, graph);
    return true;
}

/* ---- References between leaked Boxes --------------------------------------------------------- */

typedef struct linking {
    ny_leak_graph *graph;
    uint32_t place;
    bool failed;
} linking;

static void add_edge(ny_word word, void *context) {
    linking *linking = context;
    ny_leak_graph *graph = linking->graph;
    uint32_t place = linking->place++, target = find(graph, word);
    if (target == NY_LEAK_NOBODY || linking->failed) return;
    if (graph->edge_count == graph->edge_room) {
        size_t room = graph->edge_room ? graph->edge_room * 2 : 64;
        ny_leak_edge *wider = ny_memory_resize(graph->edges, graph->edge_room * sizeof *wider,
                                               room * sizeof *wider);
        if (wider == NULL) {
            linking->failed = true;
            return;
        }
        graph->edges = wider;
        graph->edge_room = room;
    }
    graph->edges[graph->edge_count++] = (ny_leak_edge){target, place};
}

bool ny_leak_graph_link(ny_leak_graph *graph) {
    size_t kept = 0;
    for (size_t i = 0; i < graph->count; i++)
        if (!graph->nodes[i].held) graph->nodes[kept++] = graph->nodes[i];
    /* The heap shows the youngest of its own blocks first: while it records, that is all. */
    for (size_t i = 0; i < kept / 2; i++) {
        ny_leak_node other = graph->nodes[i];
        graph->nodes[i] = graph->nodes[kept - 1 - i];
        graph->nodes[kept - 1 - i] = other;
    }
    graph->count = kept;
    ny_box_index_clear(&graph->index);
    for (size_t i = 0; i < kept; i++) ny_box_index_enter(&graph->index, graph->nodes[i].box, i);
    linking linking = {graph, 0, false};
    for (size_t i = 0; i < kept; i++) {
        graph->nodes[i].first_edge = (uint32_t)graph->edge_count;
        linking.place = 0;
        ny_leak_visit(graph->nodes[i].box, add_edge, &linking);
        if (graph->edge_count >= NY_LEAK_NOBODY) linking.failed = true;
    }
    graph->nodes[kept] = (ny_leak_node){.first_edge = (uint32_t)graph->edge_count};
    return !linking.failed;
}

void ny_leak_graph_free(ny_leak_graph *graph) {
    ny_memory_free(graph->nodes, (graph->room + 1) * sizeof *graph->nodes);
    ny_memory_free(graph->queue, (graph->room + 1) * sizeof *graph->queue);
    ny_box_index_free(&graph->index);
    ny_memory_free(graph->edges, graph->edge_room * sizeof *graph->edges);
    memset(graph, 0, sizeof *graph);
}
