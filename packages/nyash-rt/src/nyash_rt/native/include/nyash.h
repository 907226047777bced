/* nyash.h: what native code of Boxes may use. Version 1.

   A value is one 64-bit word (word layout below). The word 0 is no value: a function that throws
   returns it and leaves the error with the running task (ny_throw). Arguments are borrowed, a
   returned word is owned by the caller, unless the declaration says `consumes(x)`.
   One worker is one process with one thread that runs Nyash: nothing here is atomic, nothing may
   be called from another thread. */
#ifndef NYASH_H
#define NYASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NYASH_NATIVE_VERSION 1

#define NY_LIKELY(x) __builtin_expect(!!(x), 1)
#define NY_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define NY_COLD __attribute__((cold, noinline))

/* ---- The word --------------------------------------------------------------------------------

   low bits
   ......000   pointer to a Box on the heap, 8-byte aligned, never 0
   .......01   Integer of 62 bits, shifted left by 2 (bits 1 and 5 of the three-bit tag)
   ......011   Float, self-tagged: the double's bits rotated left by 4 have these low bits
   ......100   Float, likewise (together: magnitudes from 2^-255 up to 2^257)
   ......010   null, false, true (2, 10, 18)
   ......110   reserved
   ......111   reserved

   Rotating a double left by 4 brings sign and the three high exponent bits down; where those
   three bits are 011 or 100 the word tags itself (Melancon, Feeley, Serrano: "Float Self-Tagging",
   OOPSLA 2025). Other Floats and wide Integers are small immutable Boxes. */
typedef uint64_t ny_word;

#define NY_ERROR ((ny_word)0)
#define NY_NULL ((ny_word)2)
#define NY_FALSE ((ny_word)10)
#define NY_TRUE ((ny_word)18)

#define NY_SMALL_MAX ((INT64_C(1) << 61) - 1)
#define NY_SMALL_MIN (-(INT64_C(1) << 61))

static inline bool ny_is_box(ny_word w) { return (w & 7) == 0; }
static inline bool ny_is_small(ny_word w) { return (w & 3) == 1; }
static inline bool ny_is_float_tagged(ny_word w) {
    unsigned tag = w & 7;
    return tag == 3 || tag == 4;
}
static inline bool ny_is_bool(ny_word w) { return w == NY_TRUE || w == NY_FALSE; }
static inline ny_word ny_from_bool(bool b) { return b ? NY_TRUE : NY_FALSE; }
static inline ny_word ny_from_small(int64_t i) { return ((ny_word)i << 2) | 1; }
static inline int64_t ny_small(ny_word w) { return (int64_t)w >> 2; }

/* ---- Boxes ----------------------------------------------------------------------------------- */

/* Flags of a Box. */
enum {
    NY_FINALISED = 1,      /* fini has begun: weak references read null, it will not run again */
    NY_WEAKLY_HELD = 2,    /* the weak table has an entry for it */
    NY_CONSTRUCTING = 4,   /* its constructor has not returned: no fini on the last release */
    NY_IMMORTAL = 8,       /* constant data: never freed, its count does not matter */
    NY_DEAD = 16,          /* fini is done, fields are cleared: using it throws UseAfterFiniError */
    NY_SUSPECTED = 32,     /* the collector of cycles is about to judge it */
};

/* The header of every Box. `count` is the number of references; the one who brings it to 0
   finalises. Immortal Boxes start at NY_IMMORTAL_COUNT and never get near 0. */
typedef struct ny_box {
    uint32_t count;
    uint16_t class_id;
    uint8_t flags;
    uint8_t size_class; /* of the heap; 255: a block of its own */
} ny_box;

#define NY_IMMORTAL_COUNT 0x40000000u

static inline ny_box *ny_as_box(ny_word w) { return (ny_box *)(uintptr_t)w; }
static inline ny_word ny_from_box(const void *box) { return (ny_word)(uintptr_t)box; }

