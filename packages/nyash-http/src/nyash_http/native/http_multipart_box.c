/* http_multipart_box.c: see http_multipart_box.h. */
#include "http_multipart_box.h"

#include <string.h>

static ny_http_multipart_box *box_of(ny_word me) { return (ny_http_multipart_box *)ny_as_box(me); }

static void forget(ny_word *place) {
    ny_word before = *place;
    *place = 0;
    if (before) ny_release(before);
}

void ny_http_multipart_box_destroy(ny_box *box) {
    ny_http_multipart_box *form = (ny_http_multipart_box *)box;
    forget(&form->name);
    forget(&form->filename);
    forget(&form->type);
    forget(&form->data);
    ny_memory_free(form->bytes, form->room);
    form->bytes = NULL;
    form->done = form->count = form->room = 0;
}

ny_word ny_http_multipart_box_pack(ny_word me, ny_word type) {
    const ny_string *text = ny_as_string(type);
    const char *complaint =
        ny_http_multipart_begin(&box_of(me)->form, text->bytes, text->byte_length);
    return complaint ? ny_throw_error("ParseError", "%s", complaint) : NY_NULL;
}

ny_word ny_http_multipart_box_feed(ny_word me, ny_word buffer) {
    ny_http_multipart_box *form = box_of(me);
    size_t length, left = form->count - form->done;
    const char *bytes = ny_buffer_bytes(buffer, &length);
    if (left) memmove(form->bytes, form->bytes + form->done, left);
    form->done = 0;
    form->count = left;
    if (left + length > form->room) {
        size_t room = left + length;
        char *larger = ny_memory_resize(form->bytes, form->room, room);
        if (!larger) return ny_throw_error("OutOfMemoryError", "no memory for a piece of a form");
        form->bytes = larger;
        form->room = room;
    }
    memcpy(form->bytes + left, bytes, length);
    form->count += length;
    return NY_NULL;
}

/* The text without the backslashes of its escapes; 0: thrown. */
static ny_word plain(ny_http_part_text text) {
    char *out = ny_memory_get(text.length);
    if (!out) return ny_throw_error("OutOfMemoryError", "no memory for a name in a form");
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *at = text.bytes + i;
        if (*at == '\\' && i + 1 < text.length && (at[1] == '"' || at[1] == '\\')) i++;
        out[count++] = text.bytes[i];
    }
    ny_word word = ny_string_from_untrusted(out, count);
    ny_memory_free(out, text.length);
    return word;
}

static bool read_head(ny_http_multipart_box *form) {
    ny_http_part_head head;
    const char *complaint =
        ny_http_part_head_read(&head, form->form.event, form->form.event_length);
    if (complaint) {
        ny_throw_error("ParseError", "%s", complaint);
        return false;
    }
    forget(&form->filename);
    forget(&form->type);
    forget(&form->name);
    form->name = plain(head.name);
    if (!form->name) return false;
    if (head.filename.bytes && !(form->filename = plain(head.filename))) return false;
    if (head.type.bytes &&
        !(form->type = ny_string_from_untrusted(head.type.bytes, head.type.length)))
        return false;
    return true;
}

ny_word ny_http_multipart_box_next(ny_word me) {
    ny_http_multipart_box *form = box_of(me);
    size_t taken;
    enum ny_http_multipart_event event;
    do {
        /* No bytes yet: a place that is none, so that nobody computes with a null pointer. */
        const char *bytes = form->bytes ? form->bytes + form->done : "";
        event = ny_http_multipart_next(&form->form, bytes, form->count - form->done, &taken);
        form->done += taken;
    } while (event == NY_HTTP_PART_MORE && taken);
    if (event == NY_HTTP_PARTS_BAD)
        return ny_throw_error("ParseError", "%s", form->form.complaint);
    if (event == NY_HTTP_PART_BEGIN && !read_head(form)) return NY_ERROR;
    if (event == NY_HTTP_PART_DATA) {
        forget(&form->data);
        form->data = ny_buffer_of(form->form.event, form->form.event_length);
        if (!form->data) return NY_ERROR;
    }
    return ny_from_integer(event);
}

static ny_word known(ny_word word) { return word ? ny_retain(word) : NY_NULL; }

ny_word ny_http_multipart_box_name(ny_word me) { return known(box_of(me)->name); }
ny_word ny_http_multipart_box_filename(ny_word me) { return known(box_of(me)->filename); }
ny_word ny_http_multipart_box_type(ny_word me) { return known(box_of(me)->type); }
ny_word ny_http_multipart_box_data(ny_word me) { return known(box_of(me)->data); }
