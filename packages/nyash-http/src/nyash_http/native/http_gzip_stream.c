/* http_gzip_stream.c: see http_gzip_stream.h. */
#include "http_gzip_stream.h"

#include <stdint.h>

#include "nyash_io.h"

#define ALIGNMENT 64
/* Of one write; between two of them others run. About half a millisecond. */
#define STRETCH (32 << 10)

struct ny_http_gzip_stream {
    void *memory; /* aligned, in what follows */
};

static size_t open_streams;

static size_t block_size(void) {
    return sizeof(ny_http_gzip_stream) + ny_http_deflate_stream_memory() + ALIGNMENT;
}

ny_http_gzip_stream *ny_http_gzip_stream_open(
    int level, size_t most, ny_http_gzip_sink *sink, void *context) {
    if (open_streams >= most) return NULL;
    ny_http_gzip_stream *stream = ny_memory_get(block_size());
    if (!stream) return NULL;
    uintptr_t behind = (uintptr_t)(stream + 1);
    stream->memory = (void *)((behind + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    if (!ny_http_deflate_stream_begin(stream->memory, level, sink, context)) {
        ny_memory_free(stream, block_size());
        return NULL;
    }
    open_streams++;
    return stream;
}

bool ny_http_gzip_stream_write(ny_http_gzip_stream *stream, const char *bytes, size_t count) {
    while (count > STRETCH) {
        if (!ny_http_deflate_stream_write(stream->memory, bytes, STRETCH) || !ny_task_yield())
            return false;
        bytes += STRETCH;
        count -= STRETCH;
    }
    return count == 0 || ny_http_deflate_stream_write(stream->memory, bytes, count);
}

bool ny_http_gzip_stream_end(ny_http_gzip_stream *stream) {
    return ny_http_deflate_stream_end(stream->memory);
}

void ny_http_gzip_stream_close(ny_http_gzip_stream *stream) {
    open_streams--;
    ny_memory_free(stream, block_size());
}
