/* leak_names.h: what Boxes, fields and places are called in a leak report.

   The tables are only in programs of `--leak-check` builds (nyash_llvm/leak_tables.py); elsewhere
   their addresses are null. */
#ifndef NYASH_LEAK_NAMES_H
#define NYASH_LEAK_NAMES_H

#include "text.h"

/* Where the program declares a Box; by class id. */
typedef struct ny_class_place {
    const char *file; /* NULL: not a Box of the program */
    uint32_t line;
    const uint32_t *field_lines;
} ny_class_place;

extern const ny_class_place ny_class_places[] __attribute__((weak));

typedef struct ny_capture_names_of {
    const void *code; /* NULL: the end of the table */
    uint32_t count;
    const char *const *names;
} ny_capture_names_of;

extern const ny_capture_names_of ny_capture_names[] __attribute__((weak));

/* "Parent.children", "ArrayBox[2]", "MapBox[\"key\"]": a Box and one of the references it holds,
   counted as ny_leak_visit does. */
void ny_leak_name_reference(ny_text *text, ny_box *box, uint32_t place);
/* Likewise without the number of an element, for many of them: "ArrayBox[…]". */
void ny_leak_name_holder(ny_text *text, ny_box *box, uint32_t place);
/* Whether the reference is a field that the program could declare `weak`. */
bool ny_leak_could_be_weak(const ny_box *box, uint32_t place);
/* The nearest class that declares the field: the Box's own one, or a parent. */
const ny_class *ny_leak_declaring_class(const ny_class *cls, uint32_t field);

#endif
