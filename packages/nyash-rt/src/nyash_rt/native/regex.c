/* RegexBox (regex.nyash). */
#include "regex.h"

#include <string.h>

#include "failure.h"
#include "heap.h"
#include "string_box.h"
#include "text.h"
#include "utf8.h"

/* A walk over the matches in a text that do not overlap. As in JavaScript an empty match may stand
   right behind another, and the search goes on one character further. */
typedef struct walk {
    ny_regex *regex;
    const ny_string *text;
    size_t from;
    uint32_t slots[2 * NY_REGEX_GROUPS];
    bool failed; /* no memory, thrown */
} walk;

static ny_regex *regex_of(ny_word me) { return (ny_regex *)ny_as_box(me); }

static walk begin(ny_word me, ny_word text) {
    walk w;
    w.regex = regex_of(me);
    w.text = ny_as_string(text);
    w.from = 0;
    w.failed = false;
    return w;
}

static bool next(walk *w) {
    const ny_string *text = w->text;
    if (w->from > text->byte_length) return false;
    int found = ny_regex_search(&w->regex->program, &w->regex->room, text->bytes, text->byte_length,
                                w->from, w->slots);
    if (found < 0) {
        ny_heap_exhausted();
        w->failed = true;
    }
    if (found <= 0) return false;
    w->from = w->slots[1];
    if (w->slots[0] == w->slots[1])
        w->from += w->from < text->byte_length ? ny_utf8_step(text->bytes[w->from]) : 1;
    return true;
}

static ny_word slice(ny_word text, uint32_t from, uint32_t to) {
    return from == NY_REGEX_NO_SLOT ? NY_NULL : ny_string_slice(text, from, to);
}

/* ---- The Box --------------------------------------------------------------------------------- */

void ny_regex_destroy(ny_box *box) {
    ny_regex *regex = (ny_regex *)box;
    ny_regex_program_drop(&regex->program);
    ny_regex_room_drop(&regex->room);
    if (regex->pattern != 0) ny_release(regex->pattern);
    regex->pattern = 0;
}

static NY_COLD ny_word refused(const ny_string *pattern, ny_regex_fault fault) {
    if (fault.message[0] == 0) return ny_heap_exhausted();
    size_t column = ny_utf8_length(pattern->bytes, fault.at) + 1;
    int shown = pattern->byte_length > 200 ? 0 : (int)pattern->byte_length;
    return ny_failure_parse(1, (uint32_t)column,
                            ny_string_format("regular expression %s%.*s%scharacter %zu: %s",
                                             shown ? "/" : "", shown, pattern->bytes,
                                             shown ? "/, " : "", column, fault.message));
}

static ny_word prepare(ny_word me, ny_word pattern, ny_regex_flags flags) {
    ny_regex *regex = regex_of(me);
    if (regex->pattern != 0) return ny_throw_error("TypeError", "a RegexBox is made only once");
    const ny_string *text = ny_as_string(pattern);
    ny_regex_fault fault = ny_regex_compile(&regex->program, text->bytes, text->byte_length, flags);
    if (fault.message != NULL) return refused(text, fault);
    regex->pattern = ny_retain(pattern); /* the names of groups point into it */
    return NY_NULL;
}

ny_word ny_regex_pack(ny_word me, ny_word pattern) {
    return prepare(me, pattern, (ny_regex_flags){0});
}

ny_word ny_regex_pack_flags(ny_word me, ny_word pattern, ny_word flags) {
    const ny_string *letters = ny_as_string(flags);
    ny_regex_flags given = {0};
    for (size_t i = 0; i < letters->byte_length; i++) {
        switch (letters->bytes[i]) {
        case 'i': given.ignore_case = true; break;
        case 'm': given.multiline = true; break;
        case 's': given.dot_all = true; break;
        default:
            return ny_throw_error("ArgumentError", "the flags of a RegexBox are i, m and s, not \"%.*s\"",
                                  (int)(letters->byte_length > 40 ? 40 : letters->byte_length),
                                  letters->bytes);
        }
    }
    return prepare(me, pattern, given);
}

static ny_word not_ready(void) {
    return ny_throw_error("TypeError", "this RegexBox has no pattern: its constructor did not run");
}

ny_word ny_regex_pattern(ny_word me) {
    ny_regex *regex = regex_of(me);
    return regex->pattern == 0 ? not_ready() : ny_retain(regex->pattern);
}

