/* http_response_box: HTTPResponseBox, what a program answers (boxes/response.nyash).

   Field lines are kept as they will be sent, one after the other, so sending is one copy. The body
   is a String, held and not copied, until something is appended to it.

   The program does not frame the message: a Content-Length or Transfer-Encoding it sets is left
   out (but a Content-Length tells the length in answers to HEAD and in 304), and of Connection
   only `close` and an upgrade are taken. */
#ifndef NY_HTTP_RESPONSE_BOX_H
#define NY_HTTP_RESPONSE_BOX_H

#include "http_response.h"
#include "nyash.h"

#define NY_HTTP_INLINE_FIELDS 104

/* A body that is a file, or written by a function; see http_content.h. */
typedef struct ny_http_content ny_http_content;

typedef struct ny_http_response_box {
    ny_box box;
    ny_word reason; /* String; 0: the registered phrase */
    ny_word body;   /* String; 0: none, or it is in `bytes` */
    char *bytes;    /* a body that grew, or came from a BufferBox; NULL: none */
    ny_http_content *content; /* NULL: none */
    size_t bytes_length;
    size_t bytes_room;
    char *more_fields; /* the field lines, once they outgrew `fields`; NULL: not yet */
    uint32_t fields_length;
    uint32_t fields_room; /* of more_fields */
    int64_t told_length;  /* Content-Length set by the program + 1; 0: not set */
    uint16_t status;      /* 0 as 200 */
    bool close;           /* Connection: close was set */
    bool date_given;
    bool type_given;
    bool binary; /* the body came from a BufferBox */
    char fields[NY_HTTP_INLINE_FIELDS];
} ny_http_response_box;

/* What will be sent, as the pure writer takes it; valid until the response changes. */
void ny_http_response_box_reply(const ny_http_response_box *response, ny_http_reply *reply);

/* Takes the body away. */
void ny_http_response_box_drop_body(ny_http_response_box *response);
/* http_content.c */
void ny_http_content_free(ny_http_content *content);

/* Sets the body: a String is held, a BufferBox copied, null empties, all else is turned into a
   String. False: thrown. May suspend (toString() of the program's Boxes). */
bool ny_http_response_box_fill(ny_http_response_box *response, ny_word body);

void ny_http_response_box_destroy(ny_box *box);

ny_word ny_http_response_box_set_status(ny_word me, int64_t code);
ny_word ny_http_response_box_set_status_reason(ny_word me, int64_t code, ny_word reason);
ny_word ny_http_response_box_status(ny_word me);
ny_word ny_http_response_box_set_header(ny_word me, ny_word name, ny_word value);
ny_word ny_http_response_box_add_header(ny_word me, ny_word name, ny_word value);
ny_word ny_http_response_box_remove_header(ny_word me, ny_word name);
ny_word ny_http_response_box_header(ny_word me, ny_word name);
ny_word ny_http_response_box_set_content_type(ny_word me, ny_word type);
ny_word ny_http_response_box_set_cookie(ny_word me, ny_word name, ny_word value);
ny_word ny_http_response_box_set_cookie_with(
    ny_word me, ny_word name, ny_word value, ny_word options);
ny_word ny_http_response_box_set_body(ny_word me, ny_word body);
ny_word ny_http_response_box_append_body(ny_word me, ny_word more);
ny_word ny_http_response_box_body(ny_word me);
ny_word ny_http_response_box_text(ny_word me, ny_word body);
ny_word ny_http_response_box_html(ny_word me, ny_word body);
ny_word ny_http_response_box_json(ny_word me, ny_word body);
ny_word ny_http_response_box_redirect(ny_word me, ny_word location);
ny_word ny_http_response_box_redirect_with(ny_word me, ny_word location, int64_t code);
ny_word ny_http_response_box_to_http_string(ny_word me);

#endif
