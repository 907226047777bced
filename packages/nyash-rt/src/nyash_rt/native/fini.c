/* The end of a Box (language.md sections 6 and 10): explicit fini() and the last release.

   Whichever comes first runs the protocol, once: mark NY_FINALISED (weak references read null from
   here), run the fini functions, mark NY_DEAD, release the fields in reverse order, destroy the
   native payload. Releasing a field's last reference runs the protocol of that Box, which is how
   a Box that nobody else holds is finalised with its owner. */
#include <string.h>

#include "blame.h"
#include "failure.h"
#include "fault.h"
#include "fini.h"
#include "heap.h"
#include "program.h"
#include "stack_limit.h"
#include "weak.h"

/* Releasing a long list would nest one C call per element: below NY_CASCADE_DEPTH nested ends the
   Boxes wait here and are ended by the outermost call. Places for the first few need no memory, so a
   list ends without any; a tree may need more. */
#define NY_CASCADE_DEPTH 24
#define NY_CASCADE_FEW 4

#define NY_NOINLINE __attribute__((noinline)) /* keeps the frequent path short */

typedef struct cascade {
    uint32_t depth;
    size_t count, room;
    ny_box **waiting; /* behind the first few; `room` of them */
    ny_box *few[NY_CASCADE_FEW];
} cascade;

static cascade current;

#ifdef NYASH_FAULTS
NY_FAULT_AT_END(drop_waiting) {
    ny_memory_free(current.waiting, current.room * sizeof *current.waiting);
}
#endif

static NY_COLD bool widen(void) {
    size_t room = current.room ? current.room * 2 : 64;
    ny_box **waiting =
        ny_memory_resize(current.waiting, current.room * sizeof *waiting, room * sizeof *waiting);
    if (waiting == NULL) return false;
    current.waiting = waiting;
    current.room = room;
    return true;
}

static bool postpone(ny_box *box) {
    if (current.count < NY_CASCADE_FEW) {
        current.few[current.count++] = box;
        return true;
    }
    size_t place = current.count - NY_CASCADE_FEW;
    if (place == current.room && !widen())
        return ny_stack_is_low(); /* lost, rather than the stack; else nest after all */
    current.waiting[place] = box;
    current.count++;
    return true;
}

static ny_box *last_waiting(void) {
    size_t place = --current.count;
    return place < NY_CASCADE_FEW ? current.few[place] : current.waiting[place - NY_CASCADE_FEW];
}

static uint32_t running; /* fini functions of the program, of all tasks */

bool ny_fini_is_running(void) { return running != 0; }

/* The fini functions of the Box and its parents. The first error is left in `first` when the
   caller wants it, others are reported. The task may be suspended in here and other tasks may end
   Boxes meanwhile, so they get a cascade and a pending error of their own. */
static NY_COLD void run_finalisers(ny_box *box, const ny_class *cls, ny_failure *first) {
    if (NY_UNLIKELY(ny_error_probe != NULL)) return;
    ny_failure pending;
    ny_failure_save(&pending);
    cascade outer = current;
    running++;
    memset(&current, 0, sizeof current);
    for (uint32_t i = 0; i < cls->finaliser_count; i++) {
        ny_word result = NY_FAULT_FINI_RESULT(cls->finalisers[i](ny_from_box(box)));
        if (NY_LIKELY(result != NY_ERROR)) {
            ny_release(result);
        } else if (pending.error == NY_EXITING && ny_pending.error == NY_EXITING) {
            ny_pending.error = NY_ERROR; /* exit() again, while exit() unwinds */
        } else if (first != NULL && first->error == NY_ERROR) {
            ny_failure_save(first);
        } else {
            ny_failure_report();
        }
    }
    ny_heap_finalised++;
    ny_memory_free(current.waiting, current.room * sizeof *current.waiting);
    current = outer;
    running--;
    ny_failure_restore(&pending);
}

static void begin(ny_box *box, const ny_class *cls, ny_failure *first) {
    NY_FAULT_ASSERT(!(box->flags & NY_FINALISED), "a Box is finalised twice");
    box->flags |= NY_FINALISED;
    if (NY_UNLIKELY(box->flags & NY_WEAKLY_HELD)) ny_weak_forget(box);
    if (cls->finaliser_count != 0 && !(box->flags & NY_CONSTRUCTING))
        run_finalisers(box, cls, first);
}

