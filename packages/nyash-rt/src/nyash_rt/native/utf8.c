/* UTF-8: checking, counting, decoding. See utf8.h. */
#include "utf8.h"

#include <string.h>

/* Bytes of the valid sequence at `at`, 0 if there is none (RFC 3629 section 4). */
static size_t valid_sequence(const unsigned char *at, size_t room) {
    unsigned char lead = at[0];
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (room < length) return 0;
    unsigned char low = 0x80, high = 0xBF;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F; /* surrogates */
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    if (at[1] < low || at[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if ((at[i] & 0xC0) != 0x80) return 0;
    return length;
}

size_t ny_utf8_valid(const char *bytes, size_t count) {
    size_t at = 0;
    while (at < count) {
        uint64_t eight;
        if (count - at >= 8) { /* eight ASCII bytes at once */
            memcpy(&eight, bytes + at, 8);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += 8;
                continue;
            }
        }
        size_t step = valid_sequence((const unsigned char *)bytes + at, count - at);
        if (step == 0) return at;
        at += step;
    }
    return at;
}

/* How many of eight bytes go on a character: bit 7 is set and bit 6 clear. */
static inline size_t continuations_of(uint64_t eight) {
    uint64_t marks = eight & ~(eight << 1) & UINT64_C(0x8080808080808080);
    return NY_LIKELY(marks == 0) ? 0 : (size_t)__builtin_popcountll(marks);
}

/* Less than eight bytes as one number; what they do not fill is 0. Their order does not matter. */
static inline uint64_t few_bytes(const char *bytes, size_t count) {
    uint32_t four = 0;
    uint16_t two = 0;
    uint8_t one = 0;
    if (count & 4) memcpy(&four, bytes, 4);
    if (count & 2) memcpy(&two, bytes + (count & 4), 2);
    if (count & 1) memcpy(&one, bytes + count - 1, 1);
    return (uint64_t)four << 32 | (uint64_t)two << 16 | one;
}

size_t ny_utf8_length(const char *bytes, size_t count) {
    size_t continuations = 0, at = 0;
    for (; count - at >= 8; at += 8) {
        uint64_t eight;
        memcpy(&eight, bytes + at, 8);
        continuations += continuations_of(eight);
    }
    return count - continuations - continuations_of(few_bytes(bytes + at, count - at));
}

size_t ny_utf8_offset(const char *bytes, size_t count, size_t index) {
    size_t at = 0;
    while (index > 0 && at < count) {
        at += ny_utf8_step(bytes[at]);
        index--;
    }
    return at < count ? at : count;
}

uint32_t ny_utf8_decode(const char *bytes) {
    const unsigned char *at = (const unsigned char *)bytes;
    switch (ny_utf8_step(bytes[0])) {
    case 1: return at[0];
    case 2: return (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu);
    case 3: return (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
    default:
        return (at[0] & 0x07u) << 18 | (at[1] & 0x3Fu) << 12 | (at[2] & 0x3Fu) << 6 |
               (at[3] & 0x3Fu);
    }
}

size_t ny_utf8_encode(uint32_t code_point, char *bytes) {
    if (code_point < 0x80) {
        bytes[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        bytes[0] = (char)(0xC0 | code_point >> 6);
        bytes[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point >= 0xD800 && code_point <= 0xDFFF) return 0;
    if (code_point < 0x10000) {
        bytes[0] = (char)(0xE0 | code_point >> 12);
        bytes[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    if (code_point > 0x10FFFF) return 0;
    bytes[0] = (char)(0xF0 | code_point >> 18);
    bytes[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    bytes[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    bytes[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}
