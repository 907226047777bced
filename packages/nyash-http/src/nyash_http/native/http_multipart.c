/* http_multipart.c: see http_multipart.h. */
#include "http_multipart.h"

#include <string.h>
#include <strings.h>

enum { START, PREAMBLE, HEAD, CONTENT_START, CONTENT, CLOSED };

/* ---- Fields with parameters ------------------------------------------------------------------ */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static const char *skip_blanks(const char *at, const char *end) {
    while (at < end && is_blank(*at)) at++;
    return at;
}

static bool names(const char *text, size_t length, const char *wanted) {
    return strlen(wanted) == length && strncasecmp(text, wanted, length) == 0;
}

/* A backslash of a quoted text that stands for the character behind it. Others are those of paths,
   which browsers once sent as names of files. */
static bool escapes(const char *at, const char *end) {
    return *at == '\\' && end - at > 1 && (at[1] == '"' || at[1] == '\\');
}

/* The next `; name=value` of a field; the value without its quotes. False: there is none, or what
   follows is no parameter, which `*bad` tells. */
static bool parameter(
    const char **from, const char *end, ny_http_part_text *name, ny_http_part_text *value, bool *bad) {
    const char *at = skip_blanks(*from, end);
    *bad = false;
    if (at == end) return false;
    *bad = *at++ != ';';
    if (*bad) return false;
    at = skip_blanks(at, end);
    if (at == end) return false; /* a semicolon at the end: common, and harmless */
    const char *start = at;
    while (at < end && *at != '=' && *at != ';') at++;
    *name = (ny_http_part_text){start, (size_t)(at - start)};
    if (at == end || *at == ';' || at == start) {
        *bad = true;
        return false;
    }
    at++;
    if (at < end && *at == '"') {
        start = ++at;
        while (at < end && *at != '"') at += escapes(at, end) ? 2 : 1;
        *bad = at >= end;
        if (*bad) return false;
        *value = (ny_http_part_text){start, (size_t)(at - start)};
        at++;
    } else {
        start = at;
        while (at < end && *at != ';' && !is_blank(*at)) at++;
        *value = (ny_http_part_text){start, (size_t)(at - start)};
    }
    *from = at;
    return true;
}

/* bchars of RFC 2046 section 5.1.1; a blank must not be the last. */
static bool boundary_valid(ny_http_part_text text) {
    if (text.length < 1 || text.length > NY_HTTP_BOUNDARY_MOST) return false;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        bool letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && (c == 0 || !strchr("'()+_,-./:=? ", c))) return false;
    }
    return text.bytes[text.length - 1] != ' ';
}

const char *ny_http_multipart_begin(ny_http_multipart *form, const char *type, size_t length) {
    static const char expected[] = "multipart/form-data";
    size_t size = sizeof expected - 1;
    const char *end = type + length, *at = type + size;
    if (length < size || strncasecmp(type, expected, size) != 0 ||
        (length > size && *at != ';' && !is_blank(*at)))
        return "the body is no multipart/form-data";
    ny_http_part_text name, value;
    bool bad;
    while (parameter(&at, end, &name, &value, &bad)) {
        if (!names(name.bytes, name.length, "boundary")) continue;
        if (!boundary_valid(value)) return "the boundary of the form is not valid";
        *form = (ny_http_multipart){.delimiter = "\r\n--"};
        memcpy(form->delimiter + 4, value.bytes, value.length);
        form->delimiter_length = (unsigned char)(4 + value.length);
        return NULL;
    }
    return bad ? "the form's Content-Type is malformed" : "the form names no boundary";
}

/* ---- The head of a part ---------------------------------------------------------------------- */

