/* Names in leak reports; see leak_names.h. */
#include "leak_names.h"

#include <string.h>

#include "class.h"
#include "closure.h"
#include "map.h"
#include "string_box.h"

#define KEY_BYTES 24 /* shown of a Map's key */

static const char *capture_name(const ny_closure *closure, uint32_t index) {
    if (closure->arity == NY_CLOSURE_BOUND) return index == 0 ? "receiver" : NULL;
    if (ny_capture_names == NULL) return NULL;
    for (const ny_capture_names_of *of = ny_capture_names; of->code != NULL; of++)
        if (of->code == closure->code) return index < of->count ? of->names[index] : NULL;
    return NULL;
}

static void name_key(ny_text *text, ny_word key) {
    if (ny_is_string(key) && ny_as_string(key)->byte_length > KEY_BYTES) {
        size_t bytes = KEY_BYTES;
        while ((ny_as_string(key)->bytes[bytes] & 0xC0) == 0x80) bytes--; /* a whole character */
        ny_text_quoted(text, ny_as_string(key)->bytes, bytes);
        ny_text_format(text, "…");
    } else if (ny_is_string(key)) {
        ny_text_quoted(text, ny_as_string(key)->bytes, ny_as_string(key)->byte_length);
    } else if (ny_is_integer(key)) {
        ny_text_integer(text, ny_integer(key));
    } else {
        ny_text_format(text, "…");
    }
}

static void name_entry(ny_text *text, ny_box *box, uint32_t number) {
    ny_word key = NY_NULL, value = NY_NULL;
    size_t at = 0;
    for (uint32_t i = 0; i <= number / 2; i++)
        if (!ny_map_step(ny_from_box(box), &at, &key, &value)) return;
    ny_text_format(text, number % 2 == 0 ? "[key " : "[");
    name_key(text, key);
    ny_text_format(text, "]");
}

static void name_reference(ny_text *text, ny_box *box, uint32_t place, bool numbered) {
    const ny_class *cls = ny_class_of_box(box);
    uint16_t kind = ny_class_kind(ny_from_box(box));
    if (kind == NY_CLASS_CELL) {
        ny_text_format(text, "variable");
        return;
    }
    ny_text_format(text, "%s", cls->name);
    if (place < cls->field_count) {
        ny_text_format(text, ".%s", cls->field_names != NULL ? cls->field_names[place] : "?");
        return;
    }
    uint32_t item = place - cls->field_count;
    const char *name = NULL;
    if (kind == NY_CLASS_FUNCTION) name = capture_name((const ny_closure *)box, item);
    if (kind == NY_CLASS_FUTURE) name = "value";
    if (name != NULL)
        ny_text_format(text, ".%s", name);
    else if (!numbered)
        ny_text_format(text, "[…]");
    else if (kind == NY_CLASS_MAP)
        name_entry(text, box, item);
    else
        ny_text_format(text, "[%u]", item);
}

void ny_leak_name_reference(ny_text *text, ny_box *box, uint32_t place) {
    name_reference(text, box, place, true);
}

void ny_leak_name_holder(ny_text *text, ny_box *box, uint32_t place) {
    name_reference(text, box, place, false);
}

bool ny_leak_could_be_weak(const ny_box *box, uint32_t place) {
    const ny_class *cls = ny_class_of_box(box);
    if (place >= cls->field_count || cls->field_weak[place]) return false;
    return ny_class_places == NULL || ny_class_places[cls->id].file != NULL;
}

static bool has_field(const ny_class *cls, const char *name) {
    for (uint32_t i = 0; i < cls->field_count; i++)
        if (strcmp(cls->field_names[i], name) == 0) return true;
    return false;
}

const ny_class *ny_leak_declaring_class(const ny_class *cls, uint32_t field) {
    const char *name = cls->field_names[field];
    const ny_class *found = cls;
    /* Ancestors are nearest first: the farthest that has it declares it. */
    for (const uint16_t *id = cls->ancestors; id != NULL && *id != 0; id++)
        if (ny_classes[*id] != NULL && has_field(ny_classes[*id], name)) found = ny_classes[*id];
    return found;
}
