/* http_utf8.c: see http_utf8.h. */
#include "http_utf8.h"

/* The well-formed sequences of the Unicode Standard, table 3-7. */
bool ny_http_utf8_add(ny_http_utf8 *state, const char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = (uint8_t)bytes[i];
        if (state->needed > 0) {
            if (byte < state->least || byte > state->most) return false;
            state->needed--;
            state->least = 0x80;
            state->most = 0xBF;
            continue;
        }
        if (byte < 0x80) continue;
        if (byte < 0xC2 || byte > 0xF4) return false;
        state->needed = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
        state->least = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
        state->most = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    }
    return true;
}
