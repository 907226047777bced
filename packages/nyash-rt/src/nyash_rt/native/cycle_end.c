/* See cycle_end.h.

   The dead end in two rounds, as language.md says. First those with a fini: all fini functions,
   then their fields go. A fini may have stored a Box elsewhere, so what has no fini is looked at
   again, at one moment; what is still cut off ends in the second round. In each round the dead are
   held until all have lost their fields, as one may free another.

   A fini may suspend, for ever too. Its Box is let go of meanwhile, so another task can go on
   with the others; what waits is then reachable from outside, and so is all it reaches. The same
   holds for a Box whose end has begun elsewhere, by a fini() that another fini called: who began
   it will finish it. */
#include "cycle_end.h"

#include "cycle_judge.h"
#include "fini.h"
#include "task.h"

/* For each Box taken: a walk also passes the numbers of earlier parts that lie between them. */
#define MOST_NUMBERS 4

static struct {
    enum { DONE, TAKING, JUDGING, HOLDING, FINALISING, FINISHING, RELEASING } step;
    bool second;     /* round */
    uint64_t moment; /* another for each step: who returns from a fini learns that others went on */
    size_t waiting;  /* of this step's functions have not returned */
    ny_cycle_parts parts;
    size_t most, taken; /* weight (cycle_visit.h) of small parts to take, of all that were */
    size_t held; /* that have a fini */
} end;

bool ny_cycle_end_is_done(void) { return end.step == DONE; }

bool ny_cycle_end_is_waiting(void) { return end.waiting != 0; }

size_t ny_cycle_end_reached(void) { return end.parts.to; }

/* Between the end of a task and the next one there is none, and its closure may end Boxes. */
static bool *mark_of_task(void) {
    static bool nobody;
    ny_task *task = ny_task_current();
    return task != NULL ? &task->ends_cycle : &nobody;
}

bool ny_cycle_end_is_inside(void) { return *mark_of_task(); }

static void enter(int step) {
    end.step = step;
    end.moment++;
    end.waiting = 0;
    ny_cycle_parts_begin(&end.parts);
}

void ny_cycle_end_reset(void) { end.parts = (ny_cycle_parts){0}; }

void ny_cycle_end_begin(ny_cycle_graph *graph, size_t from, size_t most) {
    end.parts = (ny_cycle_parts){.graph = graph, .from = from, .to = from};
    end.most = most;
    end.second = false;
    end.taken = end.held = 0;
    enter(TAKING);
}

/* Marks the next suspect. The walk goes as far as `to`, which moves on from part to part. */
static void take(void) {
    ny_cycle_node *node = ny_cycle_parts_next(&end.parts);
    if (node != NULL) {
        if (!ny_cycle_is_there_still(node)) return;
        node->box->flags |= NY_SUSPECTED;
        end.taken += ny_cycle_weight(node->box);
    } else if (end.taken < end.most && end.parts.to < end.parts.graph->count &&
               (end.parts.to - end.parts.from) / MOST_NUMBERS < end.most) {
        /* Behind a huge part there are many numbers that begin none. */
        if (end.taken == 0) end.parts.from = end.parts.to;
        end.parts.to++;
    } else {
        enter(JUDGING);
    }
}

static size_t judge(void) {
    size_t dead = ny_cycle_judge(&end.parts);
    enter(dead == 0 ? DONE : HOLDING);
    return dead;
}

size_t ny_cycle_end_find(void) {
    while (end.step == TAKING) take();
    return judge();
}

/* What of the program remains to be run, for those cut off that have a fini. */
static bool has_fini_to_run(const ny_box *box) {
    return ny_class_of_box(box)->finaliser_count != 0 && !(box->flags & NY_FINALISED);
}

static void hold(ny_cycle_node *node) {
    if (!ny_cycle_is_candidate(node) || (!end.second && !has_fini_to_run(node->box))) return;
    ny_box *box = node->box;
    box->flags &= (uint8_t)~NY_SUSPECTED;
    box->count++;
    node->held = true;
    end.held++;
    if (end.second && !(box->flags & NY_FINALISED)) ny_fini_begin(box); /* runs nothing */
}

static void let_go(ny_cycle_node *node) {
    node->held = false;
    ny_release_box(node->box);
}

/* Whether the step is still the one it was. */
static bool run(ny_cycle_node *node, void (*function)(ny_box *)) {
    bool *mark = mark_of_task();
    ny_box *box = node->box;
    uint64_t moment = end.moment;
    node->held = false;
    end.waiting++;
    *mark = true;
    function(box);
    bool in_time = end.moment == moment;
    if (in_time) {
        node->held = true;
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
    case HOLDING:
        if (end.held == 0 && !end.second) { /* no fini, so nothing to be looked at again */
            end.second = true;
            enter(HOLDING);
        } else {
            enter(end.second ? FINISHING : FINALISING);
        }
        break;
    case FINALISING: enter(FINISHING); break;
    case FINISHING: enter(RELEASING); break;
    default:
        enter(end.second ? DONE : JUDGING);
        end.second = true;
    }
}

/* Another step, or the same one with the next node. False: others have done that meanwhile. */
static bool advance(void) {
    ny_cycle_node *node = ny_cycle_parts_next(&end.parts);
    if (node == NULL) {
        step_is_over();
    } else if (end.step == HOLDING) {
        hold(node);
    } else if (node->held) {
        const ny_box *box = node->box;
        switch (end.step) {
        case FINALISING:
            if (!(box->flags & NY_FINALISED)) return run(node, ny_fini_begin);
            let_go(node);
            break;
        case FINISHING:
            if (!(box->flags & NY_DEAD)) return run(node, ny_fini_finish);
            break;
        default: let_go(node);
        }
    }
    return true;
}

void ny_cycle_end_slice(size_t most) {
    if (end.step == JUDGING) {
        judge();
        return;
    }
    for (; most > 0; most--) {
        if (end.step == DONE || end.step == JUDGING) return;
        if (end.step == TAKING)
            take();
        else if (!advance())
            return;
    }
}
