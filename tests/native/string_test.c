#include "array.h"
#include "host.h"
#include "utf8.h"

/* f(me, …) with `me` from C text, released. */
#define ON(receiver, call)                \
    do {                                  \
        ny_word me = text(receiver);      \
        call;                             \
        ny_release(me);                   \
    } while (0)
#define WITH(argument, call)              \
    do {                                  \
        ny_word part = text(argument);    \
        call;                             \
        ny_release(part);                 \
    } while (0)

static const char *const long_ascii =
    "The quick brown fox jumps over the lazy dog, and the lazy dog does not mind it at all.";

static void text_is_indexed_by_code_point(void) {
    ON("häß→😀!", {
        CHECK(ny_string_length(me) == 6 && ny_string_byte_length(me) == 13);
        CHECK_TEXT(ny_string_get(me, 1), "ä");
        CHECK_TEXT(ny_string_get(me, 4), "😀");
        CHECK_TEXT(ny_string_get(me, -1), "!");
        CHECK_TEXT(ny_string_at(me, -6), "h");
        CHECK(ny_string_get(me, 6) == NY_NULL && ny_string_get(me, -7) == NY_NULL);
        CHECK_THROWS(ny_string_at(me, 6), "IndexError", "6 characters");
        CHECK_TEXT(ny_string_substring(me, 1, 4), "äß→");
        CHECK_TEXT(ny_string_substring(me, 4, 100), "😀!");
        CHECK_TEXT(ny_string_substring(me, -2, 6), "😀!");
        CHECK_TEXT(ny_string_substring(me, 5, 2), "");
        CHECK_TEXT(ny_string_substring_from(me, 9), "");
        CHECK_TEXT(ny_string_code_point_at(me, 4), "128512");
        CHECK_TEXT(ny_string_reverse(me), "!😀→ßäh");
        CHECK_TEXT(ny_string_chars(me), "[\"h\", \"ä\", \"ß\", \"→\", \"😀\", \"!\"]");
        WITH("→", CHECK(ny_string_index_of(me, part) == 3));
        WITH("x", CHECK(ny_string_index_of(me, part) == -1));
        WITH("", CHECK(ny_string_index_of(me, part) == 0));
    });
    CHECK_TEXT(ny_string_from_code_point(0x1F600), "😀");
    CHECK_THROWS(ny_string_from_code_point(0xD800), "ArgumentError", "55296");
    CHECK_THROWS(ny_string_from_code_point(-1), "ArgumentError", "-1");
}

static void text_is_searched(void) {
    ON("abcabcabd", {
        WITH("abd", CHECK(ny_string_index_of(me, part) == 6));
        WITH("abc", CHECK(ny_string_last_index_of(me, part) == 3));
        WITH("abc", CHECK(ny_string_index_of_from(me, part, 1) == 3));
        WITH("abc", CHECK(ny_string_index_of_from(me, part, -5) == -1));
        WITH("abd", CHECK(ny_string_contains(me, part) && ny_string_ends_with(me, part)));
        WITH("abx", CHECK(!ny_string_contains(me, part) && !ny_string_starts_with(me, part)));
        ny_word to = text("-");
        WITH("abc", CHECK_TEXT(ny_string_replace(me, part, to), "--abd"));
        WITH("", CHECK_TEXT(ny_string_replace(me, part, to), "-a-b-c-a-b-c-a-b-d-"));
        ny_release(to);
        WITH("bc", CHECK_TEXT(ny_string_split(me, part), "[\"a\", \"a\", \"abd\"]"));
        WITH("", CHECK_TEXT(ny_string_split(me, part),
                            "[\"a\", \"b\", \"c\", \"a\", \"b\", \"c\", \"a\", \"b\", \"d\"]"));
    });
    ON("", WITH(",", CHECK_TEXT(ny_string_split(me, part), "[\"\"]")));
    ON(",", WITH(",", CHECK_TEXT(ny_string_split(me, part), "[\"\", \"\"]")));
    ON("a\r\nb\n\nc\n", CHECK_TEXT(ny_string_lines(me), "[\"a\", \"b\", \"\", \"c\"]"));
}

