/* socket_address.h: internet addresses as text and as the system wants them. */
#ifndef NYASH_SOCKET_ADDRESS_H
#define NYASH_SOCKET_ADDRESS_H

#include <netinet/in.h>

#include "include/nyash.h"

typedef union ny_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} ny_address; /* family 0: none */

#define NY_ADDRESS_LIMIT 4                        /* so many of a name are tried */
#define NY_ADDRESS_TEXT (INET6_ADDRSTRLEN + 8)    /* "[…]:65535" and a zero byte */

socklen_t ny_address_bytes(const ny_address *address);
/* "127.0.0.1:80" or "[::1]:80". */
void ny_address_text(const ny_address *address, char text[NY_ADDRESS_TEXT]);
int ny_address_port(const ny_address *address);
/* The addresses of a host, which may be numeric (also in brackets), "localhost", or "" (and "*")
   for all of this machine. May suspend. Their number; 0: thrown (IOError naming the host). */
int ny_address_find(ny_word host, int64_t port, ny_address found[NY_ADDRESS_LIMIT]);

#endif
