/* poller.h: how the worker learns that descriptors are ready. One implementation per system.

   Readiness is told once per change (edge-triggered): after a notice, the descriptor counts as
   ready until an operation on it would block. Each descriptor is added once and leaves by being
   closed. */
#ifndef NYASH_POLLER_H
#define NYASH_POLLER_H

#include <stdint.h>

enum { NY_POLL_READABLE = 1, NY_POLL_WRITABLE = 2, NY_POLL_HANGUP = 4 /* or an error */ };

/* 0 or an errno; EPERM: this kind of descriptor (a plain file) is always ready. A descriptor that
   is ready already is told about at the next wait. */
int ny_poller_add(int descriptor, void *tag);
/* Wait up to `timeout` milliseconds (-1: for ever) and call `ready` for each descriptor. */
void ny_poller_wait(int timeout, void (*ready)(void *tag, unsigned what));

#endif
