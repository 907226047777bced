/* Time; see clock.h. TimeBox is in time_box.c. */
#include "clock.h"

#include <time.h>

static int64_t monotonic_ms, wall_ms;

static int64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t ny_clock_monotonic_ns(void) { return nanoseconds(CLOCK_MONOTONIC); }

int64_t ny_clock_wall_us(void) { return nanoseconds(CLOCK_REALTIME) / 1000; }

/* Gives the monotonic time in nanoseconds. */
static int64_t update(void) {
    int64_t now = ny_clock_monotonic_ns();
    monotonic_ms = now / 1000000;
    wall_ms = nanoseconds(CLOCK_REALTIME) / 1000000;
    return now;
}

int64_t ny_clock_update(void) {
    update();
    return monotonic_ms;
}

int64_t ny_clock_ms(void) { return monotonic_ms; }

int64_t ny_clock_wall_ms(void) { return wall_ms; }

int64_t ny_clock_after(int64_t milliseconds) {
    int64_t now = (update() + 999999) / 1000000; /* upwards: who sleeps 2 ms sleeps no less */
    if (milliseconds <= 0) return monotonic_ms;
    int64_t longest = NY_NO_DEADLINE - 1 - now;
    return now + (milliseconds < longest ? milliseconds : longest);
}
