/* Methods that every value has (any.nyash), and the errors of those that it has not. */
#include "class.h"

#include <stdio.h>
#include <string.h>

#include "array.h"
#include "blame.h"
#include "failure.h"
#include "hash.h"
#include "heap.h"
#include "map.h"
#include "string_box.h"
#include "suggestion.h"

uint16_t ny_class_inherited_kind(uint16_t class_id) {
    const uint16_t *ancestor = ny_classes[class_id]->ancestors;
    if (ancestor == NULL) return 0;
    for (; *ancestor != 0; ancestor++)
        if (*ancestor < NY_CLASS_FIRST_FREE) return *ancestor;
    return 0;
}

const char *ny_class_display(ny_word value, int *length) {
    const ny_class *cls = ny_class_of(value);
    size_t bytes = strlen(cls->name);
    /* The language's own kinds are known without "Box". */
    if (cls->id < NY_CLASS_FIRST_FREE && bytes > 3 && strcmp(cls->name + bytes - 3, "Box") == 0)
        bytes -= 3;
    *length = (int)bytes;
    return cls->name;
}

/* ---- Errors ---------------------------------------------------------------------------------- */

ny_word ny_check_failed(ny_word value, const char *wanted, const char *what) {
    if (ny_is_box(value) && ny_as_box(value)->flags & NY_DEAD) return ny_use_after_fini(value);
    int length;
    const char *name = ny_class_display(value, &length);
    size_t wanted_length = strlen(wanted);
    if (wanted_length > 3 && strcmp(wanted + wanted_length - 3, "Box") == 0) wanted_length -= 3;
    return ny_throw_error("TypeError", "%s: expected %.*s, got %.*s", what, (int)wanted_length,
                          wanted, length, name);
}

const char *ny_class_universal(void) {
    for (uint32_t i = 1; i < ny_class_count; i++)
        if (ny_classes[i] != NULL && strcmp(ny_classes[i]->name, "AnyBox") == 0)
            return ny_classes[i]->methods;
    return NULL;
}

bool ny_class_hides(const ny_class *cls, const char *name) {
    size_t length = strlen(name);
    for (const char *at = cls->methods; at != NULL && *at != 0;) {
        if (*at == '-' && strncmp(at + 1, name, length) == 0 &&
            (at[length + 1] == ' ' || at[length + 1] == 0))
            return true;
        at = strchr(at, ' ');
        if (at != NULL) at++;
    }
    return false;
}

/* The numbers of arguments that methods of this name take, as bits; those from 31 up are one. */
static uint32_t arities_of(const char *methods, const char *name) {
    size_t length = strlen(name);
    uint32_t found = 0;
    for (const char *at = methods; at != NULL && *at != 0;) {
        if (strncmp(at, name, length) == 0 && at[length] == '/') {
            uint32_t arity = 0;
            for (at += length + 1; *at >= '0' && *at <= '9'; at++)
                arity = arity * 10 + (uint32_t)(*at - '0');
            found |= (uint32_t)1 << (arity < 31 ? arity : 31);
        }
        at = strchr(at, ' ');
        if (at != NULL) at++;
    }
    return found;
}

/* "1", "0 or 2", "0, 1 or 2". */
static void write_arities(uint32_t arities, char *text, size_t room) {
    size_t used = 0;
    for (uint32_t arity = 0; arities != 0 && used < room; arity++, arities >>= 1) {
        if (!(arities & 1)) continue;
        const char *before = used == 0 ? "" : arities == 1 ? " or " : ", ";
        used += (size_t)snprintf(text + used, room - used, "%s%u", before, arity);
    }
}

static ny_word private_member(const ny_class *cls, const char *name) {
    return ny_throw_error("MethodNotFoundError",
                          "`%s` is private to %s: it is reachable through `me` only", name,
                          cls->name);
}

ny_word ny_method_missing(ny_word receiver, const char *name, uint32_t arity) {
    if (receiver == NY_NULL)
        return ny_blame_null("call", name);
    if (ny_is_box(receiver) && ny_as_box(receiver)->flags & NY_DEAD)
        return ny_use_after_fini(receiver);
    const ny_class *cls = ny_class_of(receiver);
    uint32_t arities = arities_of(cls->methods, name) | arities_of(ny_class_universal(), name);
    if (arities != 0) {
        char text[128];
        write_arities(arities, text, sizeof text);
        return ny_throw_error("ArgumentError", "%s.%s takes %s argument%s, not %u", cls->name,
                              name, text, arities == 2 ? "" : "s", arity);
    }
    if (ny_class_hides(cls, name)) return private_member(cls, name);
    return ny_throw_error("MethodNotFoundError", "%s has no method `%s` for %u argument%s%s",
                          cls->name, name, arity, arity == 1 ? "" : "s",
                          ny_suggestion(cls, name, false));
}

