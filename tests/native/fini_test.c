#include "array.h"
#include "host.h"
#include "weak.h"

static ny_word node(ny_word owned_next, const char *label) {
    ny_word box = host_new(HOST_NODE);
    *host_field(box, 0) = owned_next;
    *host_field(box, 1) = text(label);
    return box;
}

static void the_last_release_finalises_at_once(void) {
    host_log[0] = 0;
    ny_word list = node(node(node(NY_NULL, "c"), "b"), "a");
    ny_release(list);
    CHECK(strcmp(host_log, "abc") == 0);
}

static void fini_is_idempotent_and_spares_what_others_hold(void) {
    host_log[0] = 0;
    ny_word shared = node(NY_NULL, "s");
    ny_word owner = node(ny_retain(shared), "o");
    CHECK(ny_fini(owner) == NY_NULL && strcmp(host_log, "o") == 0);
    CHECK(ny_fini(owner) == NY_NULL && strcmp(host_log, "o") == 0);
    CHECK(*host_field(owner, 0) == NY_NULL && ny_as_box(owner)->flags & NY_DEAD);
    CHECK_THROWS(ny_use_after_fini(owner), "UseAfterFiniError", "Node");
    CHECK_TEXT(ny_retain(owner), "<Node finalised>");
    CHECK(ny_compare_eq(owner, owner) == 1);
    ny_release(owner);
    CHECK(strcmp(host_log, "o") == 0);
    ny_release(shared);
    CHECK(strcmp(host_log, "os") == 0);
    CHECK_THROWS(ny_fini(NY_NULL), "NullError", "`fini`");
    CHECK(ny_fini(ny_from_small(3)) == NY_NULL);
    ny_word string = text("some text");
    CHECK(ny_fini(string) == NY_NULL);
    CHECK_TEXT(string, "some text");
}

static void errors_inside_fini(void) {
    /* On the last release: reported, and a pending error survives. */
    ny_word angry = host_new(HOST_ANGRY);
    ny_throw_error("FirstError", "first");
    ny_trace_add(0);
    ny_release(angry);
    ny_word error = ny_caught();
    CHECK(ny_error_is(error, "FirstError", 0));
    CHECK(((const ny_error *)ny_as_box(error))->trace_count == 1);
    ny_release(error);
    /* Explicitly: propagates, after all fields are released. */
    host_log[0] = 0;
    angry = host_new(HOST_ANGRY);
    *host_field(angry, 0) = node(NY_NULL, "n");
    CHECK_THROWS(ny_fini(angry), "AngryError", "no");
    CHECK(strcmp(host_log, "n") == 0);
    ny_release(angry);
}

static void a_saved_box_stays_but_is_finalised(void) {
    ny_word phoenix = host_new(HOST_PHOENIX);
    *host_field(phoenix, 0) = text("field");
    ny_release(phoenix);
    CHECK(host_saved == phoenix && ny_as_box(phoenix)->count == 1);
    CHECK(ny_as_box(phoenix)->flags & NY_DEAD && *host_field(phoenix, 0) == NY_NULL);
    ny_release(host_saved);
    host_saved = NY_NULL;
}

static void an_unfinished_constructor_runs_no_fini(void) {
    host_log[0] = 0;
    ny_word half = ny_new(HOST_NODE);
    *host_field(half, 1) = text("x");
    *host_field(half, 0) = node(NY_NULL, "y");
    ny_release(half);
    CHECK(strcmp(host_log, "y") == 0);
}

static void a_long_list_does_not_nest_calls(void) {
    ny_word list = NY_NULL;
    for (int i = 0; i < HOST_MANY * 5; i++) {
        ny_word box = host_new(HOST_POINT);
        *host_field(box, 0) = list;
        list = box;
    }
    ny_release(list);
    for (int i = 0; i < HOST_MANY; i++) {
        ny_word outer = ny_array_empty();
        ny_array_append(outer, i == 0 ? NY_NULL : list);
        list = outer;
    }
    ny_release(list);
}

static void weak_references_read_null_afterwards(void) {
    ny_word target = host_new(HOST_POINT), field = NY_NULL;
    CHECK(ny_weak_write(&field, target) == NY_NULL && ny_as_box(target)->count == 1);
    ny_word read = ny_weak_read(field);
    CHECK(read == target);
    ny_release(read);
    ny_word weak = ny_weak_new(target), other = host_new(NY_CLASS_WEAK);
    CHECK(weak == field && ny_weak_pack(other, target) == NY_NULL && ny_weak_is_alive(other));
    ny_release(target);
    CHECK(ny_weak_read(field) == NY_NULL && ny_weak_read(other) == NY_NULL);
    CHECK(!ny_weak_is_alive(other) && ny_weak_get(weak) == NY_NULL);
    ny_release(weak);
    ny_release(other);
    /* Values are simply held; a finalised Box cannot be referred to. */
    CHECK(ny_weak_write(&field, ny_from_small(7)) == NY_NULL && ny_weak_read(field) == 29);
    target = host_new(HOST_POINT);
    ny_fini(target);
    CHECK_THROWS(ny_weak_write(&field, target), "UseAfterFiniError", "Point");
    ny_release(target);
    ny_release(field);
    /* Many at once, so that the table grows and shrinks. */
    enum { MANY = 300 };
    static ny_word targets[MANY], cells[MANY];
    for (int i = 0; i < MANY; i++) {
        targets[i] = host_new(HOST_POINT);
        cells[i] = ny_weak_new(targets[i]);
    }
    for (int i = 0; i < MANY; i += 2) ny_release(targets[i]);
    for (int i = 0; i < MANY; i++) {
        ny_word got = ny_weak_get(cells[i]);
        CHECK(got == (i % 2 ? targets[i] : NY_NULL));
        ny_release(got);
    }
    for (int i = 0; i < MANY; i++) ny_release(cells[i]);
    CHECK(ny_weak_count() == 0);
    for (int i = 1; i < MANY; i += 2) ny_release(targets[i]);
}

static void memory_comes_back(void) {
    size_t bytes = 0;
    for (int round = 0; round < 3; round++) {
        ny_word array = ny_array_empty();
        for (int i = 0; i < HOST_MANY / 10; i++) ny_array_append(array, host_new(HOST_POINT));
        ny_release(array);
        if (round == 0) bytes = ny_heap_live_bytes();
        CHECK(ny_heap_live_bytes() == bytes);
    }
}

void run_tests(void) {
    the_last_release_finalises_at_once();
    fini_is_idempotent_and_spares_what_others_hold();
    errors_inside_fini();
    a_saved_box_stays_but_is_finalised();
    an_unfinished_constructor_runs_no_fini();
    a_long_list_does_not_nest_calls();
    weak_references_read_null_afterwards();
    memory_comes_back();
}
