/* iterator.h: the walk of `loop(x in e)`. An iterator holds its source and a position; what it sees
   when the source changes meanwhile is said in language.md section 8. */
#ifndef NYASH_ITERATOR_H
#define NYASH_ITERATOR_H

#include "include/nyash.h"

typedef struct ny_iterator {
    ny_box box;
    ny_word source;
    ny_word (*next)(struct ny_iterator *iterator);
    int64_t at, end; /* elements, entries, bytes or Integers, by kind */
} ny_iterator;

void ny_iterator_destroy(ny_box *box);
void ny_iterator_visit(ny_box *box, void (*show)(ny_word, void *), void *context);

#endif