static const char *read_disposition(ny_http_part_head *head, const char *at, const char *end) {
    static const char expected[] = "form-data";
    size_t size = sizeof expected - 1;
    if ((size_t)(end - at) < size || strncasecmp(at, expected, size) != 0)
        return "a part's Content-Disposition is not form-data";
    at += size;
    ny_http_part_text name, value;
    bool bad;
    while (parameter(&at, end, &name, &value, &bad)) {
        if (names(name.bytes, name.length, "name")) head->name = value;
        /* filename* must not be used here (RFC 7578 section 4.2). */
        if (names(name.bytes, name.length, "filename")) head->filename = value;
    }
    return bad ? "a part's Content-Disposition is malformed" : NULL;
}

const char *ny_http_part_head_read(ny_http_part_head *head, const char *bytes, size_t count) {
    *head = (ny_http_part_head){{NULL, 0}, {NULL, 0}, {NULL, 0}};
    const char *at = bytes, *end = bytes + count;
    while (at < end) {
        const char *stop = at;
        while (stop < end && *stop != '\r' && *stop != '\n' && *stop) stop++;
        if (stop < end && (end - stop < 2 || stop[0] != '\r' || stop[1] != '\n'))
            return "a field of a part holds a control byte";
        const char *colon = memchr(at, ':', (size_t)(stop - at));
        if (!colon || colon == at || is_blank(*at) || is_blank(colon[-1])) return "a field of a part is malformed";
        const char *value = skip_blanks(colon + 1, stop), *last = stop;
        while (last > value && is_blank(last[-1])) last--;
        if (names(at, (size_t)(colon - at), "Content-Disposition")) {
            if (head->name.bytes) return "a part has two Content-Dispositions";
            const char *complaint = read_disposition(head, value, last);
            if (complaint) return complaint;
        } else if (names(at, (size_t)(colon - at), "Content-Type"))
            head->type = (ny_http_part_text){value, (size_t)(last - value)};
        at = stop < end ? stop + 2 : end;
    }
    return head->name.bytes ? NULL : "a part of the form has no name";
}

/* ---- The body -------------------------------------------------------------------------------- */

static enum ny_http_multipart_event bad(ny_http_multipart *form, const char *complaint) {
    form->complaint = complaint;
    return NY_HTTP_PARTS_BAD;
}

/* What a delimiter is followed by: 1: another part, from `*length` bytes on; 2: the end; 0: more bytes
   are needed; -1: it is no delimiter. */
static int behind_delimiter(const char *at, size_t count, size_t *length) {
    if (count < 2) return count == 1 && at[0] != '-' && at[0] != '\r' && !is_blank(at[0]) ? -1 : 0;
    if (at[0] == '-' && at[1] == '-') return 2;
    const char *stop = skip_blanks(at, at + count);
    size_t blanks = (size_t)(stop - at);
    if (blanks > NY_HTTP_PART_HEAD_MOST) return -1;
    if (count - blanks < 2) return count == blanks || *stop == '\r' ? 0 : -1;
    if (stop[0] != '\r' || stop[1] != '\n') return -1;
    *length = blanks + 2;
    return 1;
}

/* The first place at which the delimiter stands, or may begin if more bytes come. */
static const char *find_delimiter(const ny_http_multipart *form, const char *bytes, size_t count) {
    const char *end = bytes + count;
    for (const char *at = bytes; (at = memchr(at, '\r', (size_t)(end - at))); at++) {
        size_t left = (size_t)(end - at);
        size_t length = left < form->delimiter_length ? left : form->delimiter_length;
        if (memcmp(at, form->delimiter, length) == 0) return at;
    }
    return end;
}

/* The delimiter stands at `at` but for its first `skipped` bytes. Takes it, and the state goes on;
   false: it is none, or (`*taken` 0) more bytes are needed to know. */
static bool take_delimiter(
    ny_http_multipart *form, const char *at, size_t count, size_t skipped, size_t *taken) {
    size_t length = form->delimiter_length - skipped, behind = 0;
    *taken = 0;
    if (count < length) return false;
    switch (behind_delimiter(at + length, count - length, &behind)) {
    case 1:
        *taken = length + behind;
        form->state = HEAD;
        return true;
    case 2:
        *taken = count;
        form->state = CLOSED;
        return true;
    case 0: return false;
    default: *taken = 1; return false;
    }
}

