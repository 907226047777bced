/* http_multipart_box: HTTPMultipartBox, the parts of a form (boxes/form.nyash). */
#ifndef NY_HTTP_MULTIPART_BOX_H
#define NY_HTTP_MULTIPART_BOX_H

#include "http_multipart.h"
#include "nyash.h"

typedef struct ny_http_multipart_box {
    ny_box box;
    ny_http_multipart form;
    char *bytes; /* those that were fed: done with, then those that are not */
    size_t done, count, room;
    ny_word name, filename, type, data; /* of the last event; 0: none */
} ny_http_multipart_box;

void ny_http_multipart_box_destroy(ny_box *box);
ny_word ny_http_multipart_box_pack(ny_word me, ny_word type);
ny_word ny_http_multipart_box_feed(ny_word me, ny_word buffer);
ny_word ny_http_multipart_box_next(ny_word me);
ny_word ny_http_multipart_box_name(ny_word me);
ny_word ny_http_multipart_box_filename(ny_word me);
ny_word ny_http_multipart_box_type(ny_word me);
ny_word ny_http_multipart_box_data(ny_word me);

#endif
