/* name_lookup.h: asking the system for the addresses of a host name, without stopping the worker.

   The C library's resolver blocks, so a helper thread asks it. */
#ifndef NYASH_NAME_LOOKUP_H
#define NYASH_NAME_LOOKUP_H

#include "socket_address.h"

/* Suspends. The number of addresses found; 0: thrown. */
int ny_name_lookup(const char *name, uint16_t port, ny_address found[NY_ADDRESS_LIMIT]);

#endif
