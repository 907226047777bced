/* Cycles of strong references (language.md section 6): trial deletion over a snapshot.

   A Box that is referred to more often than by other Boxes is held from outside: by a variable, a
   task, a global, native code. What such Boxes reach is alive; the others keep only each other.
   (Christopher: "Reference count garbage collection", 1984; Bacon and Rajan: "Concurrent Cycle
   Collection in Reference Counted Systems", ECOOP 2001.)

   By itself the collector goes in slices, between which the program runs: the counts and references
   it has seen are of different moments. But what is unreachable does not change, so it is always
   among the suspects at the end, and there are few others. The suspects fall into parts that no
   reference joins. Part by part they are judged, at one moment, and only what is cut off then is
   ended, which goes in slices again. So a release costs nothing for all this, and a pause is as
   long as a slice, or as the judgement of the largest single piece of garbage takes.

   What the dead go through is in cycle_end.c. A fini may suspend; the collector waits for it
   while the heap has not grown by much, and then goes on without it. */
#include "cycle.h"

#include "cycle_end.h"
#include "cycle_graph.h"
#include "cycle_snapshot.h"
#include "zeroed.h"

/* Boxes in a slice: half a millisecond, on the machine this was written on. Of references that
   are followed it is three times as many, for Boxes of two fields; of other looks at a byte or a
   count, four times. */
#ifndef SLICE_NODES /* tests want to do more between slices */
#define SLICE_NODES 8192
#endif
/* Memory that is given back to the system. */
#define SLICE_BYTES ((size_t)4 << 20)
/* Steps of Boxes to their end (cycle_end.c), which has up to nine. */
#define SLICE_ENDS (4 * SLICE_NODES)
/* A running collection gets a slice each time the heap has grown by so much: the garbage that is
   made meanwhile is then a fraction of what it looks at, and it comes to an end. */
#define SLICE_GROWTH ((size_t)8 << 10)
/* Growth that starts a collection: at least this, or as much as lived after the last one. */
#define LEAST_GROWTH ((size_t)4 << 20)
/* While nothing else is to be done, a small part of that is reason enough; and it is the growth
   after which a fini that suspends is waited for no longer. */
#define IDLE_SHARE 32

enum phase {
    RESTING,
    ADDING,    /* the Boxes of the heap to the snapshot */
    SCANNING,  /* their references */
    FINDING,   /* those that are held from outside */
    REACHING,  /* what they reach */
    GATHERING, /* the others in `suspects` */
    UNITING,   /* them to parts */
    LINKING,   /* the nodes of each part */
    ENDING,    /* part by part, what is cut off */
    CLEARING,  /* memory is given back */
};

static struct {
    enum phase phase;
    ny_cycle_place place; /* slot or node, and reference */
    size_t boxes, bytes; /* that there were when it began */
    uint64_t freed;      /* Boxes that went with the dead */
    ny_cycle_snapshot snapshot;
    ny_cycle_graph suspects;
    size_t began;    /* growth when it began; */
    size_t missed;   /* growth during the last one, which did not see all of that */
    size_t patience; /* growth up to which a fini is waited for */
} collection;

static size_t usual_growth = LEAST_GROWTH;

/* ---- In slices ------------------------------------------------------------------------------- */

/* The heap may grow by what lives now, which is what there was but for what went with the dead. */
static void judge_growth(void) {
    size_t boxes = collection.boxes ? collection.boxes : 1;
    size_t living = collection.freed < boxes ? boxes - (size_t)collection.freed : 0;
    size_t bytes = (size_t)((double)collection.bytes * (double)living / (double)boxes);
    usual_growth = bytes > LEAST_GROWTH ? bytes : LEAST_GROWTH;
}

static void clear(void) {
    ny_cycle_snapshot_free(&collection.snapshot);
    ny_cycle_graph_free(&collection.suspects);
    ny_heap_tells_of_free = false;
    collection.phase = CLEARING;
}

static void clear_some(size_t bytes) {
    if (ny_zeroed_give_back(bytes)) return; /* there is more */
    collection.phase = RESTING;
    size_t growth = ny_heap_growth();
    collection.missed = growth > collection.began ? growth - collection.began : 0;
    ny_heap_await_growth(usual_growth, SLICE_GROWTH);
}

static void rest(void) {
    clear();
    clear_some(SIZE_MAX);
}

static void begin(void) {
    collection.began = ny_heap_growth();
    if (!ny_cycle_snapshot_make(&collection.snapshot)) {
        ny_heap_await_growth(usual_growth, SLICE_GROWTH); /* no memory for it now */
        return;
    }
    ny_heap_tells_of_free = true;
    collection.phase = ADDING;
}

static void enter(enum phase phase) {
    collection.phase = phase;
    collection.place = (ny_cycle_place){0};
}

/* The next portion of a phase that goes through `count` slots or nodes. */
static size_t next(size_t most, size_t count) {
    size_t from = collection.place.number;
    collection.place.number = count - from > most ? from + most : count;
    return from;
}

/* It is known who is alive, as far as a snapshot tells. */
static void begin_gathering(void) {
    if (ny_cycle_snapshot_begin_gathering(&collection.snapshot, &collection.suspects))
        enter(GATHERING);
    else
        rest(); /* no memory for it now */
}

static void begin_parts(void) {
    collection.boxes = collection.snapshot.boxes;
    collection.bytes = collection.snapshot.bytes;
    collection.freed = 0;
    ny_cycle_snapshot_free(&collection.snapshot);
    enter(UNITING);
}

