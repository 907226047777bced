/* The class table and the entry of a test; see host.h. */
#include "host.h"

#include "array.h"
#include "buffer.h"
#include "channel.h"
#include "iterator.h"
#include "map.h"
#include "process.h"
#include "string_box.h"
#include "weak.h"
#include "report.h"

int host_failures;
bool host_tasks_go_on;

#define NATIVE(number, named, struct_, destroy_) \
    {.name = named, .id = number, .size = sizeof(struct_), .field_offset = sizeof(struct_), \
     .destroy = destroy_}

enum { ERROR_FIELDS = 5 }; /* error.nyash */

static const ny_class table[HOST_CLASSES] = {
    [NY_CLASS_STRING] = NATIVE(NY_CLASS_STRING, "StringBox", ny_string, ny_string_destroy),
    [NY_CLASS_INTEGER] = {.name = "IntegerBox", .id = NY_CLASS_INTEGER, .size = 16},
    [NY_CLASS_FLOAT] = {.name = "FloatBox", .id = NY_CLASS_FLOAT, .size = 16},
    [NY_CLASS_BOOL] = {.name = "BoolBox", .id = NY_CLASS_BOOL, .size = 8},
    [NY_CLASS_NULL] = {.name = "NullBox", .id = NY_CLASS_NULL, .size = 8},
    [NY_CLASS_FUNCTION] = NATIVE(NY_CLASS_FUNCTION, "FunctionBox", ny_closure, ny_closure_destroy),
    [NY_CLASS_ARRAY] = NATIVE(NY_CLASS_ARRAY, "ArrayBox", ny_array, ny_array_destroy),
    [NY_CLASS_MAP] = NATIVE(NY_CLASS_MAP, "MapBox", ny_map, ny_map_destroy),
    [NY_CLASS_CELL] = NATIVE(NY_CLASS_CELL, "CellBox", ny_cell, ny_cell_destroy),
    [NY_CLASS_ERROR] = {.name = "ErrorBox", .id = NY_CLASS_ERROR, .size = sizeof(ny_error) + 40,
                        .field_offset = sizeof(ny_error), .field_count = 5,
                        .destroy = ny_error_destroy},
    [NY_CLASS_FUTURE] = NATIVE(NY_CLASS_FUTURE, "FutureBox", ny_future, ny_future_destroy),
    [NY_CLASS_BUFFER] = NATIVE(NY_CLASS_BUFFER, "BufferBox", ny_buffer, ny_buffer_destroy),
    [NY_CLASS_WEAK] = NATIVE(NY_CLASS_WEAK, "WeakBox", ny_weak, ny_weak_destroy),
    [HOST_SOCKET] = NATIVE(HOST_SOCKET, "SocketBox", ny_socket, ny_socket_destroy),
    [HOST_CHANNEL] = NATIVE(HOST_CHANNEL, "ChannelBox", ny_channel, ny_channel_destroy),
    [HOST_ITERATOR] = NATIVE(HOST_ITERATOR, "IteratorBox", ny_iterator, ny_iterator_destroy),
};

#define C(number) [number] = &table[number]
const ny_class *const ny_classes[] = {
    C(1), C(2), C(3), C(4), C(5), C(6), C(7), C(8), C(9), C(10), C(11), C(12), C(14),
    C(HOST_SOCKET), C(HOST_CHANNEL), C(HOST_ITERATOR),
};
const uint32_t ny_class_count = HOST_CLASSES;
const uint16_t ny_class_id_SocketBox = HOST_SOCKET;
const uint16_t ny_class_id_ChannelBox = HOST_CHANNEL;
const uint16_t ny_class_id_IteratorBox = HOST_ITERATOR;
const uint16_t ny_class_id_SetBox = UINT16_MAX; /* no Box of this host */
const ny_site ny_sites[] = {{"Main.main", "test.nyash", 1, 0}};
const uint32_t ny_site_count = 1;
const uint32_t ny_program_flags = 0;

uint64_t host_live(void) { return (uint64_t)ny_report_live(); }

ny_word host_socket(void) {
    ny_word socket = ny_new(HOST_SOCKET);
    ny_constructed(socket);
    return socket;
}

ny_word host_task(host_code *code, const char *name, ny_word argument) {
    ny_word closure = ny_closure_new((void *)code, 0, 1, name);
    ny_as_closure(closure)->captures[0] = ny_retain(argument);
    ny_word future = ny_task_spawn(closure);
    ny_release(closure);
    return future;
}

void host_start(host_code *code, const char *name, ny_word argument) {
    ny_release(host_task(code, name, argument));
}

static bool text_contains(ny_word string, const char *part, bool all) {
    const ny_string *have = ny_as_string(string);
    if (all && have->byte_length != strlen(part)) return false;
    return memmem(have->bytes, have->byte_length, part, strlen(part)) != NULL;
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
    if (!text_contains(got, expected, true)) {
        fprintf(stderr, "%s:%d: %s instead of %s\n", file, line, ny_as_string(got)->bytes, expected);
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
    ny_word error = ny_caught(), message = ny_to_string(error);
    if (!ny_error_is(error, type, 0) || !text_contains(message, part, false)) {
        fprintf(stderr, "%s:%d: thrown: %s: %s\n", file, line, ny_error_type_text(error),
                ny_as_string(message)->bytes);
        host_failures++;
    }
    ny_release(message);
    ny_release(error);
}

ny_word ny_program_main(ny_word arguments) {
    uint64_t live = host_live();
    uint64_t sockets = ny_heap_handles[NY_HANDLE_SOCKET];
    ny_word result = run_tests(arguments);
    if (result == NY_ERROR || host_tasks_go_on) return result;
    CHECK(ny_task_sleep(30));
    if (host_live() != live) {
        fprintf(stderr, "%lld Boxes are left\n", (long long)(host_live() - live));
        host_failures++;
    }
    CHECK(ny_heap_handles[NY_HANDLE_SOCKET] == sockets);
    if (host_failures == 0) return result;
    ny_release(result);
    return ny_from_integer(99);
}
