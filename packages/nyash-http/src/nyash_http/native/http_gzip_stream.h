/* http_gzip_stream: compresses a body that is written in pieces (http_writer.h). Every piece is flushed
   (the "sync flush" of zlib, but for its empty block where the bits end on a byte already): the client
   can decode all of it at once, so a stream stays live. */
#ifndef NY_HTTP_GZIP_STREAM_H
#define NY_HTTP_GZIP_STREAM_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ny_http_gzip_stream ny_http_gzip_stream;

/* Takes what was compressed; may suspend. False: it could not be sent, nothing more will be. */
typedef bool ny_http_gzip_sink(void *context, const char *bytes, size_t count);

/* NULL: `most` others are open in this process, or there is no memory: the body goes as it is. */
ny_http_gzip_stream *ny_http_gzip_stream_open(
    int level, size_t most, ny_http_gzip_sink *sink, void *context);
/* Compresses a piece, and gives the sink all of it. Lets others run now and then. False: the sink
   failed, or the task was cancelled; thrown. */
bool ny_http_gzip_stream_write(ny_http_gzip_stream *stream, const char *bytes, size_t count);
/* What ends the body. False as above. */
bool ny_http_gzip_stream_end(ny_http_gzip_stream *stream);
void ny_http_gzip_stream_close(ny_http_gzip_stream *stream);

/* http_deflate.zig; `memory` is aligned to 64. */
size_t ny_http_deflate_stream_memory(void);
bool ny_http_deflate_stream_begin(void *memory, int level, ny_http_gzip_sink *sink, void *context);
bool ny_http_deflate_stream_write(void *memory, const char *in, size_t count);
bool ny_http_deflate_stream_end(void *memory);

#endif
