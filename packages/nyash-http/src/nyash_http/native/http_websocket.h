/* http_websocket: WebSocketFramesBox, the native side of WebSocketBox (boxes/websocket.nyash). It takes
   frames apart and puts them together; what is answered to them is decided in Nyash. */
#ifndef NY_HTTP_WEBSOCKET_H
#define NY_HTTP_WEBSOCKET_H

#include "http_connection.h"
#include "http_utf8.h"
#include "http_websocket_frame.h"

/* What read() gives instead of a message. */
enum ny_http_websocket_event {
    NY_HTTP_WS_SILENCE = 0, /* nothing came in time */
    NY_HTTP_WS_GONE = 1,    /* the stream ended without a close frame */
    NY_HTTP_WS_STOPPING = 2, /* the worker stops */
    NY_HTTP_WS_WRONG = 3,   /* what came breaks the rules; closeCode() says which */
    /* NY_HTTP_WS_CLOSE, _PING and _PONG: such a frame; payload() is what it carries */
};

typedef struct ny_http_websocket {
    ny_box box;
    ny_http_connection *connection; /* held; NULL: it is over */
    ny_http_frame frame;            /* being read */
    uint64_t taken;                 /* bytes of its payload that have come */
    bool in_frame;
    bool reading, sending; /* a task is */
    uint8_t opcode;        /* of the message that has begun; 0: none */
    ny_http_utf8 utf8;
    uint16_t close_code;
    char *message; /* what has come of it */
    size_t message_length, message_room;
    uint64_t most; /* bytes of a message */
    uint8_t control_length;
    char control[NY_HTTP_WS_LONGEST_CONTROL]; /* payload of the last control frame */
} ny_http_websocket;

/* Sends the response, a 101, and has `producer` talk over the connection, which ends with it. */
ny_word ny_http_websocket_run(ny_http_connection *connection, ny_word response, ny_word producer);

void ny_http_websocket_destroy(ny_box *box);
/* The response to a request for a WebSocket: 101, or why not (400, 426). */
ny_word ny_http_websocket_handshake(ny_word request);
/* A String (text), a BufferBox (binary), or an event as Integer; suspends `patience` ms at most. */
ny_word ny_http_websocket_read(ny_word me, int64_t patience);
ny_word ny_http_websocket_send(ny_word me, int64_t opcode, ny_word data);
ny_word ny_http_websocket_limit(ny_word me, int64_t bytes);
ny_word ny_http_websocket_payload(ny_word me);
/* Of a close frame that came: what stands behind its code. */
ny_word ny_http_websocket_reason(ny_word me);
int64_t ny_http_websocket_close_code(ny_word me);
bool ny_http_websocket_is_open(ny_word me);
bool ny_http_websocket_is_reading(ny_word me);

#endif
