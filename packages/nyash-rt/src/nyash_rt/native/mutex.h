/* mutex.h: MutexBox, one task at a time, also across its waiting. */
#ifndef NYASH_MUTEX_H
#define NYASH_MUTEX_H

#include "task.h"

typedef struct ny_mutex {
    ny_box box;
    ny_wait_list waiting;
    uint64_t owner; /* the number of the task; it may have ended without unlocking */
    bool locked;
    bool reserved[7];
} ny_mutex;

/* Natives of mutex.nyash. */
ny_word ny_mutex_lock(ny_word me);
ny_word ny_mutex_unlock(ny_word me);
bool ny_mutex_is_locked(ny_word me);
void ny_mutex_destroy(ny_box *box);

#endif
