/* http_gzip.c: see http_gzip.h. */
#include "http_gzip.h"

#include <stdlib.h>
#include <string.h>

#include "http_conditions.h"
#include "http_fields.h"
#include "http_mime.h"
#include "http_request_box.h"
#include "http_scan.h"
#include "http_settings.h"

/* Longer bodies take a millisecond and more, which a helper thread spends. */
#define LONGEST_AT_ONCE (32 << 10)
#define ALIGNMENT 64

static const char fields[] = "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n";
#define CODING_LENGTH (sizeof "Content-Encoding: gzip\r\n" - 1)

/* ---- Compressing ----------------------------------------------------------------------------- */

static size_t memory_size(void) {
    return (ny_http_deflate_memory() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Bytes written, 0: not shorter than before, or no memory (`room`) to try. */
static size_t compress(char *out, const char *in, size_t count, int level, void *room) {
    return room ? ny_http_deflate_gzip(out, count, in, count, level, room) : 0;
}

typedef struct gzip_job {
    ny_job job;
    char *in, *out; /* malloc's: a helper touches nothing of the worker's */
    size_t count, written;
    int level;
} gzip_job;

static void run_gzip(ny_job *job) {
    gzip_job *work = (gzip_job *)job;
    void *room = aligned_alloc(ALIGNMENT, memory_size());
    work->written = compress(work->out, work->in, work->count, work->level, room);
    free(room);
}

static void drop_gzip(ny_job *job) {
    gzip_job *work = (gzip_job *)job;
    free(work->in);
    free(work->out);
    ny_memory_free(work, sizeof *work);
}

/* Without memory the body goes as it is. False: thrown. */
static bool by_helper(const char *in, size_t count, int level, char *out, size_t *written) {
    *written = 0;
    gzip_job *work = ny_memory_get(sizeof *work);
    if (!work) return true;
    *work = (gzip_job){.job = {.run = run_gzip, .drop = drop_gzip},
                       .in = malloc(count),
                       .out = malloc(count),
                       .count = count,
                       .level = level};
    if (!work->in || !work->out) {
        drop_gzip(&work->job);
        return true;
    }
    memcpy(work->in, in, count);
    if (!ny_offload(&work->job, "a body to be compressed")) return false;
    *written = work->written;
    if (work->written) memcpy(out, work->out, work->written);
    drop_gzip(&work->job);
    return true;
}

static void *memory; /* one is kept: it is large, and needed again at once */

#ifdef NYASH_FAULTS /* the check at the end counts what is not given back: nyash-rt's fault.h */
void ny_fault_at_end(void (*give_back)(void));

static void drop_memory(void) {
    free(memory);
    memory = NULL;
}

__attribute__((constructor)) static void register_drop_memory(void) {
    ny_fault_at_end(drop_memory);
}
#endif

static size_t at_once(const char *in, size_t count, int level, char *out) {
    if (!memory) memory = aligned_alloc(ALIGNMENT, memory_size());
    return compress(out, in, count, level, memory);
}

bool ny_http_gzip_bytes(const char *in, size_t count, int level, char **out, size_t *written) {
    *out = NULL;
    *written = 0;
    char *room = ny_memory_get(count);
    if (!room) return true;
    bool fine = true;
    if (count <= LONGEST_AT_ONCE)
        *written = at_once(in, count, level, room);
    else
        fine = by_helper(in, count, level, room, written);
    if (*written > 0 && (*out = ny_memory_get(*written)) != NULL) memcpy(*out, room, *written);
    ny_memory_free(room, count);
    return fine;
}

/* ---- Whether --------------------------------------------------------------------------------- */

static bool contains(const char *text, size_t length, const char *lower) {
    size_t count = strlen(lower);
    for (size_t i = 0; i + count <= length; i++)
        if (ny_http_same(text + i, count, lower, count)) return true;
    return false;
}

/* What could be compressed, if a client wants it. A strong ETag promises these very bytes. */
static bool may_compress(const ny_http_response_box *response, const ny_http_reply *reply,
                         const ny_http_settings *settings, uint64_t length_there) {
    if (length_there < settings->gzip_least) return false;
    if (!settings->gzip_level || reply->status < 200 || reply->status == 206 ||
        reply->status == 304)
        return false;
    const char *type = reply->type;
    size_t length = type ? strlen(type) : 0;
    if (response && response->fields_length) {
        const char *given = ny_http_fields_find(response, "content-type", 12, &length);
        if (given) type = given;
        size_t other;
        if (ny_http_fields_find(response, "content-encoding", 16, &other)) return false;
        given = ny_http_fields_find(response, "etag", 4, &other);
        if (given && *given == '"') return false;
        given = ny_http_fields_find(response, "cache-control", 13, &other);
        if (given && contains(given, other, "no-transform")) return false;
    }
    return type && ny_http_mime_compressible(type, length);
}

/* Caches must know that the answer depends on what the client takes. */
static void say(ny_http_reply *reply, bool compressed) {
    size_t skipped = compressed ? 0 : CODING_LENGTH;
    reply->more_fields = fields + skipped;
    reply->more_length = sizeof fields - 1 - skipped;
}

static bool accepts(const ny_http_connection *connection) {
    const ny_http_request_box *request = connection->current;
    return request && ny_http_codings_accepted(request->bytes, request->head.headers).gzip;
}

bool ny_http_gzip_streamed(const ny_http_connection *connection,
                           const ny_http_response_box *response, ny_http_reply *reply) {
    uint64_t length = reply->told_length ? (uint64_t)reply->told_length - 1 : UINT64_MAX;
    if (!may_compress(response, reply, connection->settings, length)) return false;
    say(reply, false);
    return accepts(connection);
}

void ny_http_gzip_say(ny_http_reply *reply) {
    say(reply, true);
    reply->told_length = 0;
}

bool ny_http_gzip_reply(ny_http_connection *connection, const ny_http_response_box *response,
                        ny_http_reply *reply, ny_http_gzipped *gzipped) {
    const ny_http_settings *settings = connection->settings;
    if (!may_compress(response, reply, settings, reply->body_length)) return true;
    say(reply, false);
    if (!accepts(connection)) return true;
    connection->sending = true;
    bool fine = ny_http_gzip_bytes(reply->body, reply->body_length, (int)settings->gzip_level,
                                   &gzipped->bytes, &gzipped->count);
    connection->sending = false;
    if (!fine) return false;
    if (response) { /* the program may have changed it meanwhile */
        ny_http_response_box_reply(response, reply);
        say(reply, false);
    }
    if (!gzipped->bytes) return true;
    reply->body = gzipped->bytes;
    reply->body_length = gzipped->count;
    ny_http_gzip_say(reply);
    return true;
}

void ny_http_gzip_free(ny_http_gzipped *gzipped) {
    if (gzipped->bytes) ny_memory_free(gzipped->bytes, gzipped->count);
    gzipped->bytes = NULL;
}
