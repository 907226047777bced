#include "host.h"
#include "json.h"
#include "map.h"

/* Parsed and written again. */
static void round_trip(const char *json, const char *expected) {
    ny_word source = text(json), value = ny_json_parse(source);
    ny_release(source);
    if (value == NY_ERROR) {
        CHECK_TEXT(value, expected);
        return;
    }
    ny_word written = ny_json_write(value, NY_NULL, NY_NULL);
    ny_release(value);
    CHECK_TEXT(written, expected);
}

static void refuses(const char *json, const char *why) {
    ny_word source = text(json);
    CHECK_THROWS(ny_json_parse(source), "ParseError", why);
    ny_release(source);
}

static ny_word nested(char open, char close, int depth) {
    char *bytes = malloc((size_t)depth * 2 + 1);
    memset(bytes, open, (size_t)depth);
    memset(bytes + depth, close, (size_t)depth);
    bytes[depth * 2] = 0;
    ny_word string = text(bytes);
    free(bytes);
    return string;
}

void run_tests(void) {
    round_trip(" { \"a\" : [ 1 , -2.50 , 1e2, true, false, null ] , \"b\" : { } , \"c\":[]} ",
               "{\"a\":[1,-2.5,100,true,false,null],\"b\":{},\"c\":[]}");
    round_trip("\"\\u00e4\\ud83d\\ude00\\n\\/\\\\ \\\" \\u0001\"", "\"ä😀\\n/\\\\ \\\" \\u0001\"");
    round_trip("9223372036854775807", "9223372036854775807");
    round_trip("9223372036854775808", "9223372036854776000"); /* a Float */
    round_trip("-0", "0");
    round_trip("{\"k\":1,\"k\":2}", "{\"k\":2}");
    round_trip("\"ä\"", "\"ä\"");
    refuses("", "line 1, column 1: a value is missing");
    refuses("{\"a\":\n  ?}", "line 2, column 3: a value is missing");
    refuses("[1,]", "column 4");
    refuses("[1 2]", "a `,` or `]` is missing");
    refuses("{\"a\" 1}", "a `:` is missing");
    refuses("{\"a\":1,}", "a key in quotes is missing");
    refuses("{a:1}", "a key in quotes is missing");
    refuses("{\"a\":1", "a `,` or `}` is missing");
    refuses("[", "a value is missing");
    refuses("01", "cannot start with 0");
    refuses("1.", "a digit is missing");
    refuses("-", "a digit is missing");
    refuses("1e", "a digit is missing");
    refuses("+1", "a value is missing");
    refuses("1e999", "too large");
    refuses("nul", "a value is missing");
    refuses("1 2", "more text");
    refuses("\"abc", "no end");
    refuses("\"a\nb\"", "control character");
    refuses("\"\\x\"", "no such escape");
    refuses("\"\\", "no such escape");
    refuses("\"\\u12\"", "hexadecimal");
    refuses("\"\\ud800\"", "surrogate");
    refuses("\"\\ud800\\u0041\"", "surrogate");
    refuses("\"\\udc00\"", "surrogate");

    ny_word deep = nested('[', ']', NY_JSON_DEPTH), deeper = nested('[', ']', NY_JSON_DEPTH + 1);
    ny_word value = ny_json_parse(deep);
    CHECK(value != NY_ERROR);
    ny_release(value);
    CHECK_THROWS(ny_json_parse(deeper), "ParseError", "nested too deep");
    ny_release(deep);
    ny_release(deeper);

    ny_word map = ny_map_empty(), list = ny_array_empty(), one = ny_box_integer(2);
    ny_array_append(list, ny_box_integer(1));
    ny_map_put(map, text("list"), list);
    ny_map_put(map, ny_box_integer(7), ny_array_empty());
    CHECK_TEXT(ny_json_write(map, one, NY_NULL), "{\n  \"list\": [\n    1\n  ],\n  \"7\": []\n}");
    ny_array_append(list, ny_retain(map));
    CHECK_THROWS(ny_json_write(map, NY_NULL, NY_NULL), "ArgumentError", "inside itself");
    ny_release(ny_map_clear(map));
    ny_map_put(map, text("nan"), ny_box_float(__builtin_nan("")));
    CHECK_THROWS(ny_json_write(map, NY_NULL, NY_NULL), "ArgumentError", "nan");
    ny_map_put(map, text("nan"), host_new(HOST_POINT));
    CHECK_THROWS(ny_json_write(map, NY_NULL, NY_NULL), "TypeError", "Point");
    ny_release(map);
}
