/* class.h: asking what kind of value a word is.

   The kinds with a C layout of their own have ids below NY_CLASS_FIRST_FREE. A program's Box may
   come from one of them (`box Log from ArrayBox`) and then starts with the same C struct. */
#ifndef NYASH_CLASS_H
#define NYASH_CLASS_H

#include "program.h"

NY_COLD uint16_t ny_class_inherited_kind(uint16_t class_id);

/* The kind (NY_CLASS_…) of a value: its own class, or the native one it comes from, or 0. */
static inline uint16_t ny_class_kind(ny_word value) {
    uint16_t class_id = ny_class_id_of(value);
    return NY_LIKELY(class_id < NY_CLASS_FIRST_FREE) ? class_id : ny_class_inherited_kind(class_id);
}

/* The name for messages: "String", "Point". Not zero-terminated: `length` bytes. */
const char *ny_class_display(ny_word value, int *length);

/* Whether the class has a private member of this name, which no one reaches from outside. */
NY_COLD bool ny_class_hides(const ny_class *cls, const char *name);
/* The methods that every value has, as ny_class.methods; NULL where the program has none. */
NY_COLD const char *ny_class_universal(void);

/* Natives of any.nyash. */
ny_word ny_any_type(ny_word me);
ny_word ny_any_equals(ny_word me, ny_word other);
ny_word ny_any_is(ny_word me, ny_word name);
ny_word ny_any_as(ny_word me, ny_word name);
ny_word ny_any_hash(ny_word me);
ny_word ny_any_clone(ny_word me);

#endif
