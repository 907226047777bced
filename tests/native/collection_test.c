#include "array.h"
#include "buffer.h"
#include "class.h"
#include "host.h"
#include "map.h"
#include "range.h"

static ny_word I(int64_t i) { return ny_box_integer(i); }
static void drop(ny_word owned) { ny_release(owned); }

static ny_word numbers(int count) {
    ny_word array = ny_array_empty();
    for (int i = 0; i < count; i++) ny_array_append(array, I(i));
    return array;
}

static void arrays_have_two_ends(void) {
    ny_word array = numbers(3);
    CHECK(ny_array_get(array, -1) == I(2) && ny_array_get(array, 0) == I(0));
    CHECK_THROWS(ny_array_get(array, 3), "IndexError", "index 3 is out of range");
    CHECK_THROWS(ny_array_get(array, -4), "IndexError", "3 elements");
    CHECK(ny_array_get_or(array, 9, NY_TRUE) == NY_TRUE);
    drop(ny_array_set(array, 3, I(3)));
    CHECK_THROWS(ny_array_set(array, 5, text("dropped")), "IndexError", "5");
    CHECK(ny_array_shift(array) == I(0) && ny_array_pop(array) == I(3));
    drop(ny_array_unshift(array, I(7)));
    drop(ny_array_unshift(array, I(8)));
    drop(ny_array_insert(array, 2, I(9)));
    drop(ny_array_insert(array, -1, text("x")));
    CHECK_TEXT(ny_retain(array), "[8, 7, 9, 1, \"x\", 2]");
    CHECK_TEXT(ny_array_remove(array, I(4)), "x");
    CHECK(ny_array_remove_value(array, I(9)) == NY_TRUE);
    CHECK(ny_array_remove_value(array, I(99)) == NY_FALSE);
    CHECK(ny_array_index_of(array, I(1)) == I(2) && ny_array_contains(array, I(5)) == NY_FALSE);
    drop(ny_array_reverse(array));
    CHECK_TEXT(ny_array_slice(array, -3, 100), "[1, 7, 8]");
    CHECK_TEXT(ny_array_slice(array, 2, 1), "[]");
    drop(ny_array_clear(array));
    CHECK(ny_array_pop(array) == NY_NULL && ny_array_first(array) == NY_NULL);
    /* A queue: bounded memory however long it runs. */
    for (int i = 0; i < HOST_MANY; i++) {
        drop(ny_array_push(array, I(i)));
        if (i >= 10) CHECK(ny_array_shift(array) == I(i - 10));
    }
    CHECK(ny_as_array(array)->room + ny_as_array(array)->skipped < 64);
    drop(array);
}

static void arrays_sort_and_join(void) {
    ny_word array = ny_array_empty(), comma = text(", ");
    double values[] = {3, 1.5, -2, 1e300, 0, -0.5};
    for (int i = 0; i < 6; i++) ny_array_append(array, ny_box_float(values[i]));
    ny_array_append(array, I(2));
    drop(ny_array_sort(array));
    CHECK_TEXT(ny_array_slice(array, 0, 6), "[-2, -0.5, 0, 1.5, 2, 3]");
    ny_array_append(array, text("x"));
    CHECK_THROWS(ny_array_sort(array), "TypeError", "Float and String");
    drop(array);
    array = ny_array_empty();
    const char *words[] = {"pear", "apple", "", "fig", "äpfel"};
    for (int i = 0; i < 5; i++) ny_array_append(array, text(words[i]));
    drop(ny_array_sort(array));
    CHECK_TEXT(ny_array_join(array, comma), ", apple, fig, pear, äpfel");
    CHECK_TEXT(ny_array_concat(array, array),
               "[\"\", \"apple\", \"fig\", \"pear\", \"äpfel\", \"\", \"apple\", \"fig\", "
               "\"pear\", \"äpfel\"]");
    drop(array);
    array = numbers(1000);
    for (int i = 0; i < 1000; i++) ny_as_array(array)->items[i] = I((i * 7919) % 1000);
    drop(ny_array_sort(array));
    for (int i = 0; i < 1000; i++) CHECK(ny_array_at(array, (size_t)i) == I(i));
    drop(array);
    drop(comma);
}

