/* memory_runtime.c: see memory_runtime.h. */
#include "memory_runtime.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http_request_box.h"
#include "http_response_box.h"

const uint16_t ny_class_id_HTTPRequestBox = 32;
const uint16_t ny_class_id_HTTPResponseBox = 33;
long memory_boxes, memory_blocks;
static char error_text[512];

typedef struct map {
    ny_box box;
    size_t count;
    ny_word keys[128], values[128];
} map;

typedef struct buffer {
    ny_box box;
    size_t length;
    char bytes[4096];
} buffer;

static const ny_class string_class = {.name = "StringBox", .id = NY_CLASS_STRING};
static const ny_class other_class = {.name = "IntegerBox", .id = NY_CLASS_INTEGER};

/* ---- Memory ---------------------------------------------------------------------------------- */

static size_t size_of(uint16_t class_id) {
    switch (class_id) {
    case NY_CLASS_MAP: return sizeof(map);
    case NY_CLASS_BUFFER: return sizeof(buffer);
    case 32: return sizeof(ny_http_request_box);
    default: return sizeof(ny_http_response_box);
    }
}

static ny_box *box_of(uint16_t class_id, size_t size) {
    ny_box *box = calloc(1, size);
    box->count = 1;
    box->class_id = class_id;
    memory_boxes++;
    return box;
}

ny_box *ny_box_new_id(uint16_t class_id) { return box_of(class_id, size_of(class_id)); }

void ny_finalise_last(ny_box *box) {
    if (box->class_id == 32) ny_http_request_box_destroy(box);
    if (box->class_id == 33) ny_http_response_box_destroy(box);
    if (box->class_id == NY_CLASS_MAP) {
        map *m = (map *)box;
        for (size_t i = 0; i < m->count; i++) {
            ny_release(m->keys[i]);
            ny_release(m->values[i]);
        }
    }
    memory_boxes--;
    free(box);
}

void *ny_memory_get(size_t bytes) {
    memory_blocks++;
    return malloc(bytes);
}

void *ny_memory_resize(void *block, size_t old_bytes, size_t bytes) {
    (void)old_bytes;
    return realloc(block, bytes);
}

void ny_memory_free(void *block, size_t bytes) {
    (void)bytes;
    if (block) memory_blocks--;
    free(block);
}

/* ---- Values ---------------------------------------------------------------------------------- */

const ny_class *ny_class_of(ny_word value) {
    return ny_is_string(value) ? &string_class : &other_class;
}

bool ny_is(ny_word value, uint16_t class_id) {
    return ny_is_box(value) && ny_as_box(value)->class_id == class_id;
}

bool ny_truth(ny_word value) { return value == NY_TRUE; }

ny_word ny_string_new(const char *bytes, size_t length) {
    ny_string *string = (ny_string *)box_of(NY_CLASS_STRING, sizeof *string + length);
    if (length) memcpy(string + 1, bytes, length);
    string->bytes = (char *)(string + 1);
    string->byte_length = string->length = (uint32_t)length;
    return ny_from_box(string);
}

ny_word ny_string_from_untrusted(const char *bytes, size_t length) {
    return ny_string_new(bytes, length);
}

ny_word ny_string_text(const char *text) { return ny_string_new(text, strlen(text)); }

ny_word ny_string_format(const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return ny_string_text(text);
}

ny_word ny_to_string(ny_word value) {
    if (ny_is_string(value)) return ny_retain(value);
    return ny_string_format("%lld", (long long)ny_small(value));
}

ny_word ny_map_empty(void) { return ny_from_box(ny_box_new_id(NY_CLASS_MAP)); }

ny_word ny_map_find(ny_word word, ny_word key) {
    map *m = (map *)ny_as_box(word);
    const ny_string *wanted = ny_as_string(key);
    for (size_t i = 0; i < m->count; i++) {
        const ny_string *there = ny_as_string(m->keys[i]);
        if (there->byte_length == wanted->byte_length &&
            memcmp(there->bytes, wanted->bytes, wanted->byte_length) == 0)
            return m->values[i];
    }
    return NY_ERROR;
}

