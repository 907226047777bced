/* Throwing, catching and making errors. See failure.h. */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blame.h"
#include "heap.h"
#include "process.h"
#include "stack_limit.h"
#include "string_box.h"

ny_failure ny_pending;
void (*ny_error_probe)(void);

/* Kept since the start, because it is thrown when there is no memory to make it. */
static ny_word out_of_memory;
/* The last error that was taken, for `throw again` of values that cannot carry a trace. Only
   compared, never followed. */
static ny_word last_caught;

void ny_failure_save(ny_failure *place) {
    place->error = ny_pending.error;
    if (NY_LIKELY(ny_pending.error == NY_ERROR)) return;
    place->trace = ny_pending.trace;
    ny_pending.error = NY_ERROR;
}

void ny_failure_restore(ny_failure *place) {
    if (NY_LIKELY(place->error == NY_ERROR)) return;
    ny_pending = *place;
    ny_blamed_role = NULL;
    place->error = NY_ERROR;
}

ny_word ny_throw(ny_word owned) {
    ny_pending.error = owned;
    ny_pending.trace.count = 0;
    ny_blamed_role = NULL;
    return NY_ERROR;
}

static bool is_error_box(ny_word value) { return ny_is_box(value) && ny_is(value, NY_CLASS_ERROR); }

ny_word ny_throw_again(ny_word owned) {
    ny_pending.error = owned;
    ny_blamed_role = NULL;
    if (is_error_box(owned)) {
        const ny_error *error = (const ny_error *)ny_as_box(owned);
        ny_pending.trace.count = error->trace_count;
        if (error->trace_room > 0)
            memcpy(ny_pending.trace.sites, error->trace,
                   error->trace_room * sizeof error->trace[0]);
    } else if (owned != last_caught) {
        ny_pending.trace.count = 0;
    }
    return NY_ERROR;
}

void ny_trace_add(uint32_t site) {
    if (NY_UNLIKELY(ny_blamed_role != NULL)) ny_blame_site(site);
    uint32_t index = ny_pending.trace.count++;
    if (index < NY_TRACE_LIMIT) ny_pending.trace.sites[index] = site;
}

/* An ErrorBox takes its trace with it. Without memory it goes without. */
static void keep_trace(ny_error *error) {
    if (error->box.flags & (NY_IMMORTAL | NY_FINALISED)) return;
    uint32_t room = ny_pending.trace.count;
    if (room > NY_TRACE_LIMIT) room = NY_TRACE_LIMIT;
    if (room != error->trace_room) {
        ny_memory_free(error->trace, error->trace_room * sizeof error->trace[0]);
        error->trace = room ? ny_memory_get(room * sizeof error->trace[0]) : NULL;
        error->trace_room = error->trace == NULL ? 0 : room;
    }
    error->trace_count = ny_pending.trace.count;
    if (error->trace_room > 0)
        memcpy(error->trace, ny_pending.trace.sites, error->trace_room * sizeof error->trace[0]);
    ny_word text = ny_trace_text(error);
    if (text == NY_ERROR) { /* no memory: the text is missing, the sites are there */
        ny_pending.error = NY_ERROR;
        text = NY_NULL;
    }
    ny_word *field = ny_error_field(ny_from_box(error), NY_ERROR_STACK_TRACE), before = *field;
    *field = text;
    ny_release(before);
}

static ny_word take(void) {
    if (NY_UNLIKELY(ny_error_probe != NULL)) ny_error_probe();
    ny_word error = ny_pending.error;
    if (error == NY_ERROR) return NY_ERROR;
    ny_pending.error = NY_ERROR;
    last_caught = error;
    if (is_error_box(error)) keep_trace((ny_error *)ny_as_box(error));
    return error;
}

ny_word ny_error_take(void) {
    if (NY_UNLIKELY(ny_pending.error == NY_EXITING)) {
        ny_pending.error = NY_ERROR;
        ny_process_unwound();
    }
    return take();
}

const ny_trace *ny_failure_trace_of(ny_word error) {
    return error == last_caught && ny_pending.error == NY_ERROR ? &ny_pending.trace : NULL;
}

ny_word ny_caught(void) {
    ny_stack_error_caught();
    return take();
}

void ny_failure_report(void) {
    ny_word error = ny_error_take();
    ny_report_uncaught(error);
    ny_release(error);
}

