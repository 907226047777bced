/* The native half of SamplesBox (boxes/samples.nyash). */
#ifndef ACME_SAMPLES_H
#define ACME_SAMPLES_H

#include "nyash.h"

typedef struct acme_samples {
    ny_box box;
    double *values; /* `room` doubles, or NULL */
    uint64_t count;
    uint64_t room;
} acme_samples;

void acme_samples_pack(ny_word me);
ny_word acme_samples_add(ny_word me, double value);
int64_t acme_samples_size(ny_word me);
ny_word acme_samples_mean(ny_word me);
ny_word acme_samples_median(ny_word me);
void acme_samples_destroy(ny_box *box);

#endif
