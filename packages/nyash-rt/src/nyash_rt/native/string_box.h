/* string_box.h: Strings beyond what nyash.h offers.

   Layout in nyash.h. Three forms: inline (bytes behind the header, ended by a zero byte that does
   not count), slice (`owned` is 1; `owner` is an inline String or a tail block) and constant
   (static data). Concatenation in a loop is linear because of tail blocks: the result of a long
   concatenation is a slice of a block with room behind it, and appending to the slice that ends
   where the block is filled continues in place. (The file is not called string.h because that
   would hide the C library's.) */
#ifndef NYASH_STRING_BOX_H
#define NYASH_STRING_BOX_H

#include <stdarg.h>

#include "include/nyash.h"

#define NY_STRING_LIMIT ((size_t)UINT32_MAX / 2) /* bytes of one String */

/* NULL for format, else as printf. */
ny_word ny_string_format_list(const char *format, va_list arguments);
/* `count` bytes that contain `length` code points; both are right. */
ny_word ny_string_new_counted(const char *bytes, size_t count, size_t length);
/* Part of a String: shares its bytes when long enough. Bytes [from, to). */
ny_word ny_string_slice(ny_word string, size_t from, size_t to);
ny_word ny_string_concat(ny_word left, ny_word right);
ny_word ny_string_concat_integer(ny_word left, int64_t right);
ny_word ny_string_times(ny_word string, int64_t times);
/* One code point as a String; ASCII ones are shared constants. */
ny_word ny_string_of_code_point(uint32_t code_point);
ny_word ny_string_too_long(void);
bool ny_string_equal(ny_word left, ny_word right);
int ny_string_compare(ny_word left, ny_word right); /* <0, 0, >0 by code point */
uint32_t ny_string_hash_of(ny_word string);
/* Byte position of `part` in `whole` at or after `from`; SIZE_MAX: not there. */
size_t ny_string_search(const ny_string *whole, const ny_string *part, size_t from);
void ny_string_start(void);
static inline bool ny_string_is_ascii(const ny_string *string) {
    return string->length == string->byte_length;
}

/* Natives of string.nyash: string.c, string_search.c, string_edit.c. */
void ny_string_destroy(ny_box *box);
int64_t ny_string_length(ny_word me);
int64_t ny_string_byte_length(ny_word me);
bool ny_string_is_empty(ny_word me);
ny_word ny_string_get(ny_word me, int64_t index);
ny_word ny_string_at(ny_word me, int64_t index); /* s[i]: throws IndexError */
ny_word ny_string_substring(ny_word me, int64_t start, int64_t end);
ny_word ny_string_substring_from(ny_word me, int64_t start);
int64_t ny_string_index_of(ny_word me, ny_word part);
int64_t ny_string_index_of_from(ny_word me, ny_word part, int64_t start);
int64_t ny_string_last_index_of(ny_word me, ny_word part);
bool ny_string_contains(ny_word me, ny_word part);
bool ny_string_starts_with(ny_word me, ny_word part);
bool ny_string_ends_with(ny_word me, ny_word part);
ny_word ny_string_replace(ny_word me, ny_word from, ny_word to);
ny_word ny_string_split(ny_word me, ny_word separator);
ny_word ny_string_join(ny_word me, ny_word array);
ny_word ny_string_trim(ny_word me);
ny_word ny_string_trim_start(ny_word me);
ny_word ny_string_trim_end(ny_word me);
/* Bytes of white space at the start; where that at the end begins, not before `from`. */
size_t ny_string_blanks_at_start(const ny_string *string);
size_t ny_string_text_end(const ny_string *string, size_t from);
ny_word ny_string_to_upper(ny_word me);
ny_word ny_string_to_lower(ny_word me);
ny_word ny_string_repeat(ny_word me, int64_t times);
ny_word ny_string_pad_start(ny_word me, int64_t length, ny_word padding);
ny_word ny_string_pad_end(ny_word me, int64_t length, ny_word padding);
ny_word ny_string_reverse(ny_word me);
ny_word ny_string_to_integer(ny_word me);
ny_word ny_string_to_float(ny_word me);
ny_word ny_string_to_int_or_null(ny_word me);
ny_word ny_string_to_float_or_null(ny_word me);
ny_word ny_string_chars(ny_word me);
ny_word ny_string_lines(ny_word me);
ny_word ny_string_to_bytes(ny_word me);
ny_word ny_string_code_point_at(ny_word me, int64_t index);
ny_word ny_string_from_code_point(int64_t code_point);

#endif
