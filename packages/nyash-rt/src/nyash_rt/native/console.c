/* ConsoleBox: standard output, error and input; see console.h. Declared by console.nyash. */
#include "console.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "loop.h"
#include "program.h"

#define INPUT_BYTES ((size_t)4 << 10)

void ny_console_write_error(const char *bytes, size_t count) {
    ny_print_flush();
    while (count > 0) {
        ssize_t written = write(STDERR_FILENO, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return; /* nobody can be told that telling failed */
        bytes += written;
        count -= (size_t)written;
    }
}

/* ---- Natives --------------------------------------------------------------------------------- */

static ny_word write_text(ny_word value, const char *end, void (*out)(const char *, size_t)) {
    ny_word text = ny_to_string(value);
    if (text == NY_ERROR) return NY_ERROR;
    const ny_string *string = ny_as_string(text);
    out(string->bytes, string->byte_length);
    if (*end != 0) out(end, strlen(end));
    ny_release(text);
    return NY_NULL;
}

ny_word ny_console_print(ny_word value) { return write_text(value, "", ny_print_bytes); }

ny_word ny_console_log(ny_word value) { return write_text(value, "\n", ny_print_bytes); }

ny_word ny_console_error(ny_word value) { return write_text(value, "\n", ny_console_write_error); }

void ny_console_clear(void) {
    static const char sequence[] = "\x1b[2J\x1b[H"; /* ECMA-48: erase all, cursor home */
    if (isatty(STDOUT_FILENO)) ny_print_bytes(sequence, sizeof sequence - 1);
}

/* ---- Input ----------------------------------------------------------------------------------- */

/* Standard input stays blocking: its flags are shared with other processes. So it is only read when
   poll() says that there is something. */
static struct {
    ny_descriptor descriptor;
    char *bytes;
    size_t start, end, room;
} input;

#ifdef NYASH_FAULTS
NY_FAULT_AT_END(drop_input) { ny_memory_free(input.bytes, input.room); }
#endif

static bool has_input(void) {
    struct pollfd question = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&question, 1, 0) != 0;
}

/* More bytes behind `end`. 1: some, 0: end of the input, NY_ERROR (as -1): thrown. */
static int read_more(void) {
    if (!input.descriptor.open) ny_descriptor_open(&input.descriptor, STDIN_FILENO);
    while (!has_input()) {
        int code =
            ny_descriptor_wait_readable(&input.descriptor, NY_NO_DEADLINE, "standard input");
        if (code == NY_IO_CANCELLED) return ny_task_throw_cancelled(), -1;
        if (code != 0) return ny_throw_system(-code, "cannot read standard input"), -1;
    }
    if (input.start > 0) {
        memmove(input.bytes, input.bytes + input.start, input.end - input.start);
        input.end -= input.start;
        input.start = 0;
    }
    if (input.end == input.room) {
        size_t room = input.room ? input.room * 2 : INPUT_BYTES;
        char *bytes = ny_memory_resize(input.bytes, input.room, room);
        if (bytes == NULL) return ny_throw_error("OutOfMemoryError", "standard input is too long"), -1;
        input.bytes = bytes;
        input.room = room;
    }
    ssize_t count = read(STDIN_FILENO, input.bytes + input.end, input.room - input.end);
    if (count < 0 && errno == EINTR) return 1;
    if (count < 0) return ny_throw_system(errno, "cannot read standard input"), -1;
    input.end += (size_t)count;
    return count > 0;
}

ny_word ny_console_read_line(void) {
    size_t searched = 0;
    for (;;) {
        char *line = input.bytes + input.start;
        size_t count = input.end - input.start;
        char *newline = count > searched ? memchr(line + searched, '\n', count - searched) : NULL;
        int more = 1;
        if (newline == NULL) {
            searched = count;
            more = read_more();
            if (more < 0) return NY_ERROR;
            if (more > 0) continue;
            if (count == 0) return NY_NULL;
            line = input.bytes + input.start;
        }
        size_t length = newline != NULL ? (size_t)(newline - line) : count;
        input.start += newline != NULL ? length + 1 : length;
        if (newline != NULL && length > 0 && line[length - 1] == '\r') length--;
        return ny_string_from_untrusted(line, length);
    }
}

ny_word ny_console_read_all(void) {
    int more;
    do more = read_more();
    while (more > 0);
    if (more < 0) return NY_ERROR;
    ny_word text = ny_string_from_untrusted(input.bytes + input.start, input.end - input.start);
    if (text != NY_ERROR) input.start = input.end;
    return text;
}
