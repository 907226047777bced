/* http_static: StaticFilesBox, the files below a folder as a handler (boxes/static.nyash). */
#ifndef NY_HTTP_STATIC_H
#define NY_HTTP_STATIC_H

#include "nyash.h"

typedef struct ny_http_static {
    ny_box box;
    uint64_t owner;  /* of its files in the cache; 0: not open */
    int root;        /* the folder's descriptor */
    bool hidden;     /* names that begin with a dot are served too */
    int64_t max_age; /* of Cache-Control, in seconds; -1: no such field */
    ny_word prefix;  /* String: the part of a path in front of the names; ends without a slash */
    ny_word index;   /* String, or 0 */
} ny_http_static;

void ny_http_static_destroy(ny_box *box);

ny_word ny_http_static_open(ny_word me, ny_word prefix, ny_word root);
ny_word ny_http_static_index(ny_word me, ny_word name);
ny_word ny_http_static_max_age(ny_word me, int64_t seconds);
ny_word ny_http_static_hidden(ny_word me, bool served);
/* An HTTPResponseBox, or null where there is no such file. */
ny_word ny_http_static_respond(ny_word me, ny_word request);

#endif
