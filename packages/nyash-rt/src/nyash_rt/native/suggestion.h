/* suggestion.h: the name that somebody may have meant who wrote another one. */
#ifndef NYASH_SUGGESTION_H
#define NYASH_SUGGESTION_H

#include "include/nyash.h"

/* "; did you mean `length`?" for a member that the class does not have, or "" where nothing is near.
   `fields`: whether it could be a field, too. Valid until the next call. */
NY_COLD const char *ny_suggestion(const ny_class *cls, const char *name, bool fields);

#endif
