/* Cycles of strong references (language.md section 6): trial deletion over a snapshot.

   A Box that is referred to more often than by other Boxes is held from outside: by a variable, a
   task, a global, native code. What such Boxes reach is alive; the others keep only each other.
   (Christopher: "Reference count garbage collection", 1984; Bacon and Rajan: "Concurrent Cycle
   Collection in Reference Counted Systems", ECOOP 2001.)

   By itself the collector goes in slices, between which the program runs: the counts and references
   it has seen are of different moments. But what is unreachable does not change, so it is always
   among the suspects at the end, and there are few others. The suspects fall into parts that no
   reference joins. Part by part they are looked at again, at one moment, and only what is cut off
   then is ended. So a release costs nothing for all this, and a pause is as long as a slice, or as
   the largest single piece of garbage takes.

   The dead end as language.md says: all fini functions first, then everything is looked at again,
   because a fini may have stored a Box elsewhere; what is still cut off loses its fields, and with
   them its counts. */
#include "cycle.h"

#include <stdlib.h>

#include "cycle_graph.h"
#include "cycle_snapshot.h"
#include "fini.h"

/* Boxes whose references are followed in a slice: about a millisecond, on the machine this was
   written on. Phases that look at a byte or a count for each do a multiple of it. */
#define SLICE_NODES 8192
/* A running collection gets a slice each time the heap has grown by so much: the garbage that is made
   meanwhile is then a fraction of what it looks at, and it comes to an end. */
#define SLICE_GROWTH ((size_t)8 << 10)
/* Growth that starts a collection: at least this, or as much as lived after the last one. */
#define LEAST_GROWTH ((size_t)4 << 20)
/* While nothing else is to be done, a small part of that is reason enough. */
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
    bool ending;         /* runs fini functions, maybe suspended */
    bool starved;        /* there was no memory to end what is dead */
    size_t cursor;       /* slot or node */
    size_t boxes, bytes; /* that there were when it began */
    uint64_t freed;      /* Boxes that went with the dead */
    ny_cycle_snapshot snapshot;
    ny_cycle_graph suspects, part;
} collection;

static size_t usual_growth = LEAST_GROWTH;

/* ---- The end of the dead --------------------------------------------------------------------- */

static bool has_fini_to_run(const ny_box *box) {
    return ny_class_of_box(box)->finaliser_count != 0 && !(box->flags & NY_FINALISED);
}

static bool any(const ny_box *box) {
    (void)box;
    return true;
}

static size_t count_dead(const ny_cycle_graph *graph) {
    size_t dead = 0;
    for (size_t i = 0; i < graph->count; i++) dead += !graph->nodes[i].alive;
    return dead;
}

/* Ends the dead that `wanted` takes: all fini functions before any field goes. What a fini stores
   elsewhere stays, but is finalised. Each is held meanwhile, as one may free another. */
static bool end_dead(const ny_cycle_graph *graph, bool (*wanted)(const ny_box *)) {
    ny_box **dead = malloc(graph->count * sizeof *dead + 1);
    if (dead == NULL) return false; /* they wait for the next collection */
    size_t count = 0;
    for (size_t i = 0; i < graph->count; i++) {
        if (graph->nodes[i].alive || !wanted(graph->nodes[i].box)) continue;
        dead[count++] = graph->nodes[i].box;
        graph->nodes[i].box->count++;
    }
    for (size_t i = 0; i < count; i++)
        if (!(dead[i]->flags & NY_FINALISED)) ny_fini_begin(dead[i]);
    for (size_t i = 0; i < count; i++)
        if (!(dead[i]->flags & NY_DEAD)) ny_fini_finish(dead[i]);
    for (size_t i = 0; i < count; i++) ny_release_box(dead[i]);
    free(dead);
    return true;
}

/* Ends what is cut off among the nodes that are not known to be alive; how many there were. */
static size_t end_suspects(ny_cycle_graph *graph) {
    ny_cycle_graph_settle(graph);
    size_t dead = count_dead(graph);
    if (dead == 0) return 0;
    collection.starved = !end_dead(graph, has_fini_to_run);
    if (collection.starved) return 0; /* else their fini functions would run below */
    ny_cycle_graph_settle(graph);     /* no code of the program runs from here on */
    collection.starved = !end_dead(graph, any);
    return dead;
}

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
    ny_cycle_graph_free(&collection.part);
    ny_heap_tells_of_free = false;
    collection.phase = RESTING;
    ny_heap_await_growth(usual_growth, SLICE_GROWTH);
}

static void begin(void) {
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
    if (ny_cycle_graph_make(&collection.suspects, suspects) &&
        ny_cycle_graph_make(&collection.part, SLICE_NODES))
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

static bool has_ended_all(void) { return collection.cursor == collection.suspects.count; }

/* Ends the next parts, of about `most` nodes or of one larger part; how many Boxes. Runs the
   program's code. */
static size_t end_parts(size_t most) {
    ny_cycle_graph *part = &collection.part;
    size_t dead = 0;
    ny_cycle_graph_clear(part);
    while (part->count < most && !has_ended_all())
        ny_cycle_graph_take_part(&collection.suspects, collection.cursor++, part);
    if (part->count > 0) {
        uint64_t freed = ny_heap_freed;
        collection.ending = true;
        dead = end_suspects(part);
        collection.ending = false;
        collection.freed += ny_heap_freed - freed;
        ny_heap_count_freed(); /* else the program could make as much again before the next slice */
    }
    if (has_ended_all()) {
        judge_growth();
        rest();
    }
    return dead;
}

void ny_cycle_slice(void) {
    ny_heap_has_grown = false;
    if (collection.ending) return;
    work(SLICE_NODES);
    if (collection.phase == ENDING) end_parts(SLICE_NODES);
}

enum ny_cycle_news ny_cycle_idle(void) {
    if (collection.ending) return NY_CYCLE_NOTHING;
    if (collection.phase == RESTING && ny_heap_growth() < usual_growth / IDLE_SHARE)
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
    if (collection.phase == ENDING && !collection.ending) end_parts(SLICE_NODES);
    return collection.phase == ENDING && !collection.ending;
}

void ny_cycle_forget(const ny_box *box) {
    if (collection.snapshot.slots != 0) ny_cycle_snapshot_forget(&collection.snapshot, box);
    ny_cycle_graph_forget(&collection.suspects, box);
    ny_cycle_graph_forget(&collection.part, box);
}

/* ---- All at once ----------------------------------------------------------------------------- */

static bool look_at_all(void) {
    rest(); /* what a slice has seen is of no use */
    do work(SIZE_MAX / 16);
    while (collection.phase != ENDING && collection.phase != RESTING);
    return collection.phase == ENDING;
}

int64_t ny_cycle_collect(void) {
    if (collection.ending) return 0; /* a fini asks for it */
    size_t dead = 0;
    /* Memory may be missing for a moment only; at the end of the program this is the last chance. */
    for (int chance = 0; chance < 2; chance++) {
        collection.starved = !look_at_all();
        if (!collection.starved) dead += end_parts(SIZE_MAX);
        if (!collection.starved) break;
    }
    return (int64_t)dead;
}

int64_t ny_cycle_count(void) {
    if (collection.ending || !look_at_all()) return 0;
    size_t dead = collection.suspects.count;
    rest();
    return (int64_t)dead;
}
