/* Cycles of strong references (language.md section 6), for DEBUG and the end of the program.

   A Box that is referred to more often than by other Boxes' fields and payloads is held from
   outside: by a variable, a task, a global. What such Boxes reach is alive. The others keep only
   each other: their fini functions run first, then everything is looked at again, because a fini
   may have stored a Box elsewhere; those still cut off lose their fields, and with them their
   counts. Boxes that hold no references cannot be in a cycle and are left out. */
#include "cycle.h"

#include <string.h>

#include "fini.h"
#include "heap.h"

#define NOT_THERE UINT32_MAX

typedef struct node {
    ny_box *box;
    uint32_t inside; /* references from other Boxes */
    bool alive;
} node;

/* All Boxes that may hold others, found by address through `index` (open addressing). */
typedef struct graph {
    node *nodes;
    uint32_t *index;
    uint32_t *queue; /* living ones whose references are still to be followed */
    size_t count, room, index_size, queued;
} graph;

static bool collecting;

static bool may_hold(const ny_box *box) {
    const ny_class *cls = ny_class_of_box(box);
    return cls->field_count != 0 || cls->visit != NULL;
}

static void count_node(ny_box *box, void *context) {
    if (may_hold(box)) ++*(size_t *)context;
}

static size_t slot_of(const graph *graph, const ny_box *box) {
    uint64_t mixed = ((uint64_t)(uintptr_t)box >> 3) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(mixed >> 20) & (graph->index_size - 1);
}

static void add_node(ny_box *box, void *context) {
    graph *graph = context;
    if (!may_hold(box) || graph->count == graph->room) return;
    size_t slot = slot_of(graph, box);
    while (graph->index[slot] != NOT_THERE) slot = (slot + 1) & (graph->index_size - 1);
    graph->index[slot] = (uint32_t)graph->count;
    graph->nodes[graph->count++] = (node){box, 0, false};
}

static node *find_node(const graph *graph, ny_word word) {
    if (!ny_is_box(word)) return NULL;
    for (size_t slot = slot_of(graph, ny_as_box(word));;
         slot = (slot + 1) & (graph->index_size - 1)) {
        if (graph->index[slot] == NOT_THERE) return NULL;
        node *found = &graph->nodes[graph->index[slot]];
        if (found->box == ny_as_box(word)) return found;
    }
}

static void show_references(ny_box *box, void (*show)(ny_word, void *), graph *graph) {
    const ny_class *cls = ny_class_of_box(box);
    const ny_word *fields = (const ny_word *)(const void *)((char *)box + cls->field_offset);
    for (uint32_t i = 0; i < cls->field_count; i++) show(fields[i], graph);
    if (cls->visit != NULL) cls->visit(box, show, graph);
}

static void count_reference(ny_word word, void *context) {
    node *target = find_node(context, word);
    if (target != NULL) target->inside++;
}

static void reach(ny_word word, void *context) {
    graph *graph = context;
    node *target = find_node(graph, word);
    if (target == NULL || target->alive) return;
    target->alive = true;
    graph->queue[graph->queued++] = (uint32_t)(target - graph->nodes);
}

static void graph_free(graph *graph) {
    ny_memory_free(graph->nodes, graph->room * sizeof *graph->nodes);
    ny_memory_free(graph->queue, graph->room * sizeof *graph->queue);
    ny_memory_free(graph->index, graph->index_size * sizeof *graph->index);
}

/* Finds out who is alive. False: no memory for it. */
static bool graph_make(graph *graph) {
    memset(graph, 0, sizeof *graph);
    ny_heap_walk(count_node, &graph->room);
    for (graph->index_size = 16; graph->index_size < graph->room * 2;) graph->index_size *= 2;
    if (graph->room == 0) graph->room = 1;
    graph->nodes = ny_memory_get(graph->room * sizeof *graph->nodes);
    graph->queue = ny_memory_get(graph->room * sizeof *graph->queue);
    graph->index = ny_memory_get(graph->index_size * sizeof *graph->index);
    if (graph->nodes == NULL || graph->queue == NULL || graph->index == NULL) return false;
    memset(graph->index, 0xFF, graph->index_size * sizeof *graph->index);
    ny_heap_walk(add_node, graph);
    for (size_t i = 0; i < graph->count; i++)
        show_references(graph->nodes[i].box, count_reference, graph);
    for (size_t i = 0; i < graph->count; i++)
        /* Fewer references than seen would be a mistake of a native visit: leave it alone. */
        if (graph->nodes[i].box->count != graph->nodes[i].inside)
            reach(ny_from_box(graph->nodes[i].box), graph);
    while (graph->queued > 0)
        show_references(graph->nodes[graph->queue[--graph->queued]].box, reach, graph);
    return true;
}

/* Keeps only the Boxes that are cut off and that `wanted` takes, each held once. */
static void hold_dead(graph *graph, bool (*wanted)(const ny_box *)) {
    size_t kept = 0;
    for (size_t i = 0; i < graph->count; i++) {
        if (graph->nodes[i].alive || !wanted(graph->nodes[i].box)) continue;
        graph->nodes[kept++] = graph->nodes[i];
        graph->nodes[i].box->count++;
    }
    graph->count = kept;
}

static bool has_fini_to_run(const ny_box *box) {
    return ny_class_of_box(box)->finaliser_count != 0 && !(box->flags & NY_FINALISED);
}

static bool any(const ny_box *box) {
    (void)box;
    return true;
}

static int64_t count_dead(const graph *graph) {
    int64_t dead = 0;
    for (size_t i = 0; i < graph->count; i++) dead += !graph->nodes[i].alive;
    return dead;
}

/* Ends the Boxes that `wanted` takes: all fini functions before any field goes. What a fini
   stores elsewhere stays, but is finalised. */
static void end_dead(graph *graph, bool (*wanted)(const ny_box *)) {
    hold_dead(graph, wanted);
    for (size_t i = 0; i < graph->count; i++)
        if (!(graph->nodes[i].box->flags & NY_FINALISED)) ny_fini_begin(graph->nodes[i].box);
    for (size_t i = 0; i < graph->count; i++)
        if (!(graph->nodes[i].box->flags & NY_DEAD)) ny_fini_finish(graph->nodes[i].box);
    for (size_t i = 0; i < graph->count; i++) ny_release_box(graph->nodes[i].box);
}

int64_t ny_cycle_collect(void) {
    graph graph;
    if (collecting) return 0; /* a fini asks for it */
    collecting = true;
    int64_t dead = 0;
    if (graph_make(&graph)) {
        dead = count_dead(&graph);
        if (dead > 0) end_dead(&graph, has_fini_to_run);
    }
    graph_free(&graph);
    if (dead > 0) { /* no code of the program runs from here on */
        if (graph_make(&graph)) end_dead(&graph, any);
        graph_free(&graph);
    }
    collecting = false;
    return dead;
}

int64_t ny_cycle_count(void) {
    graph graph;
    int64_t dead = graph_make(&graph) ? count_dead(&graph) : 0;
    graph_free(&graph);
    return dead;
}
