/* The class table and the entry of a native test; see host.h. */
#include "host.h"

#include "array.h"
#include "buffer.h"
#include "closure.h"
#include "iterator.h"
#include "map.h"
#include "range.h"
#include "report.h"
#include "task.h"
#include "weak.h"

char host_log[4096];
ny_word host_saved = NY_NULL;
int host_failures;

ny_task *ny_task_current(void) { return NULL; } /* there is no scheduler */

static ny_word log_label(ny_word me) {
    ny_word label = ny_to_string(*host_field(me, 1));
    strncat(host_log, ny_as_string(label)->bytes, ny_as_string(label)->byte_length);
    ny_release(label);
    return NY_NULL;
}

static ny_word throw_angry(ny_word me) {
    (void)me;
    ny_throw_error("AngryError", "no");
    ny_trace_add(1);
    return NY_ERROR;
}

static ny_word rise(ny_word me) {
    host_saved = ny_retain(me);
    return NY_NULL;
}

static ny_word key_equals(ny_word me, ny_word other) {
    if (ny_class_id_of(other) != HOST_KEY) return NY_FALSE;
    return ny_from_bool(*host_field(me, 0) == *host_field(other, 0));
}

static ny_word key_hash(ny_word me) { return ny_retain(*host_field(me, 0)); }

static ny_word named_text(ny_word me) {
    (void)me;
    return text("named");
}

typedef ny_word (*const finaliser)(ny_word);
static finaliser node_fini[] = {log_label}, angry_fini[] = {throw_angry}, phoenix_fini[] = {rise};
static const char *const node_fields[] = {"next", "label"}, *const point_fields[] = {"x", "y"};
static const uint16_t from_array[] = {NY_CLASS_ARRAY, 0}, from_error[] = {NY_CLASS_ERROR, 0};

#define NATIVE(number, named, struct_, destroy_, visit_) \
    {.name = named, .id = number, .size = sizeof(struct_), .field_offset = sizeof(struct_), \
     .destroy = destroy_, .visit = visit_}
#define PLAIN(number, named, fields) \
    .name = named, .id = number, .size = 8 + 8 * (fields), .field_offset = 8, .field_count = fields

static const ny_class table[HOST_CLASSES] = {
    [NY_CLASS_STRING] = NATIVE(NY_CLASS_STRING, "StringBox", ny_string, ny_string_destroy, NULL),
    [NY_CLASS_INTEGER] = {.name = "IntegerBox", .id = NY_CLASS_INTEGER, .size = 16,
                          .methods = "abs/0 pow/1"},
    [NY_CLASS_FLOAT] = {.name = "FloatBox", .id = NY_CLASS_FLOAT, .size = 16},
    [NY_CLASS_BOOL] = {.name = "BoolBox", .id = NY_CLASS_BOOL, .size = 8},
    [NY_CLASS_NULL] = {.name = "NullBox", .id = NY_CLASS_NULL, .size = 8},
    [NY_CLASS_FUNCTION] = NATIVE(NY_CLASS_FUNCTION, "FunctionBox", ny_closure,
        ny_closure_destroy, ny_closure_visit),
    [NY_CLASS_ARRAY] = NATIVE(NY_CLASS_ARRAY, "ArrayBox", ny_array, ny_array_destroy,
        ny_array_visit),
    [NY_CLASS_MAP] = NATIVE(NY_CLASS_MAP, "MapBox", ny_map, ny_map_destroy, ny_map_visit),
    [NY_CLASS_CELL] = NATIVE(NY_CLASS_CELL, "CellBox", ny_cell, ny_cell_destroy, ny_cell_visit),
    [NY_CLASS_ERROR] = {.name = "ErrorBox", .id = NY_CLASS_ERROR, .size = sizeof(ny_error) + 40,
                        .field_offset = sizeof(ny_error), .field_count = 5,
                        .destroy = ny_error_destroy},
    [NY_CLASS_BUFFER] = NATIVE(NY_CLASS_BUFFER, "BufferBox", ny_buffer, ny_buffer_destroy, NULL),
    [NY_CLASS_RANGE] = NATIVE(NY_CLASS_RANGE, "RangeBox", ny_range_box, NULL, NULL),
    [NY_CLASS_WEAK] = NATIVE(NY_CLASS_WEAK, "WeakBox", ny_weak, ny_weak_destroy, NULL),
    [HOST_POINT] = {PLAIN(HOST_POINT, "Point", 2), .field_names = point_fields,
                    .methods = "length/0"},
    [HOST_NODE] = {PLAIN(HOST_NODE, "Node", 2), .field_names = node_fields,
                   .finaliser_count = 1, .finalisers = node_fini},
    [HOST_ANGRY] = {PLAIN(HOST_ANGRY, "Angry", 2), .finaliser_count = 1, .finalisers = angry_fini},
    [HOST_PHOENIX] = {PLAIN(HOST_PHOENIX, "Phoenix", 2), .finaliser_count = 1,
                      .finalisers = phoenix_fini},
    [HOST_KEY] = {PLAIN(HOST_KEY, "Key", 1), .equals = key_equals, .hash = key_hash},
    [HOST_NAMED] = {PLAIN(HOST_NAMED, "Named", 0), .to_string = named_text},
    [HOST_LIST] = {.name = "List", .id = HOST_LIST, .size = sizeof(ny_array) + 8,
                   .field_offset = sizeof(ny_array), .field_count = 1, .ancestors = from_array,
                   .destroy = ny_array_destroy, .visit = ny_array_visit},
    [HOST_MY_ERROR] = {.name = "MyError", .id = HOST_MY_ERROR, .size = sizeof(ny_error) + 40,
                       .field_offset = sizeof(ny_error), .field_count = 5,
                       .ancestors = from_error, .destroy = ny_error_destroy},
    [HOST_ITERATOR] = NATIVE(HOST_ITERATOR, "IteratorBox", ny_iterator, ny_iterator_destroy,
        ny_iterator_visit),
};

