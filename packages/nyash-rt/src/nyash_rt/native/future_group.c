/* Waiting for several futures; see future.h. Declared by task.nyash. */
#include "heap.h"
#include "future.h"

/* A future of the Array, which may change while we wait: so each is held. */
typedef struct place {
    ny_waiter waiter;
    ny_word future; /* or another value */
    bool joined;
    bool taken; /* its error was nobody's before */
} place;

static bool is_pending(ny_word value) {
    return ny_is_future(value) && ny_future_of(value)->state == NY_FUTURE_PENDING &&
           !(ny_as_box(value)->flags & NY_DEAD);
}

static bool has_failed(ny_word value) {
    return ny_is_future(value) && (ny_future_of(value)->state == NY_FUTURE_FAILED ||
                                   ny_as_box(value)->flags & NY_DEAD);
}

/* NULL: thrown. */
static place *take_places(ny_word futures, size_t count) {
    place *places = ny_memory_get(count * sizeof *places);
    if (places == NULL) {
        ny_heap_exhausted();
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        places[i] = (place){.future = ny_retain(ny_array_at(futures, i))};
        if (!is_pending(places[i].future)) continue;
        places[i].joined = true;
        ny_waiter_join(&places[i].waiter, &ny_future_of(places[i].future)->waiting);
    }
    return places;
}

static void leave_places(place *places, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (places[i].joined)
            ny_waiter_leave(&places[i].waiter, &ny_future_of(places[i].future)->waiting);
    for (size_t i = 0; i < count; i++) ny_release(places[i].future); /* may run a fini */
    ny_memory_free(places, count * sizeof *places);
}

/* ---- The first ------------------------------------------------------------------------------- */

static int64_t settled_index(const place *places, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!is_pending(places[i].future)) return (int64_t)i;
    return -1;
}

ny_word ny_future_first_ready(ny_word futures) {
    size_t count = ny_array_count(futures);
    if (count == 0) return ny_throw_error("ArgumentError", "no futures to wait for");
    for (size_t i = 0; i < count; i++)
        if (!is_pending(ny_array_at(futures, i))) return ny_from_integer((int64_t)i);
    place *places = take_places(futures, count);
    if (places == NULL) return NY_ERROR;
    int64_t found = -1;
    enum ny_wake wake = NY_WAKE_EVENT;
    while (found < 0 && wake != NY_WAKE_CANCELLED) {
        wake = ny_task_suspend("one of several futures");
        found = settled_index(places, count);
    }
    leave_places(places, count);
    return wake == NY_WAKE_CANCELLED ? ny_task_throw_cancelled() : ny_from_integer(found);
}

/* ---- All ------------------------------------------------------------------------------------- */

static bool observe(ny_word value) {
    if (!ny_is_future(value) || ny_future_of(value)->observed) return false;
    return ny_future_of(value)->observed = true;
}

void ny_future_take_over(ny_word futures) {
    for (size_t i = 0; i < ny_array_count(futures); i++) observe(ny_array_at(futures, i));
}

/* The first of them that failed; count: none. */
static size_t failed_index(const place *places, size_t count) {
    size_t i = 0;
    while (i < count && !has_failed(places[i].future)) i++;
    return i;
}

/* Until one has failed, whose index it gives, or all are done (count). A success costs a wake, but
   no look at the others. False: cancelled. */
static bool wait_for_all(const place *places, size_t count, size_t *failed) {
    uint64_t failures = ny_future_failures;
    size_t done = 0; /* up to here */
    bool look = true;
    for (;;) {
        if (look && (*failed = failed_index(places, count)) < count) return true;
        while (done < count && !is_pending(places[done].future)) done++;
        if (done == count) return *failed = failed_index(places, count), true;
        enum ny_wake wake = ny_task_suspend("several futures");
        if (wake == NY_WAKE_CANCELLED) return false;
        look = ny_future_failures != failures || wake == NY_WAKE_CLOSED;
        failures = ny_future_failures;
    }
}

static ny_word results_of(const place *places, size_t count) {
    ny_word results = ny_array_empty();
    for (size_t i = 0; results != NY_ERROR && i < count; i++) {
        ny_word value = places[i].future;
        if (ny_is_future(value)) value = ny_future_of(value)->value;
        if (ny_array_append(results, ny_retain(value))) continue;
        ny_release(results);
        results = NY_ERROR;
    }
    return results;
}

/* Errors of those that have not ended are reported again: nobody waits for them now. */
static void give_back(const place *places, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (places[i].taken && is_pending(places[i].future))
            ny_future_of(places[i].future)->observed = false;
}

ny_word ny_future_all(ny_word futures) {
    size_t count = ny_array_count(futures), failed;
    place *places = take_places(futures, count);
    if (places == NULL) return NY_ERROR;
    for (size_t i = 0; i < count; i++) places[i].taken = observe(places[i].future);
    ny_word results;
    if (!wait_for_all(places, count, &failed)) {
        give_back(places, count);
        results = ny_task_throw_cancelled();
    } else if (failed == count) {
        results = results_of(places, count);
    } else if (ny_as_box(places[failed].future)->flags & NY_DEAD) {
        results = ny_use_after_fini(places[failed].future);
    } else {
        results = ny_throw_again(ny_retain(ny_future_of(places[failed].future)->value));
    }
    leave_places(places, count);
    return results;
}
