/* letter_case.h: cases of single code points, as the Unicode Standard 14 has them. */
#ifndef NYASH_LETTER_CASE_H
#define NYASH_LETTER_CASE_H

#include <stdbool.h>
#include <stdint.h>

/* The simple mappings (UnicodeData.txt): one code point to one. */
uint32_t ny_letter_upper(uint32_t character);
uint32_t ny_letter_lower(uint32_t character);

/* The properties Cased and Case_Ignorable (DerivedCoreProperties.txt). */
bool ny_letter_is_cased(uint32_t character);
bool ny_letter_is_ignorable(uint32_t character);

#endif
