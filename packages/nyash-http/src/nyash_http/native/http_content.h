/* http_content: bodies of responses that are no text in memory: a file, or what a function writes. */
#ifndef NY_HTTP_CONTENT_H
#define NY_HTTP_CONTENT_H

#include "http_connection.h"
#include "http_file.h"
#include "http_response_box.h"

struct ny_http_content {
    ny_http_files files; /* held */
    ny_word producer;    /* what writes the body; 0: it is a file */
};

/* The content of a response, made if need be; its other body goes. NULL: thrown. */
ny_http_content *ny_http_content_of(ny_http_response_box *response);

/* Sends a response that has content, as ny_http_send_response does. */
ny_word ny_http_content_send(ny_http_connection *connection, ny_http_response_box *response);

/* `file(path)` of HTTPResponseBox: 404 or 403 where it cannot be had. */
ny_word ny_http_response_box_file(ny_word me, ny_word path);
/* The fitting status for what opening a file gave, an errno. */
unsigned ny_http_file_status(int code);
/* The content of the file in memory, as a String. */
ny_word ny_http_content_text(const ny_http_content *content);

#endif
