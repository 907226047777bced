/* Cycles of strong references (language.md section 6): trial deletion over a snapshot.

   A Box that is referred to more often than by other Boxes is held from outside: by a variable, a
   task, a global, native code. What such Boxes reach is alive; the others keep only each other.
   (Christopher: "Reference count garbage collection", 1984; Bacon and Rajan: "Concurrent Cycle
   Collection in Reference Counted Systems", ECOOP 2001.)

   By itself the collector goes in slices, between which the program runs: the counts and references
   it has seen are of different moments. But what is unreachable does not change, so it is always
   among the suspects at the end, and there are few others. The suspects fall into parts that no
   reference joins. Part by part they are looked at again, at one moment, and only what is cut off
   then is ended, which goes in slices again. So a release costs nothing for all this, and a pause is
   as long as a slice, or as the second look at the largest single piece of garbage takes.

   What the dead go through is in cycle_end.c. A fini may suspend; the collector waits for it while the
   heap has not grown by much, and then goes on without it. */
#include "cycle.h"

#include "cycle_end.h"
#include "cycle_graph.h"
#include "cycle_snapshot.h"

/* Boxes whose references are followed in a slice: about a millisecond, on the machine this was
   written on. Phases that look at a byte or a count for each do a multiple of it. */
#define SLICE_NODES 8192
/* Ends of dead Boxes in a slice: as many have two rounds of three steps (cycle_end.c), so small pieces end
   at once. */
#define SLICE_ENDS (6 * SLICE_NODES)
/* A running collection gets a slice each time the heap has grown by so much: the garbage that is made
   meanwhile is then a fraction of what it looks at, and it comes to an end. */
#define SLICE_GROWTH ((size_t)8 << 10)
/* Growth that starts a collection: at least this, or as much as lived after the last one. */
#define LEAST_GROWTH ((size_t)4 << 20)
/* While nothing else is to be done, a small part of that is reason enough; and it is the growth after
   which a fini that suspends is waited for no longer. */
#define IDLE_SHARE 32

enum phase {
    RESTING,
    ADDING,    /* the Boxes of the heap to the snapshot */
    SCANNING,  /* their references */
    FINDING,   /* those that are held from outside */
    REACHING,  /* what they reach */
    GATHERING, /* the others in `suspects` */
    BEGINNING, /* with each alone */
    UNITING,   /* them to parts */
    LINKING,   /* the nodes of each part */
    ENDING,    /* part by part, what is cut off */
};

