/* Cycles among leaked Boxes; see leak_cycle.h. */
#include "leak_cycle.h"

#include <string.h>

#include "leak_names.h"

#define MOST_ROUNDS 8
#define MOST_CUTS 64

/* A field that was proposed: all references from it are left out in later rounds. */
typedef struct cut {
    const ny_class *cls; /* that declares it */
    const char *field;
} cut;

typedef struct search {
    const ny_leak_graph *graph;
    uint32_t *low;       /* Tarjan's lowlink; 0: not visited */
    uint32_t *order;     /* number of the visit, from 1 */
    uint32_t *component; /* NY_LEAK_NOBODY while on the stack or not visited */
    uint32_t *stack;     /* nodes whose component is not complete */
    uint32_t *calls;     /* the recursion: nodes, */
    uint32_t *next_edge; /* and for each node its next edge */
    uint32_t *came_by;   /* breadth first: the edge that led to a node */
    uint32_t *came_from;
    ny_leak_path path;
    cut cuts[MOST_CUTS];
    size_t cut_count, room;
    bool ordered;
} search;

static bool is_cut(const search *search, const ny_box *box, uint32_t place) {
    const ny_class *cls = ny_class_of_box(box);
    if (search->cut_count == 0 || place >= cls->field_count) return false;
    for (size_t i = 0; i < search->cut_count; i++)
        if (strcmp(search->cuts[i].field, cls->field_names[place]) == 0 &&
            search->cuts[i].cls == ny_leak_declaring_class(cls, place))
            return true;
    return false;
}

static bool usable(const search *search, uint32_t from, const ny_leak_edge *edge) {
    return !is_cut(search, search->graph->nodes[from].box, edge->place);
}

/* ---- The way to cut a cycle ------------------------------------------------------------------ */

static bool sounds_like_back(const char *field) {
    static const char *const words[] = {"parent", "owner",  "prev",    "back",  "up",
                                        "outer",  "holder", "container", "host", "root"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(field, words[i], strlen(words[i])) == 0) return true;
    return false;
}

/* A reference from a younger Box to an older one goes back. Where the order is not known, or
   several go back, names decide, then the one that closes the cycle. */
static uint32_t choose_weak(const search *search) {
    const ny_leak_path *path = &search->path;
    uint32_t best = NY_LEAK_NOBODY, best_worth = 0;
    for (uint32_t i = 0; i < path->length; i++) {
        const ny_box *box = search->graph->nodes[path->node[i]].box;
        if (!ny_leak_could_be_weak(box, path->place[i])) continue;
        uint32_t target = path->node[i + 1 < path->length ? i + 1 : 0];
        uint32_t worth = 1;
        if (search->ordered && target <= path->node[i]) worth += 2;
        if (sounds_like_back(ny_class_of_box(box)->field_names[path->place[i]])) worth++;
        if (worth < best_worth) continue;
        best = i;
        best_worth = worth;
    }
    return best;
}

static void remember_cut(search *search) {
    const ny_leak_path *path = &search->path;
    if (path->weak == NY_LEAK_NOBODY || search->cut_count == MOST_CUTS) return;
    const ny_box *box = search->graph->nodes[path->node[path->weak]].box;
    const ny_class *cls = ny_class_of_box(box);
    uint32_t field = path->place[path->weak];
    if (is_cut(search, box, field)) return;
    search->cuts[search->cut_count++] =
        (cut){ny_leak_declaring_class(cls, field), cls->field_names[field]};
}

/* ---- One component --------------------------------------------------------------------------- */

/* The shortest way from `start` back to it inside its component. */
static void find_path(search *search, uint32_t start) {
    const ny_leak_graph *graph = search->graph;
    uint32_t component = search->component[start], head = 0, tail = 0;
    uint32_t *queue = search->calls; /* Tarjan is done with it */
    uint32_t last = NY_LEAK_NOBODY, last_place = 0;
    queue[tail++] = start;
    while (head < tail && last == NY_LEAK_NOBODY) {
        uint32_t at = queue[head++];
        for (uint32_t e = graph->nodes[at].first_edge; e < graph->nodes[at + 1].first_edge; e++) {
            uint32_t target = graph->edges[e].target;
            if (search->component[target] != component || !usable(search, at, &graph->edges[e]))
                continue;
            if (target == start) {
                last = at;
                last_place = graph->edges[e].place;
                break;
            }
            if (search->came_from[target] != NY_LEAK_NOBODY) continue;
            search->came_from[target] = at;
            search->came_by[target] = graph->edges[e].place;
            queue[tail++] = target;
        }
    }
    uint32_t length = 0;
    for (uint32_t at = last, place = last_place; at != NY_LEAK_NOBODY; length++) {
        search->path.node[length] = at;
        search->path.place[length] = place;
        if (at == start) at = NY_LEAK_NOBODY;
        else place = search->came_by[at], at = search->came_from[at];
    }
    for (uint32_t i = 0; i < length / 2; i++) {
        uint32_t j = length - 1 - i, node = search->path.node[i], place = search->path.place[i];
        search->path.node[i] = search->path.node[j];
        search->path.place[i] = search->path.place[j];
        search->path.node[j] = node;
        search->path.place[j] = place;
    }
    search->path.length = length;
    for (uint32_t i = 0; i < tail; i++) search->came_from[queue[i]] = NY_LEAK_NOBODY;
}

