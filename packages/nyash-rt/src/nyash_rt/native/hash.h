/* hash.h: hashes with a random seed per process, so that nobody can send keys that collide. */
#ifndef NYASH_HASH_H
#define NYASH_HASH_H

#include "include/nyash.h"

void ny_hash_start(void);
uint64_t ny_hash_bytes(const char *bytes, size_t count);
uint64_t ny_hash_number(uint64_t bits);
/* The hash of a value as a map key: equal values have equal hashes. May call the program's
   hash(); false: thrown. */
bool ny_hash_value(ny_word value, uint32_t *hash);

#endif