static void begin_ending(void) {
    enter(ENDING);
    ny_cycle_end_reset();
}

/* All at once if there is no end to `most`. */
static size_t times(size_t factor, size_t most) { return most == SIZE_MAX ? most : factor * most; }

static void work(size_t most) {
    ny_cycle_snapshot *snapshot = &collection.snapshot;
    ny_cycle_graph *suspects = &collection.suspects;
    ny_cycle_place *place = &collection.place;
    size_t slots = snapshot->slots, visits = times(3, most), from;
    switch (collection.phase) {
    case RESTING: begin(); break;
    case ADDING:
        if (!ny_cycle_snapshot_add(snapshot, most)) enter(SCANNING);
        break;
    case SCANNING:
        ny_cycle_snapshot_scan(snapshot, place, visits);
        if (place->number == slots) enter(FINDING);
        break;
    case FINDING:
        from = next(times(4, most), slots);
        ny_cycle_snapshot_find_held(snapshot, from, place->number);
        if (place->number == slots) enter(REACHING);
        break;
    case REACHING:
        if (!ny_cycle_snapshot_reach(snapshot, visits)) begin_gathering();
        break;
    case GATHERING:
        from = next(most, slots);
        ny_cycle_snapshot_gather(snapshot, from, place->number, suspects);
        if (place->number == slots) begin_parts();
        break;
    case UNITING:
        ny_cycle_graph_unite(suspects, place, visits);
        if (place->number == suspects->count) enter(LINKING);
        break;
    case LINKING:
        from = next(times(4, most), suspects->count);
        ny_cycle_graph_link(suspects, from, place->number);
        if (place->number == suspects->count) begin_ending();
        break;
    case ENDING: break;
    case CLEARING: clear_some(most == SIZE_MAX ? most : SLICE_BYTES); break;
    }
}

static bool has_ended_all(void) {
    return ny_cycle_end_is_done() && ny_cycle_end_reached() == collection.suspects.count;
}

static void begin_end(size_t most) {
    ny_cycle_end_begin(&collection.suspects, ny_cycle_end_reached(), most);
    collection.patience = ny_heap_growth() + usual_growth / IDLE_SHARE;
}

/* Goes on with what is suspected or cut off. Runs the program's code. */
static void end_some(size_t most) {
    uint64_t freed = ny_heap_freed;
    ny_cycle_end_slice(most);
    if (collection.phase != ENDING) return; /* others have gone on, while a fini waited */
    collection.freed += ny_heap_freed - freed;
    ny_heap_count_freed(); /* else the program could make as much again before the next slice */
    if (!has_ended_all()) return;
    judge_growth();
    clear();
}

/* Whether there is nothing to do but to wait for a fini that suspends, or this is called by one. */
static bool is_patient(void) {
    return ny_cycle_end_is_inside() ||
           (ny_cycle_end_is_waiting() && ny_heap_growth() < collection.patience);
}

static void end_slice(void) {
    if (ny_cycle_end_is_done()) begin_end(SLICE_NODES);
    end_some(SLICE_ENDS);
}

void ny_cycle_slice(void) {
    ny_heap_has_grown = false;
    if (is_patient()) return;
    work(SLICE_NODES);
    if (collection.phase == ENDING) end_slice();
}

enum ny_cycle_news ny_cycle_idle(void) {
    if (is_patient()) return NY_CYCLE_NOTHING;
    if (collection.phase == RESTING &&
        ny_heap_growth() + collection.missed < usual_growth / IDLE_SHARE)
        return NY_CYCLE_NOTHING;
    work(SLICE_NODES);
    if (collection.phase == RESTING) return NY_CYCLE_NOTHING; /* no memory for it */
    if (collection.phase != ENDING) return NY_CYCLE_MORE;
    if (!has_ended_all()) return NY_CYCLE_SUSPECTS;
    judge_growth();
    rest();
    return NY_CYCLE_NOTHING;
}

bool ny_cycle_end_some(void) {
    if (collection.phase == ENDING && !is_patient()) end_slice();
    return collection.phase == ENDING && !is_patient();
}

void ny_cycle_forget(const ny_box *box) {
    if (collection.snapshot.slots != 0) ny_cycle_snapshot_forget(&collection.snapshot, box);
    ny_cycle_graph_forget(&collection.suspects, box);
}

/* ---- All at once ----------------------------------------------------------------------------- */

/* What is judged or being ended, without waiting for a fini of another task. */
static void end_begun(void) {
    while (!ny_cycle_end_is_done()) end_some(SIZE_MAX);
}

static bool look_at_all(void) {
    rest(); /* what a slice has seen is of no use */
    do work(SIZE_MAX);
    while (collection.phase != ENDING && collection.phase != RESTING);
    return collection.phase == ENDING;
}

int64_t ny_cycle_collect(void) {
    if (ny_cycle_end_is_inside()) return 0; /* a fini asks for it */
    end_begun();
    /* Memory may be missing for a moment only; at the end of the program this is the last
       chance. */
    if (!look_at_all() && !look_at_all()) return 0;
    begin_end(SIZE_MAX);
    size_t dead = ny_cycle_end_find();
    do end_some(SIZE_MAX);
    while (!ny_cycle_end_is_done());
    return (int64_t)dead;
}

int64_t ny_cycle_count(void) {
    if (ny_cycle_end_is_inside()) return 0;
    end_begun();
    if (!look_at_all()) return -1;
    size_t dead = collection.suspects.count;
    rest();
    return (int64_t)dead;
}
