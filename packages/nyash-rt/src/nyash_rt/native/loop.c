/* The event loop; see loop.h. No Box declares these. */
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "clock.h"
#include "poller.h"
#include "program.h"
#include "signal_handlers.h"

static uint32_t waits;    /* tasks that wait for a descriptor, and watched ones */
static uint32_t holds;    /* see ny_loop_hold */
void (*ny_loop_before_wait)(void);
static void (*writable_told)(ny_descriptor *); /* see ny_descriptor_tell_writable */
static int64_t next_trim; /* INT64_MAX: not worth it */

ny_wait_list ny_descriptors_wanted;

static void tell(ny_descriptor *descriptor, int code) {
    descriptor->watched = false;
    waits--;
    descriptor->told(descriptor, code);
}

static void descriptor_ready(void *tag, unsigned what) {
    ny_descriptor *descriptor = tag;
    if (what & NY_POLL_HANGUP) descriptor->hangup = true;
    if (what & (NY_POLL_READABLE | NY_POLL_HANGUP)) {
        descriptor->readable = true;
        ny_wait_list_wake(&descriptor->reading.waiting, NY_WAKE_EVENT);
        if (descriptor->watched) tell(descriptor, 0);
    }
    if (what & (NY_POLL_WRITABLE | NY_POLL_HANGUP)) {
        descriptor->writable = true;
        ny_wait_list_wake(&descriptor->writing.waiting, NY_WAKE_EVENT);
        if (NY_UNLIKELY(descriptor->unsent)) {
            descriptor->unsent = false;
            writable_told(descriptor);
        }
    }
}

/* Milliseconds the poller may sleep, at most until the next timer. */
static int patience(int64_t now) {
    int64_t until = ny_timer_wheel_next();
    if (next_trim < until) until = next_trim;
    if (until == INT64_MAX) return -1;
    if (until <= now) return 0;
    return until - now < INT_MAX ? (int)(until - now) : INT_MAX;
}

static void trim_stacks(int64_t now) {
    if (now >= next_trim) {
        ny_stack_trim();
        next_trim = INT64_MAX;
    }
    if (next_trim == INT64_MAX && ny_stack_trim_is_worth_it()) next_trim = now + NY_STACK_TRIM_MS;
}

bool ny_loop_expects_nothing(void) {
    return waits == 0 && holds == 0 && ny_timer_wheel_next() == INT64_MAX;
}

bool ny_loop_turn(bool may_wait) {
    int timeout = 0;
    if (ny_loop_before_wait != NULL) ny_loop_before_wait();
    if (may_wait) {
        if (ny_loop_expects_nothing()) return false;
        ny_print_flush();
        int64_t now = ny_clock_update();
        trim_stacks(now);
        timeout = patience(now);
    }
    ny_poller_wait(timeout, descriptor_ready);
    ny_timer_wheel_advance(ny_clock_update());
    ny_signal_deliver();
    return true;
}

void ny_loop_start(void) {
    ny_timer_wheel_start(ny_clock_update());
    next_trim = INT64_MAX;
}

void ny_loop_hold(void) { holds++; }

void ny_loop_unhold(void) { holds--; }

/* ---- Descriptors ----------------------------------------------------------------------------- */

/* A direction's timer has fired: wake those whose time is over, arm it for the others. */
static void direction_due(ny_timer *timer) {
    ny_direction *direction =
        (ny_direction *)(void *)((char *)timer - offsetof(ny_direction, timer));
    int64_t now = ny_clock_ms(), next = NY_NO_DEADLINE;
    for (ny_waiter *waiter = direction->waiting.first; waiter != NULL; waiter = waiter->next) {
        if (waiter->deadline <= now)
            ny_task_wake(waiter->task, NY_WAKE_TIMEOUT);
        else if (waiter->deadline < next)
            next = waiter->deadline;
    }
    if (next != NY_NO_DEADLINE) ny_timer_arm(timer, next);
}

/* A timer of the reading direction that watches use too. */
static void reading_due(ny_timer *timer) {
    direction_due(timer);
    ny_descriptor *descriptor = (ny_descriptor *)(void *)((char *)timer -
                                                          offsetof(ny_descriptor, reading.timer));
    if (!descriptor->watched) return;
    if (descriptor->told_deadline <= ny_clock_ms()) {
        tell(descriptor, NY_IO_TIMEOUT);
    } else if (!ny_timer_armed(timer) || timer->expiry > descriptor->told_deadline) {
        ny_timer_disarm(timer);
        ny_timer_arm(timer, descriptor->told_deadline);
    }
}

