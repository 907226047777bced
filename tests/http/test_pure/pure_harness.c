/* pure_harness: the parts without input of their own. Each line of standard input is a word and
   hexadecimal bytes or a number; each gives one line of output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_date.h"
#include "http_response.h"
#include "http_scan.h"
#include "http_urlencoded.h"

/* The bytes in a block of exactly their size, for the address sanitizer. */
static char *bytes_of(const char *hex, size_t *length) {
    *length = strlen(hex) / 2;
    char *bytes = malloc(*length ? *length : 1);
    for (size_t i = 0; i < *length; i++)
        bytes[i] = (char)(ny_http_hex(hex[2 * i]) << 4 | ny_http_hex(hex[2 * i + 1]));
    return bytes;
}

static void print_hex(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) printf("%02x", (unsigned char)bytes[i]);
}

static void unescape(const char *hex, bool plus_is_space) {
    size_t length;
    char *text = bytes_of(hex, &length);
    char *out = malloc(length ? length : 1);
    size_t count = ny_http_unescape(out, text, length, plus_is_space);
    print_hex(out, count);
    if (!ny_http_unescapes_to(text, length, plus_is_space, out, count)) printf(" differs");
    if (count && ny_http_unescapes_to(text, length, plus_is_space, out, count - 1))
        printf(" matches a prefix");
    putchar('\n');
    free(text);
    free(out);
}

static void pairs(const char *hex) {
    size_t length;
    char *text = bytes_of(hex, &length);
    const char *from = text;
    ny_http_pair pair;
    while (ny_http_pair_next(&from, text + length, '&', &pair)) {
        print_hex(pair.name, pair.name_length);
        putchar('=');
        print_hex(pair.value, pair.value_length);
        putchar(' ');
    }
    putchar('\n');
    free(text);
}

static void value(const char *hex) {
    size_t length;
    char *text = bytes_of(hex, &length);
    printf("%d %d\n", ny_http_value_valid(text, length), ny_http_token_valid(text, length));
    free(text);
}

/* Whether what is written fits what ny_http_reply_room promised, exactly its size. */
static void reply(unsigned status, size_t body_length) {
    char *body = malloc(body_length + 1);
    memset(body, 'b', body_length);
    ny_http_reply reply = {
        .status = status,
        .reason = "A reason phrase",
        .reason_length = 15,
        .fields = "A: b\r\n",
        .fields_length = 6,
        .body = body,
        .body_length = body_length,
        .type = "text/plain; charset=utf-8",
        .date = "Sun, 06 Nov 1994 08:49:37 GMT",
        .told_length = INT64_MAX,
        .persistence = NY_HTTP_STAYS_SAID,
        .head_only = body_length == 1,
    };
    char *out = malloc(ny_http_reply_room(&reply));
    size_t count = ny_http_reply_write(&reply, out);
    print_hex(out, count);
    putchar('\n');
    free(out);
    free(body);
}

int main(void) {
    static char line[1 << 16], word[16], rest[1 << 16];
    while (fgets(line, sizeof line, stdin)) {
        rest[0] = 0;
        sscanf(line, "%15s %65535s", word, rest);
        if (strcmp(word, "date") == 0) {
            char date[NY_HTTP_DATE_LENGTH];
            ny_http_date_write(date, atoll(rest));
            printf("%.*s\n", NY_HTTP_DATE_LENGTH, date);
        } else if (strcmp(word, "cached") == 0) {
            printf("%.*s\n", NY_HTTP_DATE_LENGTH, ny_http_date_cached(atoll(rest)));
        } else if (strcmp(word, "path") == 0) {
            unescape(rest, false);
        } else if (strcmp(word, "form") == 0) {
            unescape(rest, true);
        } else if (strcmp(word, "pairs") == 0) {
            pairs(rest);
        } else if (strcmp(word, "value") == 0) {
            value(rest);
        } else {
            reply((unsigned)atoi(word), (size_t)atoll(rest));
        }
    }
    return 0;
}
