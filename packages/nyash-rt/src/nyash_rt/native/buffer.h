/* buffer.h: bytes that grow. `read` moves a position; what is before it stays until clear(). */
#ifndef NYASH_BUFFER_H
#define NYASH_BUFFER_H

#include "include/nyash.h"
#include "text.h"

typedef struct ny_buffer {
    ny_box box;
    uint8_t *bytes;
    size_t count, room;
    size_t position; /* of read() */
} ny_buffer;

static inline ny_buffer *ny_as_buffer(ny_word word) { return (ny_buffer *)(uintptr_t)word; }
/* An owned BufferBox with a copy of the bytes; NY_ERROR: thrown. */
ny_word ny_buffer_of(const void *bytes, size_t count);
bool ny_buffer_add(ny_buffer *buffer, const void *bytes, size_t count); /* false: thrown */
/* The content as text; what is not UTF-8 becomes U+FFFD. */
void ny_buffer_append_text(ny_text *text, ny_word buffer);

/* Natives of buffer.nyash. */
void ny_buffer_destroy(ny_box *box);
ny_word ny_buffer_write(ny_word me, ny_word value);
ny_word ny_buffer_write_byte(ny_word me, int64_t byte);
ny_word ny_buffer_read(ny_word me, int64_t count);
ny_word ny_buffer_read_all(ny_word me);
ny_word ny_buffer_get(ny_word me, int64_t index);
ny_word ny_buffer_set(ny_word me, int64_t index, int64_t byte);
int64_t ny_buffer_length(ny_word me);
bool ny_buffer_is_empty(ny_word me);
ny_word ny_buffer_slice(ny_word me, int64_t start, int64_t end);
ny_word ny_buffer_clear(ny_word me);
ny_word ny_buffer_to_text(ny_word me);
ny_word ny_buffer_to_bytes(ny_word me);
int64_t ny_buffer_position(ny_word me);
ny_word ny_buffer_reset(ny_word me);

/* Natives of StringBuilderBox; the payload is a ny_text. */
typedef struct ny_builder {
    ny_box box;
    ny_text text;
} ny_builder;

void ny_builder_destroy(ny_box *box);
ny_word ny_builder_append(ny_word me, ny_word value);
ny_word ny_builder_to_text(ny_word me);
int64_t ny_builder_length(ny_word me);
ny_word ny_builder_clear(ny_word me);

#endif
