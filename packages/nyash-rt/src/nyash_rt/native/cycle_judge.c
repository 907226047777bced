/* See cycle_judge.h. No Box declares these. */
#include "cycle_judge.h"

#include "fault.h"
#include "weak.h"

static bool is_candidate_word(ny_word word) {
    return ny_is_box(word) && ny_as_box(word)->flags & NY_SUSPECTED;
}

typedef struct sums {
    uint64_t counts, references;
    size_t candidates, weakly_held;
} sums;

static void add_reference(ny_word word, void *context) {
    ((sums *)context)->references += is_candidate_word(word);
}

static sums add_up(ny_cycle_parts *parts) {
    sums sums = {0};
    ny_cycle_parts_begin(parts);
    for (ny_cycle_node *node; (node = ny_cycle_parts_next(parts)) != NULL;) {
        if (!ny_cycle_is_candidate(node)) continue;
        sums.candidates++;
        sums.counts += node->box->count;
        sums.weakly_held += (node->box->flags & NY_WEAKLY_HELD) != 0;
        ny_cycle_show_references(node->box, add_reference, &sums);
    }
    return sums;
}

/* ---- One by one: `inside` counts references from candidates, then links living nodes
   ----------- */

typedef struct living {
    ny_cycle_graph *graph;
    uint32_t last; /* whose references are still to be followed, + 1 */
    size_t count;
} living;

static void live(living *living, ny_cycle_node *node) {
    node->box->flags &= (uint8_t)~NY_SUSPECTED;
    node->inside = living->last;
    living->last = (uint32_t)(node - living->graph->nodes) + 1;
    living->count++;
}

static void count_reference(ny_word word, void *context) {
    if (!is_candidate_word(word)) return;
    ny_cycle_node *target = ny_cycle_graph_find(context, ny_as_box(word));
    if (target != NULL) target->inside++;
}

static void reach(ny_word word, void *context) {
    if (!is_candidate_word(word)) return;
    ny_cycle_node *target = ny_cycle_graph_find(((living *)context)->graph, ny_as_box(word));
    if (target != NULL) live(context, target);
}

static size_t find_living(ny_cycle_parts *parts) {
    living living = {parts->graph, 0, 0};
    ny_cycle_node *node;
    ny_cycle_parts_begin(parts);
    while ((node = ny_cycle_parts_next(parts)) != NULL) node->inside = 0;
    ny_cycle_parts_begin(parts);
    while ((node = ny_cycle_parts_next(parts)) != NULL)
        if (ny_cycle_is_candidate(node))
            ny_cycle_show_references(node->box, count_reference, parts->graph);
    ny_cycle_parts_begin(parts);
    while ((node = ny_cycle_parts_next(parts)) != NULL)
        /* Fewer references than seen would be a mistake of a native visit: leave it alone. */
        if (ny_cycle_is_candidate(node) && node->box->count != node->inside) live(&living, node);
    while (living.last != 0) {
        node = &parts->graph->nodes[living.last - 1];
        living.last = node->inside;
        ny_cycle_show_references(node->box, reach, &living);
    }
    return living.count;
}

static void forget_weak_references(ny_cycle_parts *parts) {
    ny_cycle_parts_begin(parts);
    for (ny_cycle_node *node; (node = ny_cycle_parts_next(parts)) != NULL;)
        if (ny_cycle_is_candidate(node) && node->box->flags & NY_WEAKLY_HELD)
            ny_weak_forget(node->box);
}

size_t ny_cycle_judge(ny_cycle_parts *parts) {
    sums sums = add_up(parts);
    if (sums.counts != sums.references)
        sums.candidates -= find_living(parts);
    else
        NY_FAULT_ASSERT(find_living(parts) == 0, "the sums say that a living Box is cut off");
    if (sums.candidates != 0 && sums.weakly_held != 0) forget_weak_references(parts);
    return sums.candidates;
}
