/* host.h: a small stand-in for a compiled program, so that the runtime's C files can be tested
   alone. host.c has the class table that the compiler would emit. */
#ifndef NYASH_TEST_HOST_H
#define NYASH_TEST_HOST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "heap.h"
#include "program.h"
#include "string_box.h"

enum {
    HOST_POINT = 32,  /* fields x, y; nothing else */
    HOST_NODE,        /* fields next, label; fini appends label to host_log */
    HOST_ANGRY,       /* fini throws */
    HOST_PHOENIX,     /* fini stores itself in host_saved */
    HOST_KEY,         /* field id; equals and hash by it */
    HOST_NAMED,       /* toString() gives "named" */
    HOST_LIST,        /* comes from ArrayBox, one field */
    HOST_MY_ERROR,    /* comes from ErrorBox */
    HOST_ITERATOR,
    HOST_CLASSES
};

/* How often the long tests repeat things. */
#ifdef NYASH_HEAP_PLAIN
#define HOST_MANY 2000 /* under valgrind, which is some 40 times slower */
#else
#define HOST_MANY 100000
#endif

extern char host_log[4096];
extern ny_word host_saved;

/* The i-th Nyash field of a Box. */
static inline ny_word *host_field(ny_word box, unsigned i) {
    const ny_class *cls = ny_class_of(box);
    return (ny_word *)(void *)((char *)ny_as_box(box) + cls->field_offset) + i;
}
ny_word host_new(uint16_t class_id); /* new and constructed */
uint64_t host_live(void);            /* live Boxes */

extern int host_failures;
#define CHECK(condition)                                                         \
    do {                                                                         \
        if (!(condition)) {                                                      \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            host_failures++;                                                     \
        }                                                                        \
    } while (0)

/* The value's text is `expected`; releases the value. */
#define CHECK_TEXT(owned, expected) host_check_text(__FILE__, __LINE__, owned, expected)
void host_check_text(const char *file, int line, ny_word owned, const char *expected);
/* The expression threw an error of the type, whose message contains the part. */
#define CHECK_THROWS(expression, type, part) \
    host_check_throws(__FILE__, __LINE__, (ny_word)(expression), type, part)
void host_check_throws(const char *file, int line, ny_word result, const char *type,
                       const char *part);

static inline ny_word text(const char *bytes) { return ny_string_text(bytes); }

void run_tests(void); /* defined by each test file */

#endif
