/* Starting, awaiting, yielding, sleeping, cancelling. */
#include "array.h"
#include "clock.h"
#include "host.h"

static char order[256];
static void note(const char *what) { strncat(order, what, sizeof order - strlen(order) - 1); }

static ny_word noting(ny_word closure) {
    char name[] = {(char)ny_small(host_argument(closure)), 0};
    note(name);
    if (!ny_task_yield()) return NY_ERROR;
    note(name);
    return ny_from_integer(ny_small(host_argument(closure)));
}

static void first_in_first_out(void) {
    ny_word a = host_task(noting, "a", ny_from_small('a'));
    ny_word b = host_task(noting, "b", ny_from_small('b'));
    CHECK(strcmp(order, "") == 0); /* they start when we suspend */
    CHECK_TEXT(ny_await(b), "98");
    CHECK(strcmp(order, "abab") == 0);
    CHECK_TEXT(ny_await(a), "97");
    CHECK_TEXT(ny_await(a), "97"); /* as often as one likes */
    CHECK(ny_future_is_ready(a));
    CHECK_TEXT(ny_await(ny_from_small(5)), "5");
    ny_release(a);
    ny_release(b);
}

static ny_word failing(ny_word closure) {
    (void)closure;
    if (!ny_task_yield()) return NY_ERROR;
    return ny_throw_error("OddError", "odd");
}

static void errors_are_rethrown(void) {
    ny_word future = host_task(failing, "failing", NY_NULL);
    CHECK_THROWS(ny_await(future), "OddError", "odd");
    CHECK_THROWS(ny_await(future), "OddError", "odd");
    ny_release(future);
}

static ny_word sleeping(ny_word closure) {
    int64_t time = ny_small(host_argument(closure));
    if (!ny_task_sleep(time)) return NY_ERROR;
    char name[] = {(char)('0' + time / 10), 0};
    note(name);
    return NY_NULL;
}

static void sleep_orders(void) {
    order[0] = 0;
    int64_t begin = ny_clock_monotonic_ns();
    static const int times[] = {60, 20, 40, 20};
    ny_word futures[4];
    for (int i = 0; i < 4; i++) futures[i] = host_task(sleeping, "s", ny_from_small(times[i]));
    CHECK(ny_future_wait(futures[0], 10) == NY_FALSE);
    CHECK(ny_future_wait(futures[0], 1000) == NY_TRUE);
    int64_t elapsed = (ny_clock_monotonic_ns() - begin) / 1000000;
    CHECK(elapsed >= 59 && elapsed < 5000);
    CHECK(strcmp(order, "2246") == 0);
    for (int i = 0; i < 4; i++) ny_release(futures[i]);
}

static ny_word catching(ny_word closure) {
    (void)closure;
    CHECK(!ny_task_sleep(10000));
    ny_word error = ny_caught();
    CHECK(ny_error_is(error, "CancelledError", 0));
    ny_release(error);
    CHECK(ny_task_sleep(1)); /* told once: what follows may wait */
    note("x");
    return ny_from_small(7);
}

static void cancelling(void) {
    order[0] = 0;
    ny_word unstarted = host_task(noting, "n", ny_from_small('n'));
    CHECK(ny_future_cancel(unstarted) == NY_TRUE);
    CHECK_THROWS(ny_await(unstarted), "CancelledError", "cancelled");
    CHECK(strcmp(order, "") == 0);
    CHECK(ny_future_cancel(unstarted) == NY_FALSE);
    ny_release(unstarted);

    ny_word future = host_task(catching, "catching", NY_NULL);
    CHECK(ny_task_yield());
    CHECK(ny_future_cancel(future) == NY_TRUE);
    CHECK_TEXT(ny_await(future), "7");
    CHECK(strcmp(order, "x") == 0);
    ny_release(future);

    ny_word dropped = host_task(sleeping, "dropped", ny_from_small(5000));
    CHECK(ny_task_yield());
    ny_future_cancel(dropped);
    ny_release(dropped); /* cancelling is not reported */
}

static ny_word awaiting(ny_word closure) { return ny_await(host_argument(closure)); }

static void many_wait_for_one(void) {
    ny_word slow = host_task(sleeping, "slow", ny_from_small(10));
    enum { COUNT = 2000 };
    static ny_word futures[COUNT];
    for (int i = 0; i < COUNT; i++) futures[i] = host_task(awaiting, "awaiting", slow);
    for (int i = 0; i < COUNT; i++) {
        CHECK(ny_await(futures[i]) == NY_NULL);
        ny_release(futures[i]);
    }
    ny_release(slow);
}

static void futures_without_task(void) {
    ny_word future = ny_from_box(ny_box_new_id(NY_CLASS_FUTURE));
    ny_word waiting = host_task(awaiting, "awaiting", future);
    CHECK(ny_task_yield());
    CHECK(!ny_future_is_ready(waiting));
    CHECK(ny_future_complete(future, ny_from_small(3)) == NY_NULL);
    CHECK_TEXT(ny_await(waiting), "3");
    CHECK_THROWS(ny_future_complete(future, NY_NULL), "StateError", "settled");
    CHECK_THROWS(ny_future_complete(waiting, NY_NULL), "StateError", "settled");
    ny_release(waiting);
    ny_release(future);
}

static void finalised_futures(void) {
    ny_word future = host_task(sleeping, "s", ny_from_small(10));
    ny_word waiting = host_task(awaiting, "awaiting", future);
    CHECK(ny_task_yield());
    CHECK(ny_fini(future) == NY_NULL);
    CHECK_THROWS(ny_await(waiting), "UseAfterFiniError", "finalised");
    CHECK_THROWS(ny_await(future), "UseAfterFiniError", "finalised");
    ny_release(waiting);
    ny_release(future);
}

static void first_of_several(void) {
    ny_word array = ny_array_empty();
    static const int times[] = {50, 10, 30};
    for (int i = 0; i < 3; i++)
        ny_array_append(array, host_task(sleeping, "s", ny_from_small(times[i])));
    CHECK_TEXT(ny_future_first_ready(array), "1");
    CHECK_TEXT(ny_future_first_ready(array), "1");
    ny_release(array);
    ny_word empty = ny_array_empty();
    CHECK_THROWS(ny_future_first_ready(empty), "ArgumentError", "no futures");
    ny_release(empty);
    CHECK(ny_task_sleep(60));
}

static int busy_turns;
static ny_word busy(ny_word closure) {
    while (ny_small(host_argument(closure)) > busy_turns / 100000) {
        busy_turns++;
        if (!ny_task_yield()) return NY_ERROR;
    }
    return NY_NULL;
}

/* Tasks that are always ready do not starve timers. */
static void timers_are_not_starved(void) {
    ny_word first = host_task(busy, "busy", ny_from_small(1000));
    ny_word second = host_task(busy, "busy", ny_from_small(1000));
    int64_t begin = ny_clock_monotonic_ns();
    CHECK(ny_task_sleep(20));
    CHECK(ny_clock_monotonic_ns() - begin < 2000 * INT64_C(1000000));
    ny_future_cancel(first);
    ny_future_cancel(second);
    CHECK_THROWS(ny_await(first), "CancelledError", "");
    CHECK_THROWS(ny_await(second), "CancelledError", "");
    ny_release(first);
    ny_release(second);
}

ny_word run_tests(ny_word arguments) {
    (void)arguments;
    first_in_first_out();
    errors_are_rethrown();
    sleep_orders();
    cancelling();
    many_wait_for_one();
    futures_without_task();
    finalised_futures();
    first_of_several();
    timers_are_not_starved();
    return NY_NULL;
}
