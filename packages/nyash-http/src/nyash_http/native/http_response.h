/* http_response: puts a whole response into one run of bytes. No memory, no I/O.

   What the program said (status, reason, field lines, body) and what the connection knows (HEAD,
   version, keep-alive) come together here; Date, Content-Length and Connection are added, so a
   program cannot frame a message wrongly. */
#ifndef NY_HTTP_RESPONSE_H
#define NY_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the connection goes on, and so what the Connection field says. */
enum ny_http_persistence {
    NY_HTTP_STAYS,      /* HTTP/1.1 keeps open without a word */
    NY_HTTP_STAYS_SAID, /* HTTP/1.0 wants to hear keep-alive */
    NY_HTTP_CLOSES,     /* Connection: close */
};

/* How the body's end is told. */
enum ny_http_body_framing {
    NY_HTTP_BY_LENGTH,
    NY_HTTP_IN_CHUNKS,
    NY_HTTP_UNTIL_CLOSE, /* by the end of the connection, for HTTP/1.0 */
};

typedef struct ny_http_reply {
    unsigned status;
    const char *reason; /* NULL: the registered phrase */
    size_t reason_length;
    const char *fields; /* complete field lines, each with its CRLF */
    size_t fields_length;
    const char *more_fields; /* likewise, behind them */
    size_t more_length;
    const char *body;
    size_t body_length;
    struct ny_http_file *file; /* the body is so much of this file instead; NULL: it is `body` */
    uint64_t file_start;
    const char *type;    /* Content-Type when `fields` has none; NULL: no such line */
    int64_t told_length; /* a length to tell where no body goes out, + 1; 0: none was given */
    const char *date;    /* 29 bytes, or NULL: no Date field */
    bool date_given;     /* `fields` has one already */
    bool head_only;      /* the request was HEAD: the length is told, the body stays here */
    uint8_t persistence; /* enum ny_http_persistence */
    uint8_t framing;     /* enum ny_http_body_framing */
} ny_http_reply;

/* Room that certainly suffices for the head. */
size_t ny_http_reply_head_room(const ny_http_reply *reply);
/* Writes the head, its blank line included; the number of bytes. */
size_t ny_http_reply_write_head(const ny_http_reply *reply, char *out);
/* How many bytes of body go out behind it: none to HEAD, nor with 204 and 304. */
size_t ny_http_reply_body_sent(const ny_http_reply *reply);
/* Head and body in one: room for both, and the number of bytes. */
size_t ny_http_reply_room(const ny_http_reply *reply);
size_t ny_http_reply_write(const ny_http_reply *reply, char *out);

/* Whether every byte may stand in a field value: no CR, LF, NUL or other control byte but HTAB
   (RFC 9110 section 5.5). What keeps responses from being split. */
bool ny_http_value_valid(const char *text, size_t length);
bool ny_http_token_valid(const char *text, size_t length);

#endif
