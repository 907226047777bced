/* http_multipart: the parts of a multipart/form-data body (RFC 7578, RFC 2046 section 5.1.1), from
   bytes that come in any pieces. Nothing here knows the runtime, and nothing takes memory.

   The caller keeps bytes that were not taken and shows them again with more behind them. */
#ifndef NY_HTTP_MULTIPART_H
#define NY_HTTP_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#define NY_HTTP_BOUNDARY_MOST 70 /* RFC 2046 section 5.1.1 */
/* Bytes of the fields of one part. */
#define NY_HTTP_PART_HEAD_MOST 8192

enum ny_http_multipart_event {
    NY_HTTP_PART_MORE,  /* nothing yet; more bytes are needed where none were taken */
    NY_HTTP_PART_BEGIN, /* a part's fields: `event` */
    NY_HTTP_PART_DATA,  /* a piece of its content: `event` */
    NY_HTTP_PART_END,   /* the part is complete */
    NY_HTTP_PARTS_END,  /* the form is complete; what follows says nothing */
    NY_HTTP_PARTS_BAD,  /* `complaint` says why */
};

typedef struct ny_http_multipart {
    char delimiter[4 + NY_HTTP_BOUNDARY_MOST]; /* CR LF - - boundary */
    unsigned char delimiter_length;
    unsigned char state; /* private; 0 at the start */
    const char *event;   /* into the bytes that were shown last */
    size_t event_length;
    const char *complaint;
} ny_http_multipart;

/* A piece of text, of a field of a part. */
typedef struct ny_http_part_text {
    const char *bytes; /* NULL: there is none */
    size_t length;
} ny_http_part_text;

typedef struct ny_http_part_head {
    ny_http_part_text name, filename, type; /* quotes taken off, escapes left as they are */
} ny_http_part_head;

/* For a Content-Type. NULL, or why it is none of a form with parts. */
const char *ny_http_multipart_begin(ny_http_multipart *form, const char *type, size_t length);
/* What comes next in `bytes`; `*taken` of them are done with. */
enum ny_http_multipart_event ny_http_multipart_next(
    ny_http_multipart *form, const char *bytes, size_t count, size_t *taken);
/* The fields of a part (the event of NY_HTTP_PART_BEGIN). NULL, or what is wrong with them. */
const char *ny_http_part_head_read(ny_http_part_head *head, const char *bytes, size_t count);

#endif
