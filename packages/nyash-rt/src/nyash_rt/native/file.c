/* Files; see file.h. Declared by file.nyash. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_handle.h"
#include "file_path.h"
#include "program.h"

#define READ_ROOM ((size_t)16 << 10)
#define READ_LIMIT ((size_t)1 << 30) /* bytes that one call gives */

static ny_file *file_of(ny_word me) { return (ny_file *)(void *)ny_as_box(me); }

/* ---- Opening and closing --------------------------------------------------------------------- */

/* open(2)'s flags for "r", "w", "a", "x", with or without "+" (reading and writing); -1: none. */
static int flags_of(ny_word mode) {
    const ny_string *string = ny_as_string(mode);
    bool both = string->byte_length == 2 && string->bytes[1] == '+';
    if (string->byte_length != 1 && !both) return -1;
    switch (string->bytes[0]) {
    case 'r': return both ? O_RDWR : O_RDONLY;
    case 'w': return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC;
    case 'a': return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND;
    case 'x': return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_EXCL;
    default: return -1;
    }
}

static void release_handle(ny_file *file) {
    if (file->handle == NULL) return;
    ny_file_handle *handle = file->handle;
    file->handle = NULL;
    ny_handle_closed(NY_HANDLE_FILE);
    ny_file_handle_release(handle);
}

