/* program.h: what compiled programs and the runtime's C code say to each other.

   The first half is emitted by the compiler, the second half is called by compiled code. The rules
   are those of nyash.h: arguments are borrowed and results owned unless a comment says otherwise,
   and the word 0 (NY_ERROR) means that an error is pending. Hot functions are one test and one
   operation, so that LLVM inlines them into the program; their slow halves are cold. */
#ifndef NYASH_PROGRAM_H
#define NYASH_PROGRAM_H

#include "include/nyash.h"

/* ---- Emitted by the compiler ----------------------------------------------------------------- */

/* A call site, for stack traces. */
typedef struct ny_site {
    const char *function; /* "Point.length" */
    const char *file;
    uint32_t line;
    uint32_t library; /* 1: of a Box library, not of the program */
} ny_site;

extern const ny_site ny_sites[];
extern const uint32_t ny_site_count;

/* What the program wrote at a site, for errors that name it (blame.h); ordered by sites. Weak: an older
   back end has no such table. */
typedef struct ny_expression {
    const char *role; /* "name" for what `.name` is a member of; others in blame.h */
    const char *text; /* "order.customer" */
    uint32_t site;
    uint32_t column; /* of its first character, from 1 */
} ny_expression;

extern const ny_expression ny_expressions[] __attribute__((weak));
extern const uint32_t ny_expression_count __attribute__((weak));

enum { NY_PROGRAM_LEAK_CHECK = 1 };
extern const uint32_t ny_program_flags;

/* Runs the top level and then Main.main; the result is owned. */
ny_word ny_program_main(ny_word arguments);

/* ---- Layouts that compiled code reads and writes --------------------------------------------- */

/* A function value. `code` takes the closure itself and then `arity` words. */
typedef struct ny_closure {
    ny_box box;
    void *code;
    uint32_t arity; /* NY_CLOSURE_BOUND: not to be called directly, see closure.h */
    uint32_t capture_count;
    const char *name;
    ny_word captures[];
} ny_closure;

/* A variable that closures share. */
typedef struct ny_cell {
    ny_box box;
    ny_word value;
} ny_cell;

/* What an iterator gives after the last element; no value has this word. */
#define NY_END ((ny_word)6)

/* ---- References and life ------------------------------------------------------------------- */

ny_word ny_word_retain(ny_word word);
void ny_word_release(ny_word word);
ny_word ny_new(uint16_t class_id);
void ny_constructed(ny_word object);
ny_word ny_fini(ny_word object);
NY_COLD ny_word ny_use_after_fini(ny_word object);
ny_word ny_weak_read(ny_word field);
ny_word ny_weak_write(ny_word *field, ny_word value);
ny_word ny_weak_new(ny_word value); /* `weak e`: a WeakBox */
void ny_root_register(ny_word *place);

/* ---- Errors ---------------------------------------------------------------------------------- */

ny_word ny_throw_again(ny_word owned); /* keeps the trace of a caught error */
ny_word ny_caught(void);
void ny_trace_add(uint32_t site);
bool ny_error_is(ny_word error, const char *name, uint16_t class_id);
NY_COLD ny_word ny_check_failed(ny_word value, const char *wanted, const char *what);
NY_COLD ny_word ny_method_missing(ny_word receiver, const char *name, uint32_t arity);
NY_COLD ny_word ny_member_missing(ny_word receiver, const char *name);
NY_COLD ny_word ny_field_missing(ny_word receiver, const char *name); /* to be assigned */
/* left and right are both null where the condition is no comparison; message may be null. */
NY_COLD ny_word ny_assert_failed(ny_word source, ny_word left, ny_word right, ny_word message);
NY_COLD ny_word ny_stack_overflow(const char *function); /* stack_limit.h */
/* Writes "Type: message" and the trace to standard error. Borrows. */
NY_COLD void ny_report_uncaught(ny_word error);
ny_word ny_report_error(ny_word error); /* the same, for errors that give way to an earlier one */

/* ---- Values ---------------------------------------------------------------------------------- */

ny_word ny_box_integer(int64_t value);
ny_word ny_box_float(double value);
int64_t ny_unbox_integer(ny_word word);
double ny_unbox_float(ny_word word);
uint16_t ny_class_id_of(ny_word value);

