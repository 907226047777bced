/* Patterns: RE2's syntax (github.com/google/re2, doc/syntax) without Unicode classes; see
   docs/reference/regular-expressions.md. */
#include <string.h>

#include "letter_case.h"
#include "regex_reader.h"
#include "utf8.h"

typedef struct ny_regex_block {
    struct ny_regex_block *next;
    uint32_t used;
    ny_regex_node nodes[32];
} ny_regex_block;

static ny_regex_node *read_choice(ny_regex_reader *r);

/* Always false. */
NY_COLD bool ny_regex_refuse(ny_regex_reader *r, size_t at, const char *message) {
    if (r->fault.message == NULL) r->fault = (ny_regex_fault){message, at};
    return false;
}

NY_COLD bool ny_regex_no_memory(ny_regex_reader *r) { return ny_regex_refuse(r, r->at, ""); }

NY_COLD ny_regex_node *ny_regex_fail(ny_regex_reader *r, size_t at, const char *message) {
    ny_regex_refuse(r, at, message);
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

ny_regex_node *ny_regex_new_node(ny_regex_reader *r, enum ny_regex_kind kind) {
    ny_regex_block *block = r->tree->blocks;
    if (block == NULL || block->used == sizeof block->nodes / sizeof block->nodes[0]) {
        block = ny_memory_get(sizeof *block);
        if (block == NULL) {
            ny_regex_no_memory(r);
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

ny_regex_node *ny_regex_one(ny_regex_reader *r, uint32_t operation, uint32_t x) {
    ny_regex_node *node = ny_regex_new_node(r, NY_REGEX_ONE);
    if (node == NULL) return NULL;
    node->operation = operation;
    node->x = x;
    return node;
}

static ny_regex_node *character(ny_regex_reader *r, uint32_t code_point) {
    if (r->flags.ignore_case) {
        uint32_t folded = ny_regex_fold(code_point);
        if (folded != code_point || ny_letter_upper(folded) != folded)
            return ny_regex_one(r, NY_REGEX_FOLDED, folded);
    }
    return ny_regex_one(r, NY_REGEX_CHARACTER, code_point);
}

bool ny_regex_more(const ny_regex_reader *r) { return r->at < r->length; }

bool ny_regex_comes(const ny_regex_reader *r, const char *text) {
    size_t count = strlen(text);
    return r->length - r->at >= count && memcmp(r->pattern + r->at, text, count) == 0;
}

bool ny_regex_take(ny_regex_reader *r, const char *text) {
    if (!ny_regex_comes(r, text)) return false;
    r->at += strlen(text);
    return true;
}

uint32_t ny_regex_next(ny_regex_reader *r) {
    uint32_t found = ny_utf8_decode(r->pattern + r->at);
    r->at += ny_utf8_step(r->pattern[r->at]);
    return found;
}

/* ---- Atoms, repetitions, sequences, choices -------------------------------------------------- */

static ny_regex_node *read_backslash(ny_regex_reader *r) {
    static const struct {
        char letter;
        uint32_t assertion;
    } assertions[] = {{'b', NY_REGEX_WORD_EDGE},
                      {'B', NY_REGEX_NO_WORD_EDGE},
                      {'A', NY_REGEX_TEXT_START},
                      {'z', NY_REGEX_TEXT_END}};
    if (ny_regex_more(r)) {
        char letter = r->pattern[r->at];
        for (size_t i = 0; i < sizeof assertions / sizeof assertions[0]; i++) {
            if (assertions[i].letter != letter) continue;
            r->at++;
            return ny_regex_one(r, NY_REGEX_ASSERT, assertions[i].assertion);
        }
        if (ny_regex_is_class(letter)) {
            r->at++;
            uint32_t start = r->program->range_count;
            return ny_regex_add_class(r, letter) ? ny_regex_finish_set(r, start, false) : NULL;
        }
    }
    uint32_t code_point;
    return ny_regex_read_escape(r, &code_point) ? character(r, code_point) : NULL;
}

static bool is_name_byte(char c, bool first) {
    if (c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z')) return true;
    return !first && c >= '0' && c <= '9';
}

/* `name>`, for the group that follows. false: a fault. */
static bool read_name(ny_regex_reader *r, uint32_t group) {
    ny_regex_program *program = r->program;
    size_t start = r->at;
    while (ny_regex_more(r) && is_name_byte(r->pattern[r->at], r->at == start)) r->at++;
    size_t length = r->at - start;
    if (length == 0 || !ny_regex_take(r, ">"))
        return ny_regex_refuse(r, start, "a group's name is letters, digits and _, then >");
    for (uint32_t i = 0; i < program->name_count; i++)
        if (program->names[i].length == length &&
            memcmp(program->names[i].bytes, r->pattern + start, length) == 0)
            return ny_regex_refuse(r, start, "two groups of this name");
    if (!ny_regex_grow((void **)&program->names, &program->name_room, program->name_count,
                       sizeof program->names[0]))
        return ny_regex_no_memory(r);
    program->names[program->name_count++] =
        (ny_regex_name){group, (uint32_t)length, r->pattern + start};
    return true;
}

/* Letters behind `(?`: sets flags; false: a fault. Ends in front of `)` or `:`. */
static bool read_flags(ny_regex_reader *r) {
    bool on = true;
    for (size_t start = r->at; ny_regex_more(r); r->at++) {
        switch (r->pattern[r->at]) {
        case 'i': r->flags.ignore_case = on; break;
        case 'm': r->flags.multiline = on; break;
        case 's': r->flags.dot_all = on; break;
        case '-':
            if (!on) return ny_regex_refuse(r, r->at, "unknown flag");
            on = false;
            break;
        case ':':
        case ')':
            if (r->at > start) return true;
            return ny_regex_refuse(r, r->at, "unknown kind of group");
        default:
            return ny_regex_refuse(r, r->at,
                          strchr("=!<", r->pattern[r->at])
                              ? "looking ahead or behind is not supported"
                              : "unknown flag");
        }
    }
    return ny_regex_refuse(r, r->at, "a group is not closed");
}

/* Behind the parenthesis. */
static ny_regex_node *read_group(ny_regex_reader *r) {
    size_t opened = r->at - 1;
    ny_regex_flags outer = r->flags;
    uint32_t group = 0;
    if (ny_regex_take(r, "?")) {
        bool behind = ny_regex_comes(r, "<=") || ny_regex_comes(r, "<!");
        if (ny_regex_take(r, "P<") || (!behind && ny_regex_take(r, "<"))) {
            group = r->program->group_count++;
            if (!read_name(r, group)) return NULL;
        } else if (!ny_regex_take(r, ":")) {
            if (!read_flags(r)) return NULL;
            if (ny_regex_take(r, ")")) /* to the end of the group around it */
                return ny_regex_new_node(r, NY_REGEX_EMPTY);
            r->at++;
        }
    } else {
        group = r->program->group_count++;
    }
    if (r->program->group_count > NY_REGEX_GROUPS) return ny_regex_fail(r, opened, "too many groups");
    if (++r->depth > NY_REGEX_NESTING) return ny_regex_fail(r, opened, "groups are nested too deeply");
    ny_regex_node *inner = read_choice(r);
    r->depth--;
    if (inner == NULL) return NULL;
    if (!ny_regex_take(r, ")")) return ny_regex_fail(r, opened, "this ( is not closed");
    r->flags = outer;
    if (group == 0) return inner;
    ny_regex_node *node = ny_regex_new_node(r, NY_REGEX_GROUP);
    if (node == NULL) return NULL;
    node->x = group;
    node->child = inner;
    return node;
}

static ny_regex_node *read_atom(ny_regex_reader *r) {
    size_t start = r->at;
    if (ny_regex_take(r, "(")) return read_group(r);
    if (ny_regex_take(r, "[")) return ny_regex_read_set(r);
    const ny_regex_flags *flags = &r->flags;
    if (ny_regex_take(r, "."))
        return ny_regex_one(r, flags->dot_all ? NY_REGEX_ANY : NY_REGEX_ANY_BUT_NEWLINE, 0);
    if (ny_regex_take(r, "^"))
        return ny_regex_one(r, NY_REGEX_ASSERT,
                            flags->multiline ? NY_REGEX_LINE_START : NY_REGEX_TEXT_START);
    if (ny_regex_take(r, "$"))
        return ny_regex_one(r, NY_REGEX_ASSERT,
                            flags->multiline ? NY_REGEX_LINE_END : NY_REGEX_TEXT_END);
    if (ny_regex_take(r, "\\")) return read_backslash(r);
    if (ny_regex_comes(r, "*") || ny_regex_comes(r, "+") || ny_regex_comes(r, "?"))
        return ny_regex_fail(r, start, "there is nothing to repeat");
    return character(r, ny_regex_next(r));
}

static bool read_number(ny_regex_reader *r, uint32_t *number) {
    size_t start = r->at;
    uint32_t value = 0;
    for (; ny_regex_more(r) && r->pattern[r->at] >= '0' && r->pattern[r->at] <= '9'; r->at++)
        if (value <= NY_REGEX_REPEATS) value = value * 10 + (uint32_t)(r->pattern[r->at] - '0');
    *number = value;
    return r->at > start;
}

/* `{2}`, `{2,}`, `{2,5}`; anything else in braces stands for itself. */
static bool read_braces(ny_regex_reader *r, uint32_t *least, uint32_t *most) {
    size_t start = r->at;
    if (ny_regex_take(r, "{") && read_number(r, least)) {
        *most = *least;
        if (ny_regex_take(r, ",") && !read_number(r, most)) *most = NY_REGEX_FOREVER;
        if (ny_regex_take(r, "}")) return true;
    }
    r->at = start;
    return false;
}

/* How often the atom before is repeated; false: it is not. */
static bool read_quantifier(ny_regex_reader *r, uint32_t *least, uint32_t *most) {
    *least = 0;
    *most = NY_REGEX_FOREVER;
    if (ny_regex_take(r, "*")) return true;
    if (ny_regex_take(r, "+")) {
        *least = 1;
        return true;
    }
    if (ny_regex_take(r, "?")) {
        *most = 1;
        return true;
    }
    return read_braces(r, least, most);
}

static ny_regex_node *read_repetition(ny_regex_reader *r) {
    ny_regex_node *atom = read_atom(r);
    uint32_t least, most;
    size_t at = r->at;
    if (atom == NULL || !read_quantifier(r, &least, &most)) return atom;
    if (least > NY_REGEX_REPEATS || (most != NY_REGEX_FOREVER && most > NY_REGEX_REPEATS))
        return ny_regex_fail(r, at, "at most 1000 repetitions can be counted");
    if (most < least) return ny_regex_fail(r, at, "the largest number is below the smallest");
    ny_regex_node *node = ny_regex_new_node(r, NY_REGEX_REPETITION);
    if (node == NULL) return NULL;
    node->least = least;
    node->most = most;
    node->lazy = ny_regex_take(r, "?");
    node->child = atom;
    at = r->at;
    if (read_quantifier(r, &least, &most)) return ny_regex_fail(r, at, "there is nothing to repeat");
    return node;
}

static ny_regex_node *read_sequence(ny_regex_reader *r) {
    ny_regex_node *node = ny_regex_new_node(r, NY_REGEX_SEQUENCE);
    if (node == NULL) return NULL;
    ny_regex_node **last = &node->child;
    while (ny_regex_more(r) && !ny_regex_comes(r, "|") && !ny_regex_comes(r, ")")) {
        *last = read_repetition(r);
        if (*last == NULL) return NULL;
        last = &(*last)->next;
    }
    return node;
}

static ny_regex_node *read_choice(ny_regex_reader *r) {
    ny_regex_node *first = read_sequence(r);
    if (first == NULL || !ny_regex_comes(r, "|")) return first;
    ny_regex_node *node = ny_regex_new_node(r, NY_REGEX_CHOICE);
    if (node == NULL) return NULL;
    node->child = first;
    for (ny_regex_node *last = first; ny_regex_take(r, "|"); last = last->next) {
        last->next = read_sequence(r);
        if (last->next == NULL) return NULL;
    }
    return node;
}

ny_regex_fault ny_regex_parse(ny_regex_tree *tree, ny_regex_program *program, const char *pattern,
                              size_t length, ny_regex_flags flags) {
    ny_regex_reader r = {.pattern = pattern,
                         .length = length,
                         .flags = flags,
                         .tree = tree,
                         .program = program};
    program->group_count = 1;
    tree->root = read_choice(&r);
    if (r.fault.message == NULL && ny_regex_more(&r)) ny_regex_refuse(&r, r.at, "this ) closes nothing");
    return r.fault;
}
