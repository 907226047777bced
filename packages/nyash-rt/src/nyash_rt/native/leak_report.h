/* leak_report.h: what a leak check has found, and writing it.

   Nothing here depends on addresses: two runs that do the same give the same text. */
#ifndef NYASH_LEAK_REPORT_H
#define NYASH_LEAK_REPORT_H

#include "leak_graph.h"
#include "text.h"

enum ny_leak_state {
    NY_LEAK_IN_CYCLE, /* keeps itself alive */
    NY_LEAK_KEPT,     /* a leaked Box holds it */
    NY_LEAK_COUNTED,  /* nothing known holds it, but its count says so */
};

/* Boxes of one class, made at one place, that leak in the same way. */
typedef struct ny_leak_group {
    const ny_class *cls;
    uint32_t site;             /* see ny_allocation_site */
    enum ny_leak_state state;
    const ny_class *keeper;    /* NY_LEAK_KEPT: the holder's class, */
    uint32_t keeper_place;     /* and its field, or field_count for an element */
    uint64_t count, bytes;
    ny_text kept_by;           /* "Node.items" */
} ny_leak_group;

typedef struct ny_leak_cycle {
    ny_text path;
    const ny_class *weak_class; /* that declares the field; NULL: no field can be weak */
    uint32_t weak_field;
    ny_text advice;
    uint64_t count;
} ny_leak_cycle;

#define NY_LEAK_MOST_CYCLES 64 /* different ones; more are only counted */

typedef struct ny_leak_report {
    ny_leak_group *groups;
    uint32_t *group_index; /* open addressing; group number + 1 */
    size_t group_count, group_room, index_size;
    ny_leak_cycle cycles[NY_LEAK_MOST_CYCLES];
    size_t cycle_count, more_cycles;
    uint64_t boxes, bytes;
    uint64_t handles[NY_HANDLE_KINDS]; /* still open, though nothing can use them */
    ny_text handle_names;              /* one line for each that is known by name */
    bool failed;                       /* no memory to look at everything */
} ny_leak_report;

/* Adds the Boxes of a linked graph. */
void ny_leak_report_add(ny_leak_report *report, const ny_leak_graph *graph, bool ordered);
/* Puts everything in the order in which it is shown. */
void ny_leak_report_sort(ny_leak_report *report);
bool ny_leak_report_is_empty(const ny_leak_report *report);
void ny_leak_report_free(ny_leak_report *report);

/* leak_text.c. `sites`: the program was built with allocation sites. */
void ny_leak_write_text(ny_text *text, const ny_leak_report *report, bool sites);
void ny_leak_write_json(ny_text *text, const ny_leak_report *report, bool sites, int exit_code);
/* The text of the site: "main (tree.nyash:3)". */
const struct ny_site *ny_leak_site(uint32_t site);

#endif
