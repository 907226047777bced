/* blame.h: errors that name the expression they are about, as the program wrote it (language.md
   section 5).

   Who throws one knows what was done; the text stands in ny_expressions, under the number of the site
   that the error passes first. So it is the trace's first entry that completes the error: the message
   of a NullError; what is printed of a TypeError that nobody catches. The role has to be the same
   there: a site that called C code, which failed by itself, is not to blame. */
#ifndef NYASH_BLAME_H
#define NYASH_BLAME_H

#include "program.h"

#define NY_ROLE_ELEMENT "[]" /* what `x[i]` takes an element of */
#define NY_ROLE_OPERATION "" /* an operator with its operands */

/* Throws NullError for `verb` ("read") of a member of null. Both texts stay as they are. */
NY_COLD ny_word ny_blame_null(const char *verb, const char *member);
/* The pending error is about an operation. Gives NY_ERROR. */
NY_COLD ny_word ny_blame_operation(void);

/* The role that the pending error looks for, until it has passed a site; NULL: it looks for none. */
extern const char *ny_blamed_role;
NY_COLD void ny_blame_site(uint32_t site);

#endif
