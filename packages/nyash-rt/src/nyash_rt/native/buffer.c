/* BufferBox and StringBuilderBox (buffer.nyash). See buffer.h. */
#include "buffer.h"

#include <string.h>

#include "array.h"
#include "class.h"
#include "heap.h"
#include "string_box.h"
#include "utf8.h"

bool ny_buffer_add(ny_buffer *buffer, const void *bytes, size_t count) {
    if (buffer->room - buffer->count < count) {
        size_t room = buffer->room ? buffer->room * 2 : 64;
        while (room - buffer->count < count) room *= 2;
        uint8_t *wider = ny_memory_resize(buffer->bytes, buffer->room, room);
        if (wider == NULL) {
            ny_heap_exhausted();
            return false;
        }
        buffer->bytes = wider;
        buffer->room = room;
    }
    if (count > 0) memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
    return true;
}

ny_word ny_buffer_of(const void *bytes, size_t count) {
    ny_buffer *buffer = (ny_buffer *)ny_box_new_id(NY_CLASS_BUFFER);
    if (buffer == NULL) return NY_ERROR;
    if (count > 0 && !ny_buffer_add(buffer, bytes, count)) {
        ny_release_box(buffer);
        return NY_ERROR;
    }
    return ny_from_box(buffer);
}

const char *ny_buffer_bytes(ny_word buffer, size_t *length) {
    *length = ny_as_buffer(buffer)->count;
    return (const char *)ny_as_buffer(buffer)->bytes;
}

void ny_buffer_append_text(ny_text *text, ny_word buffer) {
    const ny_buffer *it = ny_as_buffer(buffer);
    ny_word string = ny_string_from_untrusted((const char *)it->bytes, it->count);
    if (string == NY_ERROR) {
        ny_release(ny_error_take());
        text->failed = true;
        return;
    }
    ny_text_string(text, string);
    ny_release(string);
}

void ny_buffer_destroy(ny_box *box) {
    ny_buffer *buffer = (ny_buffer *)box;
    ny_memory_free(buffer->bytes, buffer->room);
    buffer->bytes = NULL;
    buffer->count = buffer->room = buffer->position = 0;
}

static ny_word write_array(ny_word me, ny_word array) {
    ny_buffer *buffer = ny_as_buffer(me);
    size_t before = buffer->count;
    for (size_t i = 0; i < ny_array_count(array); i++) {
        ny_word item = ny_array_at(array, i);
        ny_word done = ny_is_integer(item) ? ny_buffer_write_byte(me, ny_integer(item))
                                           : ny_check_failed(item, "Integer", "byte of an Array");
        if (done == NY_ERROR) {
            buffer->count = before; /* all of it or nothing */
            return NY_ERROR;
        }
        ny_release(done);
    }
    return ny_retain(me);
}

ny_word ny_buffer_write(ny_word me, ny_word value) {
    ny_buffer *buffer = ny_as_buffer(me);
    switch (ny_class_kind(value)) {
    case NY_CLASS_STRING: {
        const ny_string *string = ny_as_string(value);
        return ny_buffer_add(buffer, string->bytes, string->byte_length) ? ny_retain(me) : NY_ERROR;
    }
    case NY_CLASS_BUFFER: {
        const ny_buffer *other = ny_as_buffer(value);
        size_t count = other->count; /* `other` may be `buffer`, which moves when it grows */
        if (other == buffer && buffer->room - buffer->count < count) {
            ny_word copy = ny_buffer_of(other->bytes, count);
            if (copy == NY_ERROR) return NY_ERROR;
            bool done = ny_buffer_add(buffer, ny_as_buffer(copy)->bytes, count);
            ny_release(copy);
            return done ? ny_retain(me) : NY_ERROR;
        }
        return ny_buffer_add(buffer, other->bytes, count) ? ny_retain(me) : NY_ERROR;
    }
    case NY_CLASS_ARRAY: return write_array(me, value);
    default: return ny_check_failed(value, "String, Buffer or Array", "argument of write()");
    }
}

ny_word ny_buffer_write_byte(ny_word me, int64_t byte) {
    if (byte < 0 || byte > 255)
        return ny_throw_error("ArgumentError", "%lld is no byte: only 0 to 255", (long long)byte);
    uint8_t one = (uint8_t)byte;
    return ny_buffer_add(ny_as_buffer(me), &one, 1) ? ny_retain(me) : NY_ERROR;
}