/* Whether these bytes are the delimiter from `skipped` on, as far as they go. */
static bool may_be_delimiter(
    const ny_http_multipart *form, const char *bytes, size_t count, size_t skipped) {
    size_t length = form->delimiter_length - skipped;
    return memcmp(bytes, form->delimiter + skipped, count < length ? count : length) == 0;
}

/* The first delimiter needs no line before it. */
static enum ny_http_multipart_event start(
    ny_http_multipart *form, const char *bytes, size_t count, size_t *taken) {
    if (may_be_delimiter(form, bytes, count, 2) &&
        (take_delimiter(form, bytes, count, 2, taken) || *taken == 0))
        return NY_HTTP_PART_MORE;
    *taken = 0;
    form->state = PREAMBLE;
    return ny_http_multipart_next(form, bytes, count, taken);
}

/* Lines before the first delimiter say nothing. */
static enum ny_http_multipart_event preamble(
    ny_http_multipart *form, const char *bytes, size_t count, size_t *taken) {
    const char *at = find_delimiter(form, bytes, count);
    *taken = (size_t)(at - bytes);
    if (*taken == 0) take_delimiter(form, at, count, 0, taken);
    return NY_HTTP_PART_MORE;
}

static enum ny_http_multipart_event head(
    ny_http_multipart *form, const char *bytes, size_t count, size_t *taken) {
    if (count >= 2 && bytes[0] == '\r' && bytes[1] == '\n')
        return bad(form, "a part of the form has no name");
    size_t most = count < NY_HTTP_PART_HEAD_MOST ? count : NY_HTTP_PART_HEAD_MOST;
    const char *end = most ? memmem(bytes, most, "\r\n\r\n", 4) : NULL;
    if (!end && count >= NY_HTTP_PART_HEAD_MOST)
        return bad(form, "the fields of a part are too long");
    if (!end) return NY_HTTP_PART_MORE;
    form->event = bytes;
    form->event_length = (size_t)(end - bytes);
    *taken = form->event_length + 2;
    form->state = CONTENT_START;
    return NY_HTTP_PART_BEGIN;
}

/* The empty line behind the fields may be the line end of a delimiter: there is no content then. */
static enum ny_http_multipart_event content_start(
    ny_http_multipart *form, const char *bytes, size_t count, size_t *taken) {
    if (may_be_delimiter(form, bytes, count, 0)) {
        if (take_delimiter(form, bytes, count, 0, taken)) return NY_HTTP_PART_END;
        if (*taken == 0) return NY_HTTP_PART_MORE;
    }
    *taken = 2;
    form->state = CONTENT;
    return NY_HTTP_PART_MORE;
}

static enum ny_http_multipart_event content(
    ny_http_multipart *form, const char *bytes, size_t count, size_t *taken) {
    size_t before = (size_t)(find_delimiter(form, bytes, count) - bytes);
    if (before == 0) {
        if (take_delimiter(form, bytes, count, 0, taken)) return NY_HTTP_PART_END;
        before = *taken; /* a byte that was content after all */
        if (before == 0) return NY_HTTP_PART_MORE;
    }
    form->event = bytes;
    form->event_length = *taken = before;
    return NY_HTTP_PART_DATA;
}

enum ny_http_multipart_event ny_http_multipart_next(
    ny_http_multipart *form, const char *bytes, size_t count, size_t *taken) {
    *taken = 0;
    switch (form->state) {
    case START: return start(form, bytes, count, taken);
    case PREAMBLE: return preamble(form, bytes, count, taken);
    case HEAD: return head(form, bytes, count, taken);
    case CONTENT_START: return content_start(form, bytes, count, taken);
    case CONTENT: return content(form, bytes, count, taken);
    default: *taken = count; return NY_HTTP_PARTS_END;
    }
}
