/* Mutexes; see mutex.h. Declared by mutex.nyash. */
#include "mutex.h"

#include "program.h"

static ny_mutex *mutex_of(ny_word me) { return (ny_mutex *)(void *)ny_as_box(me); }

static void give_up(ny_mutex *mutex) {
    ny_mutex **link = &mutex->owner->mutexes;
    while (*link != mutex) link = &(*link)->next;
    *link = mutex->next;
    mutex->owner = NULL;
    ny_wait_list_wake_one(&mutex->waiting);
}

static ny_word lock(ny_mutex *mutex) {
    ny_task *me = ny_task_current();
    if (mutex->owner == me)
        return ny_throw_error("StateError", "this task has locked the mutex already");
    while (mutex->owner != NULL) {
        ny_waiter waiter = {0};
        ny_waiter_join(&waiter, &mutex->waiting);
        enum ny_wake wake = ny_task_suspend("a mutex");
        ny_waiter_leave(&waiter, &mutex->waiting);
        if (wake == NY_WAKE_CANCELLED) {
            /* It may have been our turn. */
            if (mutex->owner == NULL) ny_wait_list_wake_one(&mutex->waiting);
            return ny_task_throw_cancelled();
        }
        if (wake == NY_WAKE_CLOSED) return ny_use_after_fini(ny_from_box(mutex));
    }
    mutex->owner = me;
    mutex->next = me->mutexes;
    me->mutexes = mutex;
    return NY_NULL;
}

ny_word ny_mutex_lock(ny_word me) {
    ny_retain(me); /* may be dropped by others while this task waits */
    ny_word result = lock(mutex_of(me));
    ny_release(me);
    return result;
}

ny_word ny_mutex_unlock(ny_word me) {
    ny_mutex *mutex = mutex_of(me);
    if (mutex->owner != ny_task_current())
        return ny_throw_error("StateError", "this task has not locked the mutex");
    give_up(mutex);
    return NY_NULL;
}

void ny_mutex_unlock_all(ny_task *task) {
    while (task->mutexes != NULL) give_up(task->mutexes);
}

bool ny_mutex_is_locked(ny_word me) { return mutex_of(me)->owner != NULL; }

void ny_mutex_destroy(ny_box *box) {
    ny_mutex *mutex = (ny_mutex *)(void *)box;
    if (mutex->owner != NULL) give_up(mutex);
    ny_wait_list_wake(&mutex->waiting, NY_WAKE_CLOSED);
}
