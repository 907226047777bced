/* See blame.h. */
#include "blame.h"

#include <string.h>

#include "failure.h"
#include "text.h"

const char *ny_blamed_role;
static const char *verb_of_null;

static bool is_role(const char *role, const char *wanted) { return strcmp(role, wanted) == 0; }

/* "cannot read `name`" */
static void append_use(ny_text *text, const char *verb, const char *member) {
    if (is_role(member, NY_ROLE_ELEMENT))
        ny_text_format(text, "cannot %s [ ]", verb);
    else
        ny_text_format(text, "cannot %s `%s`", verb, member);
}

ny_word ny_blame_null(const char *verb, const char *member) {
    ny_text text = {0};
    append_use(&text, verb, member);
    ny_text_format(&text, " of null");
    ny_word error = ny_failure_new("NullError", ny_text_finish(&text));
    if (error == NY_ERROR) return NY_ERROR;
    ny_throw(error);
    verb_of_null = verb;
    ny_blamed_role = member;
    return NY_ERROR;
}

ny_word ny_blame_operation(void) {
    /* Without memory for it, another error is on its way. */
    if (ny_error_is(ny_pending.error, "TypeError", 0)) ny_blamed_role = NY_ROLE_OPERATION;
    return NY_ERROR;
}

static const ny_expression *expression_at(uint32_t site) {
    if (&ny_expression_count == NULL) return NULL; /* a back end that knows of none */
    uint32_t low = 0, high = ny_expression_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ny_expressions[middle].site < site)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ny_expression_count && ny_expressions[low].site == site ? &ny_expressions[low]
                                                                          : NULL;
}

/* Says in the pending error's message what was null. */
static void name_null(const ny_expression *expression) {
    ny_failure error;
    ny_failure_save(&error);
    ny_text text = {0};
    append_use(&text, verb_of_null, expression->role);
    ny_text_format(&text, ": `%s` is null", expression->text);
    ny_word message = ny_text_finish(&text);
    if (message == NY_ERROR) { /* no memory: the shorter message stays */
        ny_release(ny_error_take());
    } else {
        ny_word *field = ny_error_field(error.error, NY_ERROR_MESSAGE), before = *field;
        *field = message;
        ny_release(before);
    }
    ny_failure_restore(&error);
}

/* The methods of every value are called in a function of the library, which throws for null. */
static bool is_of_every_value(uint32_t site, const char *role) {
    const char *box = "AnyBox.", *function = ny_sites[site].function;
    return strncmp(function, box, strlen(box)) == 0 && is_role(function + strlen(box), role);
}

void ny_blame_site(uint32_t site) {
    const char *role = ny_blamed_role;
    if (site < ny_site_count && ny_sites[site].library && is_of_every_value(site, role)) return;
    ny_blamed_role = NULL;
    const ny_expression *expression = expression_at(site);
    if (expression == NULL || !is_role(expression->role, role)) return;
    if (is_role(role, NY_ROLE_OPERATION))
        ((ny_error *)ny_as_box(ny_pending.error))->expression = expression;
    else
        name_null(expression);
}