static void finish(ny_box *box, const ny_class *cls) {
    NY_FAULT_ASSERT(!(box->flags & NY_DEAD), "a Box is ended twice");
    box->flags |= NY_DEAD;
    ny_word *fields = (ny_word *)(void *)((char *)box + cls->field_offset);
    for (uint32_t i = cls->field_count; i-- > 0;) {
        ny_word value = fields[i];
        fields[i] = NY_NULL;
        ny_release(value);
    }
    if (cls->destroy != NULL) cls->destroy(box);
}

static void run_protocol(ny_box *box, ny_failure *first) {
    const ny_class *cls = ny_class_of_box(box);
    begin(box, cls, first);
    finish(box, cls);
}

void ny_fini_begin(ny_box *box) { begin(box, ny_class_of_box(box), NULL); }

void ny_fini_finish(ny_box *box) { finish(box, ny_class_of_box(box)); }

static NY_NOINLINE void end_with_protocol(ny_box *box) {
    if (!(box->flags & NY_FINALISED)) {
        box->count = 1; /* ours, while its fini may hand it to others */
        run_protocol(box, NULL);
        if (--box->count != 0) return; /* kept by someone: stays, but finalised */
    }
    ny_heap_free(box);
}

/* The outermost end: those that wait, and no more memory for them than is usual. */
static NY_COLD void end_waiting(void) {
    while (current.count > 0) ny_finalise_last(last_waiting());
    if (current.room <= 4096) return;
    ny_memory_free(current.waiting, current.room * sizeof *current.waiting);
    current.waiting = NULL;
    current.room = 0;
}

/* Ends a Box that may hold others: counts how deep the calls nest. */
static NY_NOINLINE void end_nested(ny_box *box, void (*end)(ny_box *)) {
    if (NY_UNLIKELY(current.depth >= NY_CASCADE_DEPTH) && box->class_id > NY_CLASS_FLOAT &&
        postpone(box))
        return; /* Strings and numbers hold no others */
    current.depth++;
    end(box);
    if (current.depth == 1 && NY_UNLIKELY(current.count != 0)) end_waiting();
    current.depth--;
}

static NY_COLD void end_special(ny_box *box) {
    if (box->flags & NY_IMMORTAL)
        box->count = NY_IMMORTAL_COUNT;
    else
        end_nested(box, end_with_protocol);
}

static void end_value(ny_box *box) {
    const ny_string *string = (const ny_string *)box;
    if (box->class_id == NY_CLASS_STRING && string->owned) ny_release(string->owner);
    ny_heap_free(box);
}

/* Most Boxes have no fini, no weak references and no native payload: their fields go, and no one
   can see it. */
void ny_finalise_last(ny_box *box) {
    const ny_class *cls = ny_class_of_box(box);
    if (NY_UNLIKELY(box->flags != 0)) {
        end_special(box);
    } else if (box->class_id <= NY_CLASS_FLOAT) {
        end_value(box);
    } else if (cls->finaliser_count != 0 || cls->destroy != NULL) {
        end_nested(box, end_with_protocol);
    } else {
        ny_word *fields = (ny_word *)(void *)((char *)box + cls->field_offset);
        for (uint32_t i = cls->field_count; i-- > 0;) {
            ny_word value = fields[i];
            if (ny_is_box(value) && --ny_as_box(value)->count == 0)
                end_nested(ny_as_box(value), ny_finalise_last);
        }
        ny_heap_free(box);
    }
}

/* Values that programs see as values, not as things with a life: fini() leaves them alone. */
static bool has_a_life(ny_word value) {
    if (!ny_is_box(value)) return false;
    switch (ny_as_box(value)->class_id) {
    case NY_CLASS_STRING:
    case NY_CLASS_INTEGER:
    case NY_CLASS_FLOAT:
    case NY_CLASS_FUNCTION:
    case NY_CLASS_RANGE:
    case NY_CLASS_WEAK:
    case NY_CLASS_CELL:
        return false;
    default:
        return !(ny_as_box(value)->flags & (NY_FINALISED | NY_IMMORTAL));
    }
}

ny_word ny_fini(ny_word object) {
    if (object == NY_NULL) return ny_blame_null("call", "fini");
    if (!has_a_life(object)) return NY_NULL;
    ny_box *box = ny_as_box(object);
    ny_failure first = {.error = NY_ERROR};
    box->count++;
    run_protocol(box, &first);
    ny_release_box(box);
    if (NY_LIKELY(first.error == NY_ERROR)) return NY_NULL;
    ny_failure_restore(&first);
    return NY_ERROR;
}

ny_word ny_use_after_fini(ny_word object) {
    return ny_throw_error("UseAfterFiniError", "this %s is finalised", ny_class_of(object)->name);
}
