/* fiber.h: stacks that take turns on the worker's one thread.

   A fiber at rest is one pointer: its stack pointer, below which lie the registers that a call
   must preserve. The switch is assembly in a file of its own (fiber_<architecture>.S) because the
   optimiser must see nothing but an ordinary call. A fiber never changes its thread. */
#ifndef NYASH_FIBER_H
#define NYASH_FIBER_H

/* Store the running fiber at `*resting` and go on with `target`. Returns when someone switches
   back. */
void ny_fiber_switch(void **resting, void *target);
/* A fiber at rest that calls `body`, which never returns, on the stack that ends at `top`
   (16-byte aligned). */
void *ny_fiber_prepare(void *top, void (*body)(void));

#endif
