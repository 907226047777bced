/* JSON.parse (json.nyash): RFC 8259. Not recursive: open Arrays and Maps lie in a stack of our
   own, so depth costs no C stack. */
#include <math.h>
#include <string.h>

#include "array.h"
#include "failure.h"
#include "float_text.h"
#include "heap.h"
#include "json.h"
#include "map.h"
#include "text.h"
#include "utf8.h"

typedef struct open_value {
    ny_word collection;
    ny_word key; /* of a Map, while its value is read; else 0 */
    bool is_map;
} open_value;

typedef struct parser {
    const char *start, *at, *end;
    unsigned depth;
    open_value open[NY_JSON_DEPTH];
} parser;

static NY_COLD ny_word fail(const parser *parser, const char *place, const char *what) {
    uint32_t line = 1;
    const char *line_start = parser->start;
    for (const char *at = parser->start; at < place; at++) {
        if (*at != '\n') continue;
        line++;
        line_start = at + 1;
    }
    size_t column = ny_utf8_length(line_start, (size_t)(place - line_start)) + 1;
    return ny_failure_parse(line, (uint32_t)column,
                            ny_string_format("JSON, line %u, column %zu: %s", line, column, what));
}

static void skip_blanks(parser *parser) {
    while (parser->at < parser->end && (*parser->at == ' ' || *parser->at == '\n' ||
                                        *parser->at == '\r' || *parser->at == '\t'))
        parser->at++;
}

static bool is_digit(const parser *parser, const char *at) {
    return at < parser->end && *at >= '0' && *at <= '9';
}

static ny_word read_number(parser *parser) {
    const char *start = parser->at, *at = start;
    if (*at == '-') at++;
    if (!is_digit(parser, at)) return fail(parser, at, "a digit is missing");
    if (*at == '0' && is_digit(parser, at + 1))
        return fail(parser, at, "a number cannot start with 0");
    int64_t integer = 0;
    bool fits = true;
    for (; is_digit(parser, at); at++) {
        int64_t digit = *start == '-' ? -(*at - '0') : *at - '0';
        fits = fits && !__builtin_mul_overflow(integer, (int64_t)10, &integer) &&
               !__builtin_add_overflow(integer, digit, &integer);
    }
    bool whole = true;
    if (at < parser->end && *at == '.') {
        whole = false;
        if (!is_digit(parser, ++at)) return fail(parser, at, "a digit is missing");
        while (is_digit(parser, at)) at++;
    }
    if (at < parser->end && (*at == 'e' || *at == 'E')) {
        whole = false;
        at++;
        if (at < parser->end && (*at == '+' || *at == '-')) at++;
        if (!is_digit(parser, at)) return fail(parser, at, "a digit is missing");
        while (is_digit(parser, at)) at++;
    }
    parser->at = at;
    if (whole && fits) return ny_from_integer(integer);
    double value;
    if (!ny_float_text_read(start, (size_t)(at - start), &value)) return ny_heap_exhausted();
    if (isinf(value)) return fail(parser, start, "the number is too large");
    return ny_from_float(value);
}

/* Four hexadecimal digits at `at`; -1: there are none. */
static int32_t read_hex(const parser *parser, const char *at) {
    int32_t value = 0;
    if (parser->end - at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* The escape whose backslash is at parser->at. False: thrown. */
static bool read_escape(parser *parser, ny_text *text) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = parser->at + 1;
    const char *known = at < parser->end && *at != 0 ? strchr(from, *at) : NULL;
    if (known != NULL) {
        ny_text_append(text, &to[known - from], 1);
        parser->at = at + 1;
        return true;
    }
    if (at >= parser->end || *at != 'u') {
        fail(parser, parser->at, "no such escape");
        return false;
    }
    int32_t code = read_hex(parser, at + 1);
    at += 5;
    if (code >= 0xD800 && code <= 0xDBFF && parser->end - at >= 6 && at[0] == '\\' &&
        at[1] == 'u') {
        int32_t low = read_hex(parser, at + 2);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
        }
    }
    char bytes[4];
    size_t count = code < 0 ? 0 : ny_utf8_encode((uint32_t)code, bytes);
    if (count == 0) {
        fail(parser, parser->at, code < 0 ? "four hexadecimal digits are missing"
                                          : "half of a surrogate pair");
        return false;
    }
    ny_text_append(text, bytes, count);
    parser->at = at;
    return true;
}

static ny_word read_string(parser *parser) {
    const char *start = ++parser->at, *at = start;
    while (at < parser->end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20) at++;
    if (at < parser->end && *at == '"') { /* nothing to change, as mostly */
        parser->at = at + 1;
        return ny_string_new(start, (size_t)(at - start));
    }
    ny_text text = {0};
    for (;;) {
        ny_text_append(&text, parser->at, (size_t)(at - parser->at));
        parser->at = at;
        const char *wrong = at >= parser->end ? "the String has no end"
                            : (unsigned char)*at < 0x20
                                ? "a control character in a String has to be escaped"
                                : NULL;
        if (wrong != NULL) {
            ny_text_drop(&text);
            return fail(parser, at, wrong);
        }
        if (*at == '"') break;
        if (!read_escape(parser, &text)) {
            ny_text_drop(&text);
            return NY_ERROR;
        }
        at = parser->at;
        while (at < parser->end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20) at++;
    }
    parser->at++;
    return ny_text_finish(&text);
}

