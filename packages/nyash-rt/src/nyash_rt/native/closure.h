/* closure.h: function values (struct ny_closure in program.h).

   A bound method (`object.method` as a value) is a closure whose `arity` is NY_CLOSURE_BOUND, so
   that compiled code never calls it directly: its code takes the receiver, captures[0], where a
   closure's code takes the closure. captures[1] is the arity as a small Integer. */
#ifndef NYASH_CLOSURE_H
#define NYASH_CLOSURE_H

#include "program.h"

#define NY_CLOSURE_BOUND UINT32_MAX
#define NY_CLOSURE_ARGUMENTS 12 /* what C code can pass; compiled calls have no limit */

static inline ny_closure *ny_as_closure(ny_word word) { return (ny_closure *)(uintptr_t)word; }

/* Natives of function.nyash. */
void ny_closure_destroy(ny_box *box);
void ny_closure_visit(ny_box *box, void (*show)(ny_word, void *), void *context);
void ny_cell_destroy(ny_box *box);
void ny_cell_visit(ny_box *box, void (*show)(ny_word, void *), void *context);
int64_t ny_closure_arity(ny_word me);
ny_word ny_closure_name(ny_word me);
ny_word ny_closure_call0(ny_word me);
ny_word ny_closure_call1(ny_word me, ny_word a);
ny_word ny_closure_call2(ny_word me, ny_word a, ny_word b);
ny_word ny_closure_call3(ny_word me, ny_word a, ny_word b, ny_word c);
ny_word ny_closure_call4(ny_word me, ny_word a, ny_word b, ny_word c, ny_word d);

#endif
