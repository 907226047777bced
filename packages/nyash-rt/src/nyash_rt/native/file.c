/* Files; see file.h. Declared by file.nyash. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop.h"

#define READ_ROOM ((size_t)16 << 10)
#define READ_LIMIT ((size_t)1 << 30) /* bytes that one call gives */

static ny_file *file_of(ny_word me) { return (ny_file *)(void *)ny_as_box(me); }

/* ---- Paths ----------------------------------------------------------------------------------- */

/* The path as the system wants it. NULL: thrown. */
static const char *path_text(ny_word path, char text[PATH_MAX]) {
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

/* IOError "cannot <act> <path>: <cause>". */
static NY_COLD ny_word fail(const char *act, ny_word path, int code) {
    const ny_string *string = ny_as_string(path);
    return ny_throw_system(code, "cannot %s %.*s", act, (int)string->byte_length, string->bytes);
}

bool ny_file_exists(ny_word path) {
    char text[PATH_MAX];
    struct stat status;
    if (path_text(path, text) != NULL) return stat(text, &status) == 0;
    ny_release(ny_error_take()); /* what cannot be a path does not exist */
    return false;
}

ny_word ny_file_delete(ny_word path) {
    char text[PATH_MAX];
    if (path_text(path, text) == NULL) return NY_ERROR;
    return unlink(text) == 0 ? NY_TRUE : fail("delete", path, errno);
}

ny_word ny_file_size_at(ny_word path) {
    char text[PATH_MAX];
    struct stat status;
    if (path_text(path, text) == NULL) return NY_ERROR;
    if (stat(text, &status) != 0) return fail("read", path, errno);
    return ny_from_integer(status.st_size);
}

/* ---- Opening and closing --------------------------------------------------------------------- */

/* open(2)'s flags for "r", "w", "a", with or without "+" (reading and writing); -1: none. */
static int flags_of(ny_word mode) {
    const ny_string *string = ny_as_string(mode);
    bool both = string->byte_length == 2 && string->bytes[1] == '+';
    if (string->byte_length != 1 && !both) return -1;
    switch (string->bytes[0]) {
    case 'r': return both ? O_RDWR : O_RDONLY;
    case 'w': return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC;
    case 'a': return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND;
    default: return -1;
    }
}

static void release_handle(ny_file *file) {
    if (!file->open) return;
    file->open = false;
    close(file->fd);
    ny_descriptor_freed();
    ny_handle_closed(NY_HANDLE_FILE);
    ny_memory_free(file->input, file->room);
    file->input = NULL;
    file->start = file->end = file->room = 0;
}

ny_word ny_file_open(ny_word me, ny_word path, ny_word mode) {
    ny_file *file = file_of(me);
    char text[PATH_MAX];
    int flags = flags_of(mode);
    if (flags < 0)
        return ny_throw_error("ArgumentError", "%.*s is no mode: r, w, a, r+, w+ or a+",
                              (int)ny_as_string(mode)->byte_length, ny_as_string(mode)->bytes);
    if (path_text(path, text) == NULL) return NY_ERROR;
    int fd = open(text, flags | O_CLOEXEC, 0666);
    struct stat status;
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(fd);
        fd = -1;
        errno = EISDIR;
    }
    if (fd < 0) return fail("open", path, errno);
    release_handle(file);
    ny_word before = file->path;
    file->path = ny_retain(path);
    if (before != 0) ny_release(before);
    file->fd = fd;
    file->open = true;
    ny_handle_opened(NY_HANDLE_FILE);
    return NY_TRUE;
}

ny_word ny_file_close(ny_word me) {
    release_handle(file_of(me));
    return NY_TRUE;
}

void ny_file_destroy(ny_box *box) {
    ny_file *file = (ny_file *)(void *)box;
    release_handle(file);
    if (file->path != 0) ny_release(file->path);
    file->path = 0;
}

bool ny_file_is_open(ny_word me) { return file_of(me)->open; }

