/* Random numbers: xoshiro256** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number
   Generators", 2021), seeded by splitmix64. Declared by random.nyash. */
#include "random.h"

#include <sys/random.h>

#include "clock.h"

#define TEXT_LIMIT ((int64_t)1 << 24)

static ny_random *random_of(ny_word me) { return (ny_random *)(void *)ny_as_box(me); }

static void seed_with(ny_random *random, uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        random->state[i] = z ^ z >> 31;
    }
}

void ny_random_seed(ny_word me, int64_t seed) { seed_with(random_of(me), (uint64_t)seed); }

static uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }

static uint64_t next(ny_random *random) {
    uint64_t *s = random->state;
    if (NY_UNLIKELY((s[0] | s[1] | s[2] | s[3]) == 0)) {
        uint64_t seed;
        if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
            seed = (uint64_t)ny_clock_monotonic_ns() ^ (uint64_t)(uintptr_t)random;
        seed_with(random, seed);
    }
    uint64_t result = rotate(s[1] * 5, 7) * 9, shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

/* Below `bound`, each equally often (Lemire, "Fast Random Integer Generation in an Interval",
   2019). */
static uint64_t below(ny_random *random, uint64_t bound) {
    unsigned __int128 product = (unsigned __int128)next(random) * bound;
    if ((uint64_t)product < bound) {
        uint64_t uneven = -bound % bound;
        while ((uint64_t)product < uneven) product = (unsigned __int128)next(random) * bound;
    }
    return (uint64_t)(product >> 64);
}

double ny_random_float(ny_word me) { return (double)(next(random_of(me)) >> 11) * 0x1p-53; }

ny_word ny_random_integer(ny_word me, int64_t low, int64_t high) {
    if (low > high)
        return ny_throw_error("ArgumentError", "no Integer lies between %lld and %lld",
                              (long long)low, (long long)high);
    uint64_t count = (uint64_t)high - (uint64_t)low + 1; /* 0: all there are */
    uint64_t chosen = count == 0 ? next(random_of(me)) : below(random_of(me), count);
    return ny_from_integer((int64_t)((uint64_t)low + chosen));
}

ny_word ny_random_string(ny_word me, int64_t length) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    if (length < 0 || length > TEXT_LIMIT)
        return ny_throw_error("ArgumentError", "no String of %lld characters", (long long)length);
    char *bytes = ny_memory_get((size_t)length);
    if (bytes == NULL) return ny_throw_error("OutOfMemoryError", "no memory for a String");
    for (int64_t i = 0; i < length; i++)
        bytes[i] = letters[below(random_of(me), sizeof letters - 1)];
    ny_word text = ny_string_new(bytes, (size_t)length);
    ny_memory_free(bytes, (size_t)length);
    return text;
}
