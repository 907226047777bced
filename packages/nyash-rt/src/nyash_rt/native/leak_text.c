/* A leak report for people and as JSON; see leak_report.h. */
#include <string.h>

#include "leak_names.h"
#include "leak_report.h"
#include "program.h"

#define MOST_LINES 50 /* of groups, for people */
#define MOST_SHOWN_CYCLES 20

static const char *plural(uint64_t count, const char *one, const char *many) {
    return count == 1 ? one : many;
}

static void write_count(ny_text *text, uint64_t count, const char *one, const char *many) {
    ny_text_format(text, "%llu %s", (unsigned long long)count, plural(count, one, many));
}

static void write_cycle(ny_text *text, const ny_leak_cycle *cycle) {
    ny_text_append(text, "\n", 1);
    write_count(text, cycle->count, "cycle", "cycles");
    ny_text_format(text, ": %.*s\n    = help: %.*s\n", (int)cycle->path.length, cycle->path.bytes,
                   (int)cycle->advice.length, cycle->advice.bytes);
}

static void write_group(ny_text *text, const ny_leak_group *group) {
    const ny_site *site = ny_leak_site(group->site);
    ny_text_format(text, "  %7llu %10llu  %s", (unsigned long long)group->count,
                   (unsigned long long)group->bytes, group->cls->name);
    if (site != NULL)
        ny_text_format(text, " made in %s (%s:%u)", site->function, site->file, site->line);
    if (group->state == NY_LEAK_KEPT)
        ny_text_format(text, ", kept by %.*s", (int)group->kept_by.length, group->kept_by.bytes);
    if (group->state == NY_LEAK_COUNTED)
        ny_text_format(text, ", still counted although nothing refers to it: "
                             "a mistake of native code or the compiler");
    ny_text_append(text, "\n", 1);
}

static const char *const handle_names[NY_HANDLE_KINDS] = {"socket", "file", "timer", "task"};

static void write_handles(ny_text *text, const ny_leak_report *report) {
    for (int kind = 0; kind < NY_HANDLE_KINDS; kind++) {
        if (report->handles[kind] == 0) continue;
        ny_text_format(text, "\n%llu %s%s still open that nothing reachable owns\n",
                       (unsigned long long)report->handles[kind], handle_names[kind],
                       plural(report->handles[kind], " is", "s are"));
    }
    const char *at = report->handle_names.bytes, *end = at + report->handle_names.length;
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        ny_text_format(text, "    %.*s\n", (int)(line_end - at), at);
        at = line_end + 1;
    }
}

