/* TimeBox: the clocks as programs see them. Declared by time.nyash. */
#include "time_box.h"

#include "clock.h"

int64_t ny_time_box_now(void) { return ny_clock_wall_us() / 1000; }

int64_t ny_time_box_now_micros(void) { return ny_clock_wall_us(); }

int64_t ny_time_box_monotonic(void) { return ny_clock_monotonic_ns() / 1000000; }

int64_t ny_time_box_monotonic_micros(void) { return ny_clock_monotonic_ns() / 1000; }
