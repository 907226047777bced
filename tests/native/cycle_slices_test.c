/* The collector of cycles beside a program that changes everything between its slices: references are
   moved without a change of any count, Boxes are dropped and made in the same blocks. What the program
   can reach has to stay, and what it cannot has to go without being asked for. */
#include "array.h"
#include "cycle.h"
#include "host.h"
#include "map.h"
#include "weak.h"

#define ROOTS 24
#define ROUNDS (HOST_MANY / 2)
#define MOST_LIVING 40000 /* far more than live at any time */

static ny_word roots[ROOTS];
static uint64_t state = 20261123;

static uint32_t pick(uint32_t below) { /* xorshift64*: Vigna, 2016 */
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * UINT64_C(0x2545F4914F6CDD1D) >> 32) % below);
}

static void check_living(ny_word word) {
    CHECK(ny_as_box(word)->count != 0 && !(ny_as_box(word)->flags & (NY_FINALISED | NY_DEAD)));
}

/* A place in a Box that holds a reference, or one that may. */
static ny_word *some_place(ny_word box) {
    if (ny_class_id_of(box) == HOST_POINT) return host_field(box, pick(2));
    if (ny_class_id_of(box) != NY_CLASS_ARRAY) return NULL;
    ny_array *array = ny_as_array(box);
    return array->count != 0 ? &array->items[pick(array->count)] : NULL;
}

static ny_word somewhere(void) {
    ny_word at = roots[pick(ROOTS)];
    for (uint32_t steps = pick(12); steps > 0; steps--) {
        const ny_word *place = some_place(at);
        if (place == NULL || *place == NY_NULL) break;
        at = *place;
        check_living(at);
    }
    return at;
}

static ny_word make(void) {
    switch (pick(8)) {
    case 0: return ny_array_empty();
    case 1: return ny_map_empty();
    default: return host_new(HOST_POINT);
    }
}

static void put(ny_word *place, ny_word owned) {
    ny_word before = *place;
    *place = owned;
    ny_release(before);
}

static void hold_weakly(ny_word target) {
    ny_word cell = ny_weak_new(target);
    CHECK(ny_weak_is_alive(cell));
    ny_release(cell);
}

static void change(void) {
    ny_word at = ny_retain(somewhere()), other = ny_retain(somewhere()), *place = some_place(at);
    ny_word *root = &roots[pick(ROOTS)];
    switch (pick(10)) {
    case 0: put(root, ny_retain(at)); break;
    case 1: put(root, make()); break;
    case 2:
        if (place != NULL && *place != NY_NULL) { /* no count changes */
            ny_word moved = *place;
            *place = *root;
            *root = moved;
        }
        break;
    case 3:
        if (ny_class_id_of(at) == NY_CLASS_ARRAY && ny_as_array(at)->count < 200) {
            ny_array_append(at, *root); /* moved there */
            *root = make();
        }
        break;
    case 4:
        if (ny_class_id_of(at) == NY_CLASS_ARRAY && ny_as_array(at)->count > 0)
            put(root, pick(2) ? ny_array_pop(at) : ny_array_shift(at));
        break;
    case 5:
        if (ny_class_id_of(at) == NY_CLASS_MAP)
            ny_map_put(at, ny_from_small(pick(50)), ny_retain(other));
        break;
    case 6: hold_weakly(at); break;
    default:
        if (place != NULL) put(place, pick(3) ? ny_retain(other) : make());
    }
    for (int i = 0; i < ROOTS; i++)
        if (roots[i] == NY_NULL) roots[i] = make();
    ny_release(other);
    ny_release(at);
}

static void a_program_that_changes_everything(void) {
    uint64_t before = host_live(), most = 0;
    for (int i = 0; i < ROOTS; i++) roots[i] = make();
    for (int round = 0; round < ROUNDS; round++) {
        for (uint32_t changes = pick(8); changes > 0; changes--) change();
        ny_cycle_slice();
        if (round % 100 == 0 && host_live() > most) most = host_live();
    }
    CHECK(most < MOST_LIVING);
    for (int i = 0; i < ROOTS; i++) ny_release(roots[i]);
    ny_cycle_collect();
    CHECK(host_live() == before);
}

/* Garbage that refers to what lives: only some of what no reference joins is cut off. */
static void garbage_beside_the_living(void) {
    uint64_t before = host_live();
    ny_word hub = host_new(HOST_POINT), holder = host_new(HOST_POINT), other = host_new(HOST_POINT);
    *host_field(holder, 0) = hub; /* the only reference */
    for (int round = 0; round < 200; round++) {
        ny_word first = host_new(HOST_POINT), last = first;
        for (int i = 0; i < 500; i++) {
            ny_word next = host_new(HOST_POINT);
            *host_field(next, 0) = first;
            *host_field(next, 1) = ny_retain(hub);
            first = next;
        }
        *host_field(last, 0) = first;
        for (int i = 0; i < 30; i++) { /* the reference is never where it is looked for */
            ny_word from = i % 2 ? other : holder, to = i % 2 ? holder : other;
            *host_field(to, 0) = *host_field(from, 0);
            *host_field(from, 0) = NY_NULL;
            ny_cycle_slice();
            check_living(hub);
        }
    }
    ny_release(holder);
    ny_release(other);
    ny_cycle_collect();
    CHECK(host_live() == before);
}

void run_tests(void) {
    a_program_that_changes_everything();
    garbage_beside_the_living();
}
