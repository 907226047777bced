/* Lists of waiting tasks, sleeping, and the natives of Task; see task.h. Declared by task.nyash. */
#include "task.h"

#include "clock.h"
#include "timer_wheel.h"

void ny_waiter_join(ny_waiter *waiter, ny_wait_list *list) {
    waiter->task = ny_task_current();
    waiter->next = NULL;
    waiter->previous = list->last;
    if (list->last != NULL)
        list->last->next = waiter;
    else
        list->first = waiter;
    list->last = waiter;
}

void ny_waiter_leave(ny_waiter *waiter, ny_wait_list *list) {
    if (waiter->previous != NULL)
        waiter->previous->next = waiter->next;
    else
        list->first = waiter->next;
    if (waiter->next != NULL)
        waiter->next->previous = waiter->previous;
    else
        list->last = waiter->previous;
}

void ny_wait_list_wake(ny_wait_list *list, enum ny_wake reason) {
    for (ny_waiter *waiter = list->first; waiter != NULL; waiter = waiter->next)
        ny_task_wake(waiter->task, reason);
}

void ny_wait_list_wake_one(ny_wait_list *list) {
    ny_waiter *waiter = list->first;
    while (waiter != NULL && waiter->task->state != NY_TASK_WAITING) waiter = waiter->next;
    if (waiter != NULL) ny_task_wake(waiter->task, NY_WAKE_EVENT);
}

/* A timer that wakes one task. */
typedef struct alarm_timer {
    ny_timer timer;
    ny_task *task;
} alarm_timer;

static void alarm_rings(ny_timer *timer) {
    ny_task_wake(((alarm_timer *)(void *)timer)->task, NY_WAKE_TIMEOUT);
}

enum ny_wake ny_task_suspend_until(const char *what, int64_t deadline) {
    if (deadline == NY_NO_DEADLINE) return ny_task_suspend(what);
    alarm_timer alarm = {.timer.fire = alarm_rings, .task = ny_task_current()};
    ny_timer_arm(&alarm.timer, deadline);
    enum ny_wake wake = ny_task_suspend(what);
    ny_timer_disarm(&alarm.timer);
    /* Cancelled after the alarm rang, before it ran on: nothing was received that would be lost. */
    if (wake == NY_WAKE_TIMEOUT && ny_task_take_cancellation()) return NY_WAKE_CANCELLED;
    return wake;
}

bool ny_task_sleep(int64_t milliseconds) {
    if (milliseconds <= 0) return ny_task_yield();
    ny_handle_opened(NY_HANDLE_TIMER);
    enum ny_wake wake = ny_task_suspend_until("sleep", ny_clock_after(milliseconds));
    ny_handle_closed(NY_HANDLE_TIMER);
    if (NY_LIKELY(wake != NY_WAKE_CANCELLED)) return true;
    ny_task_throw_cancelled();
    return false;
}

ny_word ny_task_throw_cancelled(void) {
    return ny_throw_error("CancelledError", "the task was cancelled");
}

ny_word ny_task_box_yield(void) { return ny_task_yield() ? NY_NULL : NY_ERROR; }

ny_word ny_task_box_sleep(int64_t milliseconds) {
    return ny_task_sleep(milliseconds) ? NY_NULL : NY_ERROR;
}