ny_word ny_regex_names(ny_word me) {
    const ny_regex_program *program = &regex_of(me)->program;
    ny_word names = ny_map_empty();
    for (uint32_t i = 0; names != NY_ERROR && i < program->name_count; i++) {
        const ny_regex_name *name = &program->names[i];
        ny_word key = ny_string_new(name->bytes, name->length);
        if (key == NY_ERROR || !ny_map_put(names, key, ny_from_small(name->group))) {
            ny_release(names);
            return NY_ERROR;
        }
    }
    return names;
}

/* ---- Searching ------------------------------------------------------------------------------- */

ny_word ny_regex_test(ny_word me, ny_word text) {
    ny_regex *regex = regex_of(me);
    if (regex->pattern == 0) return not_ready();
    const ny_string *string = ny_as_string(text);
    int found = ny_regex_search(&regex->program, &regex->room, string->bytes, string->byte_length, 0,
                                NULL);
    return found < 0 ? ny_heap_exhausted() : ny_from_bool(found);
}

ny_word ny_regex_find(ny_word me, ny_word text) {
    if (regex_of(me)->pattern == 0) return not_ready();
    walk w = begin(me, text);
    if (next(&w)) return slice(text, w.slots[0], w.slots[1]);
    return w.failed ? NY_ERROR : NY_NULL;
}

/* Append an owned element; false: thrown, and the array is gone. */
static bool give(ny_word array, ny_word element) {
    if (element != NY_ERROR && ny_array_append(array, element)) return true;
    ny_release(array);
    return false;
}

static ny_word finished(const walk *w, ny_word array) {
    if (!w->failed) return array;
    ny_release(array);
    return NY_ERROR;
}

ny_word ny_regex_find_all(ny_word me, ny_word text) {
    if (regex_of(me)->pattern == 0) return not_ready();
    ny_word array = ny_array_empty();
    if (array == NY_ERROR) return NY_ERROR;
    walk w = begin(me, text);
    while (next(&w))
        if (!give(array, slice(text, w.slots[0], w.slots[1]))) return NY_ERROR;
    return finished(&w, array);
}

/* As in JavaScript, an empty match separates nothing at the start, at the end, or behind another. */
ny_word ny_regex_split(ny_word me, ny_word text, int64_t most) {
    if (regex_of(me)->pattern == 0) return not_ready();
    if (most < 1)
        return ny_throw_error("ArgumentError", "split gives at least 1 part, not %lld",
                              (long long)most);
    ny_word array = ny_array_empty();
    if (array == NY_ERROR) return NY_ERROR;
    walk w = begin(me, text);
    uint32_t part = 0;
    for (int64_t count = 1; count < most && next(&w);) {
        if (w.slots[1] == part || w.slots[0] == w.text->byte_length) continue;
        if (!give(array, slice(text, part, w.slots[0]))) return NY_ERROR;
        part = w.slots[1];
        count++;
    }
    if (w.failed) return finished(&w, array);
    return give(array, slice(text, part, w.text->byte_length)) ? array : NY_ERROR;
}

/* ---- Replacing ------------------------------------------------------------------------------- */

static void append_group(ny_text *result, const walk *w, uint32_t group) {
    const uint32_t *slot = w->slots + 2 * (size_t)group;
    if (slot[0] != NY_REGEX_NO_SLOT) ny_text_append(result, w->text->bytes + slot[0], slot[1] - slot[0]);
}

/* The group that `$…` names: digits, or a name or digits in braces. Gives the bytes it takes. */
static size_t group_behind_dollar(const ny_regex_program *program, const char *at, size_t left,
                                  uint32_t *group) {
    bool braces = left > 0 && at[0] == '{';
    const char *close = braces ? memchr(at, '}', left) : NULL;
    if (braces && close == NULL) return 0;
    const char *name = at + braces;
    size_t length = braces ? (size_t)(close - name) : 0;
    if (!braces)
        while (length < left && length < 2 && name[length] >= '0' && name[length] <= '9') length++;
    for (uint32_t i = 0; braces && i < program->name_count; i++) {
        if (program->names[i].length != length || memcmp(program->names[i].bytes, name, length) != 0)
            continue;
        *group = program->names[i].group;
        return length + 2;
    }
    uint32_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (name[i] < '0' || name[i] > '9' || number >= NY_REGEX_GROUPS) return 0;
        number = number * 10 + (uint32_t)(name[i] - '0');
    }
    if (length == 0 || number >= program->group_count) return 0;
    *group = number;
    return length + (braces ? 2 : 0);
}