ny_word ny_file_path(ny_word me) {
    ny_word path = file_of(me)->path;
    return path == 0 ? NY_NULL : ny_retain(path);
}

static bool require_open(const ny_file *file) {
    if (NY_LIKELY(file->open)) return true;
    if (file->path == 0) {
        ny_throw_error("IOError", "the file is not open");
    } else {
        const ny_string *path = ny_as_string(file->path);
        ny_throw_error("IOError", "%.*s is closed", (int)path->byte_length, path->bytes);
    }
    return false;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* More bytes behind `end`: their number, 0 at the end of the file, -1: thrown. */
static ptrdiff_t fill(ny_file *file) {
    if (file->start > 0) {
        memmove(file->input, file->input + file->start, file->end - file->start);
        file->end -= file->start;
        file->start = 0;
    }
    if (file->end == file->room) {
        size_t room = file->room ? file->room * 2 : READ_ROOM;
        char *input = room > READ_LIMIT ? NULL : ny_memory_resize(file->input, file->room, room);
        if (input == NULL) {
            ny_throw_error("OutOfMemoryError", "no memory for what is in a file");
            return -1;
        }
        file->input = input;
        file->room = room;
    }
    for (;;) {
        ssize_t count = read(file->fd, file->input + file->end, file->room - file->end);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail("read", file->path, errno), -1;
        file->end += (size_t)count;
        return count;
    }
}

/* At least `wanted` bytes in the buffer, or all there are. False: thrown. */
static bool gather(ny_file *file, size_t wanted) {
    while (file->end - file->start < wanted) {
        ptrdiff_t count = fill(file);
        if (count < 0) return false;
        if (count == 0) break;
    }
    return true;
}

static ny_word take_text(ny_file *file, size_t count) {
    ny_word text = ny_string_from_untrusted(file->input + file->start, count);
    file->start += count;
    return text;
}

ny_word ny_file_read_all(ny_word me) {
    ny_file *file = file_of(me);
    if (!require_open(file) || !gather(file, READ_LIMIT)) return NY_ERROR;
    return take_text(file, file->end - file->start);
}

static bool gather_some(ny_file *file, int64_t most, size_t *count) {
    size_t wanted = most < 0 ? 0 : (size_t)most < READ_LIMIT ? (size_t)most : READ_LIMIT;
    if (!require_open(file) || !gather(file, wanted)) return false;
    *count = file->end - file->start < wanted ? file->end - file->start : wanted;
    return true;
}

ny_word ny_file_read_some(ny_word me, int64_t most) {
    size_t count;
    if (!gather_some(file_of(me), most, &count)) return NY_ERROR;
    return count == 0 && most > 0 ? NY_NULL : take_text(file_of(me), count);
}

ny_word ny_file_read_bytes(ny_word me, int64_t most) {
    ny_file *file = file_of(me);
    size_t count;
    if (!gather_some(file, most, &count)) return NY_ERROR;
    if (count == 0 && most > 0) return NY_NULL;
    ny_word bytes = ny_buffer_of(file->input + file->start, count);
    if (bytes != NY_ERROR) file->start += count;
    return bytes;
}

ny_word ny_file_read_line(ny_word me) {
    ny_file *file = file_of(me);
    if (!require_open(file)) return NY_ERROR;
    size_t searched = 0;
    for (;;) {
        size_t count = file->end - file->start;
        const char *line = file->input + file->start;
        const char *newline =
            count > searched ? memchr(line + searched, '\n', count - searched) : NULL;
        if (newline != NULL) {
            size_t length = (size_t)(newline - line);
            bool carriage = length > 0 && line[length - 1] == '\r';
            ny_word text = ny_string_from_untrusted(line, length - carriage);
            file->start += length + 1;
            return text;
        }
        searched = count;
        ptrdiff_t more = fill(file);
        if (more < 0) return NY_ERROR;
        if (more == 0) return count == 0 ? NY_NULL : take_text(file, count);
    }
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* 0 or an errno. */
static int write_all(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        bytes += written;
        count -= (size_t)written;
    }
    return 0;
}

/* What the program has not read yet was not read, as far as the file's position goes. */
static bool forget_input(ny_file *file) {
    if (file->start < file->end &&
        lseek(file->fd, -(off_t)(file->end - file->start), SEEK_CUR) < 0 && errno != ESPIPE)
        return false; /* writing would go somewhere else */
    file->start = file->end = 0;
    return true;
}

static ny_word write_content(ny_file *file, ny_word content) {
    size_t count;
    int code;
    if (ny_is_box(content) && ny_is(content, NY_CLASS_BUFFER)) {
        const char *bytes = ny_buffer_bytes(content, &count);
        code = write_all(file->fd, bytes, count);
    } else {
        ny_word text = ny_to_string(content); /* may run the program's code */
        if (text == NY_ERROR) return NY_ERROR;
        const ny_string *string = ny_as_string(text);
        code = file->open ? write_all(file->fd, string->bytes, string->byte_length) : EBADF;
        ny_release(text);
    }
    return code == 0 ? NY_TRUE : fail("write", file->path, code);
}

ny_word ny_file_write(ny_word me, ny_word content) {
    ny_file *file = file_of(me);
    if (!require_open(file)) return NY_ERROR;
    if (!forget_input(file)) return fail("write", file->path, errno);
    return write_content(file, content);
}

ny_word ny_file_append(ny_word me, ny_word content) {
    ny_file *file = file_of(me);
    if (!require_open(file)) return NY_ERROR;
    file->start = file->end = 0;
    if (lseek(file->fd, 0, SEEK_END) < 0 && errno != ESPIPE)
        return fail("write", file->path, errno);
    return write_content(file, content);
}

ny_word ny_file_replace(ny_word me, ny_word content) {
    ny_file *file = file_of(me);
    if (!require_open(file)) return NY_ERROR;
    file->start = file->end = 0;
    if (ftruncate(file->fd, 0) != 0 || lseek(file->fd, 0, SEEK_SET) < 0)
        return fail("write", file->path, errno);
    return write_content(file, content);
}

ny_word ny_file_size(ny_word me) {
    const ny_file *file = file_of(me);
    struct stat status;
    if (!require_open(file)) return NY_ERROR;
    if (fstat(file->fd, &status) != 0) return fail("read", file->path, errno);
    return ny_from_integer(status.st_size);
}

/* ---- Copying --------------------------------------------------------------------------------- */

/* 0 or an errno. */
static int copy_bytes(int from, int to) {
    char bytes[4096];
    for (;;) {
        ssize_t count = read(from, bytes, sizeof bytes);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        if (count == 0) return 0;
        int code = write_all(to, bytes, (size_t)count);
        if (code != 0) return code;
    }
}

ny_word ny_file_copy(ny_word from, ny_word to) {
    char from_text[PATH_MAX], to_text[PATH_MAX];
    if (path_text(from, from_text) == NULL || path_text(to, to_text) == NULL) return NY_ERROR;
    int source = open(from_text, O_RDONLY | O_CLOEXEC);
    if (source < 0) return fail("read", from, errno);
    struct stat status, existing;
    int code = fstat(source, &status) == 0 ? 0 : errno;
    bool same = code == 0 && stat(to_text, &existing) == 0 && existing.st_dev == status.st_dev &&
                existing.st_ino == status.st_ino;
    int target = -1;
    if (code == 0 && !same) {
        target = open(to_text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, status.st_mode & 0777);
        if (target < 0) {
            code = errno;
            close(source);
            return fail("write", to, code);
        }
        code = copy_bytes(source, target);
        if (close(target) != 0 && code == 0) code = errno;
    }
    close(source);
    return code == 0 ? NY_TRUE : fail("copy", from, code);
}
