/* mutex.h: MutexBox, one task at a time, also across its waiting. */
#ifndef NYASH_MUTEX_H
#define NYASH_MUTEX_H

#include "task.h"

typedef struct ny_mutex {
    ny_box box;
    ny_wait_list waiting;
    ny_task *owner;        /* NULL: not locked */
    struct ny_mutex *next; /* of those its owner has locked */
} ny_mutex;

/* A task that ends with mutexes locked gives them up: nobody else could. */
void ny_mutex_unlock_all(ny_task *task);

/* Natives of mutex.nyash. */
ny_word ny_mutex_lock(ny_word me);
ny_word ny_mutex_unlock(ny_word me);
bool ny_mutex_is_locked(ny_word me);
void ny_mutex_destroy(ny_box *box);

#endif
