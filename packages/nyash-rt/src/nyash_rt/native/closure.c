/* FunctionBox (function.nyash), shared variables, and calls from C into the program. */
#include "closure.h"

#include <string.h>

#include "class.h"
#include "cycle.h"
#include "heap.h"

ny_word ny_closure_new(void *code, uint32_t arity, uint32_t captures, const char *name) {
    ny_cycle_safe_point();
    size_t bytes = sizeof(ny_closure) + (size_t)captures * sizeof(ny_word);
    ny_closure *closure = (ny_closure *)ny_heap_take(bytes, NY_CLASS_FUNCTION);
    if (NY_UNLIKELY(closure == NULL)) return ny_heap_exhausted();
    closure->code = code;
    closure->arity = arity;
    closure->capture_count = captures;
    closure->name = name;
    for (uint32_t i = 0; i < captures; i++) closure->captures[i] = NY_NULL;
    return ny_from_box(closure);
}

ny_word ny_bound_method(ny_word owned_receiver, void *code, uint32_t arity, const char *name) {
    ny_word word = ny_closure_new(code, NY_CLOSURE_BOUND, 2, name);
    if (word == NY_ERROR) {
        ny_release(owned_receiver);
        return NY_ERROR;
    }
    ny_as_closure(word)->captures[0] = owned_receiver;
    ny_as_closure(word)->captures[1] = ny_from_small(arity);
    return word;
}

void ny_closure_destroy(ny_box *box) {
    ny_closure *closure = (ny_closure *)box;
    for (uint32_t i = closure->capture_count; i-- > 0;) {
        ny_word capture = closure->captures[i];
        closure->captures[i] = NY_NULL;
        ny_release(capture);
    }
}

void ny_closure_visit(ny_box *box, void (*show)(ny_word, void *), void *context) {
    const ny_closure *closure = (const ny_closure *)box;
    for (uint32_t i = 0; i < closure->capture_count; i++) show(closure->captures[i], context);
}

ny_word ny_cell_new(ny_word owned) {
    ny_cell *cell = (ny_cell *)ny_heap_take(sizeof *cell, NY_CLASS_CELL);
    if (NY_UNLIKELY(cell == NULL)) {
        ny_release(owned);
        return ny_heap_exhausted();
    }
    cell->value = owned;
    return ny_from_box(cell);
}

void ny_cell_destroy(ny_box *box) {
    ny_cell *cell = (ny_cell *)box;
    ny_word value = cell->value;
    cell->value = NY_NULL;
    ny_release(value);
}

void ny_cell_visit(ny_box *box, void (*show)(ny_word, void *), void *context) {
    show(((const ny_cell *)box)->value, context);
}

#define W ny_word
static ny_word invoke(void *code, ny_word self, size_t count, const ny_word *a) {
    switch (count) {
    case 0: return ((W(*)(W))code)(self);
    case 1: return ((W(*)(W, W))code)(self, a[0]);
    case 2: return ((W(*)(W, W, W))code)(self, a[0], a[1]);
    case 3: return ((W(*)(W, W, W, W))code)(self, a[0], a[1], a[2]);
    case 4: return ((W(*)(W, W, W, W, W))code)(self, a[0], a[1], a[2], a[3]);
    case 5: return ((W(*)(W, W, W, W, W, W))code)(self, a[0], a[1], a[2], a[3], a[4]);
    case 6: return ((W(*)(W, W, W, W, W, W, W))code)(self, a[0], a[1], a[2], a[3], a[4], a[5]);
    case 7:
        return ((W(*)(W, W, W, W, W, W, W, W))code)(self, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    case 8:
        return ((W(*)(W, W, W, W, W, W, W, W, W))code)(self, a[0], a[1], a[2], a[3], a[4], a[5],
                                                       a[6], a[7]);
    case 9:
        return ((W(*)(W, W, W, W, W, W, W, W, W, W))code)(self, a[0], a[1], a[2], a[3], a[4], a[5],
                                                          a[6], a[7], a[8]);
    case 10:
        return ((W(*)(W, W, W, W, W, W, W, W, W, W, W))code)(self, a[0], a[1], a[2], a[3], a[4],
                                                             a[5], a[6], a[7], a[8], a[9]);
    case 11:
        return ((W(*)(W, W, W, W, W, W, W, W, W, W, W, W))code)(
            self, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]);
    case NY_CLOSURE_ARGUMENTS:
        return ((W(*)(W, W, W, W, W, W, W, W, W, W, W, W, W))code)(
            self, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]);
    default:
        return ny_throw_error("ArgumentError", "a call from native code takes at most %d arguments",
                              NY_CLOSURE_ARGUMENTS);
    }
}
#undef W

static uint32_t arity_of(const ny_closure *closure) {
    if (closure->arity != NY_CLOSURE_BOUND) return closure->arity;
    return (uint32_t)ny_small(closure->captures[1]);
}

static NY_COLD ny_word wrong_count(const ny_closure *closure, size_t count) {
    uint32_t arity = arity_of(closure);
    return ny_throw_error("ArgumentError", "%s takes %u argument%s, not %zu",
                          closure->name != NULL ? closure->name : "the function", arity,
                          arity == 1 ? "" : "s", count);
}

static bool is_closure(ny_word callee) {
    return ny_is_box(callee) && ny_as_box(callee)->class_id == NY_CLASS_FUNCTION;
}

ny_word ny_call_slow(ny_word callee, uint32_t count, const ny_word *arguments) {
    if (is_closure(callee)) {
        const ny_closure *closure = ny_as_closure(callee);
        if (arity_of(closure) != count) return wrong_count(closure, count);
        ny_word self = closure->arity == NY_CLOSURE_BOUND ? closure->captures[0] : callee;
        return invoke(closure->code, self, count, arguments);
    }
    if (ny_is_box(callee) && ny_as_box(callee)->flags & NY_DEAD) return ny_use_after_fini(callee);
    const ny_class *cls = ny_class_of(callee);
    if (cls->handle != NULL && count == 1) return cls->handle(callee, arguments[0]);
    int length;
    const char *name = ny_class_display(callee, &length);
    return ny_throw_error("TypeError", "%.*s is not a function", length, name);
}

ny_word ny_call(ny_word callee, size_t count, const ny_word *arguments) {
    if (NY_LIKELY(is_closure(callee) && ny_as_closure(callee)->arity == count))
        return invoke(ny_as_closure(callee)->code, callee, count, arguments);
    return ny_call_slow(callee, (uint32_t)count, arguments);
}

int64_t ny_closure_arity(ny_word me) { return arity_of(ny_as_closure(me)); }

ny_word ny_closure_name(ny_word me) {
    const char *name = ny_as_closure(me)->name;
    return ny_string_text(name != NULL ? name : "");
}

ny_word ny_closure_call0(ny_word me) { return ny_call(me, 0, NULL); }

ny_word ny_closure_call1(ny_word me, ny_word a) { return ny_call(me, 1, &a); }

ny_word ny_closure_call2(ny_word me, ny_word a, ny_word b) {
    ny_word arguments[] = {a, b};
    return ny_call(me, 2, arguments);
}

ny_word ny_closure_call3(ny_word me, ny_word a, ny_word b, ny_word c) {
    ny_word arguments[] = {a, b, c};
    return ny_call(me, 3, arguments);
}

ny_word ny_closure_call4(ny_word me, ny_word a, ny_word b, ny_word c, ny_word d) {
    ny_word arguments[] = {a, b, c, d};
    return ny_call(me, 4, arguments);
}
