/* Which faults are asked for, and whether all is released at the end; see fault.h. */
#include "fault.h"

#ifdef NYASH_FAULTS
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "heap.h"

#define BAD_VALUE_EXIT 2

static const char *const names[NY_FAULT_KINDS] = {
    "alloc",   "map",  "thread", "open",  "close", "system",    "accept",
    "connect", "read", "write",  "short", "again", "interrupt", "poll",   "fini",
};

static struct {
    uint64_t seen;
    uint64_t from, most; /* 0: none */
} kinds[NY_FAULT_KINDS];
static bool says_counts;

static _Noreturn void bad_value(const char *part, size_t length) {
    fprintf(stderr,
            "nyash: NYASH_FAULT: `%.*s` is neither `count` nor KIND:N, KIND:N+ or KIND:N+M;"
            " kinds:",
            (int)length, part);
    for (int i = 0; i < NY_FAULT_KINDS; i++) fprintf(stderr, " %s", names[i]);
    fputs("\n", stderr);
    _exit(BAD_VALUE_EXIT);
}

/* Digits, at least 1 as a number; NULL: they are not. */
static const char *read_number(const char *at, uint64_t *number) {
    *number = 0;
    const char *start = at;
    for (; *at >= '0' && *at <= '9' && at - start < 18; at++)
        *number = *number * 10 + (uint64_t)(*at - '0');
    return *number == 0 ? NULL : at;
}

static void read_part(const char *part, size_t length) {
    if (length == 5 && memcmp(part, "count", 5) == 0) {
        says_counts = true;
        return;
    }
    for (int i = 0; i < NY_FAULT_KINDS; i++) {
        size_t name = strlen(names[i]);
        if (length <= name || memcmp(part, names[i], name) != 0 || part[name] != ':') continue;
        const char *at = read_number(part + name + 1, &kinds[i].from);
        kinds[i].most = 1;
        if (at != NULL && *at == '+') {
            at++;
            kinds[i].most = UINT64_MAX;
            if (at != part + length) at = read_number(at, &kinds[i].most);
        }
        if (at == part + length) return;
    }
    bad_value(part, length);
}

__attribute__((constructor)) static void read_environment(void) {
    const char *at = getenv("NYASH_FAULT");
    if (at == NULL) return;
    for (;;) {
        size_t length = strcspn(at, ",");
        read_part(at, length);
        if (at[length] == 0) return;
        at += length + 1;
    }
}

__attribute__((destructor)) static void say_counts(void) {
    if (!says_counts) return;
    fputs("faults:", stderr);
    for (int i = 0; i < NY_FAULT_KINDS; i++)
        fprintf(stderr, " %s=%llu", names[i], (unsigned long long)kinds[i].seen);
    fputs("\n", stderr);
}

/* The helper threads ask too. */
bool ny_fault_now(enum ny_fault_kind kind) {
    uint64_t number = __atomic_add_fetch(&kinds[kind].seen, 1, __ATOMIC_RELAXED);
    return kinds[kind].from != 0 && number >= kinds[kind].from &&
           number - kinds[kind].from < kinds[kind].most;
}

ny_word ny_fault_fini(ny_word result) {
    if (!ny_fault_now(NY_FAULT_FINI) || result == NY_ERROR) return result;
    ny_release(result);
    return ny_throw_error("FaultError", "this fini function was made to fail");
}

void ny_fault_broken(const char *what) {
    fprintf(stderr, "nyash: fault check: %s\n", what);
    _exit(NY_FAULT_EXIT);
}

/* ---- The end --------------------------------------------------------------------------------- */

#define MOST_KEEPERS 16
static void (*keepers[MOST_KEEPERS])(void);
static int keeper_count;

static void see_left(ny_box *box, void *context) {
    size_t *left = context;
    if (++*left <= 5)
        fprintf(stderr, "nyash: fault check: a %s is left, %u references, flags %#x\n",
                ny_class_of_box(box)->name, (unsigned)box->count, (unsigned)box->flags);
}

void ny_fault_at_end(void (*give_back)(void)) {
    if (keeper_count == MOST_KEEPERS) ny_fault_broken("more than MOST_KEEPERS");
    keepers[keeper_count++] = give_back;
}

void ny_fault_check_end(void) {
    size_t left = 0;
    while (keeper_count > 0) keepers[--keeper_count]();
    ny_heap_walk(see_left, &left);
    for (int i = 0; i < NY_HANDLE_KINDS; i++) {
        if (ny_heap_handles[i] == 0) continue;
        fprintf(stderr, "nyash: fault check: %lld handles of kind %d are open\n",
                (long long)ny_heap_handles[i], i);
        left++;
    }
    size_t payload = ny_heap_payload_bytes();
    if (left == 0 && payload != 0) {
        fprintf(stderr, "nyash: fault check: %zu bytes of payload are left\n", payload);
        left++;
    }
    if (left != 0) _exit(NY_FAULT_EXIT);
}
#endif