void ny_leak_write_text(ny_text *text, const ny_leak_report *report, bool sites) {
    ny_text_format(text, "leak check: ");
    write_count(text, report->boxes, "Box", "Boxes");
    ny_text_format(text, " (%llu bytes) still alive that no global or static Box reaches\n",
                   (unsigned long long)report->bytes);
    for (size_t i = 0; i < report->cycle_count && i < MOST_SHOWN_CYCLES; i++)
        write_cycle(text, &report->cycles[i]);
    size_t more = report->more_cycles;
    if (report->cycle_count > MOST_SHOWN_CYCLES) more += report->cycle_count - MOST_SHOWN_CYCLES;
    if (more > 0) ny_text_format(text, "\n... and %zu more cycles\n", more);
    if (report->group_count > 0) ny_text_format(text, "\n    count      bytes  Box\n");
    for (size_t i = 0; i < report->group_count && i < MOST_LINES; i++)
        write_group(text, &report->groups[i]);
    if (report->group_count > MOST_LINES)
        ny_text_format(text, "  ... and %zu more lines\n", report->group_count - MOST_LINES);
    write_handles(text, report);
    if (report->failed) ny_text_format(text, "\nThere was no memory to look at everything.\n");
    if (!sites && report->boxes > 0)
        ny_text_format(text, "\nBuilt with `nyash build --leak-check`, the program shows the lines "
                             "that made them.\n");
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void quoted(ny_text *text, const char *name, const char *value) {
    ny_text_format(text, ",\"%s\":", name);
    if (value == NULL)
        ny_text_format(text, "null");
    else
        ny_text_quoted(text, value, strlen(value));
}

static void json_group(ny_text *text, const ny_leak_group *group) {
    static const char *const states[] = {"cycle", "kept", "counted"};
    const ny_site *site = ny_leak_site(group->site);
    ny_text_format(text, "{\"count\":%llu,\"bytes\":%llu", (unsigned long long)group->count,
                   (unsigned long long)group->bytes);
    quoted(text, "box", group->cls->name);
    quoted(text, "function", site != NULL ? site->function : NULL);
    quoted(text, "file", site != NULL ? site->file : NULL);
    if (site != NULL)
        ny_text_format(text, ",\"line\":%u", site->line);
    else
        ny_text_format(text, ",\"line\":null");
    quoted(text, "state", states[group->state]);
    ny_text_format(text, ",\"keptBy\":");
    if (group->state == NY_LEAK_KEPT)
        ny_text_quoted(text, group->kept_by.bytes, group->kept_by.length);
    else
        ny_text_format(text, "null");
    ny_text_format(text, "}");
}

static void json_cycle(ny_text *text, const ny_leak_cycle *cycle) {
    ny_text_format(text, "{\"count\":%llu,\"path\":", (unsigned long long)cycle->count);
    ny_text_quoted(text, cycle->path.bytes, cycle->path.length);
    ny_text_format(text, ",\"help\":");
    ny_text_quoted(text, cycle->advice.bytes, cycle->advice.length);
    ny_text_format(text, ",\"weak\":");
    if (cycle->weak_class == NULL) {
        ny_text_format(text, "null}");
        return;
    }
    const ny_class_place *place =
        ny_class_places != NULL ? &ny_class_places[cycle->weak_class->id] : NULL;
    if (place != NULL && place->file == NULL) place = NULL;
    ny_text_format(text, "{\"box\":");
    ny_text_quoted(text, cycle->weak_class->name, strlen(cycle->weak_class->name));
    quoted(text, "field", cycle->weak_class->field_names[cycle->weak_field]);
    quoted(text, "file", place != NULL ? place->file : NULL);
    if (place != NULL)
        ny_text_format(text, ",\"line\":%u}}", place->field_lines[cycle->weak_field]);
    else
        ny_text_format(text, ",\"line\":null}}");
}

void ny_leak_write_json(ny_text *text, const ny_leak_report *report, bool sites, int exit_code) {
    ny_text_format(text, "{\"schema\":1,\"boxes\":%llu,\"bytes\":%llu,\"exitCode\":%d,\"sites\":%s",
                   (unsigned long long)report->boxes, (unsigned long long)report->bytes, exit_code,
                   sites ? "true" : "false");
    ny_text_format(text, ",\"complete\":%s,\"groups\":[", report->failed ? "false" : "true");
    for (size_t i = 0; i < report->group_count; i++) {
        if (i > 0) ny_text_append(text, ",", 1);
        json_group(text, &report->groups[i]);
    }
    ny_text_format(text, "],\"cycles\":[");
    for (size_t i = 0; i < report->cycle_count; i++) {
        if (i > 0) ny_text_append(text, ",", 1);
        json_cycle(text, &report->cycles[i]);
    }
    ny_text_format(text, "],\"moreCycles\":%zu,\"handles\":{", report->more_cycles);
    for (int kind = 0; kind < NY_HANDLE_KINDS; kind++)
        ny_text_format(text, "%s\"%s\":%llu", kind > 0 ? "," : "", handle_names[kind],
                       (unsigned long long)report->handles[kind]);
    ny_text_format(text, "},\"handleNames\":");
    ny_text_quoted(text, report->handle_names.bytes, report->handle_names.length);
    ny_text_format(text, "}\n");
}
