/* memory_runtime: as much of nyash.h and nyash_io.h as the HTTP engine calls, in plain memory.

   Strings and maps are simple ones; the socket is a script: bytes that come in pieces, then an
   end, a silence or an error. No task, no clock, no kernel. */
#ifndef MEMORY_RUNTIME_H
#define MEMORY_RUNTIME_H

#include "nyash_io.h"

typedef struct memory_socket {
    const char *input;
    size_t input_length, taken;
    size_t cut;       /* no receive reaches across it */
    bool step;        /* one byte at a time */
    ptrdiff_t ending; /* what receive returns when the input is used up: 0, NY_IO_TIMEOUT, -errno */
    bool half_closed; /* shutdown was called */
    char *output;
    size_t output_length, output_room;
    char deferred[1024]; /* small, so that batches overflow it */
    size_t deferred_length;
    unsigned writes; /* that took something */
    void *state;
    void (*free_state)(void *);
} memory_socket;

void memory_socket_close(memory_socket *socket);
/* What is still allocated: Boxes, and other blocks. */
extern long memory_boxes, memory_blocks;
/* "Type: message" of the pending error, which is dropped; "" if there is none. */
const char *memory_take_error(void);

#endif
