/* time_box.h: natives of time.nyash. */
#ifndef NYASH_TIME_BOX_H
#define NYASH_TIME_BOX_H

#include "include/nyash.h"

int64_t ny_time_box_now(void);
int64_t ny_time_box_now_micros(void);
int64_t ny_time_box_monotonic(void);
int64_t ny_time_box_monotonic_micros(void);

#endif
