/* http_static.c: see http_static.h. */
#include "http_static.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "http_content.h"
#include "http_fields.h"
#include "http_mime.h"
#include "http_request_box.h"
#include "http_text.h"
#include "http_urlencoded.h"
#include "nyash_io.h"

extern const uint16_t ny_class_id_HTTPResponseBox;

static ny_http_static *static_of(ny_word me) { return (ny_http_static *)ny_as_box(me); }

/* ---- Life ------------------------------------------------------------------------------------ */

void ny_http_static_destroy(ny_box *box) {
    ny_http_static *files = (ny_http_static *)box;
    if (files->owner) {
        ny_http_files_forget(files->owner);
        ny_file_close_descriptor(files->root);
    }
    if (files->prefix) ny_release(files->prefix);
    if (files->index) ny_release(files->index);
    files->owner = 0;
    files->prefix = files->index = 0;
}

typedef struct open_job {
    ny_job job;
    int root, code;
    size_t length;
    char path[];
} open_job;

static void run_open(ny_job *job) {
    open_job *opening = (open_job *)job;
    opening->root = open(opening->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    opening->code = errno;
}

static void free_open(open_job *opening) {
    ny_memory_free(opening, sizeof *opening + opening->length + 1);
}

static void drop_open(ny_job *job) {
    open_job *opening = (open_job *)job;
    if (job->done && opening->root >= 0) ny_file_close_descriptor(opening->root);
    free_open(opening);
}

/* The folder's descriptor; -1: thrown. */
static int open_root(const ny_string *path) {
    open_job *opening = ny_memory_get(sizeof *opening + path->byte_length + 1);
    if (!opening) {
        ny_throw_error("OutOfMemoryError", "no memory for a path");
        return -1;
    }
    *opening = (open_job){.job = {.run = run_open, .drop = drop_open}, .length = path->byte_length};
    memcpy(opening->path, path->bytes, path->byte_length);
    opening->path[path->byte_length] = 0;
    if (!ny_offload(&opening->job, "a folder to be opened")) return -1;
    int root = opening->root, code = opening->code;
    free_open(opening);
    if (root < 0)
        ny_throw_system(code, "cannot serve files of %.*s", (int)path->byte_length, path->bytes);
    return root;
}

ny_word ny_http_static_open(ny_word me, ny_word prefix, ny_word path) {
    static uint64_t owners; /* 0 is response.file()'s */
    const ny_string *text = ny_as_string(prefix);
    size_t length = text->byte_length;
    if (length == 0 || text->bytes[0] != '/')
        return ny_throw_error("ArgumentError", "static: the prefix of paths begins with /");
    if (memchr(ny_as_string(path)->bytes, 0, ny_as_string(path)->byte_length))
        return ny_throw_error("ArgumentError", "static: a path holds no NUL");
    while (length > 0 && text->bytes[length - 1] == '/') length--;
    static ny_string index = NY_HTTP_CONSTANT_STRING("index.html");
    ny_word short_prefix = ny_string_new(text->bytes, length);
    if (!short_prefix) return NY_ERROR;
    int root = open_root(ny_as_string(path));
    if (root < 0) {
        ny_release(short_prefix);
        return NY_ERROR;
    }
    ny_http_static *files = static_of(me);
    if (NY_UNLIKELY(ny_as_box(me)->flags & NY_DEAD)) { /* finalised meanwhile */
        ny_file_close_descriptor(root);
        ny_release(short_prefix);
        return ny_throw_error("UseAfterFiniError", "static: the StaticFilesBox is finalised");
    }
    ny_http_static_destroy(&files->box);
    files->owner = ++owners;
    files->root = root;
    files->max_age = -1;
    files->prefix = short_prefix;
    files->index = ny_from_box(&index);
    return ny_retain(me);
}

ny_word ny_http_static_index(ny_word me, ny_word name) {
    const ny_string *text = ny_as_string(name);
    if (memchr(text->bytes, '/', text->byte_length) || memchr(text->bytes, 0, text->byte_length))
        return ny_throw_error("ArgumentError", "index: a name without / and NUL is wanted");
    ny_word before = static_of(me)->index;
    static_of(me)->index = text->byte_length ? ny_retain(name) : 0;
    if (before) ny_release(before);
    return ny_retain(me);
}

ny_word ny_http_static_max_age(ny_word me, int64_t seconds) {
    if (seconds < 0 || seconds > INT32_MAX)
        return ny_throw_error("ArgumentError", "maxAge: %lld seconds", (long long)seconds);
    static_of(me)->max_age = seconds;
    return ny_retain(me);
}

ny_word ny_http_static_hidden(ny_word me, bool served) {
    static_of(me)->hidden = served;
    return ny_retain(me);
}

/* ---- Names ----------------------------------------------------------------------------------- */

static bool is(const char *name, size_t length, const char *text) {
    return length == strlen(text) && memcmp(name, text, length) == 0;
}

/* 0, or the status for a path that names no file of ours. An empty name, as in a//b, names none. */
static unsigned check_names(const ny_http_static *files, const char *path, size_t length) {
    const char *from = path, *end = path + length;
    while (from < end) {
        const char *slash = memchr(from, '/', (size_t)(end - from));
        size_t name = (size_t)((slash ? slash : end) - from);
        if (is(from, name, ".") || is(from, name, "..")) return 400;
        if (name == 0 || name > NAME_MAX) return 404;
        if (*from == '.' && !files->hidden && !is(from, name, ".well-known")) return 404;
        from += name + 1;
    }
    return 0;
}

/* An escaped slash would become one that separates names. */
static bool escapes_slash(const char *path, size_t length) {
    const char *at = path, *end = path + length;
    while ((at = memchr(at, '%', (size_t)(end - at))) != NULL) {
        if (end - at >= 3 && at[1] == '2' && (at[2] | 0x20) == 'f') return true;
        at++;
    }
    return false;
}

/* What stands behind the prefix, decoded; -1: nothing of ours. `name` has room for PATH_MAX. */
static ptrdiff_t name_of(
    const ny_http_static *files, const ny_http_request_box *request, char *name) {
    const ny_string *prefix = ny_as_string(files->prefix);
    const char *path = request->bytes + request->head.path.start;
    size_t length = request->head.path.length;
    if (length >= PATH_MAX - NAME_MAX - 1) return -1;
    if (request->head.flags & NY_HTTP_ESCAPED) {
        if (escapes_slash(path, length)) return -1;
        length = ny_http_unescape(name, path, length, false);
    } else {
        memcpy(name, path, length);
    }
    if (length < prefix->byte_length || memcmp(name, prefix->bytes, prefix->byte_length) != 0)
        return -1;
    length -= prefix->byte_length;
    memmove(name, name + prefix->byte_length, length);
    if (length == 0) return 0;
    if (name[0] != '/') return -1;
    memmove(name, name + 1, length - 1);
    return (ptrdiff_t)length - 1;
}

/* ---- Answers --------------------------------------------------------------------------------- */

static ny_word refused(unsigned status) {
    ny_word response = ny_from_box(ny_box_new_id(ny_class_id_HTTPResponseBox));
    if (!response) return NY_ERROR;
    ((ny_http_response_box *)ny_as_box(response))->status = (uint16_t)status;
    ny_word text = ny_string_text(status == 400   ? "{\"error\":\"dot segments in the path\"}"
                                  : status == 403 ? "{\"error\":\"forbidden\"}"
                                  : status == 503 ? "{\"error\":\"too many open files\"}"
                                                  : "{\"error\":\"the file cannot be read\"}");
    ny_word filled = text ? ny_http_response_box_json(response, text) : NY_ERROR;
    if (text) ny_release(text);
    if (filled) ny_release(filled);
    if (filled) return response;
    ny_release(response);
    return NY_ERROR;
}

/* A folder without the slash: relative links of its index would go astray. */
static ny_word redirect(const ny_http_request_box *request) {
    const ny_http_slice path = request->head.path, query = request->head.query;
    ny_word location = ny_string_format(
        "%.*s/%s%.*s", (int)path.length, request->bytes + path.start, query.length ? "?" : "",
        (int)query.length, request->bytes + query.start);
    if (!location) return NY_ERROR;
    ny_word response = ny_from_box(ny_box_new_id(ny_class_id_HTTPResponseBox));
    ny_word filled =
        response ? ny_http_response_box_redirect_with(response, location, 301) : NY_ERROR;
    ny_release(location);
    if (filled) ny_release(filled);
    if (filled) return response;
    if (response) ny_release(response);
    return NY_ERROR;
}

static ny_word respond(const ny_http_static *files, const ny_http_files *found) {
    ny_word response = ny_from_box(ny_box_new_id(ny_class_id_HTTPResponseBox));
    if (!response) return NY_ERROR;
    ny_http_response_box *box = (ny_http_response_box *)ny_as_box(response);
    char value[32];
    ny_http_content *content = ny_http_content_of(box);
    if (!content) goto failed;
    if (files->max_age >= 0) {
        int length = snprintf(value, sizeof value, "max-age=%lld", (long long)files->max_age);
        if (!ny_http_fields_add(box, "Cache-Control", 13, value, (size_t)length)) goto failed;
    }
    content->files = *found;
    return response;
failed:
    ny_release(response);
    return NY_ERROR;
}

ny_word ny_http_static_respond(ny_word me, ny_word word) {
    char name[PATH_MAX];
    const ny_http_static *files = static_of(me);
    const ny_http_request_box *request = (ny_http_request_box *)ny_as_box(word);
    if (!files->owner || !request->slab) return NY_NULL;
    ptrdiff_t length = name_of(files, request, name);
    if (length < 0) return NY_NULL;
    unsigned status = check_names(files, name, (size_t)length);
    if (status) return status == 404 ? NY_NULL : refused(status);
    const ny_http_slice path = request->head.path;
    bool slash = path.length == 0 || request->bytes[path.start + path.length - 1] == '/';
    if (slash && files->index) {
        const ny_string *index = ny_as_string(files->index);
        if (index->byte_length > NAME_MAX) return NY_NULL;
        memcpy(name + length, index->bytes, index->byte_length);
        length += index->byte_length;
    }
    const char *type = ny_http_mime_of(name, (size_t)length);
    bool compressible = ny_http_mime_compressible(type, strlen(type));
    ny_http_files found;
    int code = ny_http_files_get(
        &found, files->owner, files->root, name, (size_t)length, compressible);
    if (NY_UNLIKELY(code != 0)) {
        if (code < 0) return NY_ERROR;
        if (code == EISDIR && !slash) return redirect(request);
        status = ny_http_file_status(code);
        return status == 404 ? NY_NULL : refused(status);
    }
    ny_word response = respond(files, &found);
    if (!response) ny_http_files_release(&found);
    return response;
}
