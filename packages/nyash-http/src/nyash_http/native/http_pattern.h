/* http_pattern: patterns of paths as "/users/:id", in which `:name` stands for one segment that is
   not empty. Nothing is compiled or stored: both are walked side by side, when a router asks whether
   they fit and when a program asks for a parameter. */
#ifndef NY_HTTP_PATTERN_H
#define NY_HTTP_PATTERN_H

#include "nyash.h"

/* Whether they fit. `name` not NULL: `*value` becomes what stands in the place of `:name`, the last
   one where it occurs twice; untouched if it does not. */
bool ny_http_pattern_fits(const ny_string *pattern, const ny_string *path, const ny_string *name,
                          const char **value, size_t *length);

#endif