/* Classes with ids the runtime's C code knows at compile time (`id N` in their declarations). */
enum {
    NY_CLASS_STRING = 1,
    NY_CLASS_INTEGER = 2, /* only Integers beyond 62 bits are Boxes */
    NY_CLASS_FLOAT = 3,   /* only Floats outside the self-tagged range */
    NY_CLASS_BOOL = 4,    /* never on the heap; for class tables */
    NY_CLASS_NULL = 5,    /* likewise */
    NY_CLASS_FUNCTION = 6,
    NY_CLASS_ARRAY = 7,
    NY_CLASS_MAP = 8,
    NY_CLASS_CELL = 9,
    NY_CLASS_ERROR = 10,
    NY_CLASS_FUTURE = 11,
    NY_CLASS_BUFFER = 12,
    NY_CLASS_RANGE = 13,
    NY_CLASS_WEAK = 14,
    NY_CLASS_FIRST_FREE = 32,
};

/* Traits of a class. */
enum {
    NY_CLASS_ACYCLIC = 1, /* no instance can be part of a cycle of references */
};

/* What the compiler says of each Box. Emitted as constant data; ny_classes[id]. The compiler and
   this struct must agree field by field: packages/nyash-llvm/.../layout.py. */
typedef struct ny_class {
    const char *name;
    uint32_t id;
    uint32_t size;          /* bytes of an instance, header included */
    uint32_t field_offset;  /* of the first Nyash field */
    uint32_t field_count;
    const char *const *field_names;
    const uint8_t *field_weak; /* per field: 1 if weak */
    const uint16_t *ancestors; /* class ids of all parents and interfaces, 0 at the end */
    uint32_t finaliser_count;
    uint32_t traits; /* NY_CLASS_… below */
    ny_word (*const *finalisers)(ny_word me); /* the user's fini functions, in order */
    void (*destroy)(ny_box *);                /* releases a native payload's memory, or NULL */
    void (*visit)(ny_box *, void (*)(ny_word, void *), void *); /* shows a payload's references */
    ny_word (*to_string)(ny_word me);             /* the program's own toString(), or NULL */
    ny_word (*equals)(ny_word me, ny_word other); /* equals(other), or NULL */
    ny_word (*hash)(ny_word me);                  /* hash(), or NULL */
    ny_word (*handle)(ny_word me, ny_word argument); /* handle(x), or NULL */
    const char *methods; /* "push/1 pop/0 -secret", for error messages; -: private, also fields */
} ny_class;

extern const ny_class *const ny_classes[];
extern const uint32_t ny_class_count;

static inline const ny_class *ny_class_of_box(const ny_box *box) { return ny_classes[box->class_id]; }
/* The class of any value, immediate ones included. */
const ny_class *ny_class_of(ny_word value);
/* Whether the value's class is `class_id`, or has it among its ancestors. */
bool ny_is(ny_word value, uint16_t class_id);

/* ---- References ------------------------------------------------------------------------------ */

void ny_finalise_last(ny_box *box); /* cold: the count has reached 0 */

static inline ny_word ny_retain(ny_word w) {
    if (ny_is_box(w)) ny_as_box(w)->count++;
    return w;
}
static inline void ny_release(ny_word w) {
    if (ny_is_box(w) && --ny_as_box(w)->count == 0) ny_finalise_last(ny_as_box(w));
}
static inline void ny_release_box(void *box) {
    if (--((ny_box *)box)->count == 0) ny_finalise_last((ny_box *)box);
}

/* ---- Memory ---------------------------------------------------------------------------------- */

/* A Box of a class, zeroed payload, all Nyash fields null, count 1. NULL (and a thrown
   OutOfMemoryError) when there is no memory. */
ny_box *ny_box_new(const ny_class *cls);
ny_box *ny_box_new_id(uint16_t class_id);
/* A Box with `extra` bytes behind the class's size (closures, strings). */
ny_box *ny_box_new_sized(uint16_t class_id, size_t bytes);
/* Raw memory for payloads, counted in memoryReport().bytes. NULL (no throw) when there is none. */
void *ny_memory_get(size_t bytes);
void *ny_memory_resize(void *block, size_t old_bytes, size_t bytes);
void ny_memory_free(void *block, size_t bytes);

/* ---- Integers, Floats, truth ----------------------------------------------------------------- */

ny_word ny_integer_wide(int64_t value); /* cold: a Box for an Integer beyond 62 bits */
ny_word ny_float_boxed(double value);   /* cold: a Box for a Float outside the tagged range */