static void maps_keep_order_and_find_keys(void) {
    ny_word map = ny_map_empty();
    for (int i = 0; i < 1000; i++) ny_map_put(map, ny_string_format("key%d", i), I(i));
    for (int i = 0; i < 1000; i += 2) {
        ny_word key = ny_string_format("key%d", i);
        CHECK(ny_map_remove(map, key) == I(i) && ny_map_has(map, key) == NY_FALSE);
        CHECK(ny_map_get(map, key) == NY_NULL && ny_map_remove(map, key) == NY_NULL);
        drop(key);
    }
    ny_map_put(map, text("key0"), I(-1));
    CHECK(ny_map_size(map) == 501);
    ny_word keys = ny_map_keys(map);
    CHECK_TEXT(ny_array_first(keys), "key1");
    CHECK_TEXT(ny_array_last(keys), "key0");
    drop(keys);
    ny_word copy = ny_map_copy(map), key = text("key501");
    CHECK(ny_compare_eq(copy, map) == 1 && ny_map_get(copy, key) == I(501));
    drop(ny_map_set(copy, ny_retain(key), NY_NULL));
    CHECK(ny_compare_eq(copy, map) == 0);
    drop(key);
    drop(copy);
    drop(ny_map_clear(map));
    CHECK(ny_map_is_empty(map));
    /* Kinds of keys. */
    ny_map_put(map, I(1), text("one"));
    ny_map_put(map, ny_box_float(1.0), text("uno"));
    ny_map_put(map, NY_TRUE, text("yes"));
    ny_map_put(map, text("1"), NY_NULL);
    ny_map_put(map, ny_box_float(2.5), I(5));
    CHECK_TEXT(ny_retain(map), "{1: \"uno\", true: \"yes\", \"1\": null, 2.5: 5}");
    drop(ny_map_clear(map));
    ny_word a = host_new(HOST_KEY), b = host_new(HOST_KEY), point = host_new(HOST_POINT);
    *host_field(a, 0) = *host_field(b, 0) = I(77);
    ny_map_put(map, ny_retain(a), I(1));
    ny_map_put(map, ny_retain(point), I(2));
    CHECK(ny_map_get(map, b) == I(1) && ny_map_get(map, point) == I(2));
    ny_word list = numbers(2), same = numbers(2);
    ny_map_put(map, list, I(3));
    CHECK(ny_map_get(map, same) == I(3));
    drop(same);
    *host_field(b, 0) = text("no number");
    CHECK_THROWS(ny_map_get(map, b), "TypeError", "result of hash()");
    drop(a);
    drop(b);
    drop(point);
    drop(map);
}

static void churn_does_not_grow_a_map(void) {
    ny_word map = ny_map_empty();
    for (int i = 0; i < HOST_MANY; i++) {
        ny_map_put(map, I(i), I(i));
        if (i >= 4) CHECK(ny_map_remove(map, I(i - 4)) == I(i - 4));
    }
    CHECK(ny_as_map(map)->room <= 16 && ny_map_size(map) == 4);
    drop(map);
}

static void walks_see_what_was_there(void) {
    ny_word map = ny_map_empty();
    for (int i = 0; i < 8; i++) ny_map_put(map, I(i), NY_NULL);
    ny_word walk = ny_iterator_new(map);
    int seen = 0;
    for (ny_word key; (key = ny_iterator_next(walk)) != NY_END; seen++) {
        ny_map_remove(map, I(ny_integer(key) + 1));
        for (int i = 0; i < 20; i++) ny_map_put(map, I(1000 + seen * 100 + i), NY_NULL);
    }
    CHECK(seen == 4 && ny_is_end(ny_iterator_next(walk)));
    drop(walk);
    CHECK(ny_as_map(map)->walkers == 0);
    drop(map);
    ny_word array = numbers(4);
    walk = ny_iterator_new(array);
    drop(array);
    for (seen = 0; !ny_is_end(ny_iterator_next(walk)); seen++) drop(ny_array_push(array, I(9)));
    CHECK(seen == 4);
    drop(walk);
    ny_word string = text("aä😀"), range = ny_range(I(-1), I(2));
    walk = ny_iterator_new(string);
    CHECK_TEXT(ny_iterator_next(walk), "a");
    CHECK_TEXT(ny_iterator_next(walk), "ä");
    CHECK_TEXT(ny_iterator_next(walk), "😀");
    CHECK(ny_iterator_next(walk) == NY_END);
    drop(walk);
    walk = ny_iterator_new(range);
    CHECK(ny_iterator_next(walk) == I(-1) && ny_iterator_next(walk) == I(0));
    CHECK(ny_iterator_next(walk) == I(1) && ny_iterator_next(walk) == NY_END);
    CHECK(ny_range_size(range) == 3 && ny_range_contains(range, I(1)));
    CHECK_TEXT(ny_range_to_array(range), "[-1, 0, 1]");
    CHECK_TEXT(ny_retain(range), "-1..2");
    drop(walk);
    drop(string);
    drop(range);
    CHECK_THROWS(ny_iterator_new(I(3)), "TypeError", "got Integer");
    CHECK_THROWS(ny_range(I(1), NY_NULL), "TypeError", "end of a range");
}

