/* cycle.h: Boxes that keep only each other alive. Natives of debug.nyash. */
#ifndef NYASH_CYCLE_H
#define NYASH_CYCLE_H

#include "include/nyash.h"

/* Finalises and frees them; their number. */
int64_t ny_cycle_collect(void);
/* Their number, without touching them. */
int64_t ny_cycle_count(void);

#endif
