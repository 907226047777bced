/* regex.h: natives of regex.nyash. */
#ifndef NYASH_REGEX_H
#define NYASH_REGEX_H

#include "regex_match.h"

typedef struct ny_regex {
    ny_box box;
    ny_word pattern; /* String; 0 before the constructor and after the end */
    ny_regex_program program;
    ny_regex_room room;
} ny_regex;

void ny_regex_destroy(ny_box *box);
ny_word ny_regex_pack(ny_word me, ny_word pattern);
ny_word ny_regex_pack_flags(ny_word me, ny_word pattern, ny_word flags);
ny_word ny_regex_pattern(ny_word me);
ny_word ny_regex_names(ny_word me);
ny_word ny_regex_test(ny_word me, ny_word text);
ny_word ny_regex_find(ny_word me, ny_word text);
ny_word ny_regex_find_all(ny_word me, ny_word text);
ny_word ny_regex_split(ny_word me, ny_word text, int64_t most);
ny_word ny_regex_replace(ny_word me, ny_word text, ny_word by);
ny_word ny_regex_scan(ny_word me, ny_word text, int64_t most);
ny_word ny_regex_escape(ny_word text);

#endif
