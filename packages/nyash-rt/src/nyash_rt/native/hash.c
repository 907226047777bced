/* Hashing (hash() of any.nyash, keys of MapBox and SetBox).

   Words of eight bytes are folded through the two halves of a 128-bit product, the mixing step of
   Wang Yi's wyhash (2019); the seed comes from the kernel. */
#include "hash.h"

#include <math.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "array.h"
#include "class.h"
#include "map.h"
#include "string_box.h"

#define MULTIPLIER UINT64_C(0x9E3779B97F4A7C15) /* 2^64 divided by the golden ratio */
#define DEPTH_LIMIT 64 /* deeper collections hash alike, which is allowed */

static uint64_t seed[2] = {UINT64_C(0x243F6A8885A308D3), UINT64_C(0x13198A2E03707344)};

void ny_hash_start(void) {
    uint64_t random[2];
    if (getrandom(random, sizeof random, GRND_NONBLOCK) == (ssize_t)sizeof random) {
        seed[0] ^= random[0];
        seed[1] ^= random[1];
        return;
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    seed[0] ^= (uint64_t)now.tv_nsec * MULTIPLIER;
    seed[1] ^= (uint64_t)(uintptr_t)&now ^ (uint64_t)now.tv_sec << 20;
}

static uint64_t fold(uint64_t left, uint64_t right) {
    unsigned __int128 product = (unsigned __int128)left * right;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t read_eight(const char *at) {
    uint64_t word;
    memcpy(&word, at, 8);
    return word;
}

static uint64_t read_few(const char *at, size_t count) {
    uint64_t word = 0;
    memcpy(&word, at, count);
    return word;
}

uint64_t ny_hash_bytes(const char *bytes, size_t count) {
    uint64_t state = seed[0] ^ (count * MULTIPLIER);
    size_t rest = count;
    for (; rest > 16; rest -= 16, bytes += 16)
        state = fold(read_eight(bytes) ^ seed[1], read_eight(bytes + 8) ^ state);
    uint64_t first = rest > 8 ? read_eight(bytes) : read_few(bytes, rest);
    uint64_t second = rest > 8 ? read_few(bytes + 8, rest - 8) : 0;
    return fold(fold(first ^ seed[1], second ^ state), MULTIPLIER ^ seed[0]);
}

uint64_t ny_hash_number(uint64_t bits) {
    return fold(bits ^ seed[0], MULTIPLIER ^ seed[1]);
}

static uint64_t hash_float(double value) {
    if (value >= -9223372036854775808.0 && value < 9223372036854775808.0 && value == trunc(value))
        return ny_hash_number((uint64_t)(int64_t)value); /* 1.0 and 1 are one key */
    uint64_t bits;
    memcpy(&bits, &value, 8);
    return ny_hash_number(bits ^ MULTIPLIER);
}

static bool hash_nested(ny_word value, unsigned depth, uint64_t *hash);

static bool hash_array(ny_word array, unsigned depth, uint64_t *hash) {
    uint64_t state = seed[1];
    for (size_t i = 0; i < ny_array_count(array); i++) {
        uint64_t one;
        ny_word item = ny_retain(ny_array_at(array, i));
        bool done = hash_nested(item, depth + 1, &one);
        ny_release(item);
        if (!done) return false;
        state = fold(state ^ one, MULTIPLIER);
    }
    *hash = state;
    return true;
}

/* Maps are equal whatever the order of their entries: only their sizes count here. */
static uint64_t hash_map(ny_word map) { return ny_hash_number(ny_map_count(map) ^ MULTIPLIER); }

static bool hash_user(ny_word value, const ny_class *cls, uint64_t *hash) {
    if (cls->hash == NULL) { /* identity, or one hash for all that define only equals() */
        *hash = ny_hash_number(cls->equals != NULL ? cls->id * MULTIPLIER : value);
        return true;
    }
    ny_word result = cls->hash(value);
    if (result == NY_ERROR) return false;
    bool done = true;
    if (ny_is_integer(result)) {
        *hash = ny_hash_number((uint64_t)ny_integer(result));
    } else {
        ny_check_failed(result, "Integer", "result of hash()");
        done = false;
    }
    ny_release(result);
    return done;
}

static bool hash_nested(ny_word value, unsigned depth, uint64_t *hash) {
    if (!ny_is_box(value)) {
        *hash = ny_is_float_tagged(value) ? hash_float(ny_float(value))
                : ny_is_small(value)      ? ny_hash_number((uint64_t)ny_small(value))
                                          : ny_hash_number(value * MULTIPLIER);
        return true;
    }
    const ny_class *cls = ny_class_of(value);
    if (cls->id >= NY_CLASS_FIRST_FREE && (cls->hash != NULL || cls->equals != NULL) &&
        !(ny_as_box(value)->flags & NY_DEAD))
        return hash_user(value, cls, hash);
    switch (ny_class_kind(value)) {
    case NY_CLASS_STRING: *hash = ny_string_hash_of(value); return true;
    case NY_CLASS_INTEGER: *hash = ny_hash_number((uint64_t)ny_integer(value)); return true;
    case NY_CLASS_FLOAT: *hash = hash_float(ny_float(value)); return true;
    case NY_CLASS_ARRAY:
        if (depth >= DEPTH_LIMIT) {
            *hash = seed[0];
            return true;
        }
        return hash_array(value, depth, hash);
    case NY_CLASS_MAP: *hash = hash_map(value); return true;
    default: *hash = ny_hash_number(value); return true;
    }
}

bool ny_hash_value(ny_word value, uint32_t *hash) {
    uint64_t wide;
    if (!hash_nested(value, 0, &wide)) return false;
    *hash = (uint32_t)wide;
    return true;
}
