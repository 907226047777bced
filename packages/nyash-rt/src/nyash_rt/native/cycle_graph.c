/* The collector's view of Boxes; see cycle_graph.h. */
#include "cycle_graph.h"

#include <string.h>

#include "zeroed.h"

bool ny_cycle_graph_make(ny_cycle_graph *graph, size_t room) {
    memset(graph, 0, sizeof *graph);
    graph->room = room ? room : 1;
    graph->nodes = ny_zeroed_get(graph->room, sizeof *graph->nodes);
    graph->queue = ny_zeroed_get(graph->room, sizeof *graph->queue);
    if (graph->nodes != NULL && graph->queue != NULL &&
        ny_box_index_make(&graph->index, graph->room))
        return true;
    ny_cycle_graph_free(graph);
    return false;
}

void ny_cycle_graph_free(ny_cycle_graph *graph) {
    ny_zeroed_free(graph->nodes, graph->room, sizeof *graph->nodes);
    ny_zeroed_free(graph->queue, graph->room, sizeof *graph->queue);
    ny_box_index_free(&graph->index);
    memset(graph, 0, sizeof *graph);
}

void ny_cycle_graph_clear(ny_cycle_graph *graph) {
    graph->count = graph->queued = 0;
    ny_box_index_clear(&graph->index);
}

static ny_cycle_node *find(const ny_cycle_graph *graph, const ny_box *box) {
    uint32_t number = ny_box_index_find(&graph->index, box, graph->nodes, sizeof *graph->nodes);
    return number != NY_BOX_INDEX_NONE ? &graph->nodes[number] : NULL;
}

/* For parts larger than expected. The index of the wider graph is empty. */
static bool grow(ny_cycle_graph *graph) {
    ny_cycle_graph wider;
    if (!ny_cycle_graph_make(&wider, graph->room * 2)) return false;
    memcpy(wider.nodes, graph->nodes, graph->count * sizeof *graph->nodes);
    memcpy(wider.queue, graph->queue, graph->queued * sizeof *graph->queue);
    wider.count = graph->count;
    wider.queued = graph->queued;
    ny_cycle_graph_free(graph);
    *graph = wider;
    return true;
}

void ny_cycle_graph_add(ny_cycle_graph *graph, ny_box *box) {
    if (graph->count == graph->room) return; /* then it waits for the next time */
    graph->nodes[graph->count] = (ny_cycle_node){box, 0, false};
    ny_box_index_enter(&graph->index, box, graph->count++);
}

void ny_cycle_graph_begin_parts(ny_cycle_graph *graph, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) graph->nodes[i].inside = (uint32_t)i;
}

void ny_cycle_graph_forget(ny_cycle_graph *graph, const ny_box *box) {
    if (graph->count == 0) return;
    ny_cycle_node *node = find(graph, box);
    if (node != NULL) node->box = NULL; /* its slot stays taken, so that others are found */
}

/* A node whose Box is there, though maybe another one than when it was added. */
static bool is_there(const ny_cycle_node *node) {
    return node->box != NULL && ny_cycle_is_there(node->box) && ny_cycle_may_contain(node->box);
}

static void count_reference(ny_word word, void *context) {
    if (!ny_is_box(word)) return;
    ny_cycle_node *target = find(context, ny_as_box(word));
    if (target != NULL) target->inside++;
}

static void reach(ny_word word, void *context) {
    ny_cycle_graph *graph = context;
    if (!ny_is_box(word)) return;
    ny_cycle_node *target = find(graph, ny_as_box(word));
    if (target == NULL || target->alive) return;
    target->alive = true;
    graph->queue[graph->queued++] = (uint32_t)(target - graph->nodes);
}

void ny_cycle_graph_scan(ny_cycle_graph *graph, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        if (is_there(&graph->nodes[i]))
            ny_cycle_show_references(graph->nodes[i].box, count_reference, graph);
}

void ny_cycle_graph_find_held(ny_cycle_graph *graph, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        ny_cycle_node *node = &graph->nodes[i];
        /* Fewer references than seen would be a mistake of a native visit: leave it alone. */
        if (node->alive || !is_there(node) || node->box->count == node->inside) continue;
        node->alive = true;
        graph->queue[graph->queued++] = (uint32_t)i;
    }
}

void ny_cycle_graph_reach(ny_cycle_graph *graph, size_t most) {
    for (; most > 0 && graph->queued > 0; most--) {
        ny_cycle_node *node = &graph->nodes[graph->queue[--graph->queued]];
        if (is_there(node)) ny_cycle_show_references(node->box, reach, graph);
    }
}

/* ---- Parts ----------------------------------------------------------------------------------- */

static uint32_t set_of(ny_cycle_graph *graph, uint32_t number) {
    ny_cycle_node *nodes = graph->nodes;
    while (nodes[number].inside != number) {
        nodes[number].inside = nodes[nodes[number].inside].inside; /* halves the way */
        number = nodes[number].inside;
    }
    return number;
}

typedef struct uniting {
    ny_cycle_graph *graph;
    uint32_t source;
} uniting;

static void unite_with(ny_word word, void *context) {
    uniting *uniting = context;
    if (!ny_is_box(word)) return;
    ny_cycle_node *target = find(uniting->graph, ny_as_box(word));
    if (target == NULL) return;
    uint32_t a = set_of(uniting->graph, uniting->source);
    uint32_t b = set_of(uniting->graph, (uint32_t)(target - uniting->graph->nodes));
    /* The smaller number leads: a set's first node is met before its others. */
    if (a < b)
        uniting->graph->nodes[b].inside = a;
    else
        uniting->graph->nodes[a].inside = b;
}

void ny_cycle_graph_unite(ny_cycle_graph *graph, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        uniting uniting = {graph, (uint32_t)i};
        if (is_there(&graph->nodes[i]))
            ny_cycle_show_references(graph->nodes[i].box, unite_with, &uniting);
    }
}

void ny_cycle_graph_link(ny_cycle_graph *graph, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        uint32_t first = set_of(graph, (uint32_t)i);
        if (first == i) continue;
        graph->queue[i] = graph->queue[first];
        graph->queue[first] = (uint32_t)i + 1;
    }
}

void ny_cycle_graph_take_part(const ny_cycle_graph *graph, size_t number, ny_cycle_graph *taken) {
    if (graph->nodes[number].inside != number) return;
    for (size_t next = number + 1; next != 0; next = graph->queue[next - 1]) {
        if (!is_there(&graph->nodes[next - 1])) continue;
        if (taken->count == taken->room && !grow(taken)) return; /* the rest waits */
        taken->nodes[taken->count++] = (ny_cycle_node){graph->nodes[next - 1].box, 0, false};
    }
}

/* ---- One moment ------------------------------------------------------------------------------ */

void ny_cycle_graph_settle(ny_cycle_graph *graph) {
    size_t kept = 0;
    for (size_t i = 0; i < graph->count; i++)
        if (!graph->nodes[i].alive && is_there(&graph->nodes[i]))
            graph->nodes[kept++] = (ny_cycle_node){graph->nodes[i].box, 0, false};
    ny_cycle_graph_clear(graph);
    graph->count = kept;
    for (size_t i = 0; i < kept; i++) ny_box_index_enter(&graph->index, graph->nodes[i].box, i);
    ny_cycle_graph_scan(graph, 0, kept);
    ny_cycle_graph_find_held(graph, 0, kept);
    ny_cycle_graph_reach(graph, SIZE_MAX);
}
