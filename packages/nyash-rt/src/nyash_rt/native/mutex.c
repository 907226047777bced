/* Mutexes; see mutex.h. Declared by mutex.nyash. */
#include "mutex.h"

#include "program.h"

static ny_mutex *mutex_of(ny_word me) { return (ny_mutex *)(void *)ny_as_box(me); }

static ny_word lock(ny_mutex *mutex) {
    uint64_t task = ny_task_current()->number;
    if (mutex->locked && mutex->owner == task)
        return ny_throw_error("StateError", "this task has locked the mutex already");
    while (mutex->locked) {
        ny_waiter waiter = {0};
        ny_waiter_join(&waiter, &mutex->waiting);
        enum ny_wake wake = ny_task_suspend("a mutex");
        ny_waiter_leave(&waiter, &mutex->waiting);
        if (wake == NY_WAKE_CANCELLED) {
            /* It may have been our turn. */
            if (!mutex->locked) ny_wait_list_wake_one(&mutex->waiting);
            return ny_task_throw_cancelled();
        }
        if (wake == NY_WAKE_CLOSED) return ny_use_after_fini(ny_from_box(mutex));
    }
    mutex->locked = true;
    mutex->owner = task;
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
    if (!mutex->locked || mutex->owner != ny_task_current()->number)
        return ny_throw_error("StateError", "this task has not locked the mutex");
    mutex->locked = false;
    ny_wait_list_wake_one(&mutex->waiting);
    return NY_NULL;
}

bool ny_mutex_is_locked(ny_word me) { return mutex_of(me)->locked; }

void ny_mutex_destroy(ny_box *box) {
    ny_wait_list_wake(&((ny_mutex *)(void *)box)->waiting, NY_WAKE_CLOSED);
}
