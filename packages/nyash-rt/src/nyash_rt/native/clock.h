/* clock.h: time. ny_clock_ms and ny_clock_wall_ms (nyash_io.h) are read from the system once per
   turn of the event loop; the functions here ask the system. */
#ifndef NYASH_CLOCK_H
#define NYASH_CLOCK_H

#include "include/nyash_io.h"

int64_t ny_clock_monotonic_ns(void);
int64_t ny_clock_wall_us(void);
/* Reads both clocks into the cache; gives ny_clock_ms(). */
int64_t ny_clock_update(void);
/* The monotonic time `milliseconds` from now (not from the loop's last turn), rounded up; below 0
   counts as 0; saturates below NY_NO_DEADLINE. */
int64_t ny_clock_after(int64_t milliseconds);

#endif