ny_word ny_add(ny_word left, ny_word right);
ny_word ny_sub(ny_word left, ny_word right);
ny_word ny_mul(ny_word left, ny_word right);
ny_word ny_div(ny_word left, ny_word right);
ny_word ny_mod(ny_word left, ny_word right);
/* The same where one operand is a Float, so that the other is likely to be one: that case is copied
   into the caller. */
ny_word ny_add_floats(ny_word left, ny_word right);
ny_word ny_sub_floats(ny_word left, ny_word right);
ny_word ny_mul_floats(ny_word left, ny_word right);
ny_word ny_div_floats(ny_word left, ny_word right);
ny_word ny_and(ny_word left, ny_word right);
ny_word ny_or(ny_word left, ny_word right);
ny_word ny_xor(ny_word left, ny_word right);
ny_word ny_shl(ny_word left, ny_word right);
ny_word ny_shr(ny_word left, ny_word right);
ny_word ny_range(ny_word start, ny_word end);
ny_word ny_neg(ny_word operand);
ny_word ny_not(ny_word operand); /* the bitwise complement ~ */

/* 0, 1, or -1: thrown. */
int32_t ny_compare_eq(ny_word left, ny_word right);
int32_t ny_compare_lt(ny_word left, ny_word right);
int32_t ny_compare_le(ny_word left, ny_word right);

NY_COLD ny_word ny_int_overflow(void);
NY_COLD ny_word ny_int_zero_division(void);
NY_COLD ny_word ny_int_bad_shift(int64_t distance);

/* ---- Functions, collections ------------------------------------------------------------------ */

ny_word ny_closure_new(void *code, uint32_t arity, uint32_t captures, const char *name);
ny_word ny_call_slow(ny_word callee, uint32_t count, const ny_word *arguments);
ny_word ny_bound_method(ny_word owned_receiver, void *code, uint32_t arity, const char *name);
ny_word ny_cell_new(ny_word owned);
ny_word ny_array_from(const ny_word *owned_items, uint32_t count);
/* Elements of a live Array. The item is borrowed from it; put takes the value over and gives null. */
ny_word ny_array_item(ny_word array, int64_t index);
ny_word ny_array_put(ny_word array, int64_t index, ny_word owned);
ny_word ny_map_from(const ny_word *owned_pairs, uint32_t pairs);
ny_word ny_iterator_new(ny_word iterable);
bool ny_is_end(ny_word word);
ny_word ny_iterator_next(ny_word iterator); /* owned, NY_END at the end, NY_ERROR: thrown */
ny_word ny_print(ny_word values);           /* an Array; gives null */
/* container[key] of an Array, Map (null if missing), String or Buffer; set gives null. */
ny_word ny_index_get(ny_word container, ny_word key);
ny_word ny_index_set(ny_word container, ny_word key, ny_word value);

/* a[i], a[i] = v (index.c) */
ny_word ny_index_get(ny_word receiver, ny_word index);
ny_word ny_index_set(ny_word receiver, ny_word index, ny_word value); /* gives null */
bool ny_is_end(ny_word value);

/* ---- Tasks (task.c, future.c, entry.c) ---------------------------------------------------------------- */

ny_word ny_await(ny_word value);
ny_word ny_task_spawn(ny_word closure);
void ny_tasks_finish(void);
bool ny_never(void);

/* ---- For start.c and the scheduler ----------------------------------------------------------- */

/* Before anything else: heap, hash seed, the error kept for "out of memory". */
void ny_core_start(void);
/* Finalises what ny_root_register knows, in reverse order, and flushes standard output. */
void ny_core_end(void);
/* Standard output is buffered unless it is a terminal: flush before the worker waits or ends. */
void ny_print_bytes(const char *bytes, size_t count);
void ny_print_flush(void);
bool ny_print_lost(void); /* something could not be written */
/* loop(x in e) over a Box of another provider: `next` gives an owned element, NY_END or NY_ERROR
   and may suspend. */
void ny_iterator_provide(uint16_t class_id, ny_word (*next)(ny_word source));

#endif
