/* Counts of counts: see counting.py. Written once, when the process ends. */
#include "nyash.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t retains, releases;

static bool counts(ny_word value) {
    return ny_is_box(value) && !(ny_as_box(value)->flags & NY_IMMORTAL);
}

void ownership_counts_retain_word(ny_word value) {
    retains += counts(value);
}

void ownership_counts_release_word(ny_word value) {
    releases += counts(value);
}

void ownership_counts_retain_ref(ny_word value) { ownership_counts_retain_word(value); }
void ownership_counts_release_ref(ny_word value) { ownership_counts_release_word(value); }

__attribute__((destructor)) static void write_counts(void) {
    const char *name = getenv("NYASH_OWNERSHIP_COUNTS");
    FILE *file = name ? fopen(name, "w") : NULL;
    if (file == NULL) return;
    fprintf(file, "%llu %llu\n", (unsigned long long)retains, (unsigned long long)releases);
    fclose(file);
}