/* ---- Components ------------------------------------------------------------------------------ */

/* Visits everything reachable from `start`; numbers components from *components on. */
static void visit(search *search, uint32_t start, uint32_t *visits, uint32_t *components,
                  uint32_t *stacked) {
    const ny_leak_graph *graph = search->graph;
    uint32_t depth = 0;
    search->calls[depth++] = start;
    search->order[start] = search->low[start] = ++*visits;
    search->stack[(*stacked)++] = start;
    search->next_edge[start] = graph->nodes[start].first_edge;
    while (depth > 0) {
        uint32_t at = search->calls[depth - 1];
        if (search->next_edge[at] < graph->nodes[at + 1].first_edge) {
            const ny_leak_edge *edge = &graph->edges[search->next_edge[at]++];
            uint32_t target = edge->target;
            if (!usable(search, at, edge)) continue;
            if (search->order[target] == 0) {
                search->order[target] = search->low[target] = ++*visits;
                search->stack[(*stacked)++] = target;
                search->next_edge[target] = graph->nodes[target].first_edge;
                search->calls[depth++] = target;
            } else if (search->component[target] == NY_LEAK_NOBODY &&
                       search->order[target] < search->low[at]) {
                search->low[at] = search->order[target];
            }
            continue;
        }
        depth--;
        if (depth > 0) {
            uint32_t caller = search->calls[depth - 1];
            if (search->low[at] < search->low[caller]) search->low[caller] = search->low[at];
        }
        if (search->low[at] != search->order[at]) continue;
        uint32_t member;
        do {
            member = search->stack[--*stacked];
            search->component[member] = *components;
        } while (member != at);
        ++*components;
    }
}

static void find_components(search *search) {
    const ny_leak_graph *graph = search->graph;
    uint32_t visits = 0, components = 0, stacked = 0;
    memset(search->order, 0, graph->count * sizeof *search->order);
    memset(search->component, 0xFF, graph->count * sizeof *search->component);
    for (uint32_t i = 0; i < graph->count; i++)
        if (search->order[i] == 0) visit(search, i, &visits, &components, &stacked);
}

/* Whether a node is on a cycle: a usable reference stays in its component. */
static bool on_cycle(const search *search, uint32_t node) {
    const ny_leak_graph *graph = search->graph;
    for (uint32_t e = graph->nodes[node].first_edge; e < graph->nodes[node + 1].first_edge; e++)
        if (search->component[graph->edges[e].target] == search->component[node] &&
            usable(search, node, &graph->edges[e]))
            return true;
    return false;
}

/* One round: shows a path for each component with a cycle; whether there was one with a field to
   cut. The fields are left out from the next round on. */
static bool run_round(search *search, uint8_t *in_cycle, bool first,
                      void (*see)(const ny_leak_path *, void *), void *context) {
    bool proposed = false;
    uint32_t *shown = search->low; /* by component: a path was shown */
    size_t cuts_before = search->cut_count, cuts_after = cuts_before;
    find_components(search);
    memset(shown, 0, search->graph->count * sizeof *shown);
    for (uint32_t i = 0; i < search->graph->count; i++) {
        if (!on_cycle(search, i)) continue;
        if (first) in_cycle[i] = NY_LEAK_ON_CYCLE;
        if (shown[search->component[i]]) continue;
        shown[search->component[i]] = 1;
        if (in_cycle[i] == NY_LEAK_UNCUT) continue;
        search->cut_count = cuts_before;
        find_path(search, i);
        if (search->path.length == 0) continue;
        search->path.weak = choose_weak(search);
        if (search->path.weak == NY_LEAK_NOBODY) in_cycle[i] = NY_LEAK_UNCUT; /* shown once */
        search->cut_count = cuts_after;
        remember_cut(search);
        cuts_after = search->cut_count;
        search->cut_count = cuts_before;
        proposed |= search->path.weak != NY_LEAK_NOBODY;
        see(&search->path, context);
    }
    search->cut_count = cuts_after;
    return proposed && cuts_after > cuts_before;
}

bool ny_leak_cycles(const ny_leak_graph *graph, bool ordered, uint8_t *in_cycle,
                    void (*see)(const ny_leak_path *path, void *context), void *context) {
    search search = {.graph = graph, .ordered = ordered};
    size_t count = graph->count + 1, bytes = 10 * count * sizeof(uint32_t);
    uint32_t *memory = ny_memory_get(bytes);
    if (memory == NULL) return false;
    uint32_t **const parts[] = {&search.low,       &search.order,     &search.component,
                                &search.stack,     &search.calls,     &search.next_edge,
                                &search.came_by,   &search.came_from, &search.path.node,
                                &search.path.place};
    for (size_t i = 0; i < 10; i++) *parts[i] = memory + i * count;
    memset(search.came_from, 0xFF, count * sizeof(uint32_t));
    for (int number = 0; number < MOST_ROUNDS; number++)
        if (!run_round(&search, in_cycle, number == 0, see, context)) break;
    ny_memory_free(memory, bytes);
    return true;
}