ny_word ny_buffer_read(ny_word me, int64_t count) {
    if (count < 0)
        return ny_throw_error("ArgumentError", "cannot read %lld bytes", (long long)count);
    ny_buffer *buffer = ny_as_buffer(me);
    size_t left = buffer->count - buffer->position;
    size_t taken = (uint64_t)count < left ? (size_t)count : left;
    ny_word part = ny_buffer_of(taken ? buffer->bytes + buffer->position : NULL, taken);
    if (part != NY_ERROR) buffer->position += taken;
    return part;
}

ny_word ny_buffer_read_all(ny_word me) { return ny_buffer_read(me, INT64_MAX); }

static NY_COLD ny_word out_of_range(const ny_buffer *buffer, int64_t index) {
    return ny_throw_error("IndexError", "index %lld is out of range: the buffer has %zu bytes",
                          (long long)index, buffer->count);
}

ny_word ny_buffer_get(ny_word me, int64_t index) {
    const ny_buffer *buffer = ny_as_buffer(me);
    int64_t at = index < 0 ? index + (int64_t)buffer->count : index;
    if ((uint64_t)at >= buffer->count) return out_of_range(buffer, index);
    return ny_from_small(buffer->bytes[at]);
}

ny_word ny_buffer_set(ny_word me, int64_t index, int64_t byte) {
    ny_buffer *buffer = ny_as_buffer(me);
    int64_t at = index < 0 ? index + (int64_t)buffer->count : index;
    if ((uint64_t)at == buffer->count) return ny_buffer_write_byte(me, byte);
    if ((uint64_t)at > buffer->count) return out_of_range(buffer, index);
    if (byte < 0 || byte > 255)
        return ny_throw_error("ArgumentError", "%lld is no byte: only 0 to 255", (long long)byte);
    buffer->bytes[at] = (uint8_t)byte;
    return ny_retain(me);
}

int64_t ny_buffer_length(ny_word me) { return (int64_t)ny_as_buffer(me)->count; }

bool ny_buffer_is_empty(ny_word me) { return ny_as_buffer(me)->count == 0; }

ny_word ny_buffer_slice(ny_word me, int64_t start, int64_t end) {
    const ny_buffer *buffer = ny_as_buffer(me);
    int64_t count = (int64_t)buffer->count;
    if (start < 0) start += count;
    if (end < 0) end += count;
    start = start < 0 ? 0 : start > count ? count : start;
    end = end > count ? count : end;
    if (end <= start) return ny_buffer_of(NULL, 0);
    return ny_buffer_of(buffer->bytes + start, (size_t)(end - start));
}

ny_word ny_buffer_clear(ny_word me) {
    ny_buffer_destroy(ny_as_box(me));
    return ny_retain(me);
}

ny_word ny_buffer_to_text(ny_word me) {
    const ny_buffer *buffer = ny_as_buffer(me);
    return ny_string_from_untrusted((const char *)buffer->bytes, buffer->count);
}

ny_word ny_buffer_to_bytes(ny_word me) {
    const ny_buffer *buffer = ny_as_buffer(me);
    ny_array *array = ny_array_new(buffer->count);
    if (array == NULL) return NY_ERROR;
    for (size_t i = 0; i < buffer->count; i++) array->items[i] = ny_from_small(buffer->bytes[i]);
    array->count = (uint32_t)buffer->count;
    return ny_from_box(array);
}

int64_t ny_buffer_position(ny_word me) { return (int64_t)ny_as_buffer(me)->position; }

ny_word ny_buffer_reset(ny_word me) {
    ny_as_buffer(me)->position = 0;
    return ny_retain(me);
}

/* ---- StringBuilderBox ------------------------------------------------------------------------ */

static ny_text *text_of(ny_word me) { return &((ny_builder *)ny_as_box(me))->text; }

void ny_builder_destroy(ny_box *box) { ny_text_drop(&((ny_builder *)box)->text); }

ny_word ny_builder_append(ny_word me, ny_word value) {
    ny_word string = ny_to_string(value); /* first: it may run the program */
    if (string == NY_ERROR) return NY_ERROR;
    ny_text_string(text_of(me), string);
    ny_release(string);
    if (text_of(me)->failed) {
        text_of(me)->failed = false;
        return ny_heap_exhausted();
    }
    return ny_retain(me);
}

ny_word ny_builder_to_text(ny_word me) {
    return ny_string_new(text_of(me)->bytes, text_of(me)->length);
}

int64_t ny_builder_length(ny_word me) {
    return (int64_t)ny_utf8_length(text_of(me)->bytes, text_of(me)->length);
}

ny_word ny_builder_clear(ny_word me) {
    ny_builder_destroy(ny_as_box(me));
    return ny_retain(me);
}
