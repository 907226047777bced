/* regex_program.h: a regular expression as instructions of a small machine.

   The machine follows all alternatives at once (Thompson: "Regular expression search algorithm",
   1968; with captures: Pike's sam, as Cox describes it in "Regular Expression Matching: the Virtual
   Machine Approach", 2009), so a search takes time proportional to text times pattern, whatever the
   pattern. What that cannot do, back references and looking around, is refused. */
#ifndef NYASH_REGEX_PROGRAM_H
#define NYASH_REGEX_PROGRAM_H

#include "include/nyash.h"

#define NY_REGEX_GROUPS 100           /* with the whole match */
#define NY_REGEX_INSTRUCTIONS 20000u  /* about 320 KB */
#define NY_REGEX_RANGES 20000u
#define NY_REGEX_REPEATS 1000         /* largest number in {n,m} */
#define NY_REGEX_NESTING 200          /* groups in groups: the parser and the compiler recurse */
#define NY_REGEX_NO_SLOT UINT32_MAX

enum ny_regex_operation {
    NY_REGEX_CHARACTER, /* x: the code point */
    NY_REGEX_FOLDED,    /* x: its lower case; either case matches */
    NY_REGEX_ANY,
    NY_REGEX_ANY_BUT_NEWLINE,
    NY_REGEX_SET,    /* x: index of the set */
    NY_REGEX_SPLIT,  /* go on at x, and if that fails at y */
    NY_REGEX_JUMP,   /* x */
    NY_REGEX_SAVE,   /* x: the slot that gets the position */
    NY_REGEX_ASSERT, /* x: ny_regex_assertion */
    NY_REGEX_MATCH,
};

enum ny_regex_assertion {
    NY_REGEX_TEXT_START,
    NY_REGEX_TEXT_END,
    NY_REGEX_LINE_START,
    NY_REGEX_LINE_END,
    NY_REGEX_WORD_EDGE,
    NY_REGEX_NO_WORD_EDGE,
};

typedef struct ny_regex_instruction {
    uint32_t operation, x, y;
} ny_regex_instruction;

typedef struct ny_regex_range {
    uint32_t first, last;
} ny_regex_range;

/* Ranges [start, start + count) in the program's table, sorted, apart from each other. */
typedef struct ny_regex_set {
    uint32_t start, count;
    bool negated, folded;
    uint8_t ascii[16]; /* a bit per ASCII code point, with `negated` and `folded` worked in */
} ny_regex_set;

typedef struct ny_regex_name {
    uint32_t group;
    uint32_t length;
    const char *bytes; /* in the pattern */
} ny_regex_name;

typedef struct ny_regex_program {
    ny_regex_instruction *code;
    ny_regex_range *ranges;
    ny_regex_set *sets;
    ny_regex_name *names;
    uint32_t code_count, code_room, range_count, range_room, set_count, set_room;
    uint32_t name_count, name_room;
    uint32_t group_count; /* the whole match is group 0 */
    char prefix[32];      /* bytes every match begins with */
    uint32_t prefix_length;
    bool anchored; /* matches only at the start of the text */
} ny_regex_program;

/* What is wrong with a pattern, and at which of its bytes. */
typedef struct ny_regex_fault {
    const char *message; /* NULL: nothing; "" : no memory */
    size_t at;
} ny_regex_fault;

typedef struct ny_regex_flags {
    bool ignore_case, multiline, dot_all;
} ny_regex_flags;

/* Translate a pattern of valid UTF-8. `names` point into it. On a fault the program is empty. */
ny_regex_fault ny_regex_compile(ny_regex_program *program, const char *pattern, size_t length,
                                ny_regex_flags flags);
void ny_regex_program_drop(ny_regex_program *program);

bool ny_regex_set_has(const ny_regex_program *program, const ny_regex_set *set, uint32_t character);
/* Make the table of a set's ASCII characters; its ranges are complete. */
void ny_regex_set_finish(const ny_regex_program *program, ny_regex_set *set);
uint32_t ny_regex_fold(uint32_t character);

#endif
