/* Which task runs; see scheduler.h and task.h. No Box declares these. */
#include "scheduler.h"

#include <stdio.h>
#include <stdlib.h>

#include "asan.h"
#include "cycle_task.h"
#include "deadlock.h"
#include "failure.h"
#include "fault.h"
#include "fiber.h"
#include "heap.h"
#include "loop.h"
#include "mutex.h"
#include "process.h"
#include "slow_task.h"
#include "stack_limit.h"

/* After so many switches the poller is asked without waiting, so that busy tasks starve neither
   connections nor timers. A system call per 64 switches is less than 5 ns each. Where turns are
   long, the tick of slow_task.c asks for it sooner. */
#define SWITCHES_PER_POLL 64
/* So many operations may succeed at once before a task lets others run. */
#define OPERATIONS_PER_TURN 64

static ny_task root;
static ny_task *current; /* NULL between a task's end and the next one */
static ny_task *ready_first, **ready_last = &ready_first;
static ny_task *free_tasks;
static ny_task *youngest; /* of all tasks */
static uint32_t task_count;
static uint32_t switches_left = SWITCHES_PER_POLL; /* also set by a signal handler */
static uint32_t operations;
uint32_t ny_scheduler_turn;
static ny_wait_list only_one_left;
static ny_stack *refusal_stack; /* for tasks that get none; taken with the first task */
static bool refusal_stack_in_use;
#if defined(__SANITIZE_ADDRESS__)
static bool from_root; /* the last switch left the thread's own stack */
#define NOTE_ORIGIN(task) (from_root = (task) == &root)
#define FROM_ROOT from_root
#else
#define NOTE_ORIGIN(task) ((void)0)
#define FROM_ROOT false
#endif

/* The stack of the root task is the thread's own. */
static uintptr_t root_lowest, root_highest;

ny_task *ny_task_current(void) { return current; }

bool ny_scheduler_has_others(void) { return task_count > 1; }

uintptr_t ny_scheduler_root_stack(uintptr_t from, uintptr_t most) {
    if (from >= root_highest) return from;
    return root_highest - from < most ? root_highest : from + most;
}

bool ny_scheduler_is_root(void) { return current == &root; }

static void make_current(ny_task *task) {
    current = task;
    ny_stack_use(task->stack != NULL ? (uintptr_t)task->stack->base + NY_STACK_GUARD_BYTES
                                     : root_lowest);
}

static void enqueue(ny_task *task) {
    task->state = NY_TASK_READY;
    task->next = NULL;
    *ready_last = task;
    ready_last = &task->next;
}

static ny_task *dequeue(void) {
    ny_task *task = ready_first;
    ready_first = task->next;
    if (ready_first == NULL) ready_last = &ready_first;
    return task;
}

void ny_task_wake(ny_task *task, enum ny_wake reason) {
    if (task->state != NY_TASK_WAITING) return;
    task->wake = (uint8_t)reason;
    enqueue(task);
}

#ifdef NYASH_FAULTS
NY_FAULT_AT_END(drop_free_tasks) {
    while (free_tasks != NULL) {
        ny_task *task = free_tasks;
        free_tasks = task->next;
        ny_memory_free(task, sizeof *task);
    }
}
#endif

/* ---- Choosing and switching ------------------------------------------------------------------ */

static NY_COLD void end_without_memory(void) {
    ny_print_flush();
    fputs("OutOfMemoryError: no memory for the stack of a task\n", stderr);
    exit(1);
}

/* No stack for a task that starts: it ends at once with OutOfMemoryError, for which one stack is
   kept. While that one is in use, the task waits at the end of the queue. */
static NY_COLD bool refuse_stack(ny_task *task) {
    if (refusal_stack_in_use) {
        enqueue(task);
        for (ny_task *other = ready_first; other != NULL; other = other->next)
            if (other->started) return false;
        if (!ny_loop_turn(true)) end_without_memory();
        return false;
    }
    task->stack = refusal_stack;
    refusal_stack_in_use = true;
    return true;
}

/* One that falls into the decrement may be lost; the next tick comes. */
void ny_scheduler_ask_poller(void) { *(volatile uint32_t *)&switches_left = 1; }

static bool give_stack(ny_task *task) {
    task->stack = ny_stack_take();
    return NY_LIKELY(task->stack != NULL) || refuse_stack(task);
}

