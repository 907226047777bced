/* See cycle_end.h.

   The dead end in two rounds, as language.md says. First those with a fini: all fini functions, then
   their fields go. A fini may have stored a Box elsewhere, so what has no fini is looked at again, at
   one moment; what is still cut off ends in the second round. In each round the dead are held until all
   have lost their fields, as one may free another.

   A fini may suspend, for ever too. Its Box is taken out of `dead` meanwhile, so another task can go
   on with the others; what waits is then reachable from outside, and so is all it reaches. */
#include "cycle_end.h"

#include <stdlib.h>

#include "fini.h"
#include "task.h"
#include "weak.h"

#define ROOM 8192 /* of the graph that is kept for small parts */

static struct {
    enum { DONE, FINALISING, FINISHING, RELEASING } step;
    bool second;     /* round */
    bool starved;    /* there was no memory to hold the dead */
    uint64_t moment; /* another for each step: who returns from a fini learns that others went on */
    size_t waiting;  /* of this step's functions have not returned */
    ny_cycle_graph part;
    ny_box **dead; /* NULL: its function has not returned */
    size_t count, cursor;
} end;

bool ny_cycle_end_is_done(void) { return end.step == DONE; }

bool ny_cycle_end_is_waiting(void) { return end.waiting != 0; }

/* Between the end of a task and the next one there is none, and its closure may end Boxes. */
static bool *mark_of_task(void) {
    static bool nobody;
    ny_task *task = ny_task_current();
    return task != NULL ? &task->ends_cycle : &nobody;
}

bool ny_cycle_end_is_inside(void) { return *mark_of_task(); }

bool ny_cycle_end_starved(void) { return end.starved; }

void ny_cycle_end_forget(const ny_box *box) { ny_cycle_graph_forget(&end.part, box); }

ny_cycle_graph *ny_cycle_end_part(void) {
    if (end.part.room != ROOM) {
        ny_cycle_graph_free(&end.part);
        if (!ny_cycle_graph_make(&end.part, ROOM)) return NULL;
    }
    ny_cycle_graph_clear(&end.part);
    return &end.part;
}

static bool has_fini_to_run(const ny_box *box) {
    return ny_class_of_box(box)->finaliser_count != 0 && !(box->flags & NY_FINALISED);
}

static void enter(int step) {
    end.step = step;
    end.moment++;
    end.cursor = end.waiting = 0;
}

static void finish(void) {
    free(end.dead);
    end.dead = NULL;
    end.count = 0;
    if (end.part.room != ROOM) ny_cycle_graph_free(&end.part);
    enter(DONE);
}

void ny_cycle_end_rest(void) {
    if (end.step == DONE) ny_cycle_graph_free(&end.part);
}

/* ---- At one moment --------------------------------------------------------------------------- */

/* Holds the dead, in the first round those with a fini to run. False: no memory, nothing is held. */
static bool hold(size_t most) {
    const ny_cycle_graph *part = &end.part;
    end.count = 0;
    end.dead = malloc(most * sizeof *end.dead + 1);
    end.starved = end.dead == NULL;
    if (end.starved) return false;
    for (size_t i = 0; i < part->count; i++) {
        ny_box *box = part->nodes[i].box;
        if (part->nodes[i].alive || (!end.second && !has_fini_to_run(box))) continue;
        end.dead[end.count++] = box;
        box->count++;
    }
    return true;
}

/* Those that remain have no fini to run: no code of the program sees them any more. */
static void begin_second(size_t dead) {
    end.second = true;
    if (!hold(dead)) {
        finish();
        return;
    }
    for (size_t i = 0; i < end.count; i++)
        if (!(end.dead[i]->flags & NY_FINALISED)) ny_fini_begin(end.dead[i]);
    enter(FINISHING);
}

/* A block may hold another Box than the one that was added. If that has a fini, it waits for the next
   collection, with all it reaches. */
static void hold_new(void) {
    for (size_t i = 0; i < end.part.count; i++) {
        ny_box *box = end.part.nodes[i].box;
        if (box == NULL || end.part.nodes[i].alive || !ny_cycle_is_there(box)) continue;
        if (has_fini_to_run(box) && ny_cycle_may_contain(box)) box->count++;
    }
}

static void look_again(void) {
    free(end.dead);
    end.dead = NULL;
    hold_new();
    ny_cycle_graph_settle(&end.part);
    for (size_t i = 0; i < end.part.count; i++)
        if (has_fini_to_run(end.part.nodes[i].box)) end.part.nodes[i].box->count--;
    size_t dead = 0;
    for (size_t i = 0; i < end.part.count; i++) dead += !end.part.nodes[i].alive;
    begin_second(dead);
}

size_t ny_cycle_end_begin(void) {
    ny_cycle_graph_settle(&end.part);
    size_t dead = 0, with_fini = 0;
    for (size_t i = 0; i < end.part.count; i++) {
        if (end.part.nodes[i].alive) continue;
        ny_box *box = end.part.nodes[i].box;
        dead++;
        with_fini += has_fini_to_run(box);
        if (NY_UNLIKELY(box->flags & NY_WEAKLY_HELD)) ny_weak_forget(box);
    }
    end.starved = false;
    end.second = false;
    if (dead == 0)
        finish();
    else if (with_fini == 0)
        begin_second(dead);
    else if (hold(with_fini))
        enter(FINALISING);
    else
        finish();
    return end.starved ? 0 : dead;
}

/* ---- In slices ------------------------------------------------------------------------------- */

/* Whether the step is still the one it was. */
static bool run(size_t place, void (*function)(ny_box *)) {
    bool *mark = mark_of_task();
    ny_box *box = end.dead[place];
    uint64_t moment = end.moment;
    end.dead[place] = NULL;
    end.waiting++;
    *mark = true;
    function(box);
    bool in_time = end.moment == moment;
    if (in_time) {
        end.dead[place] = box;
        end.waiting--;
    } else { /* others have gone on without it: what is left of its end is done here */
        if (!(box->flags & NY_DEAD)) ny_fini_finish(box);
        ny_release_box(box);
    }
    *mark = false;
    return in_time;
}

static void step_is_over(void) {
    switch (end.step) {
    case FINALISING: enter(FINISHING); break;
    case FINISHING: enter(RELEASING); break;
    default:
        if (end.second)
            finish();
        else
            look_again();
    }
}

void ny_cycle_end_slice(size_t most) {
    while (most-- > 0 && end.step != DONE) {
        if (end.cursor == end.count) {
            step_is_over();
            continue;
        }
        size_t place = end.cursor++;
        ny_box *box = end.dead[place];
        if (box == NULL) continue; /* left behind in an earlier step */
        if (end.step == FINALISING) {
            if (!(box->flags & NY_FINALISED) && !run(place, ny_fini_begin)) return;
        } else if (end.step == FINISHING) {
            if (!(box->flags & NY_DEAD) && !run(place, ny_fini_finish)) return;
        } else {
            ny_release_box(box);
        }
    }
}