ny_word ny_failure_new(const char *type, ny_word owned_message) {
    if (owned_message == NY_ERROR) return NY_ERROR;
    ny_word type_name = ny_string_text(type);
    if (type_name == NY_ERROR) {
        ny_release(owned_message);
        return NY_ERROR;
    }
    ny_error *error = (ny_error *)ny_box_new_id(NY_CLASS_ERROR);
    if (error == NULL) {
        ny_release(type_name);
        ny_release(owned_message);
        return NY_ERROR;
    }
    error->type_name = type_name;
    ny_word word = ny_from_box(error);
    *ny_error_field(word, NY_ERROR_MESSAGE) = owned_message;
    return word;
}

ny_word ny_failure_parse(uint32_t line, uint32_t column, ny_word owned_message) {
    ny_word error = ny_failure_new("ParseError", owned_message);
    if (error == NY_ERROR) return NY_ERROR;
    *ny_error_field(error, NY_ERROR_LINE) = ny_from_integer(line);
    *ny_error_field(error, NY_ERROR_COLUMN) = ny_from_integer(column);
    return ny_throw(error);
}

ny_word ny_throw_error(const char *type, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    ny_word message = ny_string_format_list(format, arguments);
    va_end(arguments);
    ny_word error = ny_failure_new(type, message);
    return error == NY_ERROR ? NY_ERROR : ny_throw(error);
}

ny_word ny_throw_system(int code, const char *format, ...) {
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return ny_throw_error("IOError", "%s: %s", what, strerror(code));
}

void ny_failure_start(void) {
    ny_word message = ny_string_text("no memory left");
    out_of_memory = ny_failure_new("OutOfMemoryError", message);
    if (out_of_memory == NY_ERROR) {
        fputs("nyash: no memory left at the start\n", stderr);
        exit(1);
    }
    ny_as_box(out_of_memory)->flags |= NY_IMMORTAL;
    ny_as_box(out_of_memory)->count = NY_IMMORTAL_COUNT;
    /* Its texts too: reports count what the program made. */
    ny_as_box(message)->flags |= NY_IMMORTAL;
    ny_as_box(((ny_error *)ny_as_box(out_of_memory))->type_name)->flags |= NY_IMMORTAL;
}

ny_word ny_heap_exhausted(void) {
    if (out_of_memory == NY_ERROR) return NY_ERROR; /* not even started: ny_failure_start ends */
    return ny_throw(ny_retain(out_of_memory));
}

bool ny_error_is(ny_word error, const char *name, uint16_t class_id) {
    if (NY_UNLIKELY(error == NY_EXITING)) return strcmp(name, NY_EXITING_NAME) == 0;
    if (class_id != 0 && ny_is(error, class_id)) return true;
    if (strcmp(name, "Error") == 0 || strcmp(name, "Exception") == 0) return true;
    return strcmp(ny_error_type_text(error), name) == 0;
}

const char *ny_error_type_text(ny_word error) {
    if (is_error_box(error)) {
        ny_word type_name = ((const ny_error *)ny_as_box(error))->type_name;
        if (type_name != 0) return ny_as_string(type_name)->bytes;
    }
    return ny_class_of(error)->name;
}

ny_word ny_error_pack(ny_word me, ny_word message) {
    ny_word *field = ny_error_field(me, NY_ERROR_MESSAGE);
    ny_word before = *field;
    *field = ny_retain(message);
    ny_release(before);
    return NY_NULL;
}

ny_word ny_error_pack_type(ny_word me, ny_word type, ny_word message) {
    ny_error *error = (ny_error *)ny_as_box(me);
    ny_word before = error->type_name;
    const ny_string *text = ny_as_string(type);
    ny_word copy = ny_string_new(text->bytes, text->byte_length); /* ends with a zero byte */
    if (copy == NY_ERROR) return NY_ERROR;
    error->type_name = copy;
    if (before != 0) ny_release(before);
    return ny_error_pack(me, message);
}

ny_word ny_error_type(ny_word me) {
    const ny_error *error = (const ny_error *)ny_as_box(me);
    if (error->type_name != 0) return ny_retain(error->type_name);
    return ny_string_text(ny_class_of(me)->name);
}

ny_word ny_error_stack_trace(ny_word me) { return ny_trace_text((const ny_error *)ny_as_box(me)); }

void ny_error_destroy(ny_box *box) {
    ny_error *error = (ny_error *)box;
    if (error->type_name != 0) ny_release(error->type_name);
    error->type_name = 0;
    ny_memory_free(error->trace, error->trace_room * sizeof error->trace[0]);
    error->trace = NULL;
    error->trace_room = error->trace_count = 0;
}
