/* regex_syntax.h: the tree of a pattern. */
#ifndef NYASH_REGEX_SYNTAX_H
#define NYASH_REGEX_SYNTAX_H

#include "regex_program.h"

enum ny_regex_kind {
    NY_REGEX_EMPTY,
    NY_REGEX_ONE,        /* an instruction that takes one character, or an assertion: `operation`, `x` */
    NY_REGEX_SEQUENCE,   /* its children one behind the other */
    NY_REGEX_CHOICE,     /* the first of its children that fits */
    NY_REGEX_REPETITION, /* `least` to `most` times its child (NY_REGEX_FOREVER: no end) */
    NY_REGEX_GROUP,      /* its child, remembered as group `x` */
};

#define NY_REGEX_FOREVER UINT32_MAX

typedef struct ny_regex_node {
    enum ny_regex_kind kind;
    uint32_t operation, x;
    uint32_t least, most;
    bool lazy;
    struct ny_regex_node *child, *next; /* `next`: the following child of the same parent */
} ny_regex_node;

/* Nodes come from blocks that are given back together. */
typedef struct ny_regex_tree {
    struct ny_regex_block *blocks;
    ny_regex_node *root;
} ny_regex_tree;

/* Read a pattern. Sets and names go into `program`, which also gets its number of groups. */
ny_regex_fault ny_regex_parse(ny_regex_tree *tree, ny_regex_program *program, const char *pattern,
                              size_t length, ny_regex_flags flags);
void ny_regex_tree_drop(ny_regex_tree *tree);

/* Make room for one more element in a table of the program; false: no memory. */
bool ny_regex_grow(void **table, uint32_t *room, uint32_t count, size_t element);

#endif
