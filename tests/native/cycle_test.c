#include "array.h"
#include "closure.h"
#include "cycle.h"
#include "host.h"
#include "map.h"
#include "weak.h"

static ny_word node(const char *label) {
    ny_word box = host_new(HOST_NODE);
    *host_field(box, 1) = text(label);
    return box;
}

static void point_at(ny_word box, ny_word target) { *host_field(box, 0) = ny_retain(target); }

static void rings_are_found_and_finalised(void) {
    host_log[0] = 0;
    ny_word a = node("a"), b = node("b"), field = NY_NULL;
    point_at(a, b);
    point_at(b, a);
    ny_weak_write(&field, a);
    CHECK(ny_cycle_count() == 0 && ny_cycle_collect() == 0);
    ny_release(b);
    CHECK(ny_cycle_count() == 0); /* a is held here */
    ny_release(a);
    CHECK(ny_cycle_count() == 2 && host_log[0] == 0);
    CHECK(ny_cycle_collect() == 2 && strlen(host_log) == 2);
    CHECK(ny_weak_read(field) == NY_NULL && ny_cycle_count() == 0);
    ny_release(field);
}

static void what_hangs_on_a_ring_goes_with_it(void) {
    host_log[0] = 0;
    ny_word array = ny_array_empty(), map = ny_map_empty(), kept = node("kept");
    ny_array_append(array, ny_retain(map));
    ny_array_append(array, node("x"));
    ny_array_append(array, ny_retain(kept));
    ny_word cell = ny_cell_new(array);
    ny_word closure = ny_closure_new(NULL, 0, 1, "f");
    ny_as_closure(closure)->captures[0] = cell;
    ny_map_put(map, text("key"), closure);
    ny_release(map);
    CHECK(ny_cycle_count() == 5); /* array, map, cell, closure, x */
    CHECK(ny_cycle_collect() == 5 && strcmp(host_log, "x") == 0);
    CHECK(ny_as_box(kept)->count == 1);
    ny_release(kept);
}

static void a_saved_box_survives_but_is_finalised(void) {
    ny_word phoenix = host_new(HOST_PHOENIX), array = ny_array_empty();
    *host_field(phoenix, 0) = array;
    ny_array_append(array, phoenix);
    CHECK(ny_cycle_collect() == 2);
    CHECK(host_saved == phoenix && ny_as_box(phoenix)->flags & NY_DEAD);
    ny_release(host_saved);
    host_saved = NY_NULL;
}

static void errors_of_fini_are_reported_only(void) {
    ny_word angry = host_new(HOST_ANGRY);
    point_at(angry, angry);
    ny_release(angry);
    CHECK(ny_cycle_collect() == 1 && ny_caught() == NY_ERROR);
}

static void many_rings(void) {
    for (int i = 0; i < HOST_MANY / 10; i++) {
        ny_word point = host_new(HOST_POINT), other = host_new(HOST_POINT);
        *host_field(point, 0) = other;
        *host_field(other, 1) = point;
    }
    CHECK(ny_cycle_collect() == HOST_MANY / 10 * 2);
    ny_word list = host_new(HOST_POINT), end = list; /* one long ring */
    for (int i = 0; i < HOST_MANY; i++) {
        ny_word next = host_new(HOST_POINT);
        *host_field(next, 0) = list;
        list = next;
    }
    *host_field(end, 0) = list;
    CHECK(ny_cycle_collect() == HOST_MANY + 1);
}

void run_tests(void) {
    rings_are_found_and_finalised();
    what_hangs_on_a_ring_goes_with_it();
    a_saved_box_survives_but_is_finalised();
    errors_of_fini_are_reported_only();
    many_rings();
}
