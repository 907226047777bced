/* The timing wheels; see timer_wheel.h. No Box declares these. */
#include "timer_wheel.h"

#include <stddef.h>

#define LEVELS 4
#define BITS 6
#define SLOTS (1 << BITS)
#define INDEX_MASK (SLOTS - 1)
/* 64^4 ms, 4.6 hours; timers beyond wait in the last slot and are placed again from there. */
#define HORIZON ((int64_t)1 << (BITS * LEVELS))

static struct {
    int64_t now; /* everything up to here has fired */
    uint64_t occupied[LEVELS];
    ny_timer *slots[LEVELS][SLOTS];
} wheel;

/* `expiry` is not before wheel.now. */
static void place(ny_timer *timer) {
    int64_t distance = timer->expiry - wheel.now;
    int64_t until = distance < HORIZON ? timer->expiry : wheel.now + HORIZON - 1;
    unsigned level = 0;
    while (level < LEVELS - 1 && distance >> (BITS * (level + 1)) != 0) level++;
    unsigned slot = (unsigned)(until >> (BITS * level)) & INDEX_MASK;
    ny_timer **head = &wheel.slots[level][slot];
    timer->next = *head;
    if (timer->next != NULL) timer->next->link = &timer->next;
    timer->link = head;
    *head = timer;
    wheel.occupied[level] |= UINT64_C(1) << slot;
}

void ny_timer_arm(ny_timer *timer, int64_t expiry) {
    timer->expiry = expiry > wheel.now ? expiry : wheel.now + 1;
    place(timer);
}

void ny_timer_disarm(ny_timer *timer) {
    ny_timer **link = timer->link;
    if (link == NULL) return;
    *link = timer->next;
    if (timer->next != NULL) {
        timer->next->link = link;
    } else {
        size_t index = (size_t)(link - &wheel.slots[0][0]);
        if ((uintptr_t)link >= (uintptr_t)&wheel.slots[0][0] && index < LEVELS * SLOTS)
            wheel.occupied[index / SLOTS] &= ~(UINT64_C(1) << index % SLOTS);
    }
    timer->link = NULL;
}

/* The slot's timers, detached, as a list whose first link is `*list`. */
static void detach(unsigned level, unsigned slot, ny_timer **list) {
    *list = wheel.slots[level][slot];
    wheel.slots[level][slot] = NULL;
    wheel.occupied[level] &= ~(UINT64_C(1) << slot);
    if (*list != NULL) (*list)->link = list;
}

static ny_timer *take_first(ny_timer **list) {
    ny_timer *timer = *list;
    *list = timer->next;
    if (timer->next != NULL) timer->next->link = list;
    timer->link = NULL;
    return timer;
}

/* A coarse slot has come up: its timers move to finer ones. */
static void cascade(unsigned level) {
    ny_timer *list;
    detach(level, (unsigned)(wheel.now >> (BITS * level)) & INDEX_MASK, &list);
    while (list != NULL) place(take_first(&list));
}

static void fire_now(void) {
    ny_timer *list;
    detach(0, (unsigned)wheel.now & INDEX_MASK, &list);
    while (list != NULL) {
        ny_timer *timer = take_first(&list);
        timer->fire(timer);
    }
}

static bool is_empty(void) {
    return (wheel.occupied[0] | wheel.occupied[1] | wheel.occupied[2] | wheel.occupied[3]) == 0;
}

void ny_timer_wheel_advance(int64_t now) {
    while (wheel.now < now) {
        if (is_empty()) {
            wheel.now = now;
            return;
        }
        unsigned index = (unsigned)wheel.now & INDEX_MASK;
        /* Slots after ours in this round of the finest wheel; the others belong to the next. */
        uint64_t ahead = index == INDEX_MASK ? 0 : wheel.occupied[0] & (~UINT64_C(0) << (index + 1));
        int64_t round = wheel.now - index;
        int64_t next = ahead ? round + __builtin_ctzll(ahead) : round + SLOTS;
        if (next > now) {
            wheel.now = now;
            return;
        }
        wheel.now = next;
        for (unsigned level = 1; level < LEVELS; level++) {
            if ((next & (((int64_t)1 << (BITS * level)) - 1)) != 0) break;
            cascade(level);
        }
        fire_now();
    }
}

int64_t ny_timer_wheel_next(void) {
    int64_t first = INT64_MAX;
    for (unsigned level = 0; level < LEVELS; level++) {
        uint64_t occupied = wheel.occupied[level];
        if (occupied == 0) continue;
        int64_t here = wheel.now >> (BITS * level);
        unsigned turn = ((unsigned)here + 1) & INDEX_MASK;
        uint64_t ahead = turn == 0 ? occupied : occupied >> turn | occupied << (SLOTS - turn);
        int64_t until = (here + 1 + __builtin_ctzll(ahead)) << (BITS * level);
        if (until < first) first = until;
    }
    return first;
}

void ny_timer_wheel_start(int64_t now) { wheel.now = now; }
