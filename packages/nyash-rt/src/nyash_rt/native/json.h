/* json.h: JSON by RFC 8259. Natives of json.nyash. */
#ifndef NYASH_JSON_H
#define NYASH_JSON_H

#include "include/nyash.h"

#define NY_JSON_DEPTH 512 /* nested Arrays and Maps, reading and writing */

/* ParseError with line and column. */
ny_word ny_json_parse(ny_word text);
/* `indent` is null (compact), a number of blanks, or a String. `convert` is a function of one
   argument that gives a value for a Box that JSON does not know (it calls toJSON()), or null. */
ny_word ny_json_write(ny_word value, ny_word indent, ny_word convert);

#endif
