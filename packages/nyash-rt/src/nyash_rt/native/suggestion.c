/* Suggestions; see suggestion.h. The rule is the compiler's own (nyash_parse, nearest.py): letters left
   out, put in, changed or swapped with their neighbour (optimal string alignment), at most a third of
   the name's; another case counts half. */
#include "suggestion.h"

#include <stdio.h>
#include <string.h>

#include "class.h"

/* Longer names are not compared. */
#define LONGEST 40

/* Distances are in halves. */
#define EDIT 2
#define OTHER_CASE 1

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static unsigned distance(const char *one, size_t rows, const char *other, size_t columns) {
    uint8_t table[LONGEST + 1][LONGEST + 1]; /* tasks have small stacks */
    bool same = rows == columns; /* but for cases */
    for (size_t i = 0; same && i < rows; i++) same = lower(one[i]) == lower(other[i]);
    if (same) return OTHER_CASE;
    for (size_t i = 0; i <= rows; i++) table[i][0] = (uint8_t)(EDIT * i);
    for (size_t j = 0; j <= columns; j++) table[0][j] = (uint8_t)(EDIT * j);
    for (size_t i = 1; i <= rows; i++)
        for (size_t j = 1; j <= columns; j++) {
            char from = one[i - 1], to = other[j - 1];
            unsigned change = from == to ? 0 : lower(from) == lower(to) ? OTHER_CASE : EDIT;
            unsigned best = least(table[i - 1][j], table[i][j - 1]) + EDIT;
            best = least(best, table[i - 1][j - 1] + change);
            if (i > 1 && j > 1 && from == other[j - 2] && one[i - 2] == to)
                best = least(best, table[i - 2][j - 2] + EDIT);
            table[i][j] = (uint8_t)best;
        }
    return table[rows][columns];
}

typedef struct nearest {
    const char *wanted;
    size_t length;
    const char *name; /* NULL: none so far */
    size_t name_length;
    unsigned distance;
} nearest;

static void compare(nearest *found, const char *name, size_t length) {
    if (length > LONGEST) return;
    unsigned far = distance(found->wanted, found->length, name, length);
    size_t longer = found->length > length ? found->length : length;
    if (far > EDIT && far * 3 > EDIT * found->length) return;
    if (far >= EDIT * longer || (found->name != NULL && far >= found->distance)) return;
    found->name = name;
    found->name_length = length;
    found->distance = far;
}

static void compare_methods(nearest *found, const char *methods) {
    for (const char *at = methods; at != NULL && *at != 0;) {
        if (*at != '-') compare(found, at, strcspn(at, "/ "));
        at = strchr(at, ' ');
        if (at != NULL) at++;
    }
}

const char *ny_suggestion(const ny_class *cls, const char *name, bool fields) {
    static char text[LONGEST + 32];
    nearest found = {.wanted = name, .length = strlen(name)};
    if (found.length > LONGEST) return "";
    for (uint32_t i = 0; fields && i < cls->field_count; i++)
        if (!ny_class_hides(cls, cls->field_names[i]))
            compare(&found, cls->field_names[i], strlen(cls->field_names[i]));
    compare_methods(&found, cls->methods);
    if (found.name == NULL) return "";
    snprintf(text, sizeof text, "; did you mean `%.*s`?", (int)found.name_length, found.name);
    return text;
}
