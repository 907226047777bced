/* http_connection: what HTTP remembers of one socket.

   It is made by the first readRequest or sendResponse of a SocketBox and kept in its protocol
   slot. While it waits for a next request it holds no buffer. Requests are answered one after the
   other: read, respond, read, … */
#ifndef NY_HTTP_CONNECTION_H
#define NY_HTTP_CONNECTION_H

#include "http_message.h"
#include "http_response.h"
#include "http_slab.h"
#include "nyash_io.h"

enum ny_http_place { NY_HTTP_BUSY, NY_HTTP_PARKED, NY_HTTP_QUEUED };

typedef struct ny_http_connection {
    ny_socket *socket;   /* NULL once it is closed */
    const struct ny_http_settings *settings;
    ny_http_slab *input; /* NULL while nothing has come */
    uint32_t start;      /* first byte in `input` of the request being read */
    uint32_t holders;    /* the socket, each request Box, each running operation */
    bool reading;        /* a task is in ny_http_connection_read */
    bool sending;        /* a task is in ny_http_connection_send */
    bool finished;       /* no further request will be read */
    bool unanswered;     /* a request was read and not answered yet */
    bool served;         /* at least one request was read */
    bool continued;      /* 100 Continue was sent for the request being read */
    /* Of the request read last. */
    struct ny_http_request_box *current; /* NULL: the program has let go of it */
    struct ny_http_body *body; /* read by the program in pieces; NULL: none, or all read */
    bool head_only; /* it was HEAD */
    bool wants_more; /* its sender keeps the connection open */
    uint8_t minor;
    /* Of the request being read. */
    bool begun;         /* something has come, not all */
    bool body_deadline; /* `deadline` is that of the body */
    int64_t deadline;   /* of the head, then of the body; a parked connection's: until it goes on */
    /* Of an HTTPServer's connections; see http_server.h. */
    bool late;     /* the deadline passed while it was parked */
    bool closing;  /* the answer shall be the last one */
    uint8_t place; /* enum ny_http_place */
    uint8_t turns; /* requests answered one after the other without waiting behind others */
    struct ny_http_server *server; /* NULL: read by a program's own loop */
    ny_word owned;                 /* the SocketBox, while `server` holds it */
    struct ny_http_connection *queued, *next, **link;
    ny_word peer; /* String, or NY_NULL: not asked yet */
    ny_http_message message; /* the request being read */
} ny_http_connection;

/* The connection of a socket, made if need be. NULL: thrown. */
ny_http_connection *ny_http_connection_of(ny_socket *socket);

static inline ny_http_connection *ny_http_connection_hold(ny_http_connection *connection) {
    connection->holders++;
    return connection;
}
void ny_http_connection_release(ny_http_connection *connection);
/* How many bytes have come and are not understood yet. */
static inline size_t ny_http_connection_bytes(const ny_http_connection *connection) {
    return connection->input ? connection->input->filled - connection->start : 0;
}

/* What ny_http_connection_read found. */
enum ny_http_outcome {
    NY_HTTP_READY,     /* a whole request: `message`, in `input` from `start` on */
    NY_HTTP_FINISHED,  /* there will be none; bad ones are answered already */
    NY_HTTP_CANCELLED, /* the task was cancelled while it waited */
    NY_HTTP_NO_MEMORY,
    NY_HTTP_WAITING, /* only from poll: wait for input until `deadline`, then poll again */
};

enum ny_http_outcome ny_http_connection_read(ny_http_connection *connection);

/* Likewise without waiting for input (refusing a bad request may suspend). */
enum ny_http_outcome ny_http_connection_poll(ny_http_connection *connection);
/* Answered, and nothing more has come: gives the buffer back, sets the idle deadline. */
void ny_http_connection_rest(ny_http_connection *connection);

/* Steps behind the request that was read; its bytes stay where they are for who holds the slab. */
void ny_http_connection_take(ny_http_connection *connection);

/* Sends the response to the request read last, in one write unless it is long; fills in
   `head_only`, `persistence` and `date`. `body` is the String that holds the reply's body,
   NY_TRUE if the caller holds it, or NY_NULL where the bytes could change while this waits (then
   they are copied). True: the
   connection stays open. */
bool ny_http_connection_send(
    ny_http_connection *connection, ny_http_reply *reply, ny_word body, bool close);
/* The two ends of that, for a body that is sent in pieces between them: fills in the reply, true if
   the connection stays open behind it; and what remains to be done. `open`: all could be sent. */
bool ny_http_connection_begin_answer(
    ny_http_connection *connection, ny_http_reply *reply, bool close);
bool ny_http_connection_end_answer(ny_http_connection *connection, bool open);
/* The deadline for a client to take so many bytes. */
int64_t ny_http_connection_patience(const ny_http_connection *connection, size_t count);
/* Ends our side, then reads and drops what the client still sends, within bounds. */
void ny_http_connection_linger(ny_http_connection *connection);
/* Answers with this status and ends the connection, as for what is no request. */
NY_COLD enum ny_http_outcome ny_http_connection_refuse(
    ny_http_connection *connection, unsigned status, const char *complaint);
/* Sends bytes of an answer; false: they did not all leave. */
bool ny_http_connection_put(ny_http_connection *connection, const char *bytes, size_t count);
/* http_content.c: sends a reply whose body is a file; its head is written already. */
bool ny_http_file_send(ny_http_connection *connection, const ny_http_reply *reply, const char *head,
                       size_t head_count);

#endif
