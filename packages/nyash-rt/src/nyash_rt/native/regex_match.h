/* regex_match.h: the machine that runs a ny_regex_program on a text. */
#ifndef NYASH_REGEX_MATCH_H
#define NYASH_REGEX_MATCH_H

#include "regex_program.h"

/* Room for the machine's lists, kept between searches. Starts as `{0}`. */
typedef struct ny_regex_room {
    void *block;
    size_t bytes;
} ny_regex_room;

void ny_regex_room_drop(ny_regex_room *room);

/* Search `text` from byte `from` on for the leftmost match, among those that begin there for the one
   that the pattern prefers. 1: found, its slots (two per group: first byte and the byte behind;
   NY_REGEX_NO_SLOT for a group that took no part) are in `slots`; 0: there is none; -1: no memory.
   With `slots` NULL only whether there is one. */
int ny_regex_search(const ny_regex_program *program, ny_regex_room *room, const char *text,
                    size_t length, size_t from, uint32_t *slots);

#endif
