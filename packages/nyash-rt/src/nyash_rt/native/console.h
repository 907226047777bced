/* console.h: standard error and input, and the natives of ConsoleBox. Standard output goes through
   the buffer of print.c. */
#ifndef NYASH_CONSOLE_H
#define NYASH_CONSOLE_H

#include "include/nyash.h"

/* To standard error, at once, after what was written to standard output. */
void ny_console_write_error(const char *bytes, size_t count);

/* Natives of console.nyash. */
ny_word ny_console_print(ny_word value); /* the bare text */
ny_word ny_console_log(ny_word value);   /* with a newline */
ny_word ny_console_error(ny_word value);
ny_word ny_console_read_line(void); /* without its end; null at the end of the input */
ny_word ny_console_read_all(void);  /* the rest; "" at the end of the input */
void ny_console_clear(void);

#endif