/* The next task to run, with a stack: `spare` is one that a task which has not started may have. */
static ny_task *choose(ny_stack *spare) {
    operations = 0;
    ny_scheduler_turn++;
    if (NY_UNLIKELY(ny_error_probe != NULL)) return ny_deadlock_next(); /* it waited once more */
    if (NY_UNLIKELY(--switches_left == 0)) {
        switches_left = SWITCHES_PER_POLL;
        ny_loop_turn(false);
    }
    for (;;) {
        while (ready_first == NULL) {
            switches_left = SWITCHES_PER_POLL;
            bool has_work = ny_cycle_task_idle();
            if (ready_first != NULL || ny_loop_turn(!has_work)) continue;
            ny_deadlock_begin(youngest);
            return ny_deadlock_next();
        }
        ny_task *task = dequeue();
        if (task->started) return task;
        if (spare != NULL)
            task->stack = spare;
        else if (!give_stack(task))
            continue;
        return task;
    }
}

static void fiber_body(void);

static void *resting_place(ny_task *task) {
    if (task->started) return task->resting;
    ny_asan_fresh(task->stack);
    return ny_fiber_prepare(task->stack->top, fiber_body);
}

static void give_way(ny_task *me) {
    ny_task *next = choose(NULL);
    if (next != me) {
        make_current(next);
        void *target = resting_place(next);
        NOTE_ORIGIN(me);
        uint32_t site = ny_allocation_site; /* native code may make Boxes when it goes on */
        ny_asan_leave(NY_ASAN_SHADOW(me), next->stack);
        ny_fiber_switch(&me->resting, target);
        ny_asan_arrive(NY_ASAN_SAVED(me), FROM_ROOT);
        ny_allocation_site = site;
    }
    me->state = NY_TASK_RUNNING;
}

/* Go on with `next` and never come back to this stack. */
static void leave_for_good(ny_task *next) {
    void *nobody;
    make_current(next);
    void *target = resting_place(next);
    NOTE_ORIGIN(NULL);
    ny_asan_leave(NULL, next->stack);
    ny_fiber_switch(&nobody, target);
    __builtin_unreachable();
}

void ny_scheduler_leave_for(ny_task *task) {
    leave_for_good(task);
    __builtin_unreachable();
}

/* ---- Waiting --------------------------------------------------------------------------------- */

static bool take_cancellation(ny_task *me) {
    if (NY_LIKELY(!me->cancelled) || me->shielded) return false;
    me->cancelled = false;
    return true;
}

bool ny_task_take_cancellation(void) { return take_cancellation(current); }

enum ny_wake ny_task_suspend(const char *what) {
    ny_task *me = current;
    if (take_cancellation(me)) return NY_WAKE_CANCELLED;
    me->waits_for = what;
    me->state = NY_TASK_WAITING;
    give_way(me);
    return me->wake;
}

bool ny_task_yield_quietly(void) {
    ny_task *me = current;
    if (take_cancellation(me)) return false;
    enqueue(me);
    give_way(me);
    return !take_cancellation(me);
}

bool ny_task_yield(void) {
    if (NY_LIKELY(ny_task_yield_quietly())) return true;
    ny_task_throw_cancelled();
    return false;
}

bool ny_task_pause_if_due(void) {
    if (NY_LIKELY(++operations < OPERATIONS_PER_TURN)) return true;
    return ny_task_yield_quietly();
}

bool ny_task_cancel(ny_task *task) {
    task->cancelled = true;
    if (task->state == NY_TASK_WAITING && !task->shielded) {
        task->cancelled = false;
        ny_task_wake(task, NY_WAKE_CANCELLED);
    }
    return true;
}

/* ---- Life of a task -------------------------------------------------------------------------- */

static void link_task(ny_task *task) {
    task->older = youngest;
    task->younger = NULL;
    if (youngest != NULL) youngest->younger = task;
    youngest = task;
    task_count++;
}

static void unlink_task(ny_task *task) {
    if (task->older != NULL) task->older->younger = task->younger;
    if (task->younger != NULL)
        task->younger->older = task->older;
    else
        youngest = task->older;
    if (--task_count == 1) ny_wait_list_wake(&only_one_left, NY_WAKE_EVENT);
}

