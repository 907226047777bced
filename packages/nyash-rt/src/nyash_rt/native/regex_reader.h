/* regex_reader.h: a pattern while it is read; what its parsers share. Functions that refuse the
   pattern note the first fault and answer false or NULL. */
#ifndef NYASH_REGEX_READER_H
#define NYASH_REGEX_READER_H

#include "regex_syntax.h"

typedef struct ny_regex_reader {
    const char *pattern;
    size_t at, length;
    ny_regex_flags flags;
    ny_regex_tree *tree;
    ny_regex_program *program;
    unsigned depth;
    ny_regex_fault fault;
} ny_regex_reader;

NY_COLD bool ny_regex_refuse(ny_regex_reader *r, size_t at, const char *message);
NY_COLD bool ny_regex_no_memory(ny_regex_reader *r);
NY_COLD ny_regex_node *ny_regex_fail(ny_regex_reader *r, size_t at, const char *message);

ny_regex_node *ny_regex_new_node(ny_regex_reader *r, enum ny_regex_kind kind);
ny_regex_node *ny_regex_one(ny_regex_reader *r, uint32_t operation, uint32_t x);

bool ny_regex_more(const ny_regex_reader *r);
bool ny_regex_comes(const ny_regex_reader *r, const char *text);
bool ny_regex_take(ny_regex_reader *r, const char *text); /* if it comes */
uint32_t ny_regex_next(ny_regex_reader *r);

/* regex_read_set.c: behind the bracket; behind the backslash, of an escape for one code point. */
ny_regex_node *ny_regex_read_set(ny_regex_reader *r);
bool ny_regex_read_escape(ny_regex_reader *r, uint32_t *code_point);
/* \d, \s, \w and their opposites: the ranges of one, and the set of the ranges since `start`. */
bool ny_regex_is_class(char letter);
bool ny_regex_add_class(ny_regex_reader *r, char letter);
ny_regex_node *ny_regex_finish_set(ny_regex_reader *r, uint32_t start, bool negated);

#endif
