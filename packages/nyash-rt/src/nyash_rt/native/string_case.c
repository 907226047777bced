/* Upper and lower case of whole texts: full mappings, in which a character may become several
   (the Unicode Standard 15, section 3.13 and SpecialCasing.txt), without those of a language. */
#include <stdlib.h>

#include "letter_case.h"
#include "string_box.h"
#include "text.h"
#include "utf8.h"

typedef struct special {
    uint16_t character, upper[3]; /* 0: no more */
} special;

/* Characters whose upper case is several, by their numbers. */
static const special SPECIALS[] = {
    {0x00DF, {0x0053, 0x0053, 0}}, {0x0149, {0x02BC, 0x004E, 0}}, {0x01F0, {0x004A, 0x030C, 0}},
    {0x0390, {0x0399, 0x0308, 0x0301}}, {0x03B0, {0x03A5, 0x0308, 0x0301}},
    {0x0587, {0x0535, 0x0552, 0}}, {0x1E96, {0x0048, 0x0331, 0}}, {0x1E97, {0x0054, 0x0308, 0}},
    {0x1E98, {0x0057, 0x030A, 0}}, {0x1E99, {0x0059, 0x030A, 0}}, {0x1E9A, {0x0041, 0x02BE, 0}},
    {0x1F50, {0x03A5, 0x0313, 0}}, {0x1F52, {0x03A5, 0x0313, 0x0300}},
    {0x1F54, {0x03A5, 0x0313, 0x0301}}, {0x1F56, {0x03A5, 0x0313, 0x0342}},
    {0x1F80, {0x1F08, 0x0399, 0}}, {0x1F81, {0x1F09, 0x0399, 0}}, {0x1F82, {0x1F0A, 0x0399, 0}},
    {0x1F83, {0x1F0B, 0x0399, 0}}, {0x1F84, {0x1F0C, 0x0399, 0}}, {0x1F85, {0x1F0D, 0x0399, 0}},
    {0x1F86, {0x1F0E, 0x0399, 0}}, {0x1F87, {0x1F0F, 0x0399, 0}}, {0x1F88, {0x1F08, 0x0399, 0}},
    {0x1F89, {0x1F09, 0x0399, 0}}, {0x1F8A, {0x1F0A, 0x0399, 0}}, {0x1F8B, {0x1F0B, 0x0399, 0}},
    {0x1F8C, {0x1F0C, 0x0399, 0}}, {0x1F8D, {0x1F0D, 0x0399, 0}}, {0x1F8E, {0x1F0E, 0x0399, 0}},
    {0x1F8F, {0x1F0F, 0x0399, 0}}, {0x1F90, {0x1F28, 0x0399, 0}}, {0x1F91, {0x1F29, 0x0399, 0}},
    {0x1F92, {0x1F2A, 0x0399, 0}}, {0x1F93, {0x1F2B, 0x0399, 0}}, {0x1F94, {0x1F2C, 0x0399, 0}},
    {0x1F95, {0x1F2D, 0x0399, 0}}, {0x1F96, {0x1F2E, 0x0399, 0}}, {0x1F97, {0x1F2F, 0x0399, 0}},
    {0x1F98, {0x1F28, 0x0399, 0}}, {0x1F99, {0x1F29, 0x0399, 0}}, {0x1F9A, {0x1F2A, 0x0399, 0}},
    {0x1F9B, {0x1F2B, 0x0399, 0}}, {0x1F9C, {0x1F2C, 0x0399, 0}}, {0x1F9D, {0x1F2D, 0x0399, 0}},
    {0x1F9E, {0x1F2E, 0x0399, 0}}, {0x1F9F, {0x1F2F, 0x0399, 0}}, {0x1FA0, {0x1F68, 0x0399, 0}},
    {0x1FA1, {0x1F69, 0x0399, 0}}, {0x1FA2, {0x1F6A, 0x0399, 0}}, {0x1FA3, {0x1F6B, 0x0399, 0}},
    {0x1FA4, {0x1F6C, 0x0399, 0}}, {0x1FA5, {0x1F6D, 0x0399, 0}}, {0x1FA6, {0x1F6E, 0x0399, 0}},
    {0x1FA7, {0x1F6F, 0x0399, 0}}, {0x1FA8, {0x1F68, 0x0399, 0}}, {0x1FA9, {0x1F69, 0x0399, 0}},
    {0x1FAA, {0x1F6A, 0x0399, 0}}, {0x1FAB, {0x1F6B, 0x0399, 0}}, {0x1FAC, {0x1F6C, 0x0399, 0}},
    {0x1FAD, {0x1F6D, 0x0399, 0}}, {0x1FAE, {0x1F6E, 0x0399, 0}}, {0x1FAF, {0x1F6F, 0x0399, 0}},
    {0x1FB2, {0x1FBA, 0x0399, 0}}, {0x1FB3, {0x0391, 0x0399, 0}}, {0x1FB4, {0x0386, 0x0399, 0}},
    {0x1FB6, {0x0391, 0x0342, 0}}, {0x1FB7, {0x0391, 0x0342, 0x0399}},
    {0x1FBC, {0x0391, 0x0399, 0}}, {0x1FC2, {0x1FCA, 0x0399, 0}}, {0x1FC3, {0x0397, 0x0399, 0}},
    {0x1FC4, {0x0389, 0x0399, 0}}, {0x1FC6, {0x0397, 0x0342, 0}},
    {0x1FC7, {0x0397, 0x0342, 0x0399}}, {0x1FCC, {0x0397, 0x0399, 0}},
    {0x1FD2, {0x0399, 0x0308, 0x0300}}, {0x1FD3, {0x0399, 0x0308, 0x0301}},
    {0x1FD6, {0x0399, 0x0342, 0}}, {0x1FD7, {0x0399, 0x0308, 0x0342}},
    {0x1FE2, {0x03A5, 0x0308, 0x0300}}, {0x1FE3, {0x03A5, 0x0308, 0x0301}},
    {0x1FE4, {0x03A1, 0x0313, 0}}, {0x1FE6, {0x03A5, 0x0342, 0}},
    {0x1FE7, {0x03A5, 0x0308, 0x0342}}, {0x1FF2, {0x1FFA, 0x0399, 0}},
    {0x1FF3, {0x03A9, 0x0399, 0}}, {0x1FF4, {0x038F, 0x0399, 0}}, {0x1FF6, {0x03A9, 0x0342, 0}},
    {0x1FF7, {0x03A9, 0x0342, 0x0399}}, {0x1FFC, {0x03A9, 0x0399, 0}},
    {0xFB00, {0x0046, 0x0046, 0}}, {0xFB01, {0x0046, 0x0049, 0}}, {0xFB02, {0x0046, 0x004C, 0}},
    {0xFB03, {0x0046, 0x0046, 0x0049}}, {0xFB04, {0x0046, 0x0046, 0x004C}},
    {0xFB05, {0x0053, 0x0054, 0}}, {0xFB06, {0x0053, 0x0054, 0}}, {0xFB13, {0x0544, 0x0546, 0}},
    {0xFB14, {0x0544, 0x0535, 0}}, {0xFB15, {0x0544, 0x053B, 0}}, {0xFB16, {0x054E, 0x0546, 0}},
    {0xFB17, {0x0544, 0x053D, 0}},
};

