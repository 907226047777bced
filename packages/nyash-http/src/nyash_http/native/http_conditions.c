/* http_conditions.c: see http_conditions.h. */
#include "http_conditions.h"

#include <string.h>

#include "http_date.h"
#include "http_scan.h"

#define FIELD_IS(field, lower) \
    ny_http_same((field)->name, (field)->name_length, lower, sizeof(lower) - 1)

/* ---- Entity tags ----------------------------------------------------------------------------- */

static const char *skip_blanks(const char *at, const char *end) {
    while (at < end && (ny_http_is_blank(*at) || *at == ',')) at++;
    return at;
}

/* Whether the list names the tag, or is "*". A list that is none names nothing. `weak`: W/ does not
   matter (RFC 9110 section 8.8.3.2). */
static bool names_tag(
    const ny_http_field *list, const ny_http_representation *representation, bool weak) {
    const char *at = list->value, *end = at + list->value_length;
    if (list->value_length == 1 && *at == '*') return true;
    while ((at = skip_blanks(at, end)) < end) {
        bool is_weak = end - at > 2 && at[0] == 'W' && at[1] == '/';
        if (is_weak) at += 2;
        if (*at != '"') return false;
        const char *close = memchr(at + 1, '"', (size_t)(end - at - 1));
        if (!close) return false;
        size_t length = (size_t)(close + 1 - at);
        if ((weak || !is_weak) && length == representation->etag_length &&
            memcmp(at, representation->etag, length) == 0)
            return true;
        at = close + 1;
    }
    return false;
}

/* ---- Ranges ---------------------------------------------------------------------------------- */

/* Digits as a number; what does not fit is as large as can be. False: there are none. */
static bool read_position(const char **at, const char *end, uint64_t *position) {
    const char *from = *at;
    *position = 0;
    for (; *at < end && ny_http_is_digit(**at); ++*at) {
        unsigned digit = (unsigned)(**at - '0');
        *position = *position > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *position * 10 + digit;
    }
    return *at > from;
}

/* "bytes=" and one range. What is malformed, of another unit or several ranges is ignored, as
   section 14.2 allows: the whole representation is sent. */
static void select_range(const ny_http_field *field, ny_http_selection *selection) {
    uint64_t size = selection->count, first, last;
    const char *at = field->value, *end = at + field->value_length;
    if (end - at < 6 || !ny_http_same(at, 5, "bytes", 5) || at[5] != '=') return;
    at += 6;
    while (at < end && ny_http_is_blank(*at)) at++;
    if (at < end && *at == '-') {
        at++;
        if (!read_position(&at, end, &last) || at != end) return;
        if (last == 0) {
            selection->status = 416;
        } else if (size > 0) {
            selection->status = 206;
            selection->count = last < size ? last : size;
            selection->start = size - selection->count;
        }
        return;
    }
    if (!read_position(&at, end, &first) || at == end || *at++ != '-') return;
    if (at == end)
        last = UINT64_MAX;
    else if (!read_position(&at, end, &last) || at != end || last < first)
        return;
    if (first >= size) {
        selection->status = 416;
        return;
    }
    selection->status = 206;
    selection->start = first;
    selection->count = (last < size ? last : size - 1) - first + 1;
}

/* ---- All together ---------------------------------------------------------------------------- */

typedef struct conditions {
    bool match, match_fits;           /* If-Match; several lines are one list */
    bool none_match, none_match_fits; /* If-None-Match */
    bool unmodified, modified;        /* If-(Un)Modified-Since with a valid date */
    int64_t unmodified_since, modified_since;
    unsigned ranges;
    bool if_range;
    ny_http_field range, range_condition;
} conditions;

