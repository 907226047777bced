/* Paths; see file_path.h. Declared by file.nyash. */
#include "file_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "offload.h"
#include "program.h"

static bool is_path(ny_word path) {
    const ny_string *string = ny_as_string(path);
    return string->byte_length < PATH_MAX && !memchr(string->bytes, 0, string->byte_length);
}

const char *ny_path_text(ny_word path, char text[PATH_MAX]) {
    const ny_string *string = ny_as_string(path);
    if (is_path(path)) {
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

static void run_move(ny_job *job) {
    path_job *asked = (path_job *)job;
    asked->code = rename(asked->path, asked->other) == 0 ? 0 : errno;
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

/* The job about a path, or about two (`other` 0: one), done; NULL: thrown. */
static path_job *done(void (*run)(ny_job *), ny_word path, ny_word other) {
    path_job *asked = ny_memory_get(sizeof *asked);
    if (asked == NULL) {
        ny_throw_error("OutOfMemoryError", "no memory to ask the system about a path");
        return NULL;
    }
    asked->job = (ny_job){.run = run, .drop = drop};
    asked->wrote = false;
    if (ny_path_text(path, asked->path) == NULL ||
        (other != 0 && ny_path_text(other, asked->other) == NULL)) {
        drop(&asked->job);
        return NULL;
    }
    return ny_offload(&asked->job, "the file system") ? asked : NULL;
}

ny_word ny_file_exists(ny_word path) {
    if (!is_path(path)) return NY_FALSE; /* it does not exist */
    path_job *asked = done(run_look, path, 0);
    if (asked == NULL) return NY_ERROR;
    ny_word found = ny_from_bool(asked->code == 0);
    drop(&asked->job);
    return found;
}

ny_word ny_file_delete(ny_word path) {
    path_job *asked = done(run_delete, path, 0);
    if (asked == NULL) return NY_ERROR;
    int code = asked->code;
    drop(&asked->job);
    return code == 0 ? NY_TRUE : ny_path_failed("delete", path, code);
}

ny_word ny_file_size_at(ny_word path) {
    path_job *asked = done(run_look, path, 0);
    if (asked == NULL) return NY_ERROR;
    int code = asked->code;
    int64_t size = asked->size;
    drop(&asked->job);
    return code == 0 ? ny_from_integer(size) : ny_path_failed("read", path, code);
}

ny_word ny_file_copy(ny_word from, ny_word to) {
    path_job *asked = done(run_copy, from, to);
    if (asked == NULL) return NY_ERROR;
    int code = asked->code;
    bool wrote = asked->wrote;
    drop(&asked->job);
    if (code == 0) return NY_TRUE;
    return wrote ? ny_path_failed("write", to, code) : ny_path_failed("copy", from, code);
}

ny_word ny_file_move(ny_word from, ny_word to) {
    path_job *asked = done(run_move, from, to);
    if (asked == NULL) return NY_ERROR;
    int code = asked->code;
    drop(&asked->job);
    return code == 0 ? NY_TRUE : ny_path_failed("move", from, code);
}
