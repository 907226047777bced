/* http_gzip: compresses bodies for clients that take gzip (RFC 9110 section 12.5.3), where the server
   was told to (HTTPServer.gzip). */
#ifndef NY_HTTP_GZIP_H
#define NY_HTTP_GZIP_H

#include "http_connection.h"
#include "http_response_box.h"

/* A body that was compressed. */
typedef struct ny_http_gzipped {
    char *bytes; /* NULL: it was not */
    size_t count;
} ny_http_gzipped;

/* Compresses the body of the reply to `connection`'s request, if both sides want that, and sets its
   fields. `response`: what the reply was made of; NULL: a String that the caller holds. May suspend.
   False: thrown. */
bool ny_http_gzip_reply(ny_http_connection *connection, const ny_http_response_box *response,
                        ny_http_reply *reply, ny_http_gzipped *gzipped);
/* Whether a body that is written in pieces should be compressed; says that it depends on the request. */
bool ny_http_gzip_streamed(const ny_http_connection *connection,
                           const ny_http_response_box *response, ny_http_reply *reply);
/* The fields of a compressed body, whose length is not the one that was told. */
void ny_http_gzip_say(ny_http_reply *reply);
/* The bytes compressed, in memory of exactly `*written` bytes, the caller's; NULL where they do not
   shrink, or there is no memory for it. May suspend. False: thrown. */
bool ny_http_gzip_bytes(const char *in, size_t count, int level, char **out, size_t *written);
void ny_http_gzip_free(ny_http_gzipped *gzipped);

/* http_deflate.zig */
size_t ny_http_deflate_memory(void);
size_t ny_http_deflate_gzip(char *out, size_t room, const char *in, size_t count, int level,
                            void *memory);

#endif