static ny_word read_word(parser *parser, const char *word, ny_word value) {
    size_t length = strlen(word);
    if ((size_t)(parser->end - parser->at) < length || memcmp(parser->at, word, length) != 0)
        return fail(parser, parser->at, "a value is missing");
    parser->at += length;
    return value;
}

static ny_word read_scalar(parser *parser) {
    if (parser->at >= parser->end) return fail(parser, parser->at, "a value is missing");
    switch (*parser->at) {
    case '"': return read_string(parser);
    case 't': return read_word(parser, "true", NY_TRUE);
    case 'f': return read_word(parser, "false", NY_FALSE);
    case 'n': return read_word(parser, "null", NY_NULL);
    case '-': return read_number(parser);
    default:
        if (is_digit(parser, parser->at)) return read_number(parser);
        return fail(parser, parser->at, "a value is missing");
    }
}

/* Reads `"key":` of the innermost Map. */
static bool read_key(parser *parser) {
    skip_blanks(parser);
    if (parser->at >= parser->end || *parser->at != '"') {
        fail(parser, parser->at, "a key in quotes is missing");
        return false;
    }
    ny_word key = read_string(parser);
    if (key == NY_ERROR) return false;
    parser->open[parser->depth - 1].key = key;
    skip_blanks(parser);
    if (parser->at < parser->end && *parser->at == ':') {
        parser->at++;
        return true;
    }
    fail(parser, parser->at, "a `:` is missing");
    return false;
}

/* Puts a value into the innermost collection. */
static bool put(parser *parser, ny_word owned) {
    open_value *inner = &parser->open[parser->depth - 1];
    if (!inner->is_map) return ny_array_append(inner->collection, owned);
    ny_word key = inner->key;
    inner->key = 0;
    return ny_map_put(inner->collection, key, owned);
}

/* Opens a collection; *empty: it was closed at once. */
static bool open_collection(parser *parser, bool *empty) {
    bool is_map = *parser->at == '{';
    if (parser->depth == NY_JSON_DEPTH) {
        fail(parser, parser->at, "nested too deep");
        return false;
    }
    ny_word collection = is_map ? ny_map_empty() : ny_array_empty();
    if (collection == NY_ERROR) return false;
    parser->open[parser->depth++] = (open_value){collection, 0, is_map};
    parser->at++;
    skip_blanks(parser);
    *empty = parser->at < parser->end && *parser->at == (is_map ? '}' : ']');
    return *empty || !is_map || read_key(parser);
}

/* After a value: goes on to the next place for one, closing what ends. The whole value when the
   outermost ends, NY_END when there is more to read, NY_ERROR thrown. */
static ny_word go_on(parser *parser, ny_word value) {
    while (parser->depth > 0) {
        if (!put(parser, value)) return NY_ERROR;
        open_value *inner = &parser->open[parser->depth - 1];
        skip_blanks(parser);
        if (parser->at < parser->end && *parser->at == ',') {
            parser->at++;
            if (inner->is_map && !read_key(parser)) return NY_ERROR;
            return NY_END;
        }
        if (parser->at >= parser->end || *parser->at != (inner->is_map ? '}' : ']'))
            return fail(parser, parser->at,
                        inner->is_map ? "a `,` or `}` is missing" : "a `,` or `]` is missing");
        parser->at++;
        value = inner->collection;
        parser->depth--;
    }
    return value;
}

static ny_word read_all(parser *parser) {
    for (;;) {
        ny_word value;
        skip_blanks(parser);
        if (parser->at < parser->end && (*parser->at == '{' || *parser->at == '[')) {
            bool empty;
            if (!open_collection(parser, &empty)) return NY_ERROR;
            if (!empty) continue;
            parser->at++;
            value = parser->open[--parser->depth].collection;
        } else {
            value = read_scalar(parser);
            if (value == NY_ERROR) return NY_ERROR;
        }
        value = go_on(parser, value);
        if (value == NY_END) continue;
        if (value == NY_ERROR) return NY_ERROR;
        skip_blanks(parser);
        if (parser->at == parser->end) return value;
        ny_release(value);
        return fail(parser, parser->at, "there is more text after the value");
    }
}

ny_word ny_json_parse(ny_word text) {
    const ny_string *string = ny_as_string(text);
    parser *state = ny_memory_get(sizeof *state); /* 12 KiB: too much for a task's stack */
    if (state == NULL) return ny_heap_exhausted();
    state->start = state->at = string->bytes;
    state->end = string->bytes + string->byte_length;
    state->depth = 0;
    ny_word value = read_all(state);
    while (state->depth > 0) { /* what an error left open */
        open_value *open = &state->open[--state->depth];
        if (open->key != 0) ny_release(open->key);
        ny_release(open->collection);
    }
    ny_memory_free(state, sizeof *state);
    return value;
}
