/* failure.h: the error on its way.

   An error that is thrown lies in `ny_pending` until a handler takes it (ny_caught). Functions
   that throw return NY_ERROR; each call site that an error passes adds itself to the trace. A
   caught ErrorBox carries its trace away; other thrown values have one only while they travel. */
#ifndef NYASH_FAILURE_H
#define NYASH_FAILURE_H

#include "program.h"

#define NY_TRACE_LIMIT 64 /* sites kept of one trace, the innermost ones */

typedef struct ny_trace {
    uint32_t count;   /* sites passed, also those not kept */
    uint32_t sites[NY_TRACE_LIMIT];
} ny_trace;

typedef struct ny_failure {
    ny_word error; /* NY_ERROR: none */
    ny_trace trace;
} ny_failure;

extern ny_failure ny_pending;
/* Where it is set, errors go no further than here, and no fini function runs: the program is at its
   end and only asked where its tasks are (deadlock.c). */
extern void (*ny_error_probe)(void);

/* An ErrorBox. Behind it lie the Nyash fields `message cause line column stackTrace` (error.nyash), also in
   Boxes that come from ErrorBox: reach them through ny_error_field. */
typedef struct ny_error {
    ny_box box;
    ny_word type_name; /* String, or 0: the Box's own name */
    uint32_t trace_count;
    uint32_t trace_room;
    uint32_t *trace; /* trace_room sites; trace_count may be more */
    const struct ny_expression *expression; /* the operation that failed; NULL: not known (blame.h) */
} ny_error;

enum ny_error_field_index {
    NY_ERROR_MESSAGE,
    NY_ERROR_CAUSE,
    NY_ERROR_LINE,
    NY_ERROR_COLUMN,
    NY_ERROR_STACK_TRACE, /* null until the error is caught */
};

static inline ny_word *ny_error_field(ny_word error, enum ny_error_field_index index) {
    const ny_class *cls = ny_class_of_box(ny_as_box(error));
    return (ny_word *)(void *)((char *)ny_as_box(error) + cls->field_offset) + index;
}

/* What travels instead of an error when the program calls exit(): frames unwind, `finally` and
   `fini` run, no `catch` takes it (they ask ny_error_is for NY_EXITING_NAME), and who takes an error
   that nobody caught ends the program instead. A reserved word, so that it needs no memory. */
#define NY_EXITING ((ny_word)6)
#define NY_EXITING_NAME "(exit)"

/* Move the pending error out of the way and back (its place must be empty then). */
void ny_failure_save(ny_failure *place);
void ny_failure_restore(ny_failure *place);
/* Print the pending error, which nobody will catch, and drop it. */
NY_COLD void ny_failure_report(void);
/* An ErrorBox, owned; NY_ERROR when there is no memory (thrown). */
ny_word ny_failure_new(const char *type, ny_word owned_message);
/* ParseError with a place in the text it is about, counted from 1. */
NY_COLD ny_word ny_failure_parse(uint32_t line, uint32_t column, ny_word owned_message);
void ny_failure_start(void);
/* The trace of the error taken last, if it is `error` (for thrown values that cannot carry one). */
const ny_trace *ny_failure_trace_of(ny_word error);

/* trace.c: the trace as text, one line per site, owned String. */
ny_word ny_trace_text(const ny_error *error);
/* The name `catch` uses. Borrowed text, valid while the error is. */
const char *ny_error_type_text(ny_word error);

/* Natives of error.nyash. */
ny_word ny_error_pack(ny_word me, ny_word message);
ny_word ny_error_pack_type(ny_word me, ny_word type, ny_word message);
ny_word ny_error_type(ny_word me);
ny_word ny_error_stack_trace(ny_word me);
ny_word ny_error_text(ny_word me);
void ny_error_destroy(ny_box *box);

#endif
