/* http_websocket_frame: frames and the handshake of WebSockets (RFC 6455). No memory, no I/O. */
#ifndef NY_HTTP_WEBSOCKET_FRAME_H
#define NY_HTTP_WEBSOCKET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ny_http_opcode {
    NY_HTTP_WS_CONTINUATION = 0,
    NY_HTTP_WS_TEXT = 1,
    NY_HTTP_WS_BINARY = 2,
    NY_HTTP_WS_CLOSE = 8,
    NY_HTTP_WS_PING = 9,
    NY_HTTP_WS_PONG = 10,
};

/* Codes of section 7.4.1. */
enum {
    NY_HTTP_WS_PROTOCOL_ERROR = 1002,
    NY_HTTP_WS_NO_CODE = 1005,  /* never sent */
    NY_HTTP_WS_ABNORMAL = 1006, /* never sent */
    NY_HTTP_WS_NOT_UTF8 = 1007,
    NY_HTTP_WS_TOO_LONG = 1009,
};

#define NY_HTTP_WS_LONGEST_CONTROL 125
#define NY_HTTP_WS_LONGEST_HEADER 14

typedef struct ny_http_frame {
    uint64_t length;
    uint8_t key[4];
    uint8_t opcode;
    bool last;
} ny_http_frame;

/* A client's frame header: its length, 0 where more bytes are needed, -1: a protocol error. */
int ny_http_frame_parse(ny_http_frame *frame, const char *bytes, size_t count);
/* Writes a server's header of a whole message or control frame; its length. */
size_t ny_http_frame_write(char *out, unsigned opcode, uint64_t length);
/* Takes the mask off (section 5.3); `offset`: of the first byte in its frame. */
void ny_http_frame_unmask(
    char *out, const char *bytes, size_t count, const uint8_t key[4], uint64_t offset);

/* Whether a close frame may carry the code (section 7.4). */
bool ny_http_close_code_valid(unsigned code);

#define NY_HTTP_WS_KEY_LENGTH 24
#define NY_HTTP_WS_ACCEPT_LENGTH 28
/* Whether it is the Base64 of 16 bytes. */
bool ny_http_websocket_key_valid(const char *key, size_t length);
/* Sec-WebSocket-Accept of a valid key; no zero behind it. */
void ny_http_websocket_accept(char *out, const char *key);

#endif