static void text_is_edited(void) {
    ON(" \t\n x \xC2\xA0", {
        CHECK_TEXT(ny_string_trim(me), "x");
        CHECK_TEXT(ny_string_trim_start(me), "x \xC2\xA0");
        CHECK_TEXT(ny_string_trim_end(me), " \t\n x");
    });
    ON("  ", CHECK_TEXT(ny_string_trim(me), ""));
    ON("aBc", {
        CHECK_TEXT(ny_string_to_upper(me), "ABC");
        CHECK_TEXT(ny_string_to_lower(me), "abc");
        WITH("xy", CHECK_TEXT(ny_string_pad_start(me, 8, part), "xyxyxaBc"));
        WITH("-", CHECK_TEXT(ny_string_pad_end(me, 5, part), "aBc--"));
        WITH("", CHECK_TEXT(ny_string_pad_end(me, 5, part), "aBc"));
        WITH(" ", CHECK_TEXT(ny_string_pad_end(me, -5, part), "aBc"));
        CHECK_THROWS(ny_string_repeat(me, INT64_MAX), "OutOfMemoryError", "");
    });
}

static void text_becomes_numbers(void) {
    ON(" -42\n", CHECK_TEXT(ny_string_to_integer(me), "-42"));
    ON("-9223372036854775808", CHECK_TEXT(ny_string_to_integer(me), "-9223372036854775808"));
    ON("9223372036854775808", CHECK_THROWS(ny_string_to_integer(me), "ParseError", "no Integer"));
    ON("", CHECK_THROWS(ny_string_to_integer(me), "ParseError", "\"\""));
    ON("1.5", CHECK_THROWS(ny_string_to_integer(me), "ParseError", "1.5"));
    ON("x", CHECK(ny_string_to_int_or_null(me) == NY_NULL));
    ON("1.5e1", CHECK_TEXT(ny_string_to_float(me), "15"));
    ON("1.5x", CHECK_THROWS(ny_string_to_float(me), "ParseError", "no Float"));
}

static void parts_share_and_outlive_the_whole(void) {
    ny_word whole = text(long_ascii);
    ny_word part = ny_string_substring(whole, 4, 80), inner = ny_string_substring(part, 2, 70);
    CHECK(ny_as_string(part)->owned && ny_as_string(inner)->owner == whole);
    ny_release(whole);
    ny_release(part);
    CHECK(ny_string_length(inner) == 68);
    CHECK(memcmp(ny_as_string(inner)->bytes, long_ascii + 6, 68) == 0);
    ny_release(inner);
}

static void growing_text_costs_linear_time(void) {
    ny_word grown = text(""), branch = NY_NULL, piece = text("0123456789");
    for (int i = 0; i < 20000; i++) {
        ny_word next = ny_add(grown, piece);
        ny_release(grown);
        grown = next;
        if (i == 100) branch = ny_add(grown, piece); /* does not disturb the main line */
    }
    CHECK(ny_string_length(grown) == 200000 && ny_string_length(branch) == 1020);
    for (int i = 0; i < 200000; i++) CHECK(ny_as_string(grown)->bytes[i] == '0' + i % 10);
    ny_word again = ny_string_new(ny_as_string(grown)->bytes, 200000);
    CHECK(ny_string_equal(grown, again) && ny_string_hash_of(grown) == ny_string_hash_of(again));
    ny_release(again);
    ny_release(grown);
    ny_release(branch);
    ny_release(piece);
}

static void bytes_are_checked(void) {
    CHECK(ny_utf8_valid("a\xC3\xA4\xF0\x9F\x98\x80", 7) == 7);
    CHECK(ny_utf8_valid("\xC0\x80", 2) == 0 && ny_utf8_valid("\xED\xA0\x80", 3) == 0);
    CHECK(ny_utf8_valid("ab\xE2\x82", 4) == 2 && ny_utf8_valid("\xF5\x80\x80\x80", 4) == 0);
    CHECK_TEXT(ny_string_from_untrusted("a\xFF\xC3(\xE2\x82", 6), "a\uFFFD\uFFFD(\uFFFD");
    for (uint32_t c = 0; c <= 0x110000; c += c < 0x800 ? 1 : 977) {
        char bytes[4];
        size_t count = ny_utf8_encode(c, bytes);
        CHECK((count == 0) == ((c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF));
        if (count == 0) continue;
        CHECK(ny_utf8_valid(bytes, count) == count && ny_utf8_decode(bytes) == c);
        CHECK(ny_utf8_step(bytes[0]) == count && ny_utf8_length(bytes, count) == 1);
    }
}

void run_tests(void) {
    text_is_indexed_by_code_point();
    text_is_searched();
    text_is_edited();
    text_becomes_numbers();
    parts_share_and_outlive_the_whole();
    growing_text_costs_linear_time();
    bytes_are_checked();
}
