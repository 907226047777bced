/* DEBUG.memoryReport() (debug.nyash). */
#include "report.h"

#include <stdio.h>
#include <string.h>

#include "heap.h"
#include "text.h"

static void count_one(ny_box *box, void *context) {
    (void)box;
    ++*(int64_t *)context;
}

int64_t ny_report_live(void) {
    int64_t live = 0;
    ny_heap_walk(count_one, &live);
    return live;
}

int64_t ny_report_bytes(void) { return (int64_t)ny_heap_live_bytes(); }

int64_t ny_report_allocated(void) { return ny_report_live() + ny_report_freed(); }

int64_t ny_report_freed(void) { return (int64_t)ny_heap_freed; }

int64_t ny_report_finalised(void) { return (int64_t)ny_heap_finalised; }

/* Adds to what is there: two Boxes may have the same name. */
static bool put(ny_word map, const char *name, uint64_t count) {
    ny_word key = ny_string_text(name);
    if (key == NY_ERROR) return false;
    ny_word there = ny_map_find(map, key);
    if (there != NY_ERROR) count += (uint64_t)ny_integer(there);
    return ny_map_put(map, key, ny_from_integer((int64_t)count));
}

static void count_class(ny_box *box, void *context) { ((uint64_t *)context)[box->class_id]++; }

ny_word ny_report_boxes(void) {
    size_t bytes = ny_class_count * sizeof(uint64_t);
    uint64_t *live = ny_memory_get(bytes);
    if (live == NULL) return ny_heap_exhausted();
    memset(live, 0, bytes);
    ny_heap_walk(count_class, live);
    ny_word map = ny_map_empty();
    for (uint32_t id = 0; id < ny_class_count && map != NY_ERROR; id++) {
        if (live[id] == 0 || put(map, ny_classes[id]->name, live[id])) continue;
        ny_release(map);
        map = NY_ERROR;
    }
    ny_memory_free(live, bytes);
    return map;
}

ny_word ny_report_handles(void) {
    static const char *const names[NY_HANDLE_KINDS] = {"socket", "file", "timer", "task"};
    ny_word map = ny_map_empty();
    for (int kind = 0; map != NY_ERROR && kind < NY_HANDLE_KINDS; kind++) {
        if (put(map, names[kind], ny_heap_handles[kind])) continue;
        ny_release(map);
        map = NY_ERROR;
    }
    return map;
}

ny_word ny_report_trace(ny_word value) {
    ny_text text = {0};
    ny_text_append(&text, "trace: ", 7);
    if (!ny_text_value(&text, value)) {
        ny_text_drop(&text);
        return NY_ERROR;
    }
    ny_text_append(&text, "\n", 1);
    bool complete = !text.failed;
    if (complete) fwrite(text.bytes, 1, text.length, stderr);
    ny_text_drop(&text);
    return complete ? NY_NULL : ny_heap_exhausted();
}
