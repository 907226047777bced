/* http_body: bodies that a handler reads while they come (HTTPServer.streamBody, request.read). */
#ifndef NY_HTTP_BODY_H
#define NY_HTTP_BODY_H

#include "http_chunked.h"
#include "http_connection.h"

typedef struct ny_http_body {
    uint64_t left; /* bytes still to come, where the length was told */
    ny_http_chunked chunked;
    int64_t deadline; /* 0: nothing was read yet */
    uint8_t framing;  /* enum ny_http_framing, never NY_HTTP_NO_BODY */
    bool expected;    /* the client waits for 100 Continue */
    uint16_t status;  /* why it cannot be read on; 0: it can */
    const char *complaint;
} ny_http_body;

/* Whether the body of the request whose head was just parsed is for the handler to read. */
bool ny_http_body_streams(const ny_http_connection *connection);
/* False: no memory (not thrown). */
bool ny_http_body_begin(ny_http_connection *connection);
void ny_http_body_free(ny_http_connection *connection);
/* The handler wants no more of it. True: all of it was here. */
bool ny_http_body_skip(ny_http_connection *connection);
/* A body that is wrong, too long or too slow: answered with its status, whatever the handler says. */
bool ny_http_body_refused(ny_http_connection *connection);

/* `read()` of HTTPRequestBox: a BufferBox with what has come; null at the end. */
ny_word ny_http_request_box_read(ny_word me);

#endif
