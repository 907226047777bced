/* host.h: a stand-in for a compiled program that is run by the real start.c, so that tasks and
   input/output can be tested from C. host.c has the class table that the compiler would emit. */
#ifndef NYASH_TEST_IO_HOST_H
#define NYASH_TEST_IO_HOST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "closure.h"
#include "failure.h"
#include "future.h"
#include "heap.h"
#include "program.h"
#include "socket.h"
#include "task.h"

enum { HOST_SOCKET = 32, HOST_CHANNEL, HOST_ITERATOR, HOST_CLASSES };

extern int host_failures;
#define CHECK(condition)                                                                  \
    do {                                                                                  \
        if (!(condition)) {                                                               \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);     \
            host_failures++;                                                              \
        }                                                                                 \
    } while (0)
/* The expression threw an error of that type whose message contains the part. */
#define CHECK_THROWS(expression, type, part) \
    host_check_throws(__FILE__, __LINE__, (ny_word)(expression), type, part)
void host_check_throws(const char *file, int line, ny_word result, const char *type,
                       const char *part);
/* The value's text is `expected`; releases the value. */
#define CHECK_TEXT(owned, expected) host_check_text(__FILE__, __LINE__, owned, expected)
void host_check_text(const char *file, int line, ny_word owned, const char *expected);

typedef ny_word host_code(ny_word closure);
/* Start a task that runs `code`; `argument` (an Integer's word or a Box, borrowed) is its
   host_argument. The future is owned. */
ny_word host_task(host_code *code, const char *name, ny_word argument);
/* Likewise without a use for the future. */
void host_start(host_code *code, const char *name, ny_word argument);
static inline ny_word host_argument(ny_word closure) { return ny_as_closure(closure)->captures[0]; }
ny_word host_socket(void); /* a new SocketBox */
uint64_t host_live(void);  /* live Boxes */
static inline ny_word text(const char *bytes) { return ny_string_text(bytes); }

/* Defined by each test file: the program's main. Its Boxes must be gone 30 ms after it, unless it
   says that tasks go on. */
extern bool host_tasks_go_on;
ny_word run_tests(ny_word arguments);

#endif
