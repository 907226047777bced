/* slow_task.h: a task that computes for long without suspending keeps all others waiting; it is
   reported, once, with the function it is in.

   A timer that counts the process's own processor time ticks; a task that runs in the same turn for
   as many ticks as make the limit is the one. Nothing is counted on the way of a switch. Each tick
   also makes the next switch ask the poller, so that many tasks with long turns starve neither
   timers nor connections. */
#ifndef NYASH_SLOW_TASK_H
#define NYASH_SLOW_TASK_H

/* From now on, if the program has more than one task. NYASH_SLOW_TASK_MS says how long is long, in
   milliseconds; 0: never. Without it 50. */
void ny_slow_task_watch(void);

#endif
