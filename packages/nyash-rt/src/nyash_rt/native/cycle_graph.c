/* What the collector suspects; see cycle_graph.h. No Box declares these. */
#include "cycle_graph.h"

#include <string.h>

#include "heap.h"
#include "zeroed.h"

bool ny_cycle_graph_make(ny_cycle_graph *graph, size_t room, size_t slots, size_t own_from,
                         uint32_t *numbers, uint32_t *links) {
    room = room ? room : 1;
    ny_cycle_node *nodes = ny_zeroed_get(room, sizeof *nodes);
    if (nodes == NULL) return false;
    *graph = (ny_cycle_graph){nodes, numbers, links, 0, room, slots, own_from};
    return true;
}

void ny_cycle_graph_free(ny_cycle_graph *graph) {
    ny_zeroed_retire(graph->nodes, graph->room, sizeof *graph->nodes);
    ny_zeroed_retire(graph->numbers, graph->slots + 1, sizeof *graph->numbers);
    ny_zeroed_retire(graph->links, graph->slots + 1, sizeof *graph->links);
    memset(graph, 0, sizeof *graph);
}

void ny_cycle_graph_add(ny_cycle_graph *graph, size_t slot, ny_box *box) {
    graph->numbers[slot] = graph->links[graph->count] = 0;
    if (box == NULL || graph->count == graph->room) return; /* then it waits for the next time */
    graph->nodes[graph->count] = (ny_cycle_node){box, (uint32_t)graph->count, false, false};
    graph->numbers[slot] = (uint32_t)++graph->count;
}

ny_cycle_node *ny_cycle_graph_find(const ny_cycle_graph *graph, const ny_box *box) {
    uint32_t slot = ny_heap_slot(box, graph->own_from);
    if (slot >= graph->slots || graph->numbers[slot] == 0) return NULL;
    return &graph->nodes[graph->numbers[slot] - 1];
}

void ny_cycle_graph_forget(ny_cycle_graph *graph, const ny_box *box) {
    if (graph->count == 0) return;
    uint32_t slot = ny_heap_slot(box, graph->own_from);
    if (slot >= graph->slots) return;
    size_t number = graph->numbers[slot]; /* says something else before the slot's turn has come */
    if (number - 1 < graph->count && graph->nodes[number - 1].box == box)
        graph->nodes[number - 1].box = NULL;
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
    ny_cycle_node *target = ny_cycle_graph_find(uniting->graph, ny_as_box(word));
    if (target == NULL) return;
    uint32_t a = set_of(uniting->graph, uniting->source);
    uint32_t b = set_of(uniting->graph, (uint32_t)(target - uniting->graph->nodes));
    /* The smaller number leads: a set's first node is met before its others. */
    if (a < b)
        uniting->graph->nodes[b].inside = a;
    else
        uniting->graph->nodes[a].inside = b;
}

void ny_cycle_graph_unite(ny_cycle_graph *graph, ny_cycle_place *place, size_t budget) {
    while (budget > 0 && place->number < graph->count) {
        uniting uniting = {graph, (uint32_t)place->number};
        ny_cycle_node *node = &graph->nodes[place->number];
        if (ny_cycle_is_there_still(node)) {
            budget = ny_cycle_show_some(node->box, place, budget, unite_with, &uniting);
        } else {
            *place = (ny_cycle_place){place->number + 1, 0};
            budget--;
        }
    }
}

void ny_cycle_graph_link(ny_cycle_graph *graph, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        uint32_t first = set_of(graph, (uint32_t)i);
        graph->nodes[i].first = first == i;
        if (first == i) continue;
        graph->links[i] = graph->links[first];
        graph->links[first] = (uint32_t)i + 1;
    }
}
