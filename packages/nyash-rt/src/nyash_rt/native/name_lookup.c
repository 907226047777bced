/* Host names; see name_lookup.h. No Box declares these. */
#include "name_lookup.h"

#include <netdb.h>
#include <string.h>

#include "offload.h"
#include "program.h"

typedef struct question {
    ny_job job;
    int code; /* of getaddrinfo */
    int count;
    uint16_t port;
    ny_address found[NY_ADDRESS_LIMIT];
    char name[256];
} question;

static void look_up(ny_job *job) {
    question *asked = (question *)job;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    asked->code = getaddrinfo(asked->name, NULL, &hints, &list);
    for (struct addrinfo *item = list; item != NULL; item = item->ai_next) {
        if (asked->count == NY_ADDRESS_LIMIT) break;
        if (item->ai_family != AF_INET && item->ai_family != AF_INET6) continue;
        ny_address *address = &asked->found[asked->count++];
        memcpy(address, item->ai_addr, ny_address_bytes((ny_address *)(void *)item->ai_addr));
        if (item->ai_family == AF_INET)
            address->v4.sin_port = htons(asked->port);
        else
            address->v6.sin6_port = htons(asked->port);
    }
    if (list != NULL) freeaddrinfo(list);
}

static void drop(ny_job *job) { ny_memory_free(job, sizeof(question)); }

int ny_name_lookup(const char *name, uint16_t port, ny_address found[NY_ADDRESS_LIMIT]) {
    question *asked = ny_memory_get(sizeof *asked);
    if (asked == NULL) return ny_throw_error("OutOfMemoryError", "looking up %s", name), 0;
    memset(asked, 0, sizeof *asked);
    asked->job = (ny_job){.run = look_up, .drop = drop};
    asked->port = port;
    strncpy(asked->name, name, sizeof asked->name - 1);
    if (!ny_offload(&asked->job, "a host name")) return 0;
    int count = asked->count;
    if (asked->code != 0)
        count = 0, ny_throw_error("IOError", "cannot find %s: %s", name, gai_strerror(asked->code));
    else if (count == 0)
        ny_throw_error("IOError", "cannot find %s: it has no internet address", name);
    memcpy(found, asked->found, sizeof asked->found);
    drop(&asked->job);
    return count;
}
