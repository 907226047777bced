/* http_fields: the field lines of a response, as they will be sent. */
#ifndef NY_HTTP_FIELDS_H
#define NY_HTTP_FIELDS_H

#include "http_response_box.h"

/* The lines, `fields_length` bytes of them. */
static inline const char *ny_http_fields_bytes(const ny_http_response_box *response) {
    return response->more_fields ? response->more_fields : response->fields;
}

/* Adds a line for a valid name and value. False: thrown. */
bool ny_http_fields_add(
    ny_http_response_box *response, const char *name, size_t name_length, const char *value,
    size_t value_length);
/* Removes all lines of that name, whatever its case. */
void ny_http_fields_remove(ny_http_response_box *response, const char *name, size_t length);
/* The value of the first line of that name; NULL if there is none. */
const char *ny_http_fields_find(
    const ny_http_response_box *response, const char *name, size_t length, size_t *value_length);

#endif
