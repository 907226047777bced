/* See slow_task.h. No Box declares these. The handler uses system calls only. */
#include "slow_task.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "deadlock.h"
#include "elf_symbols.h"
#include "program.h"
#include "scheduler.h"

#define USUAL_LIMIT_MS 50
#define MOST_LIMIT_MS 3600000
/* Ticks per limit: a report comes at most a tick late. */
#define TICKS 2
/* The poller is asked at least so often, whatever the limit is. */
#define LONGEST_TICK_US 25000L
/* How much of the thread's own stack is searched. */
#define ROOT_STACK_BYTES ((uintptr_t)256 << 10)

static long limit_ms = USUAL_LIMIT_MS;
static uint32_t last_turn, ticks;
static uint32_t ticks_per_limit; /* 0: nothing is reported */

/* ---- Where it is ----------------------------------------------------------------------------- */

/* The program's own functions are called Box.method/arity; C has no such names. */
static bool is_of_program(const char *name) { return strchr(name, '/') != NULL; }

typedef struct range {
    uintptr_t start, end; /* of all functions of the program */
} range;

static void widen(const ny_symbol *symbol, void *context) {
    range *range = context;
    if (!is_of_program(symbol->name)) return;
    if (symbol->start < range->start) range->start = symbol->start;
    if (symbol->end > range->end) range->end = symbol->end;
}

typedef struct search {
    uintptr_t address;
    const char *name;
} search;

static void look_at(const ny_symbol *symbol, void *context) {
    search *search = context;
    if (search->address >= symbol->start && search->address < symbol->end &&
        is_of_program(symbol->name))
        search->name = symbol->name;
}

/* The first site of a function by the name that traces show; NULL: a library's, or none. */
static const ny_site *first_site(const char *name, size_t length) {
    const ny_site *first = NULL;
    for (uint32_t i = 0; i < ny_site_count; i++) {
        const ny_site *site = &ny_sites[i];
        if (strncmp(site->function, name, length) != 0 || site->function[length] != 0) continue;
        if (site->library) return NULL;
        if (first == NULL || site->line < first->line) first = site;
    }
    return first;
}

/* The innermost function of the program on the stack: what runs, or what called the C code that
   runs. Any word of the stack that is an address in such a function counts as a return address, so it
   also reads what AddressSanitizer puts between variables. */
__attribute__((no_sanitize("address"))) static const ny_site *
find_place(uintptr_t program_counter, uintptr_t stack, uintptr_t end) {
    range all = {UINTPTR_MAX, 0};
    ny_symbols_walk(widen, &all);
    uintptr_t address = program_counter;
    for (;;) {
        if (address >= all.start && address < all.end) {
            search search = {address, NULL};
            ny_symbols_walk(look_at, &search);
            /* A closure, or a task's beginning, into which what it calls may have been merged. */
            const char *arity = search.name != NULL ? strrchr(search.name, '/') : NULL;
            const ny_site *site = arity != NULL && strchr(arity, '.') == NULL
                                      ? first_site(search.name, (size_t)(arity - search.name))
                                      : NULL;
            if (site != NULL) return site;
        }
        if (stack >= end) return NULL;
        address = *(const uintptr_t *)stack;
        stack += sizeof(uintptr_t);
    }
}

/* ---- The report ------------------------------------------------------------------------------ */

static void write_text(const char *text) {
    for (size_t left = strlen(text); left > 0;) {
        ssize_t written = write(STDERR_FILENO, text, left);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text += written;
        left -= (size_t)written;
    }
}

static void write_number(unsigned long number) {
    char digits[24], *at = digits + sizeof digits - 1;
    *at = 0;
    do *--at = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    write_text(at);
}

static void report(const ny_task *task, const ny_site *place) {
    const char *name = ny_deadlock_task_name(task);
    if (place == NULL) place = first_site(name, strlen(name));
    write_text("warning: task ");
    write_text(name);
    write_text(" has computed for more than ");
    write_number((unsigned long)limit_ms);
    write_text(" ms without suspending");
    if (place != NULL) {
        write_text(", in ");
        write_text(place->function);
        write_text(" (");
        write_text(place->file);
        write_text(":");
        write_number(place->line);
        write_text(")");
    }
    write_text("; other tasks wait meanwhile. Task.yield() lets them run.\n");
}

static void tick(int signal, siginfo_t *info, void *context) {
    (void)signal;
    (void)info;
    int saved = errno;
    ny_task *task = ny_task_current();
    ny_scheduler_ask_poller();
    if (ny_scheduler_turn != last_turn) {
        last_turn = ny_scheduler_turn;
        ticks = 0;
    } else if (++ticks == ticks_per_limit && task != NULL && !task->reported_slow &&
               ny_scheduler_has_others()) {
        task->reported_slow = true;
#if defined(__x86_64__)
        const mcontext_t *machine = &((const ucontext_t *)context)->uc_mcontext;
        uintptr_t counter = (uintptr_t)machine->gregs[REG_RIP];
        uintptr_t stack = (uintptr_t)machine->gregs[REG_RSP] & ~(uintptr_t)7;
        uintptr_t end = task->stack != NULL ? (uintptr_t)task->stack->top
                                            : ny_scheduler_root_stack(stack, ROOT_STACK_BYTES);
        report(task, find_place(counter, stack, end));
#else
        (void)context;
        report(task, NULL);
#endif
    }
    errno = saved;
}

static NY_COLD void wrong_limit(const char *text) {
    fprintf(stderr, "NYASH_SLOW_TASK_MS: expected a number of milliseconds from 0 to %d, got `%s`\n",
            MOST_LIMIT_MS, text);
    exit(2);
}

static long read_limit(void) {
    const char *text = getenv("NYASH_SLOW_TASK_MS");
    if (text == NULL) return USUAL_LIMIT_MS;
    char *end;
    long limit = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != 0 || limit > MOST_LIMIT_MS) wrong_limit(text);
    return limit;
}

void ny_slow_task_watch(void) {
    static bool watching;
    if (watching) return;
    watching = true;
    limit_ms = read_limit();
    struct sigaction action = {.sa_sigaction = tick,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigaction(SIGPROF, &action, NULL);
    long tick_us = limit_ms * 1000 / TICKS;
    if (tick_us == 0 || tick_us > LONGEST_TICK_US) tick_us = LONGEST_TICK_US;
    ticks_per_limit = (uint32_t)(limit_ms * 1000 / tick_us);
    struct timeval each = {.tv_sec = tick_us / 1000000, .tv_usec = tick_us % 1000000};
    struct itimerval timer = {each, each};
    setitimer(ITIMER_PROF, &timer, NULL);
}