/* `$1` or `${name}` is a group, `$0` the match, `$$` a dollar; any other dollar is an error. */
static bool append_replacement(ny_text *result, const walk *w, const ny_string *by) {
    for (size_t at = 0; at < by->byte_length;) {
        const char *dollar = memchr(by->bytes + at, '$', by->byte_length - at);
        size_t plain = dollar == NULL ? by->byte_length - at : (size_t)(dollar - by->bytes) - at;
        ny_text_append(result, by->bytes + at, plain);
        at += plain;
        if (dollar == NULL) break;
        size_t left = by->byte_length - at - 1;
        uint32_t group;
        size_t taken = left > 0 && dollar[1] == '$' ? 1 : 0;
        if (taken)
            ny_text_byte(result, '$');
        else if ((taken = group_behind_dollar(&w->regex->program, dollar + 1, left, &group)) > 0)
            append_group(result, w, group);
        else
            return false;
        at += 1 + taken;
    }
    return true;
}

ny_word ny_regex_replace(ny_word me, ny_word text, ny_word by) {
    if (regex_of(me)->pattern == 0) return not_ready();
    ny_text result = {0};
    walk w = begin(me, text);
    uint32_t copied = 0;
    while (next(&w)) {
        ny_text_append(&result, w.text->bytes + copied, w.slots[0] - copied);
        copied = w.slots[1];
        if (append_replacement(&result, &w, ny_as_string(by))) continue;
        ny_text_drop(&result);
        return ny_throw_error("ArgumentError", "in \"%.*s\" a $ names no group; $$ stands for a dollar",
                              (int)ny_as_string(by)->byte_length, ny_as_string(by)->bytes);
    }
    if (w.failed) {
        ny_text_drop(&result);
        return NY_ERROR;
    }
    if (copied == 0 && result.length == 0 && w.from == 0) return ny_retain(text);
    ny_text_append(&result, w.text->bytes + copied, w.text->byte_length - copied);
    return ny_text_finish(&result);
}

/* ---- Matches with their groups --------------------------------------------------------------- */

/* [start, end, whole, group 1, …]: positions in code points, groups that took no part are null. */
static ny_word match_of(const walk *w, ny_word text, size_t start, size_t end) {
    ny_word array = ny_array_empty();
    if (array == NY_ERROR || !give(array, ny_from_small((int64_t)start)) ||
        !give(array, ny_from_small((int64_t)end)))
        return NY_ERROR;
    for (uint32_t group = 0; group < w->regex->program.group_count; group++)
        if (!give(array, slice(text, w->slots[2 * group], w->slots[2 * group + 1]))) return NY_ERROR;
    return array;
}

/* Text and matches in turn: the text before the first match, the match, the text up to the next, …,
   the text behind the last. At most `most` matches. */
ny_word ny_regex_scan(ny_word me, ny_word text, int64_t most) {
    if (regex_of(me)->pattern == 0) return not_ready();
    ny_word array = ny_array_empty();
    if (array == NY_ERROR) return NY_ERROR;
    walk w = begin(me, text);
    uint32_t copied = 0;
    size_t characters = 0;
    for (int64_t count = 0; count < most && next(&w); count++) {
        size_t start = characters + ny_utf8_length(w.text->bytes + copied, w.slots[0] - copied);
        size_t end = start + ny_utf8_length(w.text->bytes + w.slots[0], w.slots[1] - w.slots[0]);
        if (!give(array, slice(text, copied, w.slots[0])) || !give(array, match_of(&w, text, start, end)))
            return NY_ERROR;
        copied = w.slots[1];
        characters = end;
    }
    if (w.failed) return finished(&w, array);
    return give(array, slice(text, copied, w.text->byte_length)) ? array : NY_ERROR;
}

ny_word ny_regex_escape(ny_word text) {
    const ny_string *string = ny_as_string(text);
    ny_text result = {0};
    for (size_t at = 0; at < string->byte_length; at++) {
        char byte = string->bytes[at];
        if (byte != 0 && strchr("\\.+*?()|[]{}^$", byte) != NULL) ny_text_byte(&result, '\\');
        ny_text_byte(&result, byte);
    }
    return ny_text_finish(&result);
}
