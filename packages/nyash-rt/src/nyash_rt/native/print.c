/* `print`, and the buffer in front of standard output that ConsoleBox shares.

   On a terminal each print is written at once; else when 8 KiB have gathered, before the worker
   waits (loop.c) and at the end. What cannot be written (a full disk, a broken device) is lost: that is
   said once, and the program's exit code tells of it. A reader that has gone wants no more. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "heap.h"
#include "program.h"
#include "text.h"

#define GATHERED_LIMIT 8192

static char gathered[GATHERED_LIMIT];
static size_t gathered_count;
static int is_terminal = -1;
static bool lost;

bool ny_print_lost(void) { return lost; }

static NY_COLD void lose(int code) {
    if (lost || code == EPIPE) return;
    lost = true;
    fprintf(stderr, "nyash: cannot write to standard output: %s\n", strerror(code));
}

static void write_out(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, count);
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) { /* somebody made it non-blocking */
            struct pollfd wait = {.fd = STDOUT_FILENO, .events = POLLOUT};
            poll(&wait, 1, -1);
        } else if (written == 0 || errno != EINTR) {
            lose(written == 0 ? EIO : errno);
            return;
        }
    }
}

void ny_print_flush(void) {
    size_t count = gathered_count;
    gathered_count = 0;
    write_out(gathered, count);
}

void ny_print_bytes(const char *bytes, size_t count) {
    if (is_terminal < 0) is_terminal = isatty(STDOUT_FILENO);
    if (count > GATHERED_LIMIT - gathered_count) ny_print_flush();
    if (count > GATHERED_LIMIT) {
        write_out(bytes, count);
        return;
    }
    memcpy(gathered + gathered_count, bytes, count);
    gathered_count += count;
    if (is_terminal) ny_print_flush();
}

ny_word ny_print(ny_word values) {
    ny_text text = {0};
    for (size_t i = 0; i < ny_array_count(values); i++) {
        if (i > 0) ny_text_append(&text, " ", 1);
        if (!ny_text_value(&text, ny_array_at(values, i))) {
            ny_text_drop(&text);
            return NY_ERROR;
        }
    }
    ny_text_append(&text, "\n", 1);
    bool complete = !text.failed;
    if (NY_LIKELY(complete)) ny_print_bytes(text.bytes, text.length);
    ny_text_drop(&text);
    return NY_LIKELY(complete) ? NY_NULL : ny_heap_exhausted();
}