void ny_descriptor_open(ny_descriptor *descriptor, int fd) {
    /* Who waited for an earlier handle may not have left the lists yet. */
    ny_wait_list readers = descriptor->reading.waiting, writers = descriptor->writing.waiting;
    *descriptor = (ny_descriptor){.fd = fd, .open = true, .readable = true, .writable = true,
                                  .generation = (uint16_t)(descriptor->generation + 1)};
    descriptor->reading.waiting = readers;
    descriptor->writing.waiting = writers;
    descriptor->reading.timer.fire = reading_due;
    descriptor->writing.timer.fire = direction_due;
}

void ny_descriptor_close(ny_descriptor *descriptor) {
    if (!descriptor->open) return;
    close(descriptor->fd); /* leaves the poller by this */
    ny_descriptor_freed();
    descriptor->open = false;
    ny_descriptor_unwatch(descriptor);
    ny_timer_disarm(&descriptor->reading.timer);
    ny_timer_disarm(&descriptor->writing.timer);
    ny_wait_list_wake(&descriptor->reading.waiting, NY_WAKE_CLOSED);
    ny_wait_list_wake(&descriptor->writing.waiting, NY_WAKE_CLOSED);
}

static int register_once(ny_descriptor *descriptor) {
    if (descriptor->registered || descriptor->always_ready) return 0;
    int code = ny_poller_add(descriptor->fd, descriptor);
    if (code == EPERM)
        descriptor->always_ready = true;
    else if (code == 0)
        descriptor->registered = true;
    else
        return -code;
    return 0;
}

/* The deadline has passed already: others run, but there is no waiting. */
static int look_once(const ny_descriptor *descriptor, const ny_direction *direction) {
    uint16_t generation = descriptor->generation;
    if (!ny_task_yield_quietly()) return NY_IO_CANCELLED;
    if (!descriptor->open || descriptor->generation != generation) return NY_IO_CLOSED;
    bool ready = direction == &descriptor->reading ? descriptor->readable : descriptor->writable;
    return ready ? 0 : NY_IO_TIMEOUT;
}

static int wait_for(ny_descriptor *descriptor, ny_direction *direction, int64_t deadline,
                    const char *what) {
    if (!descriptor->open) return NY_IO_CLOSED;
    int code = register_once(descriptor);
    if (code != 0) return code;
    if (descriptor->always_ready) {
        descriptor->readable = descriptor->writable = true;
        return 0;
    }
    if (deadline <= ny_clock_ms()) return look_once(descriptor, direction);
    ny_timer *timer = &direction->timer;
    if (deadline != NY_NO_DEADLINE && (!ny_timer_armed(timer) || timer->expiry > deadline)) {
        ny_timer_disarm(timer);
        ny_timer_arm(timer, deadline);
    }
    uint16_t generation = descriptor->generation;
    ny_waiter waiter = {.deadline = deadline};
    ny_waiter_join(&waiter, &direction->waiting);
    waits++;
    enum ny_wake wake = ny_task_suspend(what);
    waits--;
    ny_waiter_leave(&waiter, &direction->waiting);
    switch (wake) {
    case NY_WAKE_TIMEOUT: return NY_IO_TIMEOUT;
    case NY_WAKE_CANCELLED: return NY_IO_CANCELLED;
    default: return descriptor->open && descriptor->generation == generation ? 0 : NY_IO_CLOSED;
    }
}

int ny_descriptor_wait_readable(ny_descriptor *descriptor, int64_t deadline, const char *what) {
    descriptor->readable = false;
    return wait_for(descriptor, &descriptor->reading, deadline, what);
}

int ny_descriptor_wait_writable(ny_descriptor *descriptor, int64_t deadline, const char *what) {
    descriptor->writable = false;
    return wait_for(descriptor, &descriptor->writing, deadline, what);
}

bool ny_descriptor_watch(ny_descriptor *descriptor, int64_t deadline,
                         void (*told)(ny_descriptor *, int code)) {
    if (!descriptor->open || descriptor->readable || register_once(descriptor) != 0) return false;
    ny_timer *timer = &descriptor->reading.timer;
    if (deadline != NY_NO_DEADLINE && (!ny_timer_armed(timer) || timer->expiry > deadline)) {
        ny_timer_disarm(timer);
        ny_timer_arm(timer, deadline);
    }
    descriptor->told = told;
    descriptor->told_deadline = deadline;
    descriptor->watched = true;
    waits++;
    return true;
}

void ny_descriptor_unwatch(ny_descriptor *descriptor) {
    if (!descriptor->watched) return;
    descriptor->watched = false;
    waits--;
}

void ny_descriptor_tell_writable(ny_descriptor *descriptor, void (*told)(ny_descriptor *)) {
    writable_told = told;
    descriptor->unsent = true;
    register_once(descriptor);
}