bool ny_map_put(ny_word word, ny_word key, ny_word value) {
    map *m = (map *)ny_as_box(word);
    m->keys[m->count] = key;
    m->values[m->count++] = value;
    return true;
}

ny_word ny_buffer_of(const void *bytes, size_t count) {
    buffer *b = (buffer *)ny_box_new_id(NY_CLASS_BUFFER);
    b->length = count < sizeof b->bytes ? count : sizeof b->bytes;
    memcpy(b->bytes, bytes, b->length);
    return ny_from_box(b);
}

const char *ny_buffer_bytes(ny_word word, size_t *length) {
    *length = ((buffer *)ny_as_box(word))->length;
    return ((buffer *)ny_as_box(word))->bytes;
}

/* ---- Errors ---------------------------------------------------------------------------------- */

ny_word ny_throw_error(const char *type, const char *format, ...) {
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    snprintf(error_text, sizeof error_text, "%s: %s", type, message);
    return NY_ERROR;
}

ny_word ny_throw_system(int code, const char *format, ...) {
    return ny_throw_error("IOError", "%s: %d", format, code);
}

const char *memory_take_error(void) {
    static char taken[sizeof error_text];
    memcpy(taken, error_text, sizeof taken);
    error_text[0] = 0;
    return taken;
}

/* ---- The socket ------------------------------------------------------------------------------ */

static memory_socket *of(const ny_socket *socket) { return (memory_socket *)(uintptr_t)socket; }

int64_t ny_clock_ms(void) { return 1000; }
int64_t ny_clock_wall_ms(void) { return INT64_C(784111777) * 1000; }
bool ny_worker_stopping(void) { return false; }
int ny_socket_descriptor(const ny_socket *socket) {
    (void)socket;
    return 3;
}
ny_word ny_socket_peer(ny_socket *socket) {
    (void)socket;
    return ny_string_text("192.0.2.1:4711");
}
void *ny_socket_state(const ny_socket *socket) { return of(socket)->state; }
void ny_socket_set_state(ny_socket *socket, void *state, void (*free_state)(void *)) {
    of(socket)->state = state;
    of(socket)->free_state = free_state;
}

int ny_socket_wait_readable(ny_socket *socket, int64_t deadline) {
    (void)deadline;
    memory_socket *s = of(socket);
    return s->taken < s->input_length || s->ending == 0 ? 1 : (int)s->ending;
}

ptrdiff_t ny_socket_receive(ny_socket *socket, void *bytes, size_t room, int64_t deadline) {
    (void)deadline;
    memory_socket *s = of(socket);
    size_t end = s->taken < s->cut ? s->cut : s->input_length;
    if (s->step && end > s->taken) end = s->taken + 1;
    size_t count = end - s->taken < room ? end - s->taken : room;
    if (count == 0) {
        ny_socket_send(socket, NULL, 0, 0); /* what waits leaves before anything is waited for */
        return s->ending;
    }
    memcpy(bytes, s->input + s->taken, count);
    s->taken += count;
    return (ptrdiff_t)count;
}

ptrdiff_t ny_socket_try(ny_socket *socket, void *bytes, size_t room) {
    return ny_socket_receive(socket, bytes, room, 0);
}

static void put(memory_socket *s, const void *bytes, size_t count) {
    if (s->output_length + count > s->output_room) {
        s->output_room = 2 * (s->output_length + count);
        s->output = realloc(s->output, s->output_room);
    }
    if (count) memcpy(s->output + s->output_length, bytes, count);
    s->output_length += count;
}

