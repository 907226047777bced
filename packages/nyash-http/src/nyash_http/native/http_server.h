/* http_server: the connections of an HTTPServer (boxes/server.nyash).

   A connection that waits for (more of) a request is parked: its socket is watched by the event
   loop, and no task, stack or, between requests, buffer belongs to it. When bytes arrive it is put
   into the queue of ready ones, from which tasks take requests (ny_http_server_next). A task ends
   when the queue is empty; one more is started while something is left for it, since the running
   one may suspend in a handler. */
#ifndef NY_HTTP_SERVER_H
#define NY_HTTP_SERVER_H

#include "http_connection.h"
#include "http_settings.h"
#include "nyash.h"

typedef struct ny_http_server {
    ny_box box;
    ny_word worker; /* what a task runs; 0: not open */
    ny_http_connection *all;
    ny_http_connection *ready_first, *ready_last;
    int64_t count; /* connections in `all` */
    int64_t most;  /* so many may be open; others are closed at once */
    ny_http_settings *settings; /* of its connections; NULL: the worker's */
    bool starting; /* a task was started and has not begun */
    bool draining; /* every answer is its connection's last one */
    bool stopping; /* who waits for a request is closed too */
    int64_t requests; /* answered so far */
} ny_http_server;

void ny_http_server_destroy(ny_box *box);
void ny_http_server_visit(ny_box *box, void (*show)(ny_word, void *), void *context);

/* Tasks will run `worker`, a function. */
ny_word ny_http_server_open(ny_word me, ny_word worker, int64_t most);
/* Takes an accepted SocketBox; false where there are too many. */
ny_word ny_http_server_add(ny_word me, ny_word socket);
/* Sets one of its settings (http_settings.h). */
ny_word ny_http_server_limit(ny_word me, ny_word name, int64_t value);
/* Compresses bodies of that many bytes and more; level 1 to 9, 0: no more. */
ny_word ny_http_server_gzip(ny_word me, int64_t level, int64_t least);
/* Bodies of requests to paths of this pattern are left to their handlers. */
ny_word ny_http_server_stream_body(ny_word me, ny_word pattern);
/* A task of ours has begun. */
void ny_http_server_begin(ny_word me);
/* The next request; null: nothing to do at the moment. */
ny_word ny_http_server_next(ny_word me);
/* Sends the answer, then the connection waits for its next request. */
ny_word ny_http_server_answer(ny_word me, ny_word request, ny_word response);
/* From now on every answer closes its connection; requests that are on their way are answered. */
void ny_http_server_drain(ny_word me);
int64_t ny_http_server_requests(ny_word me);
/* Ends the connection of a request that cannot be answered. */
void ny_http_server_drop(ny_word me, ny_word request);
/* Closes the connections that wait; the others close after their answer. */
void ny_http_server_stop(ny_word me);
/* Closes all, and forgets the worker function. */
void ny_http_server_close(ny_word me);
int64_t ny_http_server_count(ny_word me);

#endif
