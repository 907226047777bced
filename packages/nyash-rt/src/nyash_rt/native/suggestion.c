/* Suggestions; see suggestion.h. The distance is that of the compiler's own (nyash_parse): letters
   left out, put in, changed or swapped with their neighbour (Damerau, CACM 7(3), 1964), in its form
   that changes no substring twice. */
#include "suggestion.h"

#include <stdio.h>
#include <string.h>

#include "program.h"

/* Longer names are not compared. */
#define LONGEST 40

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static size_t distance(const char *one, size_t rows, const char *other, size_t columns) {
    uint8_t table[LONGEST + 1][LONGEST + 1]; /* tasks have small stacks */
    for (size_t i = 0; i <= rows; i++) table[i][0] = (uint8_t)i;
    for (size_t j = 0; j <= columns; j++) table[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= rows; i++)
        for (size_t j = 1; j <= columns; j++) {
            size_t changed = table[i - 1][j - 1] + (size_t)(one[i - 1] != other[j - 1]);
            size_t best = least(changed, least(table[i - 1][j], table[i][j - 1]) + 1U);
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                best = least(best, table[i - 2][j - 2] + 1U);
            table[i][j] = (uint8_t)best;
        }
    return table[rows][columns];
}

typedef struct nearest {
    const char *wanted;
    size_t length, distance;
    const char *name;
    size_t name_length;
} nearest;

static void compare(nearest *found, const char *name, size_t length) {
    if (length > LONGEST || length == 0) return;
    size_t far = distance(found->wanted, found->length, name, length);
    if (far >= found->distance) return;
    *found = (nearest){found->wanted, found->length, far, name, length};
}

const char *ny_suggestion(const ny_class *cls, const char *name, bool fields) {
    static char text[LONGEST + 32];
    nearest found = {.wanted = name, .length = strlen(name)};
    if (found.length > LONGEST) return "";
    found.distance = found.length / 3 + 1 < 3 ? found.length / 3 + 1 : 3; /* nearer than that */
    if (found.distance == 1) found.distance = 2;
    for (uint32_t i = 0; fields && i < cls->field_count; i++)
        compare(&found, cls->field_names[i], strlen(cls->field_names[i]));
    for (const char *at = cls->methods; at != NULL && *at != 0;) {
        size_t length = strcspn(at, "/ ");
        compare(&found, at, length);
        at = strchr(at, ' ');
        if (at != NULL) at++;
    }
    if (found.name == NULL || (found.length <= 2 && found.distance > 1)) return "";
    snprintf(text, sizeof text, "; did you mean `%.*s`?", (int)found.name_length, found.name);
    return text;
}
