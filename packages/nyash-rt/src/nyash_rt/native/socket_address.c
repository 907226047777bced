/* Internet addresses; see socket_address.h. No Box declares these. */
#include "socket_address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "name_lookup.h"

socklen_t ny_address_bytes(const ny_address *address) {
    return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

int ny_address_port(const ny_address *address) {
    if (address->any.sa_family == AF_UNIX) return 0;
    if (address->any.sa_family == AF_INET6) return ntohs(address->v6.sin6_port);
    return ntohs(address->v4.sin_port);
}

void ny_address_text(const ny_address *address, char text[NY_ADDRESS_TEXT]) {
    if (address->any.sa_family == AF_UNIX) { /* its path is longer than an ny_address */
        strcpy(text, "unix");
        return;
    }
    char host[INET6_ADDRSTRLEN] = "?";
    bool six = address->any.sa_family == AF_INET6;
    if (six)
        inet_ntop(AF_INET6, &address->v6.sin6_addr, host, sizeof host);
    else
        inet_ntop(AF_INET, &address->v4.sin_addr, host, sizeof host);
    const char *format = six ? "[%s]:%d" : "%s:%d";
    snprintf(text, NY_ADDRESS_TEXT, format, host, ny_address_port(address));
}

static ny_address version_4(struct in_addr host, uint16_t port) {
    return (ny_address){
        .v4 = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = host}};
}

static ny_address version_6(struct in6_addr host, uint16_t port) {
    return (ny_address){
        .v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = host}};
}

static int find_numeric(const char *host, uint16_t port, ny_address *found) {
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, host, &four) == 1) return *found = version_4(four, port), 1;
    if (inet_pton(AF_INET6, host, &six) == 1) return *found = version_6(six, port), 1;
    return 0;
}

int ny_address_find(ny_word host, int64_t port, ny_address found[NY_ADDRESS_LIMIT]) {
    const ny_string *string = ny_as_string(host);
    int shown = string->byte_length < 255 ? (int)string->byte_length : 255;
    if (port < 0 || port > 65535) {
        ny_throw_error("IOError", "%.*s: %lld is no port (0 to 65535)", shown, string->bytes,
                       (long long)port);
        return 0;
    }
    char name[256]; /* RFC 1035: names have up to 253 characters */
    size_t length = string->byte_length;
    const char *bytes = string->bytes;
    if (length >= 2 && bytes[0] == '[' && bytes[length - 1] == ']') bytes++, length -= 2;
    if (length >= sizeof name || memchr(bytes, 0, length) != NULL) {
        ny_throw_error("IOError", "%.*s: not a host", shown, string->bytes);
        return 0;
    }
    memcpy(name, bytes, length);
    name[length] = 0;
    uint16_t number = (uint16_t)port;
    if (length == 0 || strcmp(name, "*") == 0)
        return found[0] = version_4((struct in_addr){htonl(INADDR_ANY)}, number), 1;
    if (find_numeric(name, number, found)) return 1;
    if (strcasecmp(name, "localhost") == 0) {
        found[0] = version_4((struct in_addr){htonl(INADDR_LOOPBACK)}, number);
        found[1] = version_6((struct in6_addr)IN6ADDR_LOOPBACK_INIT, number);
        return 2;
    }
    return ny_name_lookup(name, number, found);
}