#define C(number) [number] = &table[number]
const ny_class *const ny_classes[] = {
    C(1), C(2), C(3), C(4), C(5), C(6), C(7), C(8), C(9), C(10), C(12), C(13), C(14),
    C(HOST_POINT), C(HOST_NODE), C(HOST_ANGRY), C(HOST_PHOENIX), C(HOST_KEY), C(HOST_NAMED),
    C(HOST_LIST), C(HOST_MY_ERROR), C(HOST_ITERATOR),
};
const uint32_t ny_class_count = HOST_CLASSES;
const uint16_t ny_class_id_IteratorBox = HOST_ITERATOR;
const uint16_t ny_class_id_SetBox = UINT16_MAX; /* no Box of this host */
const ny_site ny_sites[] = {{"Main.main", "test.nyash", 1, 0}, {"Angry.fini", "test.nyash", 7, 0}};
const uint32_t ny_site_count = 2;

ny_word host_new(uint16_t class_id) {
    ny_word box = ny_new(class_id);
    ny_constructed(box);
    return box;
}

uint64_t host_live(void) { return (uint64_t)ny_report_live(); }

static void show(ny_box *box, void *context) {
    (void)context;
    fprintf(stderr, "  left: %s\n", ny_classes[box->class_id]->name);
}

void host_check_text(const char *file, int line, ny_word owned, const char *expected) {
    if (owned == NY_ERROR) {
        fprintf(stderr, "%s:%d: thrown instead of %s\n", file, line, expected);
        host_failures++;
        ny_failure_report();
        return;
    }
    ny_word got = ny_to_string(owned);
    ny_release(owned);
    const ny_string *string = ny_as_string(got);
    if (string->byte_length != strlen(expected) ||
        memcmp(string->bytes, expected, string->byte_length) != 0) {
        fprintf(stderr, "%s:%d: %.*s instead of %s\n", file, line, (int)string->byte_length,
                string->bytes, expected);
        host_failures++;
    }
    ny_release(got);
}

void host_check_throws(const char *file, int line, ny_word result, const char *type,
                       const char *part) {
    if (result != NY_ERROR) {
        fprintf(stderr, "%s:%d: no %s\n", file, line, type);
        host_failures++;
        ny_release(result);
        return;
    }
    ny_word error = ny_caught();
    ny_word message = ny_to_string(error);
    const ny_string *string = ny_as_string(message);
    if (!ny_error_is(error, type, 0) ||
        memmem(string->bytes, string->byte_length, part, strlen(part)) == NULL) {
        fprintf(stderr, "%s:%d: thrown: %.*s\n", file, line, (int)string->byte_length,
                string->bytes);
        host_failures++;
    }
    ny_release(message);
    ny_release(error);
}

int main(void) {
    ny_core_start();
    uint64_t live = host_live();
    run_tests();
    ny_release(host_saved);
    ny_core_end();
    if (host_live() != live) {
        fprintf(stderr, "%llu Boxes are left\n", (unsigned long long)(host_live() - live));
        ny_heap_walk(show, NULL);
        host_failures++;
    }
    return host_failures != 0;
}

/* exit() has no frames to leave here. */
void ny_process_unwound(void) { abort(); }
