/* DEBUG.memoryReport() (debug.nyash). */
#include "report.h"

#include <stdio.h>

#include "heap.h"
#include "text.h"

static uint64_t sum_of(bool freed) {
    uint64_t sum = 0;
    for (uint32_t id = 0; id < ny_class_count; id++)
        sum += freed ? ny_heap_counts[id].freed : ny_heap_counts[id].made;
    return sum;
}

int64_t ny_report_live(void) { return (int64_t)(sum_of(false) - sum_of(true)); }

int64_t ny_report_bytes(void) { return (int64_t)ny_heap_live_bytes(); }

int64_t ny_report_allocated(void) { return (int64_t)sum_of(false); }

int64_t ny_report_freed(void) { return (int64_t)sum_of(true); }

int64_t ny_report_finalised(void) { return (int64_t)ny_heap_finalised; }

/* Cycles are not looked for yet, and a native handle dies with its Box, so it always has an
   owner: nothing that counting references manages can leak besides cycles. */
int64_t ny_report_leaks(void) { return 0; }

static bool put(ny_word map, const char *name, uint64_t count) {
    ny_word key = ny_string_text(name);
    return key != NY_ERROR && ny_map_put(map, key, ny_from_integer((int64_t)count));
}

ny_word ny_report_boxes(void) {
    ny_word map = ny_map_empty();
    if (map == NY_ERROR) return NY_ERROR;
    for (uint32_t id = 0; id < ny_class_count; id++) {
        uint64_t live = ny_heap_counts[id].made - ny_heap_counts[id].freed;
        if (live == 0 || ny_classes[id] == NULL) continue;
        if (!put(map, ny_classes[id]->name, live)) {
            ny_release(map);
            return NY_ERROR;
        }
    }
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
    if (!text.failed) fwrite(text.bytes, 1, text.length, stderr);
    ny_text_drop(&text);
    return NY_NULL;
}
