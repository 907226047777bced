/* Pike's machine: all threads advance through the text together, in the order of preference, at most
   one at each instruction. */
#include <string.h>

#include "regex_match.h"
#include "utf8.h"

/* Threads by preference. `sparse` finds an instruction's thread in constant time without ever being
   cleared (Briggs, Torczon: "An Efficient Representation for Sparse Sets", 1993). */
typedef struct thread_list {
    uint32_t count;
    uint32_t *dense, *sparse;
    uint32_t *slots; /* slot_count of each thread, by its place in `dense` */
} thread_list;

/* What is left to do while a thread spreads: visit `target`, or put `value` back into `slot`. */
typedef struct pending {
    uint32_t target, slot, value;
} pending;

typedef struct machine {
    const ny_regex_program *program;
    const char *text;
    size_t length;
    uint32_t slot_count;
    thread_list now, next;
    pending *stack;
    uint32_t *working; /* the slots of the thread that spreads */
} machine;

void ny_regex_room_drop(ny_regex_room *room) {
    ny_memory_free(room->block, room->bytes);
    *room = (ny_regex_room){0};
}

static bool make_room(machine *m, ny_regex_room *room) {
    size_t code = m->program->code_count, slots = m->slot_count;
    size_t words = 2 * (2 * code + code * slots) + slots;
    /* Each visit pushes at most two entries and is made once per instruction and step. */
    size_t bytes = words * sizeof(uint32_t) + (2 * code + 2) * sizeof(pending);
    if (room->bytes < bytes) {
        ny_regex_room_drop(room);
        room->block = ny_memory_get(bytes);
        if (room->block == NULL) return false;
        room->bytes = bytes;
        memset(room->block, 0, bytes);
    }
    uint32_t *at = room->block;
    thread_list *lists[] = {&m->now, &m->next};
    for (int i = 0; i < 2; i++) {
        lists[i]->dense = at;
        lists[i]->sparse = at + code;
        lists[i]->slots = at + 2 * code;
        lists[i]->count = 0;
        at += 2 * code + code * slots;
    }
    m->working = at;
    m->stack = (pending *)(void *)(at + slots);
    return true;
}