static void read_field(
    conditions *found, const ny_http_field *field, const ny_http_representation *representation,
    int64_t now) {
    switch (field->name_length) {
    case 5:
        if (FIELD_IS(field, "range")) found->ranges++, found->range = *field;
        break;
    case 8:
        if (FIELD_IS(field, "if-match")) {
            found->match = true;
            found->match_fits |= names_tag(field, representation, false);
        } else if (FIELD_IS(field, "if-range")) {
            found->if_range = true;
            found->range_condition = *field;
        }
        break;
    case 13:
        if (FIELD_IS(field, "if-none-match")) {
            found->none_match = true;
            found->none_match_fits |= names_tag(field, representation, true);
        }
        break;
    case 17:
        if (FIELD_IS(field, "if-modified-since"))
            found->modified = ny_http_date_read(
                field->value, field->value_length, now, &found->modified_since);
        break;
    case 19:
        if (FIELD_IS(field, "if-unmodified-since"))
            found->unmodified = ny_http_date_read(
                field->value, field->value_length, now, &found->unmodified_since);
        break;
    }
}

/* Section 13.1.5: a tag by strong comparison, or exactly the date that was given out. */
static bool range_applies(
    const ny_http_field *condition, const ny_http_representation *representation, int64_t now) {
    if (condition->value_length == 0) return false;
    if (*condition->value == '"' || *condition->value == 'W')
        return condition->value_length == representation->etag_length &&
               memcmp(condition->value, representation->etag, representation->etag_length) == 0;
    int64_t date;
    return ny_http_date_read(condition->value, condition->value_length, now, &date) &&
           date == representation->modified;
}

/* In the order of section 13.2.2. */
ny_http_selection ny_http_select(const char *bytes, uint32_t headers, unsigned method_id,
                                 const ny_http_representation *representation, int64_t now) {
    ny_http_selection selection = {200, 0, representation->size};
    conditions found = {0};
    ny_http_field field;
    while (ny_http_field_next(bytes, &headers, &field))
        read_field(&found, &field, representation, now);
    bool reads = method_id == NY_HTTP_GET || method_id == NY_HTTP_HEAD;
    if (found.match ? !found.match_fits
                    : found.unmodified && representation->modified > found.unmodified_since)
        selection.status = 412;
    else if (found.none_match && found.none_match_fits)
        selection.status = reads ? 304 : 412;
    else if (!found.none_match && reads && found.modified &&
             representation->modified <= found.modified_since)
        selection.status = 304;
    else if (found.ranges == 1 && method_id == NY_HTTP_GET &&
             (!found.if_range || range_applies(&found.range_condition, representation, now)))
        select_range(&found.range, &selection);
    return selection;
}

/* ---- Codings --------------------------------------------------------------------------------- */

/* ";q=0.5" in thousandths; 1000 without one, 0 where it is malformed. */
static unsigned quality(const char *at, const char *end) {
    while (at < end && (ny_http_is_blank(*at) || *at == ';')) at++;
    if (at == end) return 1000;
    if (end - at < 3 || (*at | 0x20) != 'q' || at[1] != '=') return 0;
    at += 2;
    if (*at == '1') return 1000;
    if (*at++ != '0') return 0;
    unsigned thousandths = 0, place = 100;
    if (at < end && *at == '.')
        for (at++; at < end && ny_http_is_digit(*at) && place > 0; at++, place /= 10)
            thousandths += (unsigned)(*at - '0') * place;
    return thousandths;
}

ny_http_codings ny_http_codings_accepted(const char *bytes, uint32_t headers) {
    ny_http_codings accepted = {0, 0};
    bool brotli_said = false, gzip_said = false;
    unsigned others = 0;
    ny_http_field field;
    while (ny_http_field_next(bytes, &headers, &field)) {
        if (!FIELD_IS(&field, "accept-encoding")) continue;
        const char *from = field.value, *end = from + field.value_length, *coding;
        size_t length;
        while (ny_http_list_next(&from, end, &coding, &length)) {
            const char *name_end = ny_http_skip(coding, coding + length, NY_HTTP_TOKEN);
            size_t name = (size_t)(name_end - coding);
            unsigned wanted = quality(name_end, coding + length);
            if (ny_http_same(coding, name, "br", 2))
                brotli_said = true, accepted.brotli = wanted;
            else if (ny_http_same(coding, name, "gzip", 4) ||
                     ny_http_same(coding, name, "x-gzip", 6))
                gzip_said = true, accepted.gzip = wanted;
            else if (name == 1 && *coding == '*')
                others = wanted;
        }
    }
    if (!brotli_said) accepted.brotli = others;
    if (!gzip_said) accepted.gzip = others;
    return accepted;
}
