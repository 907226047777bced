/* The leak check; see leak_check.h. Declared by debug.nyash. */
#include "leak_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "heap.h"
#include "leak_report.h"
#include "program.h"

static bool checking, as_json;
static const char *file; /* NULL: standard error */
static ny_leak_report report;

static NY_COLD void misuse(const char *name, const char *value, const char *wanted) {
    fprintf(stderr, "nyash: %s is \"%s\"; it may be %s\n", name, value, wanted);
    exit(NY_LEAK_MISUSE_CODE);
}

void ny_leak_check_start(void) {
    checking = ny_program_flags & NY_PROGRAM_LEAK_CHECK;
    const char *value = getenv("NYASH_LEAK_CHECK");
    if (value != NULL && *value != 0) {
        if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
            misuse("NYASH_LEAK_CHECK", value, "1 or 0");
        checking = *value == '1';
    }
    value = getenv("NYASH_LEAK_REPORT");
    if (value != NULL && *value != 0) {
        if (strcmp(value, "json") != 0 && strcmp(value, "text") != 0)
            misuse("NYASH_LEAK_REPORT", value, "text or json");
        as_json = *value == 'j';
    }
    file = getenv("NYASH_LEAK_REPORT_FILE");
    if (file != NULL && *file == 0) file = NULL;
    if (!checking) return;
    ny_heap_hide_growth();
    if (ny_program_flags & NY_PROGRAM_LEAK_CHECK) ny_heap_record_sites();
}

bool ny_leak_check_is_on(void) { return checking; }

static bool has_sites(void) { return ny_program_flags & NY_PROGRAM_LEAK_CHECK; }

/* ---- The two looks --------------------------------------------------------------------------- */

static void look(bool nothing_holds) {
    ny_leak_graph graph;
    if (ny_leak_graph_make(&graph, nothing_holds) && ny_leak_graph_link(&graph))
        ny_leak_report_add(&report, &graph, has_sites());
    else
        report.failed = true;
    ny_leak_graph_free(&graph);
}

void ny_leak_check_before_end(void) {
    if (checking) look(false);
}

static void write_report(const ny_text *text) {
    int target = STDERR_FILENO;
    if (file != NULL) {
        target = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (target < 0) {
            fprintf(stderr, "nyash: cannot write the leak report to %s: %s\n", file,
                    strerror(errno));
            target = STDERR_FILENO;
        }
    }
    for (size_t done = 0; done < text->length;) {
        ssize_t written = write(target, text->bytes + done, text->length - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        done += (size_t)written;
    }
    if (target != STDERR_FILENO) close(target);
}

int ny_leak_check_after_end(int code, enum ny_end_kind kind, bool alone) {
    if (!checking) return code;
    if (kind != NY_END_EXITED && alone) {
        look(true);
        for (int handle = 0; handle < NY_HANDLE_KINDS; handle++)
            if (handle != NY_HANDLE_TASK && ny_heap_handles[handle] > report.handles[handle])
                report.handles[handle] = ny_heap_handles[handle];
    }
    if (!ny_leak_report_is_empty(&report)) {
        if (kind != NY_END_THROWN) code = NY_LEAK_EXIT_CODE;
        ny_leak_report_sort(&report);
    } else if (!(as_json && file != NULL)) {
        return code; /* a file says so in any case: who reads it need not guess */
    }
    ny_text text = {0};
    if (as_json)
        ny_leak_write_json(&text, &report, has_sites(), code);
    else
        ny_leak_write_text(&text, &report, has_sites());
    if (text.failed)
        fputs("nyash: no memory left for the leak report\n", stderr);
    else
        write_report(&text);
    ny_text_drop(&text);
    ny_leak_report_free(&report);
    return code;
}

/* ---- DEBUG ----------------------------------------------------------------------------------- */

int64_t ny_leak_count(void) {
    ny_leak_graph graph;
    int64_t found = 0;
    if (ny_leak_graph_make(&graph, false))
        for (size_t i = 0; i < graph.count; i++) found += !graph.nodes[i].held;
    ny_leak_graph_free(&graph);
    return found;
}

ny_word ny_leak_cycle_texts(void) {
    ny_leak_report found = {0};
    ny_leak_graph graph;
    if (ny_leak_graph_make(&graph, false) && ny_leak_graph_link(&graph))
        ny_leak_report_add(&found, &graph, has_sites());
    else
        found.failed = true;
    ny_leak_graph_free(&graph);
    ny_leak_report_sort(&found);
    ny_word texts = found.failed ? ny_heap_exhausted() : ny_array_empty();
    for (size_t i = 0; texts != NY_ERROR && i < found.cycle_count; i++) {
        ny_word text = ny_string_new(found.cycles[i].path.bytes, found.cycles[i].path.length);
        if (text != NY_ERROR && ny_array_append(texts, text)) continue;
        ny_release(texts);
        texts = NY_ERROR;
    }
    ny_leak_report_free(&found);
    return texts;
}
