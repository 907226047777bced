/* Reads cases from stdin: "<piece size> <length of the type> <length of the body>\n", the type, the
   body. Writes the events of the form: B <fields>, D <content> (joined), E, ., or ! <complaint>, with
   lengths in front of texts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_multipart.h"

static void show(char mark, const char *bytes, size_t count) {
    printf("%c %zu ", mark, count);
    fwrite(bytes, 1, count, stdout);
    putchar('\n');
}

static void run(size_t piece, const char *type, size_t type_length, const char *body, size_t length) {
    ny_http_multipart form;
    const char *complaint = ny_http_multipart_begin(&form, type, type_length);
    if (complaint) {
        show('!', complaint, strlen(complaint));
        return;
    }
    size_t done = 0, shown = 0;
    for (;;) {
        /* A copy of its own, so that reading beyond what was shown is found out. */
        size_t count = shown - done, taken;
        char *bytes = malloc(count ? count : 1);
        if (!bytes) abort();
        memcpy(bytes, body + done, count);
        enum ny_http_multipart_event event = ny_http_multipart_next(&form, bytes, count, &taken);
        if (taken > count) abort();
        done += taken;
        if (event == NY_HTTP_PART_BEGIN) {
            ny_http_part_head head;
            complaint = ny_http_part_head_read(&head, form.event, form.event_length);
            if (complaint) show('!', complaint, strlen(complaint));
            else {
                show('B', head.name.bytes, head.name.length);
                if (head.filename.bytes) show('F', head.filename.bytes, head.filename.length);
                if (head.type.bytes) show('T', head.type.bytes, head.type.length);
            }
        }
        if (event == NY_HTTP_PART_DATA) show('D', form.event, form.event_length);
        if (event == NY_HTTP_PART_END) puts("E");
        if (event == NY_HTTP_PARTS_END) puts(".");
        if (event == NY_HTTP_PARTS_BAD) show('!', form.complaint, strlen(form.complaint));
        free(bytes);
        if (event == NY_HTTP_PARTS_END || event == NY_HTTP_PARTS_BAD || complaint) return;
        if (event == NY_HTTP_PART_MORE && taken == 0) {
            if (shown == length) {
                puts("?");
                return;
            }
            shown = length - shown < piece ? length : shown + piece;
        }
    }
}

int main(void) {
    size_t piece, type_length, length;
    while (scanf("%zu %zu %zu", &piece, &type_length, &length) == 3) {
        getchar();
        char *type = malloc(type_length + 1), *body = malloc(length + 1);
        if (!type || !body) abort();
        if (fread(type, 1, type_length, stdin) != type_length) return 1;
        if (fread(body, 1, length, stdin) != length) return 1;
        run(piece, type, type_length, body, length);
        puts("=");
        free(type);
        free(body);
    }
    return 0;
}
