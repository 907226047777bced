/* From the tree of a pattern to instructions (Thompson's construction, regex_program.h). */
#include <string.h>

#include "regex_syntax.h"
#include "utf8.h"

typedef struct writer {
    ny_regex_program *program;
    ny_regex_fault fault;
} writer;

static uint32_t here(const writer *w) { return w->program->code_count; }

/* Its place; 0 also after a fault, which ends the work anyway. */
static uint32_t put(writer *w, uint32_t operation, uint32_t x, uint32_t y) {
    ny_regex_program *program = w->program;
    if (w->fault.message != NULL) return 0;
    if (program->code_count == NY_REGEX_INSTRUCTIONS) {
        w->fault.message = "the pattern is too large";
        return 0;
    }
    if (!ny_regex_grow((void **)&program->code, &program->code_room, program->code_count,
                       sizeof program->code[0])) {
        w->fault.message = "";
        return 0;
    }
    program->code[program->code_count] = (ny_regex_instruction){operation, x, y};
    return program->code_count++;
}

/* Where a split goes first, and where it goes if that fails. */
static void direct(writer *w, uint32_t split, uint32_t inside, uint32_t behind, bool lazy) {
    if (w->fault.message != NULL) return;
    w->program->code[split].x = lazy ? behind : inside;
    w->program->code[split].y = lazy ? inside : behind;
}

static void write_node(writer *w, const ny_regex_node *node);

static void write_choice(writer *w, const ny_regex_node *node) {
    uint32_t ends = NY_REGEX_NO_SLOT; /* jumps to the end, each holding the place of the one before */
    for (const ny_regex_node *child = node->child; child != NULL; child = child->next) {
        if (child->next == NULL) {
            write_node(w, child);
            break;
        }
        uint32_t split = put(w, NY_REGEX_SPLIT, 0, 0);
        write_node(w, child);
        ends = put(w, NY_REGEX_JUMP, ends, 0);
        direct(w, split, split + 1, here(w), false);
        if (w->fault.message != NULL) return;
    }
    while (ends != NY_REGEX_NO_SLOT && w->fault.message == NULL) {
        uint32_t before = w->program->code[ends].x;
        w->program->code[ends].x = here(w);
        ends = before;
    }
}

/* The loop's test stands behind its body, so that a round that took nothing ends it, as in Perl. */
static void write_loop(writer *w, const ny_regex_node *node) {
    uint32_t body = here(w);
    write_node(w, node->child);
    uint32_t again = put(w, NY_REGEX_SPLIT, 0, 0);
    direct(w, again, body, here(w), node->lazy);
}

static void write_repetition(writer *w, const ny_regex_node *node) {
    if (node->most == NY_REGEX_FOREVER) {
        for (uint32_t i = 1; i < node->least && w->fault.message == NULL; i++)
            write_node(w, node->child);
        uint32_t split = node->least == 0 ? put(w, NY_REGEX_SPLIT, 0, 0) : 0;
        write_loop(w, node);
        if (node->least == 0) direct(w, split, split + 1, here(w), node->lazy);
        return;
    }
    for (uint32_t i = 0; i < node->least && w->fault.message == NULL; i++) write_node(w, node->child);
    uint32_t first = here(w);
    for (uint32_t i = node->least; i < node->most && w->fault.message == NULL; i++) {
        put(w, NY_REGEX_SPLIT, 0, NY_REGEX_NO_SLOT); /* the mark says: one of ours */
        write_node(w, node->child);
    }
    if (w->fault.message != NULL) return;
    for (uint32_t at = first; at < here(w); at++) {
        const ny_regex_instruction *item = &w->program->code[at];
        if (item->operation == NY_REGEX_SPLIT && item->x == 0 && item->y == NY_REGEX_NO_SLOT)
            direct(w, at, at + 1, here(w), node->lazy);
    }
}

static void write_node(writer *w, const ny_regex_node *node) {
    if (w->fault.message != NULL) return;
    switch (node->kind) {
    case NY_REGEX_EMPTY: break;
    case NY_REGEX_ONE: put(w, node->operation, node->x, 0); break;
    case NY_REGEX_SEQUENCE:
        for (const ny_regex_node *child = node->child; child != NULL; child = child->next)
            write_node(w, child);
        break;
    case NY_REGEX_CHOICE: write_choice(w, node); break;
    case NY_REGEX_REPETITION: write_repetition(w, node); break;
    case NY_REGEX_GROUP:
        put(w, NY_REGEX_SAVE, node->x * 2, 0);
        write_node(w, node->child);
        put(w, NY_REGEX_SAVE, node->x * 2 + 1, 0);
        break;
    }
}

/* The characters that every match begins with, so that a search can skip to them. */
static void find_prefix(ny_regex_program *program) {
    uint32_t at = 0;
    while (at < program->code_count && program->code[at].operation == NY_REGEX_SAVE) at++;
    program->anchored = program->code[at].operation == NY_REGEX_ASSERT &&
                        program->code[at].x == NY_REGEX_TEXT_START;
    for (; at < program->code_count; at++) {
        const ny_regex_instruction *item = &program->code[at];
        if (item->operation == NY_REGEX_SAVE) continue;
        char bytes[4];
        if (item->operation != NY_REGEX_CHARACTER) return;
        size_t count = ny_utf8_encode(item->x, bytes);
        if (program->prefix_length + count > sizeof program->prefix) return;
        memcpy(program->prefix + program->prefix_length, bytes, count);
        program->prefix_length += (uint32_t)count;
    }
}

void ny_regex_program_drop(ny_regex_program *program) {
    ny_memory_free(program->code, program->code_room * sizeof program->code[0]);
    ny_memory_free(program->ranges, program->range_room * sizeof program->ranges[0]);
    ny_memory_free(program->sets, program->set_room * sizeof program->sets[0]);
    ny_memory_free(program->names, program->name_room * sizeof program->names[0]);
    *program = (ny_regex_program){0};
}

ny_regex_fault ny_regex_compile(ny_regex_program *program, const char *pattern, size_t length,
                                ny_regex_flags flags) {
    ny_regex_tree tree = {0};
    *program = (ny_regex_program){0};
    writer w = {program, ny_regex_parse(&tree, program, pattern, length, flags)};
    if (w.fault.message == NULL) {
        put(&w, NY_REGEX_SAVE, 0, 0);
        write_node(&w, tree.root);
        put(&w, NY_REGEX_SAVE, 1, 0);
        put(&w, NY_REGEX_MATCH, 0, 0);
    }
    ny_regex_tree_drop(&tree);
    if (w.fault.message == NULL)
        find_prefix(program);
    else
        ny_regex_program_drop(program);
    return w.fault;
}
