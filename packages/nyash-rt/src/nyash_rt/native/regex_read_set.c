/* Sets and escapes in patterns: `[a-c\d]`, `\w`, `\u{1F600}`. */
#include <string.h>

#include "regex_reader.h"
#include "utf8.h"

#define LAST_CODE_POINT 0x10FFFFu

static bool add_range(ny_regex_reader *r, uint32_t first, uint32_t last) {
    ny_regex_program *program = r->program;
    if (program->range_count == NY_REGEX_RANGES)
        return ny_regex_refuse(r, r->at, "the pattern is too large");
    if (!ny_regex_grow((void **)&program->ranges, &program->range_room, program->range_count,
                       sizeof program->ranges[0]))
        return ny_regex_no_memory(r);
    program->ranges[program->range_count++] = (ny_regex_range){first, last};
    return true;
}

/* Sort the ranges from `start` on and join those that touch. */
static void normalise(ny_regex_program *program, uint32_t start) {
    ny_regex_range *ranges = program->ranges + start;
    uint32_t count = program->range_count - start;
    for (uint32_t i = 1; i < count; i++) { /* few, and mostly in order */
        ny_regex_range moving = ranges[i];
        uint32_t place = i;
        for (; place > 0 && ranges[place - 1].first > moving.first; place--)
            ranges[place] = ranges[place - 1];
        ranges[place] = moving;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept > 0 && ranges[i].first <= ranges[kept - 1].last + 1) {
            if (ranges[i].last > ranges[kept - 1].last) ranges[kept - 1].last = ranges[i].last;
        } else {
            ranges[kept++] = ranges[i];
        }
    }
    program->range_count = start + kept;
}

ny_regex_node *ny_regex_finish_set(ny_regex_reader *r, uint32_t start, bool negated) {
    ny_regex_program *program = r->program;
    normalise(program, start);
    if (!ny_regex_grow((void **)&program->sets, &program->set_room, program->set_count,
                       sizeof program->sets[0]))
        return ny_regex_fail(r, r->at, "");
    ny_regex_set *set = &program->sets[program->set_count];
    *set = (ny_regex_set){.start = start,
                          .count = program->range_count - start,
                          .negated = negated,
                          .folded = r->flags.ignore_case};
    ny_regex_set_finish(program, set);
    return ny_regex_one(r, NY_REGEX_SET, program->set_count++);
}

/* The ranges of \d, \s or \w, or of all but those. false: a fault. */
bool ny_regex_add_class(ny_regex_reader *r, char letter) {
    static const ny_regex_range digits[] = {{'0', '9'}}, blanks[] = {{'\t', '\r'}, {' ', ' '}},
                                words[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    const ny_regex_range *ranges = words;
    size_t count = sizeof words / sizeof words[0];
    char kind = letter | 32;
    if (kind == 'd') {
        ranges = digits;
        count = 1;
    } else if (kind == 's') {
        ranges = blanks;
        count = 2;
    }
    if (letter == kind) {
        for (size_t i = 0; i < count; i++)
            if (!add_range(r, ranges[i].first, ranges[i].last)) return false;
        return true;
    }
    uint32_t from = 0;
    for (size_t i = 0; i < count; i++) {
        if (ranges[i].first > from && !add_range(r, from, ranges[i].first - 1)) return false;
        from = ranges[i].last + 1;
    }
    return add_range(r, from, LAST_CODE_POINT);
}

bool ny_regex_is_class(char letter) { return letter != 0 && strchr("dDsSwW", letter) != NULL; }

/* ---- Escapes --------------------------------------------------------------------------------- */

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
    return -1;
}

/* Behind `\x` or `\u`: so many digits, or any number in braces. false: a fault. */
static bool read_hex(ny_regex_reader *r, unsigned digits, uint32_t *code_point) {
    size_t start = r->at;
    bool braces = ny_regex_take(r, "{");
    uint32_t value = 0;
    unsigned count = 0;
    while (ny_regex_more(r) && hex_digit(r->pattern[r->at]) >= 0 && count < (braces ? 7 : digits)) {
        value = value * 16 + (uint32_t)hex_digit(r->pattern[r->at++]);
        count++;
    }
    bool whole = braces ? count > 0 && ny_regex_take(r, "}") : count == digits;
    char unused[4];
    if (!whole || ny_utf8_encode(value, unused) == 0)
        return ny_regex_refuse(r, start, "this is no code point in hexadecimal digits");
    *code_point = value;
    return true;
}

/* An escape that stands for one code point; `r->at` is behind the backslash. false: a fault. */
bool ny_regex_read_escape(ny_regex_reader *r, uint32_t *code_point) {
    if (!ny_regex_more(r)) return ny_regex_refuse(r, r->at - 1, "a backslash at the end");
    static const char letters[] = "tnrfva0", meanings[] = "\t\n\r\f\v\a";
    char letter = r->pattern[r->at];
    if (letter == 'x' || letter == 'u') {
        r->at++;
        return read_hex(r, letter == 'x' ? 2 : 4, code_point);
    }
    const char *known = letter == 0 ? NULL : strchr(letters, letter);
    if (known != NULL) {
        r->at++;
        *code_point = (unsigned char)meanings[known - letters];
        return true;
    }
    if (letter >= '1' && letter <= '9')
        return ny_regex_refuse(r, r->at - 1, "references back to a group are not supported");
    if ((letter | 32) >= 'a' && (letter | 32) <= 'z')
        return ny_regex_refuse(r, r->at - 1, "unknown escape");
    *code_point = ny_regex_next(r);
    return true;
}

/* `[…]`, behind the bracket. */
ny_regex_node *ny_regex_read_set(ny_regex_reader *r) {
    size_t opened = r->at - 1;
    uint32_t start = r->program->range_count;
    bool negated = ny_regex_take(r, "^");
    for (bool first = true;; first = false) {
        if (!ny_regex_more(r)) return ny_regex_fail(r, opened, "this [ is not closed");
        if (!first && ny_regex_take(r, "]")) return ny_regex_finish_set(r, start, negated);
        size_t at = r->at;
        if (ny_regex_comes(r, "\\") && r->at + 1 < r->length && ny_regex_is_class(r->pattern[r->at + 1])) {
            char letter = r->pattern[r->at + 1];
            r->at += 2;
            if (!ny_regex_add_class(r, letter)) return NULL;
            if (ny_regex_comes(r, "-") && r->at + 1 < r->length && r->pattern[r->at + 1] != ']')
                return ny_regex_fail(r, at, "a range cannot begin with a class");
            continue;
        }
        uint32_t low, high;
        if (ny_regex_take(r, "\\")) {
            if (!ny_regex_read_escape(r, &low)) return NULL;
        } else {
            low = ny_regex_next(r);
        }
        high = low;
        if (ny_regex_comes(r, "-") && r->at + 1 < r->length && r->pattern[r->at + 1] != ']') {
            r->at++;
            if (ny_regex_take(r, "\\")) {
                if (ny_regex_more(r) && ny_regex_is_class(r->pattern[r->at]))
                    return ny_regex_fail(r, at, "a range cannot end with a class");
                if (!ny_regex_read_escape(r, &high)) return NULL;
            } else {
                high = ny_regex_next(r);
            }
            if (high < low) return ny_regex_fail(r, at, "this range ends before it begins");
        }
        if (!add_range(r, low, high)) return NULL;
    }
}