static inline ny_word ny_from_integer(int64_t i) {
    if (NY_LIKELY(i >= NY_SMALL_MIN && i <= NY_SMALL_MAX)) return ny_from_small(i);
    return ny_integer_wide(i);
}
static inline ny_word ny_from_float(double d) {
    uint64_t bits;
    __builtin_memcpy(&bits, &d, 8);
    uint64_t word = (bits << 4) | (bits >> 60);
    return NY_LIKELY(ny_is_float_tagged(word)) ? word : ny_float_boxed(d);
}
bool ny_is_integer(ny_word w);
bool ny_is_float(ny_word w);
int64_t ny_integer(ny_word w); /* of a word known to be an Integer */
double ny_float(ny_word w);    /* of a word known to be a Float */
bool ny_truth(ny_word w);

/* ---- Strings --------------------------------------------------------------------------------- */

/* Immutable UTF-8. Short texts lie behind the struct; a slice points into `owner`; constants
   point to static data. `length` counts code points; equal to byte_length for ASCII. */
typedef struct ny_string {
    ny_box box;
    const char *bytes;
    uint32_t byte_length;
    uint32_t length;
    uint32_t hash;  /* 0: not computed yet */
    uint32_t owned; /* 1: `owner` below is a reference */
    ny_word owner;  /* the first of the inline bytes where owned is 0 */
} ny_string;

static inline bool ny_is_string(ny_word w) {
    return ny_is_box(w) && ny_as_box(w)->class_id == NY_CLASS_STRING;
}
static inline const ny_string *ny_as_string(ny_word w) { return (const ny_string *)(uintptr_t)w; }

/* A new String of valid UTF-8 bytes (copied). Throws when there is no memory. */
ny_word ny_string_new(const char *bytes, size_t length);
/* Likewise, but bytes that are not UTF-8 become U+FFFD. */
ny_word ny_string_from_untrusted(const char *bytes, size_t length);
ny_word ny_string_text(const char *zero_terminated);
/* printf-like: %d %s %zu %lld … */
ny_word ny_string_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* toString() of any value; may run the program's code, suspend and throw. */
ny_word ny_to_string(ny_word value);

/* ---- Collections ----------------------------------------------------------------------------- */

ny_word ny_array_empty(void);
bool ny_array_append(ny_word array, ny_word consumed); /* false: thrown */
size_t ny_array_count(ny_word array);
ny_word ny_array_at(ny_word array, size_t index); /* borrowed; the index must be in range */
ny_word ny_map_empty(void);
bool ny_map_put(ny_word map, ny_word consumed_key, ny_word consumed_value); /* false: thrown */
ny_word ny_map_find(ny_word map, ny_word key); /* borrowed; NY_ERROR without a throw: not there */
bool ny_equal(ny_word a, ny_word b, bool *thrown);

/* A BufferBox with a copy of the bytes; the bytes of one, valid until it is changed. */
ny_word ny_buffer_of(const void *bytes, size_t count);
const char *ny_buffer_bytes(ny_word buffer, size_t *length);

/* ---- Errors ---------------------------------------------------------------------------------- */

/* Leave with an error. All return NY_ERROR, so: return ny_throw_error("IOError", "…"). */
ny_word ny_throw(ny_word owned_value);
NY_COLD ny_word ny_throw_error(const char *type, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* IOError: "<what>: <strerror(code)>". */
NY_COLD ny_word ny_throw_system(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The pending error, taken (owned); NY_ERROR when there is none. */
ny_word ny_error_take(void);

/* ---- Calls into the program ------------------------------------------------------------------ */

/* Call a function value (or a Box with handle). May suspend. Result owned, NY_ERROR if thrown. */
ny_word ny_call(ny_word callee, size_t count, const ny_word *arguments);

/* ---- Native handles, for DEBUG.memoryReport() ------------------------------------------------ */

enum ny_handle_kind { NY_HANDLE_SOCKET, NY_HANDLE_FILE, NY_HANDLE_TIMER, NY_HANDLE_TASK, NY_HANDLE_KINDS };
void ny_handle_opened(enum ny_handle_kind kind);
void ny_handle_closed(enum ny_handle_kind kind);

#endif
