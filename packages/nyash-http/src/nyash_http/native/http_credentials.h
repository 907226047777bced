/* http_credentials: what clients send to say who they are (boxes/basic_auth.nyash). */
#ifndef NY_HTTP_CREDENTIALS_H
#define NY_HTTP_CREDENTIALS_H

#include "nyash.h"

/* The text that Base64 stands for (RFC 4648 section 4; padding may be left out); NY_NULL where it is
   none, or no UTF-8. */
ny_word ny_http_base64_decode(ny_word text);
/* Whether two Strings are equal. Compares all bytes of `other`, whatever the first ones are. */
bool ny_http_same_secret(ny_word one, ny_word other);

#endif
