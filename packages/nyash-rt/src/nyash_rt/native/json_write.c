/* JSON.stringify (json.nyash): RFC 8259, compact or indented. Not recursive, see json_parse.c. */
#include <math.h>
#include <string.h>

#include "array.h"
#include "class.h"
#include "heap.h"
#include "json.h"
#include "map.h"
#include "text.h"

typedef struct open_value {
    ny_word collection; /* owned: converting may run the program */
    size_t at;          /* position of the walk */
    bool is_map, started;
} open_value;

#define FEW 8 /* levels: nearly all values have no more, and a task's stack has room for these */
#define USUAL_BYTES 256

typedef struct writer {
    ny_text text;
    ny_text indent; /* one level */
    ny_word convert;
    unsigned depth, room;
    open_value *open; /* `few`, or a block for NY_JSON_DEPTH levels */
    open_value few[FEW];
} writer;

static void new_line(writer *writer) {
    if (writer->indent.length == 0) return;
    ny_text_append(&writer->text, "\n", 1);
    for (unsigned i = 0; i < writer->depth; i++)
        ny_text_append(&writer->text, writer->indent.bytes, writer->indent.length);
}

/* Room for the deepest value. False: thrown. */
static bool go_deep(writer *writer) {
    if (writer->depth == NY_JSON_DEPTH) {
        ny_throw_error("ArgumentError", "nested more than %d deep, or inside itself",
                       NY_JSON_DEPTH);
        return false;
    }
    open_value *block = ny_memory_get(NY_JSON_DEPTH * sizeof *block);
    if (block == NULL) {
        ny_heap_exhausted();
        return false;
    }
    memcpy(block, writer->few, sizeof writer->few);
    writer->open = block;
    writer->room = NY_JSON_DEPTH;
    return true;
}

static bool open_collection(writer *writer, ny_word owned, bool is_map) {
    if (NY_UNLIKELY(writer->depth == writer->room) && !go_deep(writer)) {
        ny_release(owned);
        return false;
    }
    writer->open[writer->depth++] = (open_value){owned, 0, is_map, false};
    ny_text_byte(&writer->text, is_map ? '{' : '[');
    return true;
}

static bool write_number(writer *writer, ny_word value) {
    if (ny_is_integer(value)) {
        ny_text_integer(&writer->text, ny_integer(value));
        return true;
    }
    double number = ny_float(value);
    if (!isfinite(number)) {
        ny_throw_error("ArgumentError", "JSON has no number for %s",
                       isnan(number) ? "nan" : "infinity");
        return false;
    }
    ny_text_float(&writer->text, number);
    return true;
}

/* Writes a value or opens it. Takes `owned`. */
static bool write_value(writer *writer, ny_word owned) {
    uint16_t kind = ny_class_kind(owned);
    /* A program's own Box; the result may be another one, but not for ever. */
    for (int rounds = 0; ny_class_id_of(owned) >= NY_CLASS_FIRST_FREE && kind != NY_CLASS_ARRAY &&
                         kind != NY_CLASS_MAP && writer->convert != NY_NULL && rounds < 64;
         rounds++) {
        ny_word converted = ny_call(writer->convert, 1, &owned);
        ny_release(owned);
        if (converted == NY_ERROR) return false;
        owned = converted;
        kind = ny_class_kind(owned);
    }
    bool done = true;
    switch (kind) {
    case NY_CLASS_NULL: ny_text_append(&writer->text, "null", 4); break;
    case NY_CLASS_BOOL:
        ny_text_append(&writer->text, owned == NY_TRUE ? "true" : "false",
                       owned == NY_TRUE ? 4 : 5);
        break;
    case NY_CLASS_INTEGER:
    case NY_CLASS_FLOAT: done = write_number(writer, owned); break;
    case NY_CLASS_STRING: {
        const ny_string *string = ny_as_string(owned);
        ny_text_quoted(&writer->text, string->bytes, string->byte_length);
        break;
    }
    case NY_CLASS_ARRAY: return open_collection(writer, owned, false);
    case NY_CLASS_MAP: return open_collection(writer, owned, true);
    default: {
        int length;
        const char *name = ny_class_display(owned, &length);
        ny_throw_error("TypeError", "JSON cannot hold a %.*s: give it a toJSON()", length, name);
        done = false;
    }
    }
    ny_release(owned);
    return done;
}

static bool write_key(writer *writer, ny_word key) {
    ny_text *text = &writer->text;
    if (ny_is_string(key)) {
        ny_text_quoted(text, ny_as_string(key)->bytes, ny_as_string(key)->byte_length);
    } else { /* other keys as text */
        ny_word string = ny_to_string(key);
        if (string == NY_ERROR) return false;
        ny_text_quoted(text, ny_as_string(string)->bytes, ny_as_string(string)->byte_length);
        ny_release(string);
    }
    if (writer->indent.length > 0)
        ny_text_append(text, ": ", 2);
    else
        ny_text_byte(text, ':');
    return true;
}

/* The next element of the innermost collection, or its end. */
static bool write_next(writer *writer) {
    open_value *inner = &writer->open[writer->depth - 1];
    ny_word key = NY_NULL, value = NY_NULL;
    bool more = inner->is_map ? ny_map_step(inner->collection, &inner->at, &key, &value)
                              : inner->at < ny_array_count(inner->collection);
    if (!more) {
        bool started = inner->started, is_map = inner->is_map;
        ny_release(inner->collection);
        writer->depth--;
        if (started) new_line(writer);
        ny_text_byte(&writer->text, is_map ? '}' : ']');
        return true;
    }
    if (!inner->is_map) value = ny_array_at(inner->collection, inner->at++);
    if (inner->started) ny_text_byte(&writer->text, ',');
    inner->started = true;
    new_line(writer);
    ny_retain(value);
    if (inner->is_map) {
        ny_retain(key);
        bool done = write_key(writer, key);
        ny_release(key);
        if (!done) {
            ny_release(value);
            return false;
        }
    }
    return write_value(writer, value);
}

static bool read_indent(writer *writer, ny_word indent) {
    if (ny_is_string(indent)) {
        ny_text_string(&writer->indent, indent);
    } else if (ny_is_integer(indent)) {
        for (int64_t i = 0; i < ny_integer(indent) && i < 64; i++)
            ny_text_append(&writer->indent, " ", 1);
    } else if (indent != NY_NULL) {
        ny_check_failed(indent, "Integer or String", "argument `indent` of JSON.stringify");
        return false;
    }
    return true;
}

ny_word ny_json_write(ny_word value, ny_word indent, ny_word convert) {
    writer state;
    state.text = state.indent = (ny_text){0};
    state.convert = convert;
    state.depth = 0;
    state.room = FEW;
    state.open = state.few;
    ny_text_reserve(&state.text, USUAL_BYTES);
    bool done = read_indent(&state, indent) && write_value(&state, ny_retain(value));
    while (done && state.depth > 0) done = write_next(&state);
    while (state.depth > 0) ny_release(state.open[--state.depth].collection);
    ny_text_drop(&state.indent);
    if (state.open != state.few) ny_memory_free(state.open, NY_JSON_DEPTH * sizeof *state.open);
    if (done) return ny_text_finish(&state.text);
    ny_text_drop(&state.text);
    return NY_ERROR;
}
