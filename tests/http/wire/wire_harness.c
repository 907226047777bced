/* wire_harness: one connection from its first to its last byte, with a small program behind it.

   Standard input: records of a 32-bit length, a 32-bit place where the first piece ends (0: all is
   one piece), an ending (0 end of stream, 1 silence, 2 reset), whether to try all cuts (1), and the
   client's bytes. Standard output: per record the bytes sent, in hexadecimal; a line of
   facts; "SPLIT …" where cutting the input somewhere changes what is sent; ".". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_request_box.h"
#include "http_response_box.h"
#include "http_slab.h"
#include "http_socket.h"
#include "memory_runtime.h"

memory_socket *memory_current;

static bool path_is(ny_word path, const char *text) {
    const ny_string *string = ny_as_string(path);
    return string->byte_length == strlen(text) && memcmp(string->bytes, text, strlen(text)) == 0;
}

static void drop(ny_word owned) {
    if (owned) ny_release(owned);
}

static ny_word text(const char *zero_terminated) { return ny_string_text(zero_terminated); }

/* Sets a header and gives back what was thrown, as the response's body. */
static void try_header(ny_word response, const char *name, const char *value, size_t length) {
    ny_word key = text(name), content = ny_string_new(value, length);
    ny_word done = ny_http_response_box_set_header(response, key, content);
    if (!done) {
        ny_word error = text(memory_take_error());
        drop(ny_http_response_box_append_body(response, error));
        ny_release(error);
    }
    drop(done);
    ny_release(key);
    ny_release(content);
}

static void append(ny_word response, ny_word owned) {
    ny_word shown = owned == NY_NULL ? text("-") : ny_to_string(owned);
    ny_word separator = text("|");
    drop(ny_http_response_box_append_body(response, shown));
    drop(ny_http_response_box_append_body(response, separator));
    ny_release(separator);
    ny_release(shown);
    ny_release(owned);
}

/* Everything a request can be asked, in one line. */
static void describe(ny_word response, ny_word request) {
    ny_word name = text("name"), header = text("X-Thing"), cookie = text("c");
    append(response, ny_http_request_box_method(request));
    append(response, ny_http_request_box_path(request));
    append(response, ny_http_request_box_version(request));
    append(response, ny_http_request_box_query_string(request));
    append(response, ny_http_request_box_query(request, name));
    append(response, ny_http_request_box_header(request, header));
    append(response, ny_http_request_box_cookie(request, cookie));
    append(response, ny_http_request_box_content_type(request));
    append(response, ny_http_request_box_content_length(request));
    append(response, ny_http_request_box_remote_address(request));
    append(response, ny_http_request_box_body(request));
    ny_word form = ny_http_request_box_form(request);
    ny_word field = ny_map_find(form, name);
    append(response, field ? ny_retain(field) : NY_NULL);
    ny_release(form);
    drop(ny_http_request_box_all_headers(request));
    drop(ny_http_request_box_set_param(request, name, header));
    append(response, ny_http_request_box_param(request, name));
    ny_release(name);
    ny_release(header);
    ny_release(cookie);
}

static ny_word answer(ny_word request) {
    ny_word response = ny_from_box(ny_box_new_id(33));
    ny_word path = ny_http_request_box_path(request);
    ny_word body = text("hello\n");
    if (path_is(path, "/describe")) {
        describe(response, request);
    } else if (path_is(path, "/close")) {
        try_header(response, "Connection", "close", 5);
        drop(ny_http_response_box_text(response, body));
    } else if (path_is(path, "/empty")) {
        drop(ny_http_response_box_set_status(response, 204));
    } else if (path_is(path, "/split")) {
        try_header(response, "X", "a\r\nSet-Cookie: b", 16);
        try_header(response, "X", "a\0b", 3);
        try_header(response, "X\r\nY", "a", 1);
        try_header(response, "X", "fine", 4);
    } else if (path_is(path, "/framing")) {
        try_header(response, "Content-Length", "99", 2);
        try_header(response, "Transfer-Encoding", "chunked", 7);
        drop(ny_http_response_box_html(response, body));
    } else if (path_is(path, "/cookie")) {
        ny_word name = text("id");
        drop(ny_http_response_box_set_cookie(response, name, ny_from_small(7)));
        ny_release(name);
        ny_word location = text("/there");
        drop(ny_http_response_box_redirect(response, location));
        ny_release(location);
    } else if (path_is(path, "/early")) {
        drop(ny_http_response_box_set_status(response, 103));
    } else {
        drop(ny_http_response_box_text(response, body));
    }
    ny_release(body);
    ny_release(path);
    return response;
}

static void serve(memory_socket *memory, bool *closed) {
    ny_word socket = (ny_word)(uintptr_t)memory;
    *closed = false;
    for (;;) {
        ny_word request = ny_http_read_request(socket);
        if (!request) printf("thrown %s\n", memory_take_error());
        if (!request || request == NY_NULL) break;
        ny_word response = answer(request);
        ny_word goes_on = ny_http_send_response(socket, response);
        if (ny_http_response_box_status(response) == ny_from_small(103)) {
            drop(ny_http_response_box_set_status(response, 200));
            goes_on = ny_http_send_response(socket, response);
        }
        ny_release(response);
        ny_release(request);
        if (goes_on != NY_TRUE) *closed = true;
    }
}

static memory_socket run(
    const char *input, size_t length, ptrdiff_t ending, size_t cut, bool step, bool *closed) {
    memory_socket memory = {
        .input = input, .input_length = length, .ending = ending, .cut = cut, .step = step};
    memory_current = &memory;
    serve(&memory, closed);
    return memory;
}

int main(void) {
    static const ptrdiff_t endings[] = {0, NY_IO_TIMEOUT, -104};
    struct {
        uint32_t length, cut;
        uint8_t ending, all_cuts, unused[2];
    } head;
    while (fread(&head, sizeof head, 1, stdin) == 1) {
        size_t length = head.length;
        ptrdiff_t ending = endings[head.ending % 3];
        char *input = malloc(length ? length : 1);
        if (fread(input, 1, length, stdin) != length) return 2;
        bool closed, other_closed;
        memory_socket whole = run(input, length, ending, head.cut, false, &closed);
        for (size_t i = 0; i < whole.output_length; i++)
            printf("%02x", (unsigned char)whole.output[i]);
        printf("\nclosed=%d half=%d left=%zu writes=%u\n", closed, whole.half_closed,
               whole.input_length - whole.taken, whole.writes);
        for (size_t cut = 0; head.all_cuts && cut <= length; cut++) {
            memory_socket other = run(input, length, ending, cut, cut == 0, &other_closed);
            if (other.output_length != whole.output_length || other_closed != closed ||
                (whole.output_length &&
                 memcmp(other.output, whole.output, whole.output_length) != 0))
                printf("SPLIT at %zu: %.*s\n", cut, (int)other.output_length, other.output);
            memory_socket_close(&other);
        }
        memory_socket_close(&whole);
        if (memory_boxes) printf("LEFT %ld Boxes\n", memory_boxes);
        puts(".");
        fflush(stdout);
        free(input);
    }
    return 0;
}
