/* fault.h: making the n-th allocation or system call fail, in builds with NYASH_FAULTS only.

   `nyash build --faults` compiles the runtime with NYASH_FAULTS and lets the linker replace the
   calls named in fault_calls.c (ld's --wrap), so that no source file mentions faults except where a
   fault is no call: a user's fini, and the check at the end. Other builds contain nothing of it.

   NYASH_FAULT=alloc:17      the 17th allocation fails
   NYASH_FAULT=alloc:17+     all from the 17th on; alloc:17+3: three of them
   NYASH_FAULT=read:2,fini:1 several
   NYASH_FAULT=count         none fails; how many there were is said at the end, on standard error */
#ifndef NYASH_FAULT_H
#define NYASH_FAULT_H

#ifdef NYASH_FAULTS
#include "program.h"

enum ny_fault_kind {
    NY_FAULT_ALLOC,
    NY_FAULT_MAP, /* stacks of tasks and large tables */
    NY_FAULT_THREAD,
    NY_FAULT_OPEN, /* files, folders, sockets, pipes, pollers */
    NY_FAULT_CLOSE, /* the descriptor is gone, but an error is told */
    NY_FAULT_SYSTEM, /* other calls about files and sockets */
    NY_FAULT_ACCEPT,
    NY_FAULT_CONNECT,
    NY_FAULT_READ,
    NY_FAULT_WRITE,
    NY_FAULT_SHORT,     /* one byte is read or written of more */
    NY_FAULT_AGAIN,     /* EAGAIN from a socket that was said to be ready */
    NY_FAULT_INTERRUPT, /* EINTR from what may suspend */
    NY_FAULT_POLL,
    NY_FAULT_FINI,
    NY_FAULT_KINDS,
};

/* Counts one of the kind; true: it must fail. */
bool ny_fault_now(enum ny_fault_kind kind);
/* Throws what a fini function would have thrown, if it must fail now. */
ny_word ny_fault_fini(ny_word result);
/* Nothing may be left: Boxes, payloads, handles. Else says what, and ends with NY_FAULT_EXIT. */
void ny_fault_check_end(void);
/* The runtime is wrong: says `what` and ends. */
_Noreturn void ny_fault_broken(const char *what);
#define NY_FAULT_EXIT 99
/* Before the check, gives back what is kept for reuse. Register it from a constructor. */
void ny_fault_at_end(void (*give_back)(void));
#define NY_FAULT_AT_END(name)                                                                      \
    static void name(void);                                                                        \
    __attribute__((constructor)) static void register_##name(void) { ny_fault_at_end(name); }      \
    static void name(void)
#define NY_FAULT_FINI_RESULT(result) ny_fault_fini(result)
#define NY_FAULT_CHECK_END() ny_fault_check_end()
#define NY_FAULT_ASSERT(holds, what) ((holds) ? (void)0 : ny_fault_broken(what))
#else
#define NY_FAULT_FINI_RESULT(result) (result)
#define NY_FAULT_CHECK_END() ((void)0)
#define NY_FAULT_ASSERT(holds, what) ((void)0)
#endif

#endif
