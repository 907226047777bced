/* http_answer_box: HttpAnswerBox, the response that a client receives (boxes/client_answer.nyash).

   It sends a request over a connected SocketBox, reads the head of the response, then the body in
   pieces or as a whole. Every receive has the read timeout, all of them together the deadline.
   Errors begin with what was asked for ("GET http://…"): IOError of the connection, ProtocolError
   where the bytes are no proper response. */
#ifndef NY_HTTP_ANSWER_BOX_H
#define NY_HTTP_ANSWER_BOX_H

#include "http_answer.h"
#include "http_chunked.h"
#include "http_slab.h"
#include "nyash.h"

typedef struct ny_http_answer_box {
    ny_box box;
    ny_word socket; /* SocketBox while the body is not complete; 0: none */
    ny_word what;   /* String: method and URL; 0 before the first send */
    ny_http_slab *head;  /* from the status line on; NULL: no response yet */
    ny_http_slab *input; /* raw bytes of the body; may be `head` */
    uint32_t start;      /* first of them that was not looked at */
    bool to_head;
    bool received; /* at least one byte of the response came */
    bool cut;      /* sending ended because the server reads no more */
    bool complete; /* the whole body was read */
    int64_t read_timeout; /* milliseconds of one receive */
    int64_t deadline;     /* of everything */
    uint64_t left;        /* of a body with Content-Length */
    char *whole;          /* the body, where all of it was asked for */
    size_t whole_length, whole_room;
    ny_http_answer answer;
    ny_http_chunked chunked;
} ny_http_answer_box;

void ny_http_answer_box_destroy(ny_box *box);

/* Begins an exchange: `what` for error messages, timeouts in milliseconds. */
ny_word ny_http_answer_box_begin(ny_word me, ny_word socket, ny_word what, int64_t read_timeout,
                                 int64_t time_left);
/* Sends a head and a body (a String, a BufferBox or null), in one write if it fits. */
ny_word ny_http_answer_box_send(ny_word me, ny_word head, ny_word body);
/* Reads the head, interim responses skipped. */
ny_word ny_http_answer_box_receive(ny_word me, bool to_head);
bool ny_http_answer_box_received(ny_word me);
/* A failed send may still have its answer: the server has closed without reading everything. */
bool ny_http_answer_box_was_cut(ny_word me);
bool ny_http_answer_box_is_complete(ny_word me);
bool ny_http_answer_box_keeps(ny_word me);
/* The next piece of the body, a BufferBox; null at its end. */
ny_word ny_http_answer_box_read(ny_word me);
/* Reads all of the body, at most so many bytes. */
ny_word ny_http_answer_box_read_whole(ny_word me, int64_t most);
ny_word ny_http_answer_box_status(ny_word me);
ny_word ny_http_answer_box_reason(ny_word me);
ny_word ny_http_answer_box_version(ny_word me);
ny_word ny_http_answer_box_header(ny_word me, ny_word name);
ny_word ny_http_answer_box_header_list(ny_word me);
ny_word ny_http_answer_box_body(ny_word me);
ny_word ny_http_answer_box_body_bytes(ny_word me);

/* For whoever writes a request: ArgumentError unless it is a field line; a target with what must
   not stand in it as percent escapes; whether a kept connection is open and silent. */
ny_word ny_http_answer_box_check_field(ny_word name, ny_word value);
ny_word ny_http_answer_box_escape_target(ny_word target);
ny_word ny_http_answer_box_is_silent(ny_word socket);

#endif
