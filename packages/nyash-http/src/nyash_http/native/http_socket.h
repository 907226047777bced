/* http_socket: HTTP on a SocketBox (boxes/socket.nyash). */
#ifndef NY_HTTP_SOCKET_H
#define NY_HTTP_SOCKET_H

#include "nyash.h"

/* The next request: HTTPRequestBox, or null when there will be none. */
ny_word ny_http_read_request(ny_word socket);
/* true if the connection stays open for another request. */
ny_word ny_http_send_response(ny_word socket, ny_word response);
/* Sends `GET path` to the server that the socket is connected to; the answer is for read(). */
ny_word ny_http_send_request(ny_word socket, ny_word path);

#endif
