/* The timing wheel alone, with a clock of its own: every timer fires in its millisecond. */
#include "timer_wheel.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct probe {
    ny_timer timer;
    int64_t wanted;
    int again; /* arms itself so many times more, 3 ms later */
} probe;

static int64_t now;
static int fired, wrong;

static void fire(ny_timer *timer) {
    probe *it = (probe *)(void *)timer;
    fired++;
    if (it->wanted != now) wrong++;
    if (ny_timer_armed(timer)) wrong++;
    if (it->again-- > 0) {
        it->wanted = now + 3;
        ny_timer_arm(timer, it->wanted);
    }
}

static void step_to(int64_t time) {
    while (now < time) {
        int64_t next = ny_timer_wheel_next();
        if (next <= now) wrong++;
        now = next < time ? next : time;
        ny_timer_wheel_advance(now);
    }
}

int main(void) {
    enum { COUNT = 20000 };
    static probe probes[COUNT];
    now = 123456789;
    srand(7);
    ny_timer_wheel_start(now);
    int64_t begin = now, longest = 0;
    int removed = 0, extra = 0;
    for (int i = 0; i < COUNT; i++) {
        static const int64_t spans[] = {64, 4096, 262144, 1 << 24, (int64_t)1 << 27};
        int64_t span = spans[i % 5];
        probe *it = &probes[i];
        it->wanted = begin + 1 + (int64_t)(((uint64_t)rand() << 16 ^ (uint64_t)rand()) % (uint64_t)span);
        it->timer.fire = fire;
        it->again = i % 7 == 0 ? 2 : 0;
        extra += it->again;
        if (it->wanted > longest) longest = it->wanted;
        ny_timer_arm(&it->timer, it->wanted);
    }
    for (int i = 0; i < COUNT; i += 3) {
        if (!ny_timer_armed(&probes[i].timer)) continue;
        ny_timer_disarm(&probes[i].timer);
        ny_timer_disarm(&probes[i].timer); /* again: nothing */
        extra -= probes[i].again;
        removed++;
    }
    step_to(longest + 100);
    if (fired != COUNT - removed + extra) wrong++;
    if (ny_timer_wheel_next() != INT64_MAX) wrong++;
    /* A clock that jumps fires all that is due, in one call. */
    for (int i = 0; i < 100; i++) {
        probes[i].again = 0;
        ny_timer_arm(&probes[i].timer, now + 1 + i * 50);
    }
    fired = 0;
    int before = wrong;
    now += 100000;
    ny_timer_wheel_advance(now); /* late, which `fire` counts as wrong */
    if (fired != 100 || wrong != before + 100) before++;
    if (before) fprintf(stderr, "%d things were wrong\n", before);
    return before != 0;
}