static bool is_word_at(const machine *m, size_t at) {
    if (at >= m->length) return false;
    char c = m->text[at];
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

static bool holds(const machine *m, uint32_t assertion, size_t at) {
    switch (assertion) {
    case NY_REGEX_TEXT_START: return at == 0;
    case NY_REGEX_TEXT_END: return at == m->length;
    case NY_REGEX_LINE_START: return at == 0 || m->text[at - 1] == '\n';
    case NY_REGEX_LINE_END: return at == m->length || m->text[at] == '\n';
    default: {
        bool edge = (at > 0 && is_word_at(m, at - 1)) != is_word_at(m, at);
        return edge == (assertion == NY_REGEX_WORD_EDGE);
    }
    }
}

/* Put every thread into `list` that `target` leads to without taking a character. */
static void spread(machine *m, thread_list *list, uint32_t target, size_t at) {
    const ny_regex_instruction *code = m->program->code;
    pending *stack = m->stack;
    size_t depth = 0;
    stack[depth++] = (pending){target, NY_REGEX_NO_SLOT, 0};
    while (depth > 0) {
        pending work = stack[--depth];
        if (work.slot != NY_REGEX_NO_SLOT) {
            m->working[work.slot] = work.value;
            continue;
        }
        uint32_t place = list->sparse[work.target];
        if (place < list->count && list->dense[place] == work.target) continue;
        place = list->count++;
        list->dense[place] = work.target;
        list->sparse[work.target] = place;
        const ny_regex_instruction *item = &code[work.target];
        switch (item->operation) {
        case NY_REGEX_JUMP: stack[depth++] = (pending){item->x, NY_REGEX_NO_SLOT, 0}; break;
        case NY_REGEX_SPLIT:
            stack[depth++] = (pending){item->y, NY_REGEX_NO_SLOT, 0};
            stack[depth++] = (pending){item->x, NY_REGEX_NO_SLOT, 0};
            break;
        case NY_REGEX_ASSERT:
            if (holds(m, item->x, at))
                stack[depth++] = (pending){work.target + 1, NY_REGEX_NO_SLOT, 0};
            break;
        case NY_REGEX_SAVE:
            if (item->x < m->slot_count) {
                stack[depth++] = (pending){0, item->x, m->working[item->x]};
                m->working[item->x] = (uint32_t)at;
            }
            stack[depth++] = (pending){work.target + 1, NY_REGEX_NO_SLOT, 0};
            break;
        default:
            memcpy(list->slots + (size_t)place * m->slot_count, m->working,
                   m->slot_count * sizeof(uint32_t));
        }
    }
}

static bool takes(const machine *m, const ny_regex_instruction *item, uint32_t character) {
    switch (item->operation) {
    case NY_REGEX_CHARACTER: return character == item->x;
    case NY_REGEX_FOLDED: return ny_regex_fold(character) == item->x;
    case NY_REGEX_ANY: return true;
    case NY_REGEX_ANY_BUT_NEWLINE: return character != '\n';
    case NY_REGEX_SET: return ny_regex_set_has(m->program, &m->program->sets[item->x], character);
    default: return false;
    }
}

/* Move the threads of `now` over the character at `at`, which `step` bytes make (0: the text's end).
   A thread that is through ends those it is preferred to; true: it is the best match so far. */
static bool advance(machine *m, size_t at, size_t step, uint32_t *slots) {
    uint32_t character = step > 0 ? ny_utf8_decode(m->text + at) : 0;
    for (uint32_t i = 0; i < m->now.count; i++) {
        uint32_t place = m->now.dense[i];
        const ny_regex_instruction *item = &m->program->code[place];
        const uint32_t *own = m->now.slots + (size_t)i * m->slot_count;
        if (item->operation == NY_REGEX_MATCH) {
            if (slots != NULL) memcpy(slots, own, m->slot_count * sizeof(uint32_t));
            return true;
        }
        if (step > 0 && takes(m, item, character)) {
            memcpy(m->working, own, m->slot_count * sizeof(uint32_t));
            spread(m, &m->next, place + 1, at + step);
        }
    }
    return false;
}

/* Where the next match may begin, at or after `at`; SIZE_MAX: nowhere. */
static size_t skip(const machine *m, size_t at) {
    const ny_regex_program *program = m->program;
    if (program->prefix_length == 0) return at;
    const char *found =
        memmem(m->text + at, m->length - at, program->prefix, program->prefix_length);
    return found == NULL ? SIZE_MAX : (size_t)(found - m->text);
}

int ny_regex_search(const ny_regex_program *program, ny_regex_room *room, const char *text,
                    size_t length, size_t from, uint32_t *slots) {
    machine m = {.program = program, .text = text, .length = length};
    m.slot_count = slots == NULL ? 0 : program->group_count * 2;
    if (!make_room(&m, room)) return -1;
    bool found = false;
    for (size_t at = from;;) {
        if (m.now.count == 0) {
            if (found || (program->anchored && at > 0)) break;
            at = skip(&m, at);
            if (at == SIZE_MAX) break;
        }
        if (!found && !(program->anchored && at > 0)) {
            for (uint32_t i = 0; i < m.slot_count; i++) m.working[i] = NY_REGEX_NO_SLOT;
            spread(&m, &m.now, 0, at);
        }
        size_t step = at < length ? ny_utf8_step(text[at]) : 0;
        if (advance(&m, at, step, slots)) {
            found = true;
            if (slots == NULL) break;
        }
        thread_list done = m.now;
        m.now = m.next;
        m.next = done;
        m.next.count = 0;
        if (step == 0) break;
        at += step;
    }
    return found;
}
