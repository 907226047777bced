/* Groups what a leak check finds; see leak_report.h. */
#include "leak_report.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "buffer.h"
#include "class.h"
#include "closure.h"
#include "file.h"
#include "heap.h"
#include "leak_cycle.h"
#include "leak_names.h"
#include "map.h"
#include "socket.h"

extern const uint16_t ny_class_id_SocketBox __attribute__((weak));
extern const uint16_t ny_class_id_FileBox __attribute__((weak));

#define MOST_HOPS 12 /* of a path that are shown */

const ny_site *ny_leak_site(uint32_t site) {
    return site != 0 && site <= ny_site_count ? &ny_sites[site - 1] : NULL;
}

/* ---- Groups ---------------------------------------------------------------------------------- */

static size_t payload_bytes(const ny_box *box) {
    switch (ny_class_kind(ny_from_box(box))) {
    case NY_CLASS_ARRAY: {
        const ny_array *array = (const ny_array *)box;
        return ((size_t)array->room + array->skipped) * sizeof(ny_word);
    }
    case NY_CLASS_MAP: {
        const ny_map *map = (const ny_map *)box;
        return map->room * (sizeof(ny_map_entry) + 2 * sizeof(uint32_t));
    }
    default: return 0;
    }
}

static bool same(const ny_leak_group *left, const ny_leak_group *right) {
    return left->cls == right->cls && left->site == right->site && left->state == right->state &&
           left->keeper == right->keeper && left->keeper_place == right->keeper_place;
}

static size_t slot_of(const ny_leak_report *report, const ny_leak_group *group) {
    uint64_t mixed = (uint64_t)group->site << 32 | group->cls->id << 2 | group->state;
    mixed = (mixed ^ (group->keeper != NULL ? (uint64_t)group->keeper->id << 40 : 0) ^
             (uint64_t)group->keeper_place << 20) * UINT64_C(0x9E3779B97F4A7C15);
    size_t slot = (size_t)(mixed >> 20) & (report->index_size - 1);
    while (report->group_index[slot] != 0 &&
           !same(&report->groups[report->group_index[slot] - 1], group))
        slot = (slot + 1) & (report->index_size - 1);
    return slot;
}

static bool widen(ny_leak_report *report) {
    size_t room = report->group_room ? report->group_room * 2 : 64, size = room * 2;
    ny_leak_group *groups = ny_memory_resize(report->groups, report->group_room * sizeof *groups,
                                             room * sizeof *groups);
    if (groups == NULL) return false;
    report->groups = groups;
    uint32_t *index = ny_memory_get(size * sizeof *index);
    if (index == NULL) return false;
    memset(index, 0, size * sizeof *index);
    ny_memory_free(report->group_index, report->index_size * sizeof *index);
    report->group_index = index;
    report->index_size = size;
    report->group_room = room;
    for (size_t i = 0; i < report->group_count; i++)
        report->group_index[slot_of(report, &groups[i])] = (uint32_t)i + 1;
    return true;
}

static void add_box(ny_leak_report *report, ny_leak_group *key, ny_box *box, ny_box *keeper,
                    uint32_t keeper_place) {
    if (report->group_count == report->group_room && !widen(report)) {
        report->failed = true;
        return;
    }
    size_t slot = slot_of(report, key);
    if (report->group_index[slot] == 0) {
        if (keeper != NULL) ny_leak_name_holder(&key->kept_by, keeper, keeper_place);
        report->groups[report->group_count++] = *key;
        report->group_index[slot] = (uint32_t)report->group_count;
    }
    ny_leak_group *group = &report->groups[report->group_index[slot] - 1];
    size_t bytes = ny_heap_block_bytes(box) + payload_bytes(box);
    group->count++;
    group->bytes += bytes;
    report->boxes++;
    report->bytes += bytes;
}

/* ---- Cycles ---------------------------------------------------------------------------------- */

typedef struct finding {
    ny_leak_report *report;
    const ny_leak_graph *graph;
} finding;

static void advise(ny_leak_cycle *cycle, ny_box *box) {
    ny_text *text = &cycle->advice;
    if (cycle->weak_class != NULL) {
        const ny_class_place *place =
            ny_class_places != NULL ? &ny_class_places[cycle->weak_class->id] : NULL;
        ny_text_format(text, "declare it `weak %s` in box %s",
                       cycle->weak_class->field_names[cycle->weak_field], cycle->weak_class->name);
        if (place != NULL && place->file != NULL)
            ny_text_format(text, " (%s:%u)", place->file, place->field_lines[cycle->weak_field]);
        return;
    }
    switch (ny_class_kind(ny_from_box(box))) {
    case NY_CLASS_FUNCTION:
    case NY_CLASS_CELL:
        ny_text_format(text, "let the function capture a weak reference: "
                             "`local w = weak x` before it, and `w.get()` inside");
        break;
    case NY_CLASS_ARRAY:
    case NY_CLASS_MAP:
        ny_text_format(text, "store `weak x` in the %s, and take it out with `.get()`",
                       ny_class_of_box(box)->name);
        break;
    default: ny_text_format(text, "hold one of them by a WeakBox (`weak x`)");
    }
}

