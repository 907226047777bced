/* http_writer: HTTPWriterBox, by which a function writes the body of a response piece by piece
   (boxes/stream.nyash).

   The head leaves with the first piece; until then the answer can still become another one. The
   body is chunked, or as long as the program said, or, for HTTP/1.0, ends with the connection. */
#ifndef NY_HTTP_WRITER_H
#define NY_HTTP_WRITER_H

#include "http_connection.h"
#include "http_gzip_stream.h"
#include "http_response_box.h"

typedef struct ny_http_writer {
    ny_box box;
    ny_http_connection *connection; /* held; NULL: the response is complete */
    ny_word response;               /* what the head is made of */
    char *trailers;                 /* complete field lines */
    ny_http_gzip_stream *gzip; /* NULL: the body goes as it is written */
    uint32_t trailers_length;
    int64_t left;   /* bytes that the program still has to write; -1: it did not say */
    bool head_sent;
    bool stays;     /* the connection goes on behind this response */
    bool chunked;
    bool busy;      /* a task is writing */
    bool gone;      /* the client is, or takes nothing: nothing more can be written */
} ny_http_writer;

/* Has `producer`, a function, write the body of the response; then ends it. As
   ny_http_send_response; an error of the producer is thrown, but for those of a client that is gone.
   Where nothing has been sent then, the request is still without an answer. */
ny_word ny_http_writer_run(ny_http_connection *connection, ny_word response, ny_word producer);

void ny_http_writer_destroy(ny_box *box);
ny_word ny_http_writer_write(ny_word me, ny_word data);
ny_word ny_http_writer_flush(ny_word me);
ny_word ny_http_writer_set_trailer(ny_word me, ny_word name, ny_word value);
bool ny_http_writer_is_open(ny_word me);

/* `stream(fn)` of HTTPResponseBox. */
ny_word ny_http_response_box_stream(ny_word me, ny_word producer);

#endif