ny_word ny_file_open(ny_word me, ny_word path, ny_word mode) {
    char text[PATH_MAX];
    int flags = flags_of(mode), code;
    if (flags < 0)
        return ny_throw_error("ArgumentError", "%.*s is no mode: r, w, a, x, r+, w+, a+ or x+",
                              (int)ny_as_string(mode)->byte_length, ny_as_string(mode)->bytes);
    if (ny_path_text(path, text) == NULL) return NY_ERROR;
    ny_file_handle *handle = ny_file_handle_open(text, flags, &code);
    if (handle == NULL) return code < 0 ? NY_ERROR : ny_path_failed("open", path, code);
    ny_file *file = file_of(me);
    if (NY_UNLIKELY(ny_as_box(me)->flags & NY_DEAD)) { /* finalised meanwhile */
        ny_file_handle_release(handle);
        return ny_use_after_fini(me);
    }
    release_handle(file);
    ny_word before = file->path;
    file->path = ny_retain(path);
    if (before != 0) ny_release(before);
    file->handle = handle;
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

bool ny_file_is_open(ny_word me) { return file_of(me)->handle != NULL; }

ny_word ny_file_path(ny_word me) {
    ny_word path = file_of(me)->path;
    return path == 0 ? NY_NULL : ny_retain(path);
}

static bool require_open(const ny_file *file) {
    if (NY_LIKELY(file->handle != NULL)) return true;
    if (file->path == 0) {
        ny_throw_error("IOError", "the file is not open");
    } else {
        const ny_string *path = ny_as_string(file->path);
        ny_throw_error("IOError", "%.*s is closed", (int)path->byte_length, path->bytes);
    }
    return false;
}

/* ---- Taking turns ---------------------------------------------------------------------------- */

/* One operation of a task on a file. While it waits, others may close the FileBox or open another
   file with it: `handle` is what the operation began with. */
typedef struct turn {
    ny_file *file;
    ny_file_handle *handle; /* NULL: it is over */
} turn;

static void end(turn *turn) {
    if (turn->handle != NULL) ny_file_handle_end(turn->handle);
}

/* What became of a call that may have suspended: its result, or -1: thrown. */
static int64_t after(turn *turn, int64_t result, const char *act) {
    if (result == NY_FILE_LOST) {
        turn->handle = NULL;
        return -1;
    }
    if (turn->file->handle != turn->handle) {
        if (require_open(turn->file))
            ny_throw_error("IOError", "the file was opened anew while it was used");
        return -1;
    }
    if (result >= 0) return result;
    ny_path_failed(act, turn->file->path, (int)-result);
    return -1;
}

static bool begin(turn *turn, ny_word me) {
    *turn = (struct turn){.file = file_of(me)};
    if (!require_open(turn->file)) return false;
    ny_file_handle *handle = turn->file->handle;
    if (!ny_file_handle_begin(handle)) return false;
    turn->handle = handle;
    if (NY_LIKELY(after(turn, 0, "use") == 0)) return true;
    end(turn); /* closed while it waited: nothing is read or written any more */
    return false;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* More bytes behind `end`: their number, 0 at the end of the file, -1: thrown. */
static int64_t fill(turn *turn) {
    ny_file_handle *handle = turn->handle;
    if (handle->start > 0) {
        memmove(handle->input, handle->input + handle->start, handle->end - handle->start);
        handle->end -= handle->start;
        handle->start = 0;
    }
    if (handle->end == handle->room) {
        size_t room = handle->room ? handle->room * 2 : READ_ROOM;
        char *input =
            room > READ_LIMIT ? NULL : ny_memory_resize(handle->input, handle->room, room);
        if (input == NULL) {
            ny_throw_error("OutOfMemoryError", "no memory for what is in a file");
            return -1;
        }
        handle->input = input;
        handle->room = room;
    }
    char *free = handle->input + handle->end;
    int64_t count = ny_file_handle_read(handle, free, handle->room - handle->end);
    count = after(turn, count, "read");
    if (count > 0) handle->end += (size_t)count;
    return count;
}

/* At least `wanted` bytes in the buffer, or all there are. False: thrown. */
static bool gather(turn *turn, size_t wanted) {
    const ny_file_handle *handle = turn->handle;
    while (handle->end - handle->start < wanted) {
        int64_t count = fill(turn);
        if (count < 0) return false;
        if (count == 0) break;
    }
    return true;
}

static ny_word take_text(ny_file_handle *handle, size_t count) {
    ny_word text = ny_string_from_untrusted(handle->input + handle->start, count);
    handle->start += count;
    return text;
}

ny_word ny_file_read_all(ny_word me) {
    turn turn;
    if (!begin(&turn, me)) return NY_ERROR;
    ny_word text = NY_ERROR;
    ny_file_handle *handle = turn.handle;
    if (gather(&turn, READ_LIMIT)) text = take_text(handle, handle->end - handle->start);
    end(&turn);
    return text;
}

/* Gathers at most so many bytes: their number, or -1: thrown. */
static int64_t gather_some(turn *turn, int64_t most) {
    if (most < 0) {
        ny_throw_error("ArgumentError", "cannot read %lld bytes", (long long)most);
        return -1;
    }
    size_t wanted = (size_t)most < READ_LIMIT ? (size_t)most : READ_LIMIT;
    if (!gather(turn, wanted)) return -1;
    size_t there = turn->handle->end - turn->handle->start;
    return (int64_t)(there < wanted ? there : wanted);
}

ny_word ny_file_read_some(ny_word me, int64_t most) {
    turn turn;
    if (!begin(&turn, me)) return NY_ERROR;
    int64_t count = gather_some(&turn, most);
    ny_word text = NY_ERROR;
    if (count >= 0)
        text = count == 0 && most > 0 ? NY_NULL : take_text(turn.handle, (size_t)count);
    end(&turn);
    return text;
}

ny_word ny_file_read_bytes(ny_word me, int64_t most) {
    turn turn;
    if (!begin(&turn, me)) return NY_ERROR;
    int64_t count = gather_some(&turn, most);
    ny_word bytes = NY_ERROR;
    if (count == 0 && most > 0)
        bytes = NY_NULL;
    else if (count >= 0)
        bytes = ny_buffer_of(turn.handle->input + turn.handle->start, (size_t)count);
    if (count > 0 && bytes != NY_ERROR) turn.handle->start += (size_t)count;
    end(&turn);
    return bytes;
}

static ny_word read_line(turn *turn) {
    ny_file_handle *handle = turn->handle;
    size_t searched = 0;
    for (;;) {
        size_t count = handle->end - handle->start;
        const char *line = handle->input + handle->start;
        const char *newline =
            count > searched ? memchr(line + searched, '\n', count - searched) : NULL;
        if (newline != NULL) {
            size_t length = (size_t)(newline - line);
            bool carriage = length > 0 && line[length - 1] == '\r';
            ny_word text = ny_string_from_untrusted(line, length - carriage);
            handle->start += length + 1;
            return text;
        }
        searched = count;
        int64_t more = fill(turn);
        if (more < 0) return NY_ERROR;
        if (more == 0) return count == 0 ? NY_NULL : take_text(handle, count);
    }
}

ny_word ny_file_read_line(ny_word me) {
    turn turn;
    if (!begin(&turn, me)) return NY_ERROR;
    ny_word line = read_line(&turn);
    end(&turn);
    return line;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* Where writing begins: at the position the program has read up to, at the end, or in an emptied
   file. */
enum where { HERE, AT_THE_END, INSTEAD };

/* False: thrown. */
static bool go_there(turn *turn, enum where where) {
    ny_file_handle *handle = turn->handle;
    size_t start = handle->start, unread = handle->end - start;
    handle->start = handle->end = 0;
    if (where == INSTEAD) return after(turn, ny_file_handle_empty(handle), "write") >= 0;
    off_t by = where == HERE ? -(off_t)unread : 0;
    if (where == HERE && by == 0) return true;
    if (lseek(handle->fd, by, where == HERE ? SEEK_CUR : SEEK_END) >= 0 || errno == ESPIPE)
        return true;
    handle->start = start; /* writing would go somewhere else, so there is none */
    handle->end = start + unread;
    return after(turn, -errno, "write") >= 0;
}

/* The bytes of a String or Buffer, as they are now: a Buffer may change while others run. */
static const char *bytes_of(ny_word content, size_t *count) {
    if (ny_is(content, NY_CLASS_BUFFER)) return ny_buffer_bytes(content, count);
    *count = ny_as_string(content)->byte_length;
    return ny_as_string(content)->bytes;
}

static ny_word write_at(ny_word me, ny_word content, enum where where) {
    bool plain = ny_is_box(content) && ny_is(content, NY_CLASS_BUFFER);
    ny_word bytes = plain ? ny_retain(content) : ny_to_string(content); /* may run the program */
    if (bytes == NY_ERROR) return NY_ERROR;
    turn turn;
    if (!begin(&turn, me)) {
        ny_release(bytes);
        return NY_ERROR;
    }
    size_t done = 0, count;
    bool fine = go_there(&turn, where);
    while (fine) {
        const char *rest = bytes_of(bytes, &count);
        if (done >= count) break;
        int64_t written = ny_file_handle_write(turn.handle, rest + done, count - done);
        written = after(&turn, written, "write");
        fine = written >= 0;
        if (fine) done += (size_t)written;
    }
    end(&turn);
    ny_release(bytes);
    return fine ? NY_TRUE : NY_ERROR;
}

ny_word ny_file_write(ny_word me, ny_word content) { return write_at(me, content, HERE); }

ny_word ny_file_append(ny_word me, ny_word content) { return write_at(me, content, AT_THE_END); }

ny_word ny_file_replace(ny_word me, ny_word content) { return write_at(me, content, INSTEAD); }

ny_word ny_file_size(ny_word me) {
    const ny_file *file = file_of(me);
    struct stat status;
    if (!require_open(file)) return NY_ERROR;
    if (fstat(file->handle->fd, &status) != 0) return ny_path_failed("read", file->path, errno);
    return ny_from_integer(status.st_size);
}
