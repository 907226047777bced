/* text.h: bytes that grow into a String. A builder starts as `{0}`; when memory runs out it is
   marked failed, further appends do nothing, and ny_text_finish throws. */
#ifndef NYASH_TEXT_H
#define NYASH_TEXT_H

#include <stdarg.h>

#include "include/nyash.h"

typedef struct ny_text {
    char *bytes;
    size_t length, room;
    bool failed;
} ny_text;

bool ny_text_reserve(ny_text *text, size_t more);
void ny_text_append(ny_text *text, const char *bytes, size_t count);
static inline void ny_text_byte(ny_text *text, char byte) {
    if (NY_LIKELY(text->length < text->room) || ny_text_reserve(text, 1))
        text->bytes[text->length++] = byte;
}
void ny_text_format(ny_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ny_text_format_list(ny_text *text, const char *format, va_list arguments);
void ny_text_string(ny_text *text, ny_word string);
#define NY_INTEGER_TEXT_ROOM 20 /* -9223372036854775808 */
/* Writes an Integer's digits and gives their number; not zero-terminated. */
size_t ny_text_digits(int64_t value, char *place);
void ny_text_integer(ny_text *text, int64_t value);
void ny_text_float(ny_text *text, double value);
/* With quotes and escapes, as in JSON. */
void ny_text_quoted(ny_text *text, const char *bytes, size_t count);
/* The String (owned; valid UTF-8 must have been appended) or NY_ERROR thrown. Drops the builder. */
ny_word ny_text_finish(ny_text *text);
void ny_text_drop(ny_text *text);

/* to_string.c: a value's text. `ny_text_value` may run the program's toString() and throw (false);
   collections inside are printed by C. `ny_text_value_plain` runs nothing of the program. */
bool ny_text_value(ny_text *text, ny_word value);
void ny_text_value_plain(ny_text *text, ny_word value);

#endif
