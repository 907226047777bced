/* http_cookie.c: HTTPResponseBox.setCookie (declared in boxes/response.nyash; RFC 6265 section
   4.1). */
#include <string.h>

#include "http_fields.h"
#include "http_response_box.h"
#include "http_scan.h"

/* Name, value and attributes together; browsers drop cookies beyond 4096 bytes. */
#define LONGEST_COOKIE 4096

typedef struct line {
    char text[LONGEST_COOKIE];
    size_t length;
    bool full;
} line;

static void add(line *out, const char *text, size_t length) {
    if (out->full || length > sizeof out->text - out->length) {
        out->full = true;
        return;
    }
    memcpy(out->text + out->length, text, length);
    out->length += length;
}

/* cookie-octet: visible ASCII but quotes, comma, semicolon and backslash. */
static bool value_valid(const ny_string *value) {
    for (uint32_t i = 0; i < value->byte_length; i++) {
        unsigned char c = (unsigned char)value->bytes[i];
        if (c <= ' ' || c >= 127 || strchr("\",;\\", c)) return false;
    }
    return true;
}

static bool attribute_valid(const ny_string *value) {
    return ny_http_value_valid(value->bytes, value->byte_length) &&
           !memchr(value->bytes, ';', value->byte_length);
}

/* The option's value, borrowed; NY_NULL if it is not there, NY_ERROR if thrown. */
static ny_word option(ny_word options, const char *name) {
    ny_word key = ny_string_text(name);
    if (!key) return NY_ERROR;
    ny_word value = ny_map_find(options, key);
    ny_release(key);
    return value ? value : NY_NULL;
}

/* "; Name=value" where the option is given. False: thrown. */
static bool add_attribute(line *out, ny_word options, const char *key, const char *name) {
    ny_word given = option(options, key);
    if (!given) return false;
    if (given == NY_NULL) return true;
    ny_word text = ny_to_string(given);
    if (!text) return false;
    bool valid = attribute_valid(ny_as_string(text));
    if (valid) {
        add(out, "; ", 2);
        add(out, name, strlen(name));
        add(out, "=", 1);
        add(out, ny_as_string(text)->bytes, ny_as_string(text)->byte_length);
    } else {
        ny_throw_error("ArgumentError", "the cookie option %s has a character it cannot have", key);
    }
    ny_release(text);
    return valid;
}

static bool add_flag(line *out, ny_word options, const char *key, const char *name) {
    ny_word given = option(options, key);
    if (!given) return false;
    if (ny_truth(given)) {
        add(out, "; ", 2);
        add(out, name, strlen(name));
    }
    return true;
}

static ny_word put_cookie(ny_word me, const ny_string *name, const ny_string *value, ny_word options) {
    if (!ny_http_token_valid(name->bytes, name->byte_length))
        return ny_throw_error("ArgumentError", "a cookie's name must be a word without separators");
    if (!value_valid(value))
        return ny_throw_error(
            "ArgumentError",
            "a cookie's value cannot hold blanks, quotes, commas, semicolons, backslashes or "
            "non-ASCII characters; encode it first");
    line out;
    out.length = 0;
    out.full = false;
    add(&out, name->bytes, name->byte_length);
    add(&out, "=", 1);
    add(&out, value->bytes, value->byte_length);
    if (options == NY_NULL) {
        add(&out, "; Path=/", 8);
    } else {
        ny_word path = option(options, "path");
        if (!path) return NY_ERROR;
        if (path == NY_NULL) add(&out, "; Path=/", 8);
        if (!add_attribute(&out, options, "path", "Path") ||
            !add_attribute(&out, options, "domain", "Domain") ||
            !add_attribute(&out, options, "maxAge", "Max-Age") ||
            !add_attribute(&out, options, "expires", "Expires") ||
            !add_attribute(&out, options, "sameSite", "SameSite") ||
            !add_flag(&out, options, "secure", "Secure") ||
            !add_flag(&out, options, "httpOnly", "HttpOnly"))
            return NY_ERROR;
    }
    if (out.full)
        return ny_throw_error("ArgumentError", "a cookie of more than %d bytes", LONGEST_COOKIE);
    ny_http_response_box *response = (ny_http_response_box *)ny_as_box(me);
    if (!ny_http_fields_add(response, "Set-Cookie", 10, out.text, out.length)) return NY_ERROR;
    return ny_retain(me);
}

ny_word ny_http_response_box_set_cookie(ny_word me, ny_word name, ny_word value) {
    return ny_http_response_box_set_cookie_with(me, name, value, NY_NULL);
}

ny_word ny_http_response_box_set_cookie_with(
    ny_word me, ny_word name, ny_word value, ny_word options) {
    ny_word text = ny_to_string(value);
    if (!text) return NY_ERROR;
    ny_word result = put_cookie(me, ny_as_string(name), ny_as_string(text), options);
    ny_release(text);
    return result;
}