static bool equal_texts(const ny_text *left, const ny_text *right) {
    return left->length == right->length && memcmp(left->bytes, right->bytes, left->length) == 0;
}

static void name_path(ny_text *text, const ny_leak_graph *graph, const ny_leak_path *path) {
    for (uint32_t i = 0; i < path->length; i++) {
        if (path->length > MOST_HOPS && i == MOST_HOPS - 2) {
            uint32_t left_out = path->length - MOST_HOPS + 1;
            ny_text_format(text, "(%u more) → ", left_out);
            i += left_out;
        }
        ny_leak_name_reference(text, graph->nodes[path->node[i]].box, path->place[i]);
        ny_text_append(text, " → ", strlen(" → "));
    }
    ny_box *first = graph->nodes[path->node[0]].box;
    bool variable = ny_class_kind(ny_from_box(first)) == NY_CLASS_CELL;
    ny_text_format(text, "%s", variable ? "variable" : ny_class_of_box(first)->name);
}

/* What a `weak` does not help with is the same advice for the first container or function. */
static ny_box *adviser(const ny_leak_graph *graph, const ny_leak_path *path) {
    for (uint32_t i = 0; i < path->length; i++) {
        ny_box *box = graph->nodes[path->node[i]].box;
        if (ny_class_kind(ny_from_box(box)) == NY_CLASS_FUNCTION) return box;
    }
    return graph->nodes[path->node[0]].box;
}

static void add_cycle(const ny_leak_path *path, void *context) {
    const finding *finding = context;
    ny_leak_report *report = finding->report;
    ny_leak_cycle cycle = {.count = 1};
    name_path(&cycle.path, finding->graph, path);
    for (size_t i = 0; i < report->cycle_count; i++) {
        if (!equal_texts(&report->cycles[i].path, &cycle.path)) continue;
        report->cycles[i].count++;
        ny_text_drop(&cycle.path);
        return;
    }
    if (report->cycle_count == NY_LEAK_MOST_CYCLES) {
        report->more_cycles++;
        ny_text_drop(&cycle.path);
        return;
    }
    if (path->weak != NY_LEAK_NOBODY) {
        const ny_class *cls = ny_class_of_box(finding->graph->nodes[path->node[path->weak]].box);
        const char *name = cls->field_names[path->place[path->weak]];
        cycle.weak_class = ny_leak_declaring_class(cls, path->place[path->weak]);
        while (strcmp(cycle.weak_class->field_names[cycle.weak_field], name) != 0)
            cycle.weak_field++;
    }
    advise(&cycle, adviser(finding->graph, path));
    report->cycles[report->cycle_count++] = cycle;
}

/* ---- Handles --------------------------------------------------------------------------------- */

static void add_handle(ny_leak_report *report, ny_box *box) {
    ny_word word = ny_from_box(box);
    if (&ny_class_id_SocketBox != NULL && ny_is(word, ny_class_id_SocketBox)) {
        const struct ny_socket *socket = (const struct ny_socket *)(const void *)box;
        if (!ny_socket_is_open(socket)) return;
        report->handles[NY_HANDLE_SOCKET]++;
        if (report->handles[NY_HANDLE_SOCKET] > 20) return;
        ny_word address = ny_socket_local_address(word);
        ny_text_format(&report->handle_names, "open socket ");
        if (address != NY_ERROR && ny_is_string(address))
            ny_text_string(&report->handle_names, address);
        else if (address == NY_ERROR)
            ny_release(ny_error_take());
        ny_text_append(&report->handle_names, "\n", 1);
        if (address != NY_ERROR) ny_release(address);
    } else if (&ny_class_id_FileBox != NULL && ny_is(word, ny_class_id_FileBox)) {
        const ny_file *file = (const ny_file *)(const void *)box;
        if (file->handle == NULL) return;
        report->handles[NY_HANDLE_FILE]++;
        if (report->handles[NY_HANDLE_FILE] > 20) return;
        ny_text_format(&report->handle_names, "open file ");
        if (file->path != 0) ny_text_string(&report->handle_names, file->path);
        ny_text_append(&report->handle_names, "\n", 1);
    }
}

/* ---- All of it ------------------------------------------------------------------------------- */

