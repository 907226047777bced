/* timer_wheel.h: many timers, few of which ever fire.

   Four wheels of 64 slots; a slot of wheel L spans 64^L milliseconds. Adding and removing are
   O(1) (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987). A timer far ahead
   lies in a coarse wheel and moves down when its slot comes up. A bit per slot says whether it
   holds anything, so empty time is skipped. */
#ifndef NYASH_TIMER_WHEEL_H
#define NYASH_TIMER_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ny_timer {
    struct ny_timer *next;
    struct ny_timer **link; /* what points to us; NULL: not armed */
    int64_t expiry;         /* milliseconds of ny_clock_ms() */
    /* Called when the time has come, the timer being disarmed; may arm it again. Runs inside the
       event loop: it wakes tasks and never runs the program's code. */
    void (*fire)(struct ny_timer *timer);
} ny_timer;

static inline bool ny_timer_armed(const ny_timer *timer) { return timer->link != 0; }
/* `timer->fire` is set and it is not armed. */
void ny_timer_arm(ny_timer *timer, int64_t expiry);
void ny_timer_disarm(ny_timer *timer); /* nothing if it is not armed */

void ny_timer_wheel_start(int64_t now);
void ny_timer_wheel_advance(int64_t now);
/* A time not after the first expiry, or INT64_MAX without timers. */
int64_t ny_timer_wheel_next(void);

#endif
