/* See elf_symbols.h. No Box declares these. */
#include "elf_symbols.h"

#include <elf.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *image;
static size_t image_bytes;

static bool map_image(void) {
    if (image != NULL) return true;
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    struct stat about;
    if (fstat(file, &about) == 0 && about.st_size > (off_t)sizeof(Elf64_Ehdr)) {
        void *mapped = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
        if (mapped != MAP_FAILED) {
            image = mapped;
            image_bytes = (size_t)about.st_size;
        }
    }
    close(file);
    return image != NULL;
}

static bool is_inside(uint64_t offset, uint64_t bytes) {
    return offset <= image_bytes && bytes <= image_bytes - offset;
}

/* Section number `index` of the file, if its content lies in the file. */
static const Elf64_Shdr *section(const Elf64_Ehdr *header, unsigned index) {
    uint64_t at = header->e_shoff + (uint64_t)index * sizeof(Elf64_Shdr);
    if (index >= header->e_shnum || !is_inside(at, sizeof(Elf64_Shdr))) return NULL;
    const Elf64_Shdr *found = (const Elf64_Shdr *)(const void *)(image + at);
    return is_inside(found->sh_offset, found->sh_size) ? found : NULL;
}

static void walk_table(const Elf64_Shdr *table, const Elf64_Shdr *texts,
                       void (*see)(const ny_symbol *, void *), void *context) {
    const Elf64_Sym *symbols = (const Elf64_Sym *)(const void *)(image + table->sh_offset);
    const char *names = image + texts->sh_offset;
    if (texts->sh_size == 0 || names[texts->sh_size - 1] != 0) return;
    for (size_t i = 0; i < table->sh_size / sizeof *symbols; i++) {
        if (ELF64_ST_TYPE(symbols[i].st_info) != STT_FUNC || symbols[i].st_size == 0) continue;
        if (symbols[i].st_name >= texts->sh_size) continue;
        uintptr_t start = symbols[i].st_value;
        see(&(ny_symbol){names + symbols[i].st_name, start, start + symbols[i].st_size}, context);
    }
}

void ny_symbols_walk(void (*see)(const ny_symbol *symbol, void *context), void *context) {
    if (!map_image()) return;
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)(const void *)image;
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_type != ET_EXEC ||
        header->e_shentsize != sizeof(Elf64_Shdr))
        return;
    for (unsigned i = 0; i < header->e_shnum; i++) {
        const Elf64_Shdr *table = section(header, i);
        if (table == NULL || table->sh_type != SHT_SYMTAB) continue;
        const Elf64_Shdr *texts = section(header, table->sh_link);
        if (texts != NULL) walk_table(table, texts, see, context);
    }
}
