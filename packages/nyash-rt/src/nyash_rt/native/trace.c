/* Stack traces as text, and the report of an error that nobody caught. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "text.h"

static void append_sites(ny_text *text, const uint32_t *sites, uint32_t kept, uint32_t passed) {
    for (uint32_t i = 0; i < kept; i++) {
        if (sites[i] >= ny_site_count) continue;
        const ny_site *site = &ny_sites[sites[i]];
        ny_text_append(text, "    at ", 7);
        ny_text_append(text, site->function, strlen(site->function));
        ny_text_append(text, " (", 2);
        ny_text_append(text, site->file, strlen(site->file));
        ny_text_append(text, ":", 1);
        ny_text_integer(text, site->line);
        ny_text_append(text, ")\n", 2);
    }
    if (passed > kept) ny_text_format(text, "    ... and %u more calls\n", passed - kept);
}

static void append_expression(ny_text *text, const ny_expression *expression) {
    const ny_site *site = &ny_sites[expression->site];
    ny_text_format(text, "    in `%s` (%s:%u:%u)\n", expression->text, site->file, site->line,
                   expression->column);
}

ny_word ny_trace_text(const ny_error *error) {
    ny_text text = {0};
    append_sites(&text, error->trace, error->trace_room, error->trace_count);
    if (text.length > 0) text.length--; /* no newline at the end */
    return ny_text_finish(&text);
}

static void write_all(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDERR_FILENO, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return; /* nobody can be told that telling failed */
        bytes += written;
        count -= (size_t)written;
    }
}

/* The message of an error for people; never runs the program's code, so it cannot fail. */
static void append_message(ny_text *text, ny_word error) {
    ny_word message = error;
    if (ny_is_box(error) && ny_is(error, NY_CLASS_ERROR)) {
        message = *ny_error_field(error, NY_ERROR_MESSAGE);
        if (message == NY_NULL) return;
    }
    ny_text_append(text, ": ", 2);
    ny_text_value_plain(text, message);
}

void ny_report_uncaught(ny_word error) {
    const char *first_type = ny_error_type_text(error);
    ny_print_flush();
    ny_text text = {0};
    for (uint32_t depth = 0; depth < 16 && error != NY_NULL; depth++) {
        const char *type = ny_error_type_text(error);
        ny_text_format(&text, "%s%s", depth > 0 ? "caused by " : "", type);
        append_message(&text, error);
        ny_text_append(&text, "\n", 1);
        bool is_box = ny_is_box(error) && ny_is(error, NY_CLASS_ERROR);
        const ny_error *box = is_box ? (const ny_error *)ny_as_box(error) : NULL;
        if (box != NULL && box->expression != NULL) append_expression(&text, box->expression);
        if (box == NULL || box->trace_room == 0) { /* OutOfMemoryError cannot keep one */
            const ny_trace *trace = ny_failure_trace_of(error);
            if (trace == NULL) break;
            uint32_t kept = trace->count < NY_TRACE_LIMIT ? trace->count : NY_TRACE_LIMIT;
            append_sites(&text, trace->sites, kept, trace->count);
            break;
        }
        append_sites(&text, box->trace, box->trace_room, box->trace_count);
        error = *ny_error_field(error, NY_ERROR_CAUSE);
    }
    write_all(text.bytes, text.length);
    if (text.failed) {
        if (text.length == 0) write_all(first_type, strlen(first_type));
        write_all("\n(no memory left to say more)\n", 30);
    }
    ny_text_drop(&text);
}

ny_word ny_report_error(ny_word error) {
    ny_report_uncaught(error);
    return NY_NULL;
}