static ny_word no_member(ny_word receiver, const char *name, const char *act, const char *what) {
    if (receiver == NY_NULL) return ny_blame_null(act, name);
    if (ny_is_box(receiver) && ny_as_box(receiver)->flags & NY_DEAD)
        return ny_use_after_fini(receiver);
    const ny_class *cls = ny_class_of(receiver);
    if (ny_class_hides(cls, name)) return private_member(cls, name);
    return ny_throw_error("MethodNotFoundError", "%s has no %s `%s`%s", cls->name, what, name,
                          ny_suggestion(cls, name, true));
}

ny_word ny_member_missing(ny_word receiver, const char *name) {
    return no_member(receiver, name, "read", "field or method");
}

ny_word ny_field_missing(ny_word receiver, const char *name) {
    return no_member(receiver, name, "assign", "field");
}

/* ---- Natives --------------------------------------------------------------------------------- */

ny_word ny_any_type(ny_word me) {
    if (ny_is(me, NY_CLASS_ERROR)) return ny_error_type(me);
    return ny_string_text(ny_class_of(me)->name);
}

ny_word ny_any_equals(ny_word me, ny_word other) {
    bool thrown, same = ny_equal(me, other, &thrown);
    return thrown ? NY_ERROR : ny_from_bool(same);
}

static bool is_named(const char *name, const ny_string *wanted) {
    size_t length = wanted->byte_length;
    if (strncmp(name, wanted->bytes, length) != 0) return false;
    return name[length] == 0 || strcmp(name + length, "Box") == 0; /* "Integer": IntegerBox */
}

static bool is_of(ny_word value, ny_word name) {
    const ny_string *wanted = ny_as_string(name);
    if (wanted->byte_length == 0 || strlen(ny_class_of(value)->name) == 0) return false;
    if (is_named(ny_class_of(value)->name, wanted)) return true;
    if (ny_is(value, NY_CLASS_ERROR) && is_named(ny_error_type_text(value), wanted)) return true;
    const uint16_t *ancestor = ny_class_of(value)->ancestors;
    for (; ancestor != NULL && *ancestor != 0; ancestor++)
        if (is_named(ny_classes[*ancestor]->name, wanted)) return true;
    return false;
}

ny_word ny_any_is(ny_word me, ny_word name) {
    if (!ny_is_string(name)) return ny_check_failed(name, "String", "argument of is()");
    return ny_from_bool(is_of(me, name));
}

/* null has toString, type, is and equals only (language.md, section 10). */
ny_word ny_any_as(ny_word me, ny_word name) {
    if (me == NY_NULL) return ny_method_missing(me, "as", 1);
    if (!ny_is_string(name)) return ny_check_failed(name, "String", "argument of as()");
    if (is_of(me, name)) return ny_retain(me);
    const ny_string *wanted = ny_as_string(name);
    int length;
    const char *kind = ny_class_display(me, &length);
    return ny_throw_error("TypeError", "%.*s is no %.*s", length, kind, (int)wanted->byte_length,
                          wanted->bytes);
}

ny_word ny_any_hash(ny_word me) {
    uint32_t hash;
    if (me == NY_NULL) return ny_method_missing(me, "hash", 0);
    return ny_hash_value(me, &hash) ? ny_from_small(hash) : NY_ERROR;
}

ny_word ny_any_clone(ny_word me) {
    if (me == NY_NULL) return ny_method_missing(me, "clone", 0);
    if (!ny_is_box(me)) return me;
    ny_box *box = ny_as_box(me);
    if (box->flags & NY_DEAD) return ny_use_after_fini(me);
    const ny_class *cls = ny_class_of_box(box);
    switch (cls->id) {
    case NY_CLASS_ARRAY: return ny_array_copy(me);
    case NY_CLASS_MAP: return ny_map_copy(me);
    case NY_CLASS_STRING:
    case NY_CLASS_INTEGER:
    case NY_CLASS_FLOAT:
    case NY_CLASS_FUNCTION:
    case NY_CLASS_RANGE: return ny_retain(me);
    default: break;
    }
    if (cls->field_offset != sizeof(ny_box))
        return ny_throw_error("TypeError", "a %s cannot be cloned", cls->name);
    ny_box *copy = ny_box_new(cls);
    if (copy == NULL) return NY_ERROR;
    ny_word *from = (ny_word *)(void *)(box + 1), *to = (ny_word *)(void *)(copy + 1);
    for (uint32_t i = 0; i < cls->field_count; i++) to[i] = ny_retain(from[i]);
    return ny_from_box(copy);
}