static void printing_ends(void) {
    ny_word array = numbers(1), map = ny_map_empty();
    ny_map_put(map, text("self"), ny_retain(array));
    ny_array_append(array, ny_retain(map));
    ny_array_append(array, host_new(HOST_NAMED));
    ny_array_append(array, host_new(HOST_POINT));
    CHECK_TEXT(ny_retain(array), "[0, {\"self\": [...]}, named, <Point>]");
    ny_word other = numbers(0);
    drop(ny_array_assign(other, array));
    ny_word twin = ny_map_empty();
    ny_map_put(twin, text("self"), ny_retain(other));
    drop(ny_array_set(other, 1, twin));
    CHECK(ny_compare_eq(array, other) == -1);
    CHECK_THROWS(NY_ERROR, "ArgumentError", "cannot be compared");
    drop(ny_map_clear(map));
    drop(ny_map_clear(twin));
    drop(other);
    drop(array);
    drop(map);
    ny_word deep = NY_NULL;
    for (int i = 0; i < HOST_MANY; i++) {
        ny_word outer = ny_array_empty();
        ny_array_append(outer, deep);
        deep = outer;
    }
    ny_word shown = ny_to_string(deep);
    CHECK(ny_string_length(shown) < 1000);
    drop(shown);
    drop(deep);
}

static void a_child_of_array_is_an_array(void) {
    ny_word list = host_new(HOST_LIST);
    *host_field(list, 0) = text("field");
    drop(ny_array_push(list, I(1)));
    CHECK(ny_is(list, NY_CLASS_ARRAY) && ny_class_kind(list) == NY_CLASS_ARRAY);
    CHECK_TEXT(ny_retain(list), "[1]");
    ny_word name = text("Array"), wrong = text("Map");
    CHECK(ny_any_is(list, name) == NY_TRUE && ny_any_is(list, wrong) == NY_FALSE);
    CHECK_THROWS(ny_any_as(list, wrong), "TypeError", "List is no Map");
    drop(name);
    drop(wrong);
    CHECK(ny_fini(list) == NY_NULL && ny_array_length(list) == 0);
    drop(list);
}

static void buffers_hold_bytes(void) {
    ny_word buffer = host_new(NY_CLASS_BUFFER), words = text("häh");
    drop(ny_buffer_write(buffer, words));
    drop(ny_buffer_write_byte(buffer, 255));
    drop(ny_buffer_write(buffer, buffer));
    CHECK(ny_buffer_length(buffer) == 10);
    CHECK_TEXT(ny_buffer_to_text(buffer), "häh\uFFFDhäh\uFFFD");
    CHECK_TEXT(ny_buffer_read(buffer, 4), "häh");
    CHECK(ny_buffer_get(buffer, -1) == I(255));
    CHECK_THROWS(ny_buffer_get(buffer, 10), "IndexError", "10 bytes");
    CHECK_THROWS(ny_buffer_write_byte(buffer, 256), "ArgumentError", "256");
    CHECK_THROWS(ny_buffer_write(buffer, NY_NULL), "TypeError", "got Null");
    CHECK_TEXT(ny_buffer_slice(buffer, -6, 3), "");
    ny_word rest = ny_buffer_read_all(buffer);
    CHECK(ny_buffer_length(rest) == 6 && ny_buffer_position(buffer) == 10);
    CHECK_TEXT(ny_buffer_to_bytes(rest), "[255, 104, 195, 164, 104, 255]");
    drop(rest);
    drop(words);
    drop(ny_buffer_clear(buffer));
    CHECK(ny_buffer_is_empty(buffer));
    drop(buffer);
}

static void square_brackets_work_on_all(void) {
    ny_word array = numbers(2), map = ny_map_empty(), string = text("ab");
    CHECK(ny_index_get(array, I(-1)) == I(1) && ny_index_get(map, string) == NY_NULL);
    CHECK(ny_index_set(map, string, I(5)) == NY_NULL && ny_index_get(map, string) == I(5));
    CHECK(ny_index_set(array, I(2), string) == NY_NULL);
    CHECK_TEXT(ny_index_get(string, I(1)), "b");
    CHECK_THROWS(ny_index_get(array, string), "TypeError", "index: expected Integer, got String");
    CHECK_THROWS(ny_index_get(NY_NULL, string), "NullError", "null");
    CHECK_THROWS(ny_index_set(string, I(0), string), "TypeError", "cannot be changed");
    CHECK_THROWS(ny_index_get(I(1), I(1)), "TypeError", "[ ] on Integer");
    ny_fini(array);
    CHECK_THROWS(ny_index_get(array, I(0)), "UseAfterFiniError", "ArrayBox");
    drop(array);
    drop(map);
    drop(string);
}

void run_tests(void) {
    arrays_have_two_ends();
    arrays_sort_and_join();
    maps_keep_order_and_find_keys();
    churn_does_not_grow_a_map();
    walks_see_what_was_there();
    printing_ends();
    a_child_of_array_is_an_array();
    buffers_hold_bytes();
    square_brackets_work_on_all();
}