static int by_character(const void *wanted, const void *one) {
    return *(const uint32_t *)wanted < ((const special *)one)->character
               ? -1
               : *(const uint32_t *)wanted > ((const special *)one)->character;
}

static void append(ny_text *text, uint32_t character) {
    char bytes[4];
    ny_text_append(text, bytes, ny_utf8_encode(character, bytes));
}

ny_word ny_string_to_upper(ny_word me) {
    const ny_string *string = ny_as_string(me);
    ny_text text = {0};
    if (!ny_text_reserve(&text, string->byte_length)) return ny_text_finish(&text);
    for (size_t at = 0; at < string->byte_length; at += ny_utf8_step(string->bytes[at])) {
        uint32_t character = ny_utf8_decode(string->bytes + at);
        if (character < 128) {
            ny_text_byte(&text, (char)(character - 'a' < 26u ? character - 32 : character));
            continue;
        }
        const special *found = bsearch(&character, SPECIALS, sizeof SPECIALS / sizeof SPECIALS[0],
                                       sizeof SPECIALS[0], by_character);
        if (found == NULL) append(&text, ny_letter_upper(character));
        for (int i = 0; found != NULL && i < 3 && found->upper[i] != 0; i++)
            append(&text, found->upper[i]);
    }
    return ny_text_finish(&text);
}

#define CAPITAL_SIGMA 0x3A3u
#define FINAL_SIGMA 0x3C2u
#define CAPITAL_I_WITH_DOT 0x130u
#define DOT_ABOVE 0x307u

/* Whether the sigma at `at` ends a word of more letters (Final_Sigma, SpecialCasing.txt): a cased
   character goes before it and none comes behind, those that are ignorable left out. */
static bool ends_word(const ny_string *string, size_t at) {
    const char *bytes = string->bytes;
    uint32_t character = '.';
    for (size_t before = at; before > 0 && ny_letter_is_ignorable(character);) {
        do before--;
        while (ny_utf8_continues(bytes[before]));
        character = ny_utf8_decode(bytes + before);
    }
    if (ny_letter_is_ignorable(character) || !ny_letter_is_cased(character)) return false;
    size_t behind = at + ny_utf8_step(bytes[at]);
    for (; behind < string->byte_length; behind += ny_utf8_step(bytes[behind])) {
        character = ny_utf8_decode(bytes + behind);
        if (!ny_letter_is_ignorable(character)) return !ny_letter_is_cased(character);
    }
    return true;
}

ny_word ny_string_to_lower(ny_word me) {
    const ny_string *string = ny_as_string(me);
    ny_text text = {0};
    if (!ny_text_reserve(&text, string->byte_length)) return ny_text_finish(&text);
    for (size_t at = 0; at < string->byte_length; at += ny_utf8_step(string->bytes[at])) {
        uint32_t character = ny_utf8_decode(string->bytes + at);
        if (character < 128) {
            ny_text_byte(&text, (char)(character - 'A' < 26u ? character + 32 : character));
        } else if (character == CAPITAL_SIGMA && ends_word(string, at)) {
            append(&text, FINAL_SIGMA);
        } else if (character == CAPITAL_I_WITH_DOT) {
            append(&text, 'i');
            append(&text, DOT_ABOVE);
        } else {
            append(&text, ny_letter_lower(character));
        }
    }
    return ny_text_finish(&text);
}
