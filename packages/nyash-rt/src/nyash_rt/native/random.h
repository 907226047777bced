/* random.h: RandomBox. Natives of random.nyash. */
#ifndef NYASH_RANDOM_H
#define NYASH_RANDOM_H

#include "include/nyash.h"

typedef struct ny_random {
    ny_box box;
    uint64_t state[4]; /* all zero: not seeded yet */
} ny_random;

void ny_random_seed(ny_word me, int64_t seed);
double ny_random_float(ny_word me);
ny_word ny_random_integer(ny_word me, int64_t low, int64_t high);
ny_word ny_random_string(ny_word me, int64_t length);

#endif
