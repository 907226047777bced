/* match.h: what the patterns of `match` ask of a value. Called by compiled code (lower/match.py).

   Only ny_match_array and ny_match_map may be given any value; the others follow a test that held. */
#ifndef NYASH_MATCH_H
#define NYASH_MATCH_H

#include "include/nyash.h"

/* Whether it is an Array of `count` elements, or of at least so many. */
bool ny_match_array(ny_word value, int64_t count, bool exact);
ny_word ny_match_item(ny_word array, int64_t index);
/* A new Array of the elements from `index` on. */
ny_word ny_match_rest(ny_word array, int64_t index);
bool ny_match_map(ny_word value);
bool ny_match_has(ny_word map, ny_word key);
ny_word ny_match_value(ny_word map, ny_word key);
/* MatchError: no arm fits. */
NY_COLD ny_word ny_match_failed(ny_word value);

#endif