ptrdiff_t ny_socket_send_parts(ny_socket *socket, const void *first, size_t first_count,
                               const void *second, size_t second_count, int64_t deadline) {
    (void)deadline;
    memory_socket *s = of(socket);
    if (s->half_closed) return -32;
    put(s, s->deferred, s->deferred_length);
    put(s, first, first_count);
    put(s, second, second_count);
    if (s->deferred_length + first_count + second_count > 0) s->writes++;
    s->deferred_length = 0;
    return (ptrdiff_t)(first_count + second_count);
}

ptrdiff_t ny_socket_send(ny_socket *socket, const void *bytes, size_t count, int64_t deadline) {
    return ny_socket_send_parts(socket, bytes, count, NULL, 0, deadline);
}

char *ny_socket_defer_room(ny_socket *socket, size_t count) {
    memory_socket *s = of(socket);
    return sizeof s->deferred - s->deferred_length >= count ? s->deferred + s->deferred_length
                                                            : NULL;
}

void ny_socket_defer(ny_socket *socket, size_t count) { of(socket)->deferred_length += count; }

bool ny_socket_defers(const ny_socket *socket) { return of(socket)->deferred_length > 0; }

/* The engine's only system call. */
int shutdown(int descriptor, int how) {
    (void)descriptor;
    (void)how;
    extern memory_socket *memory_current;
    memory_current->half_closed = true;
    return 0;
}

void memory_socket_close(memory_socket *socket) {
    if (socket->state) socket->free_state(socket->state);
    free(socket->output);
}

/* ---- Files ----------------------------------------------------------------------------------- */

ny_word ny_error_take(void) {
    memory_take_error();
    return NY_NULL;
}

bool ny_offload(ny_job *job, const char *what) {
    (void)what;
    job->run(job);
    job->done = true;
    return true;
}

void ny_file_close_descriptor(int file) { close(file); }

ptrdiff_t ny_socket_send_file(ny_socket *socket, const void *head, size_t head_count, int file,
                              int64_t offset, size_t count, int64_t deadline) {
    char *bytes = malloc(count + 1);
    ptrdiff_t there = pread(file, bytes, count, offset);
    ptrdiff_t sent = there == (ptrdiff_t)count
                         ? ny_socket_send_parts(socket, head, head_count, bytes, count, deadline)
                         : -5;
    free(bytes);
    return sent;
}

/* ---- What only an HTTPServer's connections do ------------------------------------------------ */

const uint16_t ny_class_id_HTTPWriterBox = 34;

ny_word ny_call(ny_word callee, size_t count, const ny_word *arguments) {
    (void)callee, (void)count, (void)arguments;
    return NY_NULL;
}

ny_word ny_array_empty(void) { return NY_NULL; }
bool ny_array_append(ny_word array, ny_word value) { return (void)array, ny_release(value), true; }
size_t ny_array_count(ny_word array) { return (void)array, 0; }
ny_word ny_array_at(ny_word array, size_t index) { return (void)array, (void)index, NY_NULL; }
ny_word ny_integer_wide(int64_t value) { return ny_from_small(value); }
const uint16_t ny_class_id_WebSocketFramesBox = 35;
void ny_socket_shut(ny_socket *socket) { of(socket)->half_closed = true; }

bool ny_task_yield(void) { return true; }
size_t ny_http_deflate_memory(void) { return 64; }
size_t ny_http_deflate_gzip(char *out, size_t room, const char *in, size_t count, int level,
                            void *memory) {
    (void)out, (void)room, (void)in, (void)count, (void)level, (void)memory;
    return 0;
}
size_t ny_http_deflate_stream_memory(void) { return 64; }
bool ny_http_deflate_stream_begin(void *memory, int level, void *sink, void *context) {
    (void)memory, (void)level, (void)sink, (void)context;
    return false;
}
bool ny_http_deflate_stream_write(void *memory, const char *in, size_t count) {
    (void)memory, (void)in, (void)count;
    return false;
}
bool ny_http_deflate_stream_end(void *memory) { return (void)memory, false; }
