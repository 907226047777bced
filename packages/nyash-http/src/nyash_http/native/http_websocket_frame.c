/* http_websocket_frame.c: see http_websocket_frame.h. */
#include "http_websocket_frame.h"

#include <string.h>

/* ---- Frames ---------------------------------------------------------------------------------- */

int ny_http_frame_parse(ny_http_frame *frame, const char *bytes, size_t count) {
    const uint8_t *in = (const uint8_t *)bytes;
    if (count < 2) return 0;
    unsigned opcode = in[0] & 15;
    bool control = opcode >= 8;
    /* No extension was agreed on, so reserved bits and opcodes mean nothing; clients mask (5.1). */
    if (in[0] & 0x70 || !(in[1] & 0x80) || (opcode > 2 && opcode < 8) || opcode > 10) return -1;
    frame->opcode = (uint8_t)opcode;
    frame->last = in[0] & 0x80;
    frame->length = in[1] & 0x7F;
    size_t more = frame->length == 126 ? 2 : frame->length == 127 ? 8 : 0;
    if (control && (more > 0 || !frame->last)) return -1;
    if (count < 2 + more + 4) return 0;
    if (more > 0) {
        frame->length = 0;
        for (size_t i = 0; i < more; i++) frame->length = frame->length << 8 | in[2 + i];
        /* Section 5.2: the shortest form, and the highest bit is 0. */
        if (frame->length < (more == 2 ? 126 : 65536) || frame->length >> 63) return -1;
    }
    memcpy(frame->key, in + 2 + more, 4);
    return (int)(2 + more + 4);
}

size_t ny_http_frame_write(char *out, unsigned opcode, uint64_t length) {
    uint8_t *bytes = (uint8_t *)out;
    bytes[0] = (uint8_t)(0x80 | opcode);
    if (length < 126) {
        bytes[1] = (uint8_t)length;
        return 2;
    }
    size_t more = length < 65536 ? 2 : 8;
    bytes[1] = more == 2 ? 126 : 127;
    for (size_t i = 0; i < more; i++) bytes[2 + i] = (uint8_t)(length >> 8 * (more - 1 - i));
    return 2 + more;
}

void ny_http_frame_unmask(
    char *out, const char *bytes, size_t count, const uint8_t key[4], uint64_t offset) {
    uint8_t turned[8];
    for (size_t i = 0; i < 8; i++) turned[i] = key[(offset + i) & 3];
    uint64_t mask, word;
    memcpy(&mask, turned, 8);
    size_t at = 0;
    for (; count - at >= 8; at += 8) {
        memcpy(&word, bytes + at, 8);
        word ^= mask;
        memcpy(out + at, &word, 8);
    }
    for (; at < count; at++) out[at] = (char)(bytes[at] ^ turned[at & 7]);
}

bool ny_http_close_code_valid(unsigned code) {
    if (code >= 3000) return code < 5000;
    return code >= 1000 && code <= 1014 && code != 1004 && code != NY_HTTP_WS_NO_CODE &&
           code != NY_HTTP_WS_ABNORMAL;
}

/* ---- The handshake --------------------------------------------------------------------------- */

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static uint32_t rotate(uint32_t word, unsigned by) { return word << by | word >> (32 - by); }

/* SHA-1 of one padded block (FIPS 180-4 section 6.1.2); it proves nothing here, RFC 6455 wants it. */
static void sha1_block(uint32_t hash[5], const uint8_t *block) {
    uint32_t words[80];
    for (int i = 0; i < 16; i++)
        words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
                   (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 80; i++)
        words[i] = rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4];
    for (int i = 0; i < 80; i++) {
        uint32_t mixed = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                         : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                         : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                  : (b ^ c ^ d) + 0xCA62C1D6;
        uint32_t next = rotate(a, 5) + mixed + e + words[i];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    hash[0] += a;
    hash[1] += b;
    hash[2] += c;
    hash[3] += d;
    hash[4] += e;
}

bool ny_http_websocket_key_valid(const char *key, size_t length) {
    if (length != NY_HTTP_WS_KEY_LENGTH || memcmp(key + 22, "==", 2) != 0) return false;
    for (size_t i = 0; i < 22; i++)
        if (!key[i] || !strchr(base64, key[i])) return false;
    return strchr("AQgw", key[21]) != NULL; /* its last four bits are none of the 128 */
}

void ny_http_websocket_accept(char *out, const char *key) {
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    enum { LENGTH = NY_HTTP_WS_KEY_LENGTH + sizeof guid - 1 };
    uint8_t blocks[128] = {0}, digest[21] = {0};
    memcpy(blocks, key, NY_HTTP_WS_KEY_LENGTH);
    memcpy(blocks + NY_HTTP_WS_KEY_LENGTH, guid, sizeof guid - 1);
    blocks[LENGTH] = 0x80;
    blocks[126] = (uint8_t)(LENGTH * 8 >> 8);
    blocks[127] = (uint8_t)(LENGTH * 8 & 255);
    uint32_t hash[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    sha1_block(hash, blocks);
    sha1_block(hash, blocks + 64);
    for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(hash[i / 4] >> (24 - 8 * (i % 4)));
    for (int i = 0; i < 7; i++) {
        unsigned three = (unsigned)digest[3 * i] << 16 | (unsigned)digest[3 * i + 1] << 8 |
                         digest[3 * i + 2];
        for (int j = 0; j < 4; j++) out[4 * i + j] = base64[three >> (18 - 6 * j) & 63];
    }
    out[NY_HTTP_WS_ACCEPT_LENGTH - 1] = '=';
}
