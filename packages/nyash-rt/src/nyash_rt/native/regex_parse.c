/* Patterns: RE2's syntax (github.com/google/re2, doc/syntax) without Unicode classes; see
   docs/reference/regular-expressions.md. */
#include <string.h>
#include <wctype.h>

#include "regex_syntax.h"
#include "utf8.h"

#define LAST_CODE_POINT 0x10FFFFu

typedef struct ny_regex_block {
    struct ny_regex_block *next;
    uint32_t used;
    ny_regex_node nodes[32];
} ny_regex_block;

typedef struct reader {
    const char *pattern;
    size_t at, length;
    ny_regex_flags flags;
    ny_regex_tree *tree;
    ny_regex_program *program;
    unsigned depth;
    ny_regex_fault fault;
} reader;

static ny_regex_node *read_choice(reader *r);

/* Always false. */
static NY_COLD bool refuse(reader *r, size_t at, const char *message) {
    if (r->fault.message == NULL) r->fault = (ny_regex_fault){message, at};
    return false;
}

static NY_COLD bool no_memory(reader *r) { return refuse(r, r->at, ""); }

static NY_COLD ny_regex_node *fail_at(reader *r, size_t at, const char *message) {
    refuse(r, at, message);
    return NULL;
}

bool ny_regex_grow(void **table, uint32_t *room, uint32_t count, size_t element) {
    if (count < *room) return true;
    uint32_t more = *room ? *room * 2 : 16;
    void *grown = ny_memory_resize(*table, *room * element, more * element);
    if (grown == NULL) return false;
    *table = grown;
    *room = more;
    return true;
}

void ny_regex_tree_drop(ny_regex_tree *tree) {
    while (tree->blocks != NULL) {
        ny_regex_block *block = tree->blocks;
        tree->blocks = block->next;
        ny_memory_free(block, sizeof *block);
    }
}

static ny_regex_node *new_node(reader *r, enum ny_regex_kind kind) {
    ny_regex_block *block = r->tree->blocks;
    if (block == NULL || block->used == sizeof block->nodes / sizeof block->nodes[0]) {
        block = ny_memory_get(sizeof *block);
        if (block == NULL) {
            no_memory(r);
            return NULL;
        }
        block->next = r->tree->blocks;
        block->used = 0;
        r->tree->blocks = block;
    }
    ny_regex_node *node = &block->nodes[block->used++];
    *node = (ny_regex_node){.kind = kind};
    return node;
}

static ny_regex_node *one(reader *r, uint32_t operation, uint32_t x) {
    ny_regex_node *node = new_node(r, NY_REGEX_ONE);
    if (node == NULL) return NULL;
    node->operation = operation;
    node->x = x;
    return node;
}

static ny_regex_node *character(reader *r, uint32_t code_point) {
    if (r->flags.ignore_case) {
        uint32_t folded = ny_regex_fold(code_point);
        if (folded != code_point || towupper((wint_t)folded) != (wint_t)folded)
            return one(r, NY_REGEX_FOLDED, folded);
    }
    return one(r, NY_REGEX_CHARACTER, code_point);
}

static bool more(const reader *r) { return r->at < r->length; }

static bool comes(const reader *r, const char *text) {
    size_t count = strlen(text);
    return r->length - r->at >= count && memcmp(r->pattern + r->at, text, count) == 0;
}

static bool take(reader *r, const char *text) {
    if (!comes(r, text)) return false;
    r->at += strlen(text);
    return true;
}

static uint32_t next_code_point(reader *r) {
    uint32_t found = ny_utf8_decode(r->pattern + r->at);
    r->at += ny_utf8_step(r->pattern[r->at]);
    return found;
}

/* ---- Sets ------------------------------------------------------------------------------------ */

uint32_t ny_regex_fold(uint32_t character) {
    if (character < 128) return character - 'A' < 26u ? character + 32 : character;
    return (uint32_t)towlower((wint_t)towupper((wint_t)character));
}

