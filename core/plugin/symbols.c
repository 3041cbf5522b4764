/* symbols.c - the dynamic symbols of an ELF object, read from the file: every offset is checked before it is followed.
 */
#include "plugin/symbols.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#if defined(__ELF__)
#include <elf.h>
#include <link.h>

enum { LARGEST = 1 << 28 };

/* Copies a record out of the file; false if it is not all there. */
static bool record_at(const struct nng_file *file, uint64_t offset, void *record, size_t size)
{
    if (offset > file->length || size > file->length - offset)
        return false;
    memcpy(record, file->bytes + offset, size);
    return true;
}

static bool is_exported(const ElfW(Sym) * symbol)
{
    unsigned binding = symbol->st_info >> 4;
    return symbol->st_shndx != SHN_UNDEF && (binding == STB_GLOBAL || binding == STB_WEAK);
}

/* The first foreign name of one symbol table; false when it is malformed. */
static bool first_foreign(const struct nng_file *file, const ElfW(Shdr) * table, const ElfW(Shdr) * names,
                          char name[NNG_SYMBOL_SIZE])
{
    size_t count = table->sh_entsize == sizeof(ElfW(Sym)) ? table->sh_size / sizeof(ElfW(Sym)) : 0;
    for (size_t i = 0; i < count && name[0] == '\0'; i++) {
        ElfW(Sym) symbol;
        if (!record_at(file, table->sh_offset + i * sizeof symbol, &symbol, sizeof symbol))
            return false;
        uint64_t at = names->sh_offset + symbol.st_name;
        if (!is_exported(&symbol))
            continue;
        if (symbol.st_name >= names->sh_size || at >= file->length)
            return false;
        const char *text = file->bytes + at; /* the file ends in a '\0' of ours */
        if (text[0] != '_' && strcmp(text, "nng_plugin") != 0)
            nng_copy_text(name, NNG_SYMBOL_SIZE, text, strlen(text));
    }
    return count > 0;
}

static bool read_symbols(const struct nng_file *file, char name[NNG_SYMBOL_SIZE])
{
    ElfW(Ehdr) head;
    if (!record_at(file, 0, &head, sizeof head) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_shentsize != sizeof(ElfW(Shdr)))
        return false;
    for (size_t i = 0; i < head.e_shnum; i++) {
        ElfW(Shdr) table, names;
        if (!record_at(file, head.e_shoff + i * sizeof table, &table, sizeof table))
            return false;
        if (table.sh_type == SHT_DYNSYM)
            return table.sh_link < head.e_shnum &&
                   record_at(file, head.e_shoff + table.sh_link * sizeof names, &names, sizeof names) &&
                   first_foreign(file, &table, &names, name);
    }
    return false;
}

enum nng_status nng_object_export(const char *path, char symbol[NNG_SYMBOL_SIZE], bool *told, struct nng_error *error)
{
    struct nng_file file = {0};
    symbol[0] = '\0';
    enum nng_status status = nng_file_read(path, LARGEST, &file, error);
    if (status == NNG_OK)
        *told = read_symbols(&file, symbol);
    nng_release(file.bytes);
    return status;
}

#else

enum nng_status nng_object_export(const char *path, char symbol[NNG_SYMBOL_SIZE], bool *told, struct nng_error *error)
{
    (void)path, (void)error;
    symbol[0] = '\0';
    *told = false;
    return NNG_OK;
}

#endif
