/* elf_symbols.h: which function an address belongs to, from the running executable's own symbol table
   (ELF-64: System V ABI, chapter 4). Only system calls: may be used in a signal handler. */
#ifndef NYASH_ELF_SYMBOLS_H
#define NYASH_ELF_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ny_symbol {
    const char *name; /* in the mapped file: valid for ever */
    uintptr_t start, end;
} ny_symbol;

/* Calls `see` for every function of the executable, in the order of the table. Nothing happens where
   it is stripped or cannot be read. */
void ny_symbols_walk(void (*see)(const ny_symbol *symbol, void *context), void *context);

#endif