static bool in_ranges(const ny_regex_program *program, const ny_regex_set *set, uint32_t character) {
    const ny_regex_range *ranges = program->ranges + set->start;
    uint32_t low = 0, high = set->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (character > ranges[middle].last)
            low = middle + 1;
        else if (character < ranges[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

static bool belongs(const ny_regex_program *program, const ny_regex_set *set, uint32_t character) {
    if (in_ranges(program, set, character)) return true;
    if (!set->folded) return false;
    uint32_t lower = ny_regex_fold(character);
    return in_ranges(program, set, lower) ||
           in_ranges(program, set, (uint32_t)towupper((wint_t)lower));
}

bool ny_regex_set_has(const ny_regex_program *program, const ny_regex_set *set, uint32_t character) {
    if (character < 128) return set->ascii[character / 8] >> character % 8 & 1;
    return belongs(program, set, character) != set->negated;
}

void ny_regex_set_finish(const ny_regex_program *program, ny_regex_set *set) {
    for (uint32_t c = 0; c < 128; c++)
        if (belongs(program, set, c) != set->negated) set->ascii[c / 8] |= (uint8_t)(1u << c % 8);
}

static bool add_range(reader *r, uint32_t first, uint32_t last) {
    ny_regex_program *program = r->program;
    if (program->range_count == NY_REGEX_RANGES) return refuse(r, r->at, "the pattern is too large");
    if (!ny_regex_grow((void **)&program->ranges, &program->range_room, program->range_count,
                       sizeof program->ranges[0]))
        return no_memory(r);
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

static ny_regex_node *finish_set(reader *r, uint32_t start, bool negated) {
    ny_regex_program *program = r->program;
    normalise(program, start);
    if (!ny_regex_grow((void **)&program->sets, &program->set_room, program->set_count,
                       sizeof program->sets[0]))
        return fail_at(r, r->at, "");
    ny_regex_set *set = &program->sets[program->set_count];
    *set = (ny_regex_set){.start = start,
                          .count = program->range_count - start,
                          .negated = negated,
                          .folded = r->flags.ignore_case};
    ny_regex_set_finish(program, set);
    return one(r, NY_REGEX_SET, program->set_count++);
}

/* The ranges of \d, \s or \w, or of all but those. false: a fault. */
static bool add_class(reader *r, char letter) {
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

static bool is_class(char letter) { return letter != 0 && strchr("dDsSwW", letter) != NULL; }

/* ---- Escapes --------------------------------------------------------------------------------- */

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
    return -1;
}

/* Behind `\x` or `\u`: so many digits, or any number in braces. false: a fault. */
static bool read_hex(reader *r, unsigned digits, uint32_t *code_point) {
    size_t start = r->at;
    bool braces = take(r, "{");
    uint32_t value = 0;
    unsigned count = 0;
    while (more(r) && hex_digit(r->pattern[r->at]) >= 0 && count < (braces ? 7 : digits)) {
        value = value * 16 + (uint32_t)hex_digit(r->pattern[r->at++]);
        count++;
    }
    bool whole = braces ? count > 0 && take(r, "}") : count == digits;
    char unused[4];
    if (!whole || ny_utf8_encode(value, unused) == 0)
        return refuse(r, start, "this is no code point in hexadecimal digits");
    *code_point = value;
    return true;
}

/* An escape that stands for one code point; `r->at` is behind the backslash. false: a fault. */
static bool read_escape(reader *r, uint32_t *code_point) {
    if (!more(r)) return refuse(r, r->at - 1, "a backslash at the end");
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
        return refuse(r, r->at - 1, "references back to a group are not supported");
    if ((letter | 32) >= 'a' && (letter | 32) <= 'z')
        return refuse(r, r->at - 1, "unknown escape");
    *code_point = next_code_point(r);
    return true;
}

/* `[…]`, behind the bracket. */
static ny_regex_node *read_set(reader *r) {
    size_t opened = r->at - 1;
    uint32_t start = r->program->range_count;
    bool negated = take(r, "^");
    for (bool first = true;; first = false) {
        if (!more(r)) return fail_at(r, opened, "this [ is not closed");
        if (!first && take(r, "]")) return finish_set(r, start, negated);
        size_t at = r->at;
        if (comes(r, "\\") && r->at + 1 < r->length && is_class(r->pattern[r->at + 1])) {
            char letter = r->pattern[r->at + 1];
            r->at += 2;
            if (!add_class(r, letter)) return NULL;
            if (comes(r, "-") && r->at + 1 < r->length && r->pattern[r->at + 1] != ']')
                return fail_at(r, at, "a range cannot begin with a class");
            continue;
        }
        uint32_t low, high;
        if (take(r, "\\")) {
            if (!read_escape(r, &low)) return NULL;
        } else {
            low = next_code_point(r);
        }
        high = low;
        if (comes(r, "-") && r->at + 1 < r->length && r->pattern[r->at + 1] != ']') {
            r->at++;
            if (take(r, "\\")) {
                if (more(r) && is_class(r->pattern[r->at]))
                    return fail_at(r, at, "a range cannot end with a class");
                if (!read_escape(r, &high)) return NULL;
            } else {
                high = next_code_point(r);
            }
            if (high < low) return fail_at(r, at, "this range ends before it begins");
        }
        if (!add_range(r, low, high)) return NULL;
    }
}

/* ---- Atoms, repetitions, sequences, choices -------------------------------------------------- */

static ny_regex_node *read_backslash(reader *r) {
    static const struct {
        char letter;
        uint32_t assertion;
    } assertions[] = {{'b', NY_REGEX_WORD_EDGE},
                      {'B', NY_REGEX_NO_WORD_EDGE},
                      {'A', NY_REGEX_TEXT_START},
                      {'z', NY_REGEX_TEXT_END}};
    if (more(r)) {
        char letter = r->pattern[r->at];
        for (size_t i = 0; i < sizeof assertions / sizeof assertions[0]; i++) {
            if (assertions[i].letter != letter) continue;
            r->at++;
            return one(r, NY_REGEX_ASSERT, assertions[i].assertion);
        }
        if (is_class(letter)) {
            r->at++;
            uint32_t start = r->program->range_count;
            return add_class(r, letter) ? finish_set(r, start, false) : NULL;
        }
    }
    uint32_t code_point;
    return read_escape(r, &code_point) ? character(r, code_point) : NULL;
}

static bool is_name_byte(char c, bool first) {
    if (c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z')) return true;
    return !first && c >= '0' && c <= '9';
}

/* `name>`, for the group that follows. false: a fault. */
static bool read_name(reader *r, uint32_t group) {
    ny_regex_program *program = r->program;
    size_t start = r->at;
    while (more(r) && is_name_byte(r->pattern[r->at], r->at == start)) r->at++;
    size_t length = r->at - start;
    if (length == 0 || !take(r, ">"))
        return refuse(r, start, "a group's name is letters, digits and _, then >");
    for (uint32_t i = 0; i < program->name_count; i++)
        if (program->names[i].length == length &&
            memcmp(program->names[i].bytes, r->pattern + start, length) == 0)
            return refuse(r, start, "two groups of this name");
    if (!ny_regex_grow((void **)&program->names, &program->name_room, program->name_count,
                       sizeof program->names[0]))
        return no_memory(r);
    program->names[program->name_count++] =
        (ny_regex_name){group, (uint32_t)length, r->pattern + start};
    return true;
}

/* Letters behind `(?`: sets flags; false: a fault. Ends in front of `)` or `:`. */
static bool read_flags(reader *r) {
    bool on = true;
    for (size_t start = r->at; more(r); r->at++) {
        switch (r->pattern[r->at]) {
        case 'i': r->flags.ignore_case = on; break;
        case 'm': r->flags.multiline = on; break;
        case 's': r->flags.dot_all = on; break;
        case '-':
            if (!on) return refuse(r, r->at, "unknown flag");
            on = false;
            break;
        case ':':
        case ')':
            if (r->at > start) return true;
            return refuse(r, r->at, "unknown kind of group");
        default:
            return refuse(r, r->at,
                          strchr("=!<", r->pattern[r->at])
                              ? "looking ahead or behind is not supported"
                              : "unknown flag");
        }
    }
    return refuse(r, r->at, "a group is not closed");
}

/* Behind the parenthesis. */
static ny_regex_node *read_group(reader *r) {
    size_t opened = r->at - 1;
    ny_regex_flags outer = r->flags;
    uint32_t group = 0;
    if (take(r, "?")) {
        if (take(r, "P<") || (comes(r, "<") && !comes(r, "<=") && !comes(r, "<!") && take(r, "<"))) {
            group = r->program->group_count++;
            if (!read_name(r, group)) return NULL;
        } else if (!take(r, ":")) {
            if (!read_flags(r)) return NULL;
            if (take(r, ")")) return new_node(r, NY_REGEX_EMPTY); /* to the end of this group */
            r->at++;
        }
    } else {
        group = r->program->group_count++;
    }
    if (r->program->group_count > NY_REGEX_GROUPS) return fail_at(r, opened, "too many groups");
    if (++r->depth > NY_REGEX_NESTING) return fail_at(r, opened, "groups are nested too deeply");
    ny_regex_node *inner = read_choice(r);
    r->depth--;
    if (inner == NULL) return NULL;
    if (!take(r, ")")) return fail_at(r, opened, "this ( is not closed");
    r->flags = outer;
    if (group == 0) return inner;
    ny_regex_node *node = new_node(r, NY_REGEX_GROUP);
    if (node == NULL) return NULL;
    node->x = group;
    node->child = inner;
    return node;
}

static ny_regex_node *read_atom(reader *r) {
    size_t start = r->at;
    if (take(r, "(")) return read_group(r);
    if (take(r, "[")) return read_set(r);
    if (take(r, ".")) return one(r, r->flags.dot_all ? NY_REGEX_ANY : NY_REGEX_ANY_BUT_NEWLINE, 0);
    if (take(r, "^"))
        return one(r, NY_REGEX_ASSERT, r->flags.multiline ? NY_REGEX_LINE_START : NY_REGEX_TEXT_START);
    if (take(r, "$"))
        return one(r, NY_REGEX_ASSERT, r->flags.multiline ? NY_REGEX_LINE_END : NY_REGEX_TEXT_END);
    if (take(r, "\\")) return read_backslash(r);
    if (comes(r, "*") || comes(r, "+") || comes(r, "?"))
        return fail_at(r, start, "there is nothing to repeat");
    return character(r, next_code_point(r));
}

static bool read_number(reader *r, uint32_t *number) {
    size_t start = r->at;
    uint32_t value = 0;
    for (; more(r) && r->pattern[r->at] >= '0' && r->pattern[r->at] <= '9'; r->at++)
        if (value <= NY_REGEX_REPEATS) value = value * 10 + (uint32_t)(r->pattern[r->at] - '0');
    *number = value;
    return r->at > start;
}

/* `{2}`, `{2,}`, `{2,5}`; anything else in braces stands for itself. */
static bool read_braces(reader *r, uint32_t *least, uint32_t *most) {
    size_t start = r->at;
    if (take(r, "{") && read_number(r, least)) {
        *most = *least;
        if (take(r, ",") && !read_number(r, most)) *most = NY_REGEX_FOREVER;
        if (take(r, "}")) return true;
    }
    r->at = start;
    return false;
}

/* How often the atom before is repeated; false: it is not. */
static bool read_quantifier(reader *r, uint32_t *least, uint32_t *most) {
    *least = 0;
    *most = NY_REGEX_FOREVER;
    if (take(r, "*")) return true;
    if (take(r, "+")) {
        *least = 1;
        return true;
    }
    if (take(r, "?")) {
        *most = 1;
        return true;
    }
    return read_braces(r, least, most);
}

static ny_regex_node *read_repetition(reader *r) {
    ny_regex_node *atom = read_atom(r);
    uint32_t least, most;
    size_t at = r->at;
    if (atom == NULL || !read_quantifier(r, &least, &most)) return atom;
    if (least > NY_REGEX_REPEATS || (most != NY_REGEX_FOREVER && most > NY_REGEX_REPEATS))
        return fail_at(r, at, "at most 1000 repetitions can be counted");
    if (most < least) return fail_at(r, at, "the largest number is below the smallest");
    ny_regex_node *node = new_node(r, NY_REGEX_REPETITION);
    if (node == NULL) return NULL;
    node->least = least;
    node->most = most;
    node->lazy = take(r, "?");
    node->child = atom;
    at = r->at;
    if (read_quantifier(r, &least, &most)) return fail_at(r, at, "there is nothing to repeat");
    return node;
}

static ny_regex_node *read_sequence(reader *r) {
    ny_regex_node *node = new_node(r, NY_REGEX_SEQUENCE);
    if (node == NULL) return NULL;
    for (ny_regex_node **last = &node->child; more(r) && !comes(r, "|") && !comes(r, ")");) {
        *last = read_repetition(r);
        if (*last == NULL) return NULL;
        last = &(*last)->next;
    }
    return node;
}

static ny_regex_node *read_choice(reader *r) {
    ny_regex_node *first = read_sequence(r);
    if (first == NULL || !comes(r, "|")) return first;
    ny_regex_node *node = new_node(r, NY_REGEX_CHOICE);
    if (node == NULL) return NULL;
    node->child = first;
    for (ny_regex_node *last = first; take(r, "|"); last = last->next) {
        last->next = read_sequence(r);
        if (last->next == NULL) return NULL;
    }
    return node;
}

ny_regex_fault ny_regex_parse(ny_regex_tree *tree, ny_regex_program *program, const char *pattern,
                              size_t length, ny_regex_flags flags) {
    reader r = {.pattern = pattern, .length = length, .flags = flags, .tree = tree, .program = program};
    program->group_count = 1;
    tree->root = read_choice(&r);
    if (r.fault.message == NULL && more(&r)) refuse(&r, r.at, "this ) closes nothing");
    return r.fault;
}
