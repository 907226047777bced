/* http_request_box: HTTPRequestBox, a view of one received request (boxes/request.nyash).

   The Box holds the slab that the request lies in and the places the parser found; a String is
   made when a getter asks for it. Header names, query and cookies are looked up in the bytes: most
   programs ask for two or three things, so no table is built. */
#ifndef NY_HTTP_REQUEST_BOX_H
#define NY_HTTP_REQUEST_BOX_H

#include "http_connection.h"
#include "http_request.h"
#include "http_slab.h"
#include "nyash.h"

typedef struct ny_http_request_box {
    ny_box box;
    ny_http_slab *slab;             /* NULL: `new HTTPRequestBox()`, or finalised */
    ny_http_connection *connection; /* NULL: parsed from text */
    const char *bytes;              /* of the request, in the slab */
    ny_word path;                   /* String, made by the first getPath(); 0 until then */
    ny_word body;                   /* String, made by the first getBody(); 0 until then */
    ny_word params;                 /* MapBox of setParam's parameters; 0 until the first */
    ny_word pattern;                /* String that fits the path; 0: none is known */
    uint32_t body_length;
    bool streamed; /* the body is read in pieces; see http_body.h */
    bool all_read;
    const char *trailers; /* field lines and an empty line; NULL: none */
    ny_http_slab *trailer_slab; /* that they lie in, where it is not `slab` */
    ny_http_request head;
} ny_http_request_box;

/* The Box of the request that `connection` has ready. NY_ERROR: thrown. */
ny_word ny_http_request_box_new(ny_http_connection *connection);

void ny_http_request_box_destroy(ny_box *box);
void ny_http_request_box_visit(ny_box *box, void (*show)(ny_word, void *), void *context);

ny_word ny_http_request_box_parse(ny_word text);
ny_word ny_http_request_box_method(ny_word me);
ny_word ny_http_request_box_path(ny_word me);
ny_word ny_http_request_box_segments(ny_word me);
ny_word ny_http_request_box_version(ny_word me);
ny_word ny_http_request_box_target(ny_word me);
ny_word ny_http_request_box_query_string(ny_word me);
ny_word ny_http_request_box_query(ny_word me, ny_word name);
ny_word ny_http_request_box_query_or(ny_word me, ny_word name, ny_word otherwise);
ny_word ny_http_request_box_content_length(ny_word me);
ny_word ny_http_request_box_body(ny_word me);
ny_word ny_http_request_box_body_bytes(ny_word me);
ny_word ny_http_request_box_form(ny_word me);
ny_word ny_http_request_box_matches_path(ny_word me, ny_word pattern);
ny_word ny_http_request_box_get_pattern(ny_word me);
void ny_http_request_box_set_pattern(ny_word me, ny_word pattern);
ny_word ny_http_request_box_param(ny_word me, ny_word name);
ny_word ny_http_request_box_set_param(ny_word me, ny_word name, ny_word value);
ny_word ny_http_request_box_remote_address(ny_word me);
ny_word ny_http_request_box_keep_alive(ny_word me);

/* The request behind `me`; NULL (thrown) where there is none. */
static inline const ny_http_request_box *ny_http_request_received(ny_word me) {
    const ny_http_request_box *request = (ny_http_request_box *)ny_as_box(me);
    if (NY_LIKELY(request->slab != NULL)) return request;
    ny_throw_error("StateError", "this HTTPRequestBox holds no request; readRequest() gives one");
    return NULL;
}

/* http_request_fields.c */

/* The next field of that name from `*at` on. */
bool ny_http_request_find_field(const ny_http_request_box *request, uint32_t *at, const char *name,
                                size_t length, ny_http_field *field);
ny_word ny_http_request_box_header(ny_word me, ny_word name);
ny_word ny_http_request_box_has_header(ny_word me, ny_word name);
ny_word ny_http_request_box_all_headers(ny_word me);
ny_word ny_http_request_box_content_type(ny_word me);
ny_word ny_http_request_box_cookie(ny_word me, ny_word name);
ny_word ny_http_request_box_trailer(ny_word me, ny_word name);

#endif
