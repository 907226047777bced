/* Sets of characters: who is in one. */

#include "letter_case.h"
#include "regex_program.h"

uint32_t ny_regex_fold(uint32_t character) {
    if (character < 128) return character - 'A' < 26u ? character + 32 : character;
    return ny_letter_lower(ny_letter_upper(character));
}

static bool in_ranges(const ny_regex_program *program, const ny_regex_set *set, uint32_t character) {
    const ny_regex_range *ranges = program->ranges + set->start;
    uint32_t low = 0, high = set->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (character > ranges[middle].last)
            low = middle + 1;
        else if (character < ranges[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

static bool belongs(const ny_regex_program *program, const ny_regex_set *set, uint32_t character) {
    if (in_ranges(program, set, character)) return true;
    if (!set->folded) return false;
    uint32_t lower = ny_regex_fold(character);
    return in_ranges(program, set, lower) ||
           in_ranges(program, set, ny_letter_upper(lower));
}

bool ny_regex_set_has(const ny_regex_program *program, const ny_regex_set *set, uint32_t character) {
    if (character < 128) return set->ascii[character / 8] >> character % 8 & 1;
    return belongs(program, set, character) != set->negated;
}

void ny_regex_set_finish(const ny_regex_program *program, ny_regex_set *set) {
    for (uint32_t c = 0; c < 128; c++)
        if (belongs(program, set, c) != set->negated) set->ascii[c / 8] |= (uint8_t)(1u << c % 8);
}