static struct {
    enum phase phase;
    size_t cursor;       /* slot or node */
    size_t boxes, bytes; /* that there were when it began */
    uint64_t freed;      /* Boxes that went with the dead */
    ny_cycle_snapshot snapshot;
    ny_cycle_graph suspects;
    size_t began;    /* growth when it began; */
    size_t missed;   /* by how much the heap grew during the last one, which did not see all of that */
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

static void rest(void) {
    ny_cycle_snapshot_free(&collection.snapshot);
    ny_cycle_graph_free(&collection.suspects);
    ny_cycle_end_rest();
    ny_heap_tells_of_free = !ny_cycle_end_is_done();
    collection.phase = RESTING;
    size_t growth = ny_heap_growth();
    collection.missed = growth > collection.began ? growth - collection.began : 0;
    ny_heap_await_growth(usual_growth, SLICE_GROWTH);
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
    collection.cursor = 0;
}

/* The next part of a phase that goes through `count` slots or nodes. */
static size_t next(size_t most, size_t count) {
    size_t from = collection.cursor;
    collection.cursor = count - from > most ? from + most : count;
    return from;
}

/* It is known who is alive, as far as a snapshot tells. */
static void begin_gathering(void) {
    size_t suspects = collection.snapshot.seen - collection.snapshot.alive;
    if (ny_cycle_graph_make(&collection.suspects, suspects))
        enter(GATHERING);
    else
        rest(); /* no memory for it now */
}

static void begin_parts(void) {
    collection.boxes = collection.snapshot.boxes;
    collection.bytes = collection.snapshot.bytes;
    collection.freed = 0;
    ny_cycle_snapshot_free(&collection.snapshot);
    enter(collection.suspects.count == 0 ? ENDING : BEGINNING);
}

static void snapshot_work(size_t most) {
    ny_cycle_snapshot *snapshot = &collection.snapshot;
    size_t count = snapshot->slots, from;
    switch (collection.phase) {
    case ADDING:
        if (!ny_cycle_snapshot_add(snapshot, most)) enter(SCANNING);
        break;
    case SCANNING:
        from = next(2 * most, count); /* about half of the slots are empty */
        ny_cycle_snapshot_scan(snapshot, from, collection.cursor);
        if (collection.cursor == count) enter(FINDING);
        break;
    case FINDING:
        from = next(4 * most, count);
        ny_cycle_snapshot_find_held(snapshot, from, collection.cursor);
        if (collection.cursor == count) enter(REACHING);
        break;
    case REACHING:
        ny_cycle_snapshot_reach(snapshot, most);
        if (snapshot->queued == 0) begin_gathering();
        break;
    default: /* GATHERING */
        from = next(most, count);
        ny_cycle_snapshot_gather(snapshot, from, collection.cursor, &collection.suspects);
        if (collection.cursor == count) begin_parts();
    }
}

static void parts_work(size_t most) {
    ny_cycle_graph *suspects = &collection.suspects;
    size_t count = suspects->count;
    size_t from = next(collection.phase == UNITING ? most : 4 * most, count);
    bool last = collection.cursor == count;
    switch (collection.phase) {
    case BEGINNING:
        ny_cycle_graph_begin_parts(suspects, from, collection.cursor);
        if (last) enter(UNITING);
        break;
    case UNITING:
        ny_cycle_graph_unite(suspects, from, collection.cursor);
        if (last) enter(LINKING);
        break;
    default: /* LINKING */
        ny_cycle_graph_link(suspects, from, collection.cursor);
        if (last) enter(ENDING);
    }
}

static void work(size_t most) {
    if (collection.phase == RESTING)
        begin();
    else if (collection.phase <= GATHERING)
        snapshot_work(most);
    else if (collection.phase < ENDING)
        parts_work(most);
}

static bool has_ended_all(void) {
    return collection.cursor == collection.suspects.count && ny_cycle_end_is_done();
}

/* The next parts, of about `most` nodes or one larger part: what is cut off, and how many that is. */
static size_t begin_end(size_t most) {
    ny_cycle_graph *part = ny_cycle_end_part();
    if (part == NULL) {
        collection.cursor = collection.suspects.count; /* no memory for it now */
        return 0;
    }
    while (part->count < most && collection.cursor < collection.suspects.count)
        ny_cycle_graph_take_part(&collection.suspects, collection.cursor++, part);
    collection.patience = ny_heap_growth() + usual_growth / IDLE_SHARE;
    return ny_cycle_end_begin();
}

/* Goes on with what is cut off. Runs the program's code. */
static void end_some(size_t most) {
    uint64_t freed = ny_heap_freed;
    ny_cycle_end_slice(most);
    if (collection.phase != ENDING) return; /* others have gone on, while a fini waited */
    collection.freed += ny_heap_freed - freed;
    ny_heap_count_freed(); /* else the program could make as much again before the next slice */
    if (!has_ended_all()) return;
    judge_growth();
    rest();
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
    ny_cycle_end_forget(box);
}

/* ---- All at once ----------------------------------------------------------------------------- */

/* What an earlier collection has left to do, without waiting for a fini of another task. */
static void end_earlier(void) {
    while (!ny_cycle_end_is_done()) end_some(SIZE_MAX);
}

static bool look_at_all(void) {
    rest(); /* what a slice has seen is of no use */
    do work(SIZE_MAX / 16);
    while (collection.phase != ENDING && collection.phase != RESTING);
    return collection.phase == ENDING;
}

int64_t ny_cycle_collect(void) {
    if (ny_cycle_end_is_inside()) return 0; /* a fini asks for it */
    size_t dead = 0;
    /* Memory may be missing for a moment only; at the end of the program this is the last chance. */
    for (int chance = 0; chance < 2; chance++) {
        end_earlier();
        if (!look_at_all()) continue;
        dead += begin_end(SIZE_MAX);
        bool starved = ny_cycle_end_starved();
        end_some(SIZE_MAX);
        if (!starved && !ny_cycle_end_starved()) break;
    }
    return (int64_t)dead;
}

int64_t ny_cycle_count(void) {
    if (ny_cycle_end_is_inside()) return 0;
    end_earlier();
    if (!look_at_all()) return 0;
    size_t dead = collection.suspects.count;
    rest();
    return (int64_t)dead;
}
