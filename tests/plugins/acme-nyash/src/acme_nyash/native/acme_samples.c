/* SamplesBox: boxes/samples.nyash. */
#include "acme_samples.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

static acme_samples *samples(ny_word me) { return (acme_samples *)ny_as_box(me); }

void acme_samples_pack(ny_word me) {
    acme_samples *s = samples(me);
    s->values = NULL;
    s->count = s->room = 0;
}

ny_word acme_samples_add(ny_word me, double value) {
    acme_samples *s = samples(me);
    if (s->count == s->room) {
        uint64_t room = s->room ? s->room * 2 : FIRST_ROOM;
        double *grown = ny_memory_resize(s->values, s->room * sizeof(double), room * sizeof(double));
        if (grown == NULL) return ny_throw_error("OutOfMemoryError", "no memory for %zu samples", (size_t)room);
        s->values = grown;
        s->room = room;
    }
    s->values[s->count++] = value;
    return NY_NULL;
}

int64_t acme_samples_size(ny_word me) { return (int64_t)samples(me)->count; }

static ny_word no_samples(const char *what) {
    return ny_throw_error("AcmeError", "there is no %s of nothing", what);
}

ny_word acme_samples_mean(ny_word me) {
    const acme_samples *s = samples(me);
    if (s->count == 0) return no_samples("mean");
    double sum = 0;
    for (uint64_t i = 0; i < s->count; i++) sum += s->values[i];
    return ny_from_float(sum / (double)s->count);
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

ny_word acme_samples_median(ny_word me) {
    acme_samples *s = samples(me);
    if (s->count == 0) return no_samples("median");
    qsort(s->values, s->count, sizeof(double), by_value);
    uint64_t middle = s->count / 2;
    double found = s->values[middle];
    if (s->count % 2 == 0) found = (found + s->values[middle - 1]) / 2;
    return ny_from_float(found);
}

void acme_samples_destroy(ny_box *box) {
    acme_samples *s = (acme_samples *)box;
    if (s->values != NULL) ny_memory_free(s->values, s->room * sizeof(double));
    s->values = NULL;
}
