/* http_slab: the buffers that requests arrive in and responses leave from.

   A slab is shared: the connection holds it while bytes come in, each request Box holds the one it
   points into. Bytes are only ever added behind the last, so what a Box points to stays as it is.
   Slabs of the usual size wait in a pool of the worker; others come and go. */
#ifndef NY_HTTP_SLAB_H
#define NY_HTTP_SLAB_H

#include <stddef.h>
#include <stdint.h>

typedef struct ny_http_slab {
    uint32_t holders;
    uint32_t capacity; /* of `bytes` */
    uint32_t filled;
    uint32_t reserved;
    struct ny_http_slab *next; /* in the pool */
    char bytes[];
} ny_http_slab;

/* One page with its head: nearly every request, and most responses, fit. */
#define NY_HTTP_SLAB_CAPACITY (4096 - sizeof(ny_http_slab))

/* An empty slab with room for at least `capacity` bytes, one holder. NULL: no memory. */
ny_http_slab *ny_http_slab_get(size_t capacity);
static inline ny_http_slab *ny_http_slab_hold(ny_http_slab *slab) {
    slab->holders++;
    return slab;
}
void ny_http_slab_release(ny_http_slab *slab);

#endif
