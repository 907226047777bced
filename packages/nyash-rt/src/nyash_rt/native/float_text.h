/* float_text.h: Floats as text and back. */
#ifndef NYASH_FLOAT_TEXT_H
#define NYASH_FLOAT_TEXT_H

#include "include/nyash.h"

#define NY_FLOAT_TEXT_ROOM 352 /* -0.000…5 of the least double: 2 + 1 + 323 + 17 digits */

/* The shortest decimal that reads back as `value`, without exponent and without ".0"; not
   zero-terminated. */
size_t ny_float_text_write(double value, char *place);
/* Reads a decimal with optional sign, fraction and exponent, or inf/nan; all of it must match. */
bool ny_float_text_read(const char *bytes, size_t count, double *value);

#endif