/* Breadth first from the Boxes that need nobody: who comes first keeps the others. */
static void add_all(ny_leak_report *report, const ny_leak_graph *graph, uint8_t *seen,
                    uint32_t *queue) {
    size_t head = 0, tail = 0;
    for (uint32_t i = 0; i < graph->count; i++) {
        ny_leak_node *node = &graph->nodes[i];
        if (!seen[i] && node->box->count == node->inside) continue;
        ny_leak_group key = {.cls = ny_class_of_box(node->box),
                             .site = ny_heap_site(node->box),
                             .state = seen[i] ? NY_LEAK_IN_CYCLE : NY_LEAK_COUNTED};
        seen[i] = 1;
        add_box(report, &key, node->box, NULL, 0);
        queue[tail++] = i;
    }
    while (head < tail) {
        uint32_t at = queue[head++];
        ny_box *keeper = graph->nodes[at].box;
        const ny_class *cls = ny_class_of_box(keeper);
        for (uint32_t e = graph->nodes[at].first_edge; e < graph->nodes[at + 1].first_edge; e++) {
            uint32_t target = graph->edges[e].target, place = graph->edges[e].place;
            if (seen[target]) continue;
            seen[target] = 1;
            ny_box *box = graph->nodes[target].box;
            bool numbered = place >= cls->field_count &&
                            ny_class_kind(ny_from_box(keeper)) != NY_CLASS_FUNCTION;
            ny_leak_group key = {.cls = ny_class_of_box(box),
                                 .site = ny_heap_site(box),
                                 .state = NY_LEAK_KEPT,
                                 .keeper = cls,
                                 .keeper_place = numbered ? cls->field_count : place};
            add_box(report, &key, box, keeper, place);
            queue[tail++] = target;
        }
    }
}

void ny_leak_report_add(ny_leak_report *report, const ny_leak_graph *graph, bool ordered) {
    if (graph->count == 0) return;
    uint8_t *seen = ny_memory_get(graph->count);
    if (seen == NULL) {
        report->failed = true;
        return;
    }
    memset(seen, 0, graph->count);
    finding finding = {report, graph};
    if (ny_leak_cycles(graph, ordered, seen, add_cycle, &finding))
        add_all(report, graph, seen, graph->queue);
    else
        report->failed = true;
    for (size_t i = 0; i < graph->count; i++) add_handle(report, graph->nodes[i].box);
    ny_memory_free(seen, graph->count);
}

static int compare_texts(const ny_text *left, const ny_text *right) {
    size_t shorter = left->length < right->length ? left->length : right->length;
    int order = shorter ? memcmp(left->bytes, right->bytes, shorter) : 0;
    return order != 0 ? order : (left->length > right->length) - (left->length < right->length);
}

static int compare_groups(const void *left_place, const void *right_place) {
    const ny_leak_group *left = left_place, *right = right_place;
    const ny_site *left_site = ny_leak_site(left->site), *right_site = ny_leak_site(right->site);
    if ((left_site == NULL) != (right_site == NULL)) return left_site == NULL ? 1 : -1;
    if (left_site != NULL) {
        int order = strcmp(left_site->file, right_site->file);
        if (order != 0) return order;
        if (left_site->line != right_site->line)
            return left_site->line < right_site->line ? -1 : 1;
    }
    int order = strcmp(left->cls->name, right->cls->name);
    if (order != 0) return order;
    if (left->state != right->state) return left->state < right->state ? -1 : 1;
    order = compare_texts(&left->kept_by, &right->kept_by);
    if (order != 0 || left_site == NULL) return order;
    return strcmp(left_site->function, right_site->function);
}

static int compare_cycles(const void *left, const void *right) {
    return compare_texts(&((const ny_leak_cycle *)left)->path,
                         &((const ny_leak_cycle *)right)->path);
}

void ny_leak_report_sort(ny_leak_report *report) {
    if (report->group_count > 1)
        qsort(report->groups, report->group_count, sizeof *report->groups, compare_groups);
    if (report->cycle_count > 1)
        qsort(report->cycles, report->cycle_count, sizeof *report->cycles, compare_cycles);
}

bool ny_leak_report_is_empty(const ny_leak_report *report) {
    uint64_t handles = 0;
    for (int kind = 0; kind < NY_HANDLE_KINDS; kind++) handles += report->handles[kind];
    return report->boxes == 0 && handles == 0 && !report->failed;
}

void ny_leak_report_free(ny_leak_report *report) {
    for (size_t i = 0; i < report->group_count; i++) ny_text_drop(&report->groups[i].kept_by);
    for (size_t i = 0; i < report->cycle_count; i++) {
        ny_text_drop(&report->cycles[i].path);
        ny_text_drop(&report->cycles[i].advice);
    }
    ny_text_drop(&report->handle_names);
    ny_memory_free(report->groups, report->group_room * sizeof *report->groups);
    ny_memory_free(report->group_index, report->index_size * sizeof *report->group_index);
    memset(report, 0, sizeof *report);
}