ny_task *ny_scheduler_spawn(ny_word closure, ny_future *future) {
    if (NY_UNLIKELY(refusal_stack == NULL) && (refusal_stack = ny_stack_take()) == NULL)
        return NULL;
    ny_task *task = free_tasks;
    if (task != NULL)
        free_tasks = task->next;
    else if ((task = ny_memory_get(sizeof *task)) == NULL)
        return NULL;
    static uint64_t number;
    *task = (ny_task){.closure = ny_retain(closure), .future = future, .number = ++number};
    ny_retain(ny_from_box(future));
    if (NY_UNLIKELY(task->number == 1)) ny_slow_task_watch();
    link_task(task);
    ny_handle_opened(NY_HANDLE_TASK);
    enqueue(task);
    return task;
}

/* The task's frames are unwound after exit(); what it was started with goes, too. */
static NY_COLD void leave_program(ny_task *task) {
    ny_pending.error = NY_ERROR;
    ny_word closure = task->closure;
    task->closure = NY_NULL;
    ny_release(closure);
    ny_release_box(task->future);
    task->future = NULL;
    ny_process_unwound();
}

static void run(ny_task *task) {
    task->started = true;
    task->state = NY_TASK_RUNNING;
    ny_word outcome;
    if (NY_UNLIKELY(take_cancellation(task)))
        outcome = ny_task_throw_cancelled();
    else if (NY_UNLIKELY(task->stack == refusal_stack))
        outcome = ny_heap_exhausted();
    else
        outcome = ny_call(task->closure, 0, NULL);
    if (NY_UNLIKELY(outcome == NY_ERROR && ny_pending.error == NY_EXITING)) leave_program(task);
    if (NY_UNLIKELY(task->mutexes != NULL)) ny_mutex_unlock_all(task);
    ny_future_settle(task->future, outcome);
    /* Both may run fini functions, which may suspend: it still is a task. */
    ny_word closure = task->closure;
    task->closure = NY_NULL; /* reports ask it for the task's name */
    ny_release(closure);
    ny_release_box(task->future);
    ny_handle_closed(NY_HANDLE_TASK);
    unlink_task(task);
    task->next = free_tasks;
    free_tasks = task;
}

static void fiber_body(void) {
    ny_asan_arrive(NULL, FROM_ROOT);
    ny_stack *stack = current->stack;
    for (;;) {
        run(current);
        current = NULL;
        if (NY_UNLIKELY(stack == refusal_stack)) {
            refusal_stack_in_use = false;
            ny_task *next = choose(NULL);
            if (next->started || next->stack != stack) leave_for_good(next);
            make_current(next);
            continue;
        }
        ny_task *next = choose(stack);
        if (next->started) {
            ny_stack_put(stack);
            leave_for_good(next);
        }
        make_current(next);
    }
}

/* ---- Start and end of the program ------------------------------------------------------------ */

void ny_scheduler_start(void) {
    root = (ny_task){.closure = NY_NULL, .started = true, .state = NY_TASK_RUNNING};
    link_task(&root);
    root_lowest = ny_stack_of_thread();
    root_highest = (uintptr_t)__builtin_frame_address(0);
    make_current(&root);
}

bool ny_scheduler_await_others(int64_t deadline) {
    ny_waiter waiter = {0};
    enum ny_wake wake = NY_WAKE_EVENT;
    ny_waiter_join(&waiter, &only_one_left);
    while (task_count > 1 && wake == NY_WAKE_EVENT)
        wake = ny_task_suspend_until("the end of the other tasks", deadline);
    ny_waiter_leave(&waiter, &only_one_left);
    return wake == NY_WAKE_EVENT;
}

void ny_scheduler_cancel_others(void) {
    for (ny_task *task = youngest; task != NULL; task = task->older)
        if (task != current) ny_task_cancel(task);
}

void ny_scheduler_wake_idle(void) {
    for (ny_task *task = youngest; task != NULL; task = task->older)
        if (task->idle) ny_task_wake(task, NY_WAKE_EVENT);
}

void ny_scheduler_end_root(void) {
    unlink_task(&root);
    current = NULL;
    leave_for_good(choose(NULL));
    __builtin_unreachable();
}

bool ny_scheduler_guard_hit(uintptr_t address, const char **name) {
    if (current == NULL || current->stack == NULL) return false;
    *name = ny_deadlock_task_name(current);
    return ny_stack_guards(current->stack, address);
}
