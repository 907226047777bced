/* signal_handlers.h: signals of the worker process.

   SIGPIPE is ignored: writing to a closed connection is an error of that write. SIGTERM and SIGINT
   end the process unless the program has said what to do (ProcessBox.onStop); then the first one
   runs that, each function in a task of its own, and a second one ends the process at once. SIGHUP
   does likewise for ProcessBox.onHangUp, as often as it comes. A
   program that looks for leaks ends by the first one as by exit(128 + its number), or there would be
   no report. A fault in the guard below a stack is reported as StackOverflowError. */
#ifndef NYASH_SIGNAL_HANDLERS_H
#define NYASH_SIGNAL_HANDLERS_H

#include "include/nyash_io.h"

void ny_signal_start(void);
/* SIGTERM and SIGINT end the program by exit(). Once there are tasks. */
void ny_signal_exit(void);
/* Starts the tasks of onStop if a signal has come. Called by the loop in each turn. */
void ny_signal_deliver(void);
/* Releases the functions of onStop: the program ends. */
void ny_signal_end(void);

/* Natives of process.nyash. */
ny_word ny_process_on_stop(ny_word function);
ny_word ny_process_on_hang_up(ny_word function);
void ny_process_stop(void);
void ny_process_hang_up(void);

#endif
