/* Paths; see file_path.h. Declared by file.nyash. */
#include "file_path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "offload.h"
#include "program.h"

const char *ny_path_text(ny_word path, char text[PATH_MAX]) {
    const ny_string *string = ny_as_string(path);
    if (string->byte_length < PATH_MAX && !memchr(string->bytes, 0, string->byte_length)) {
        memcpy(text, string->bytes, string->byte_length);
        text[string->byte_length] = 0;
        return text;
    }
    ny_throw_error("IOError", "%.*s: no such path", string->byte_length < 255
                   ? (int)string->byte_length : 255, string->bytes);
    return NULL;
}

ny_word ny_path_failed(const char *act, ny_word path, int code) {
    const ny_string *string = ny_as_string(path);
    return ny_throw_system(code, "cannot %s %.*s", act, (int)string->byte_length, string->bytes);
}

/* ---- In a helper thread ---------------------------------------------------------------------- */

typedef struct path_job {
    ny_job job;
    int code; /* 0 or an errno */
    bool wrote; /* which path the error is about: the first, or the second */
    int64_t size;
    char path[PATH_MAX], other[PATH_MAX];
} path_job;

static void run_look(ny_job *job) {
    path_job *asked = (path_job *)job;
    struct stat status;
    asked->code = stat(asked->path, &status) == 0 ? 0 : errno;
    asked->size = asked->code == 0 ? status.st_size : 0;
}

static void run_delete(ny_job *job) {
    path_job *asked = (path_job *)job;
    asked->code = unlink(asked->path) == 0 ? 0 : errno;
}

/* 0 or an errno. */
static int copy_bytes(int from, int to) {
    char bytes[4096];
    for (;;) {
        ssize_t count = read(from, bytes, sizeof bytes);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        if (count == 0) return 0;
        for (ssize_t done = 0; done < count;) {
            ssize_t written = write(to, bytes + done, (size_t)(count - done));
            if (written < 0 && errno != EINTR) return errno;
            if (written > 0) done += written;
        }
    }
}

static void run_copy(ny_job *job) {
    path_job *asked = (path_job *)job;
    int source = open(asked->path, O_RDONLY | O_CLOEXEC);
    if (source < 0) {
        asked->code = errno;
        return;
    }
    struct stat status, existing;
    int code = fstat(source, &status) == 0 ? 0 : errno;
    bool same = code == 0 && stat(asked->other, &existing) == 0 &&
                existing.st_dev == status.st_dev && existing.st_ino == status.st_ino;
    if (code == 0 && !same) {
        int target =
            open(asked->other, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, status.st_mode & 0777);
        if (target < 0) {
            code = errno;
            asked->wrote = true;
        } else {
            code = copy_bytes(source, target);
            if (close(target) != 0 && code == 0) code = errno;
        }
    }
    close(source);
    asked->code = code;
}

/* ---- In the worker --------------------------------------------------------------------------- */

static void drop(ny_job *job) { ny_memory_free(job, sizeof(path_job)); }

static path_job *job_about(void (*run)(ny_job *)) {
    path_job *asked = ny_memory_get(sizeof *asked);
    if (asked == NULL) {
        ny_throw_error("OutOfMemoryError", "no memory to ask the system about a path");
        return NULL;
    }
    asked->job = (ny_job){.run = run, .drop = drop};
    asked->code = 0;
    asked->wrote = false;
    return asked;
}

/* The job, done; NULL: thrown. */
static path_job *done(void (*run)(ny_job *), ny_word path) {
    char text[PATH_MAX];
    if (ny_path_text(path, text) == NULL) return NULL;
    path_job *asked = job_about(run);
    if (asked == NULL) return NULL;
    memcpy(asked->path, text, sizeof text);
    return ny_offload(&asked->job, "a path") ? asked : NULL;
}

ny_word ny_file_exists(ny_word path) {
    const ny_string *string = ny_as_string(path);
    if (string->byte_length >= PATH_MAX || memchr(string->bytes, 0, string->byte_length))
        return NY_FALSE; /* what cannot be a path does not exist */
    path_job *asked = done(run_look, path);
    if (asked == NULL) return NY_ERROR;
    ny_word found = ny_from_bool(asked->code == 0);
    drop(&asked->job);
    return found;
}

ny_word ny_file_delete(ny_word path) {
    path_job *asked = done(run_delete, path);
    if (asked == NULL) return NY_ERROR;
    int code = asked->code;
    drop(&asked->job);
    return code == 0 ? NY_TRUE : ny_path_failed("delete", path, code);
}

ny_word ny_file_size_at(ny_word path) {
    path_job *asked = done(run_look, path);
    if (asked == NULL) return NY_ERROR;
    int code = asked->code;
    int64_t size = asked->size;
    drop(&asked->job);
    return code == 0 ? ny_from_integer(size) : ny_path_failed("read", path, code);
}

ny_word ny_file_copy(ny_word from, ny_word to) {
    char from_text[PATH_MAX], to_text[PATH_MAX];
    if (ny_path_text(from, from_text) == NULL || ny_path_text(to, to_text) == NULL) return NY_ERROR;
    path_job *asked = job_about(run_copy);
    if (asked == NULL) return NY_ERROR;
    strcpy(asked->path, from_text);
    strcpy(asked->other, to_text);
    if (!ny_offload(&asked->job, "a file to be copied")) return NY_ERROR;
    int code = asked->code;
    bool wrote = asked->wrote;
    drop(&asked->job);
    if (code == 0) return NY_TRUE;
    return wrote ? ny_path_failed("write", to, code) : ny_path_failed("copy", from, code);
}
