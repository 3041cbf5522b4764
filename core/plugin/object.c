/* object.c - from a file to a descriptor: what can be refused is refused before dlopen, since a truncated object makes
 * the loader itself touch pages that are not there, and the process dies of a bus error. */
#include "plugin/object.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__ELF__)
#include <elf.h>
#include <link.h>
#endif

#include "base/error.h"
#include "base/memory.h"
#include "plugin/search.h"
#include "plugin/validate.h"

#if defined(__ELF__)

static bool read_at(int descriptor, void *to, size_t size, size_t offset)
{
    return pread(descriptor, to, size, (off_t)offset) == (ssize_t)size;
}

/* Everything that the headers promise must lie within the file. */
static const char *elf_problem(int descriptor, size_t file_size)
{
    ElfW(Ehdr) head;
    if (!read_at(descriptor, &head, SELFMAG, 0) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
        return "it is no ELF shared object";
    if (!read_at(descriptor, &head, sizeof head, 0))
        return "it is truncated";
    if (head.e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32))
        return "it was built for another word size";
    if (head.e_type != ET_DYN)
        return "it is an ELF file, but no shared object (compile it with -shared -fPIC)";
    if (head.e_phentsize != sizeof(ElfW(Phdr)))
        return "its program headers are malformed";
    if (head.e_shoff > file_size || (size_t)head.e_shnum * head.e_shentsize > file_size - head.e_shoff)
        return "it is truncated";
    for (size_t i = 0; i < head.e_phnum; i++) {
        ElfW(Phdr) segment;
        if (head.e_phoff > file_size ||
            !read_at(descriptor, &segment, sizeof segment, head.e_phoff + i * sizeof segment))
            return "it is truncated";
        if (segment.p_type == PT_LOAD &&
            (segment.p_offset > file_size || segment.p_filesz > file_size - segment.p_offset))
            return "it is truncated";
    }
    return NULL;
}

#else

static const char *elf_problem(int descriptor, size_t file_size)
{
    (void)descriptor;
    (void)file_size;
    return NULL; /* another format: the loader judges */
}

#endif

static const char *file_problem(const char *file)
{
    bool exists = false;
    const char *problem = nng_path_problem(file, &exists);
    if (problem != NULL)
        return problem;
    int descriptor = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return errno == EACCES ? "permission denied" : "cannot be read";
    struct stat info;
    if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode))
        problem = "it is not a regular file";
    else if (info.st_size == 0)
        problem = "it is empty";
    else
        problem = elf_problem(descriptor, (size_t)info.st_size);
    close(descriptor);
    return problem;
}

/* base = the name of the file without directory and .so, which must be a plugin's name. */
static enum nng_status base_name(const char *file, char base[NNG_PLUGIN_NAME_SIZE], struct nng_error *error)
{
    const char *slash = strrchr(file, '/'), *name = slash != NULL ? slash + 1 : file;
    size_t length = strlen(name);
    if (length < 3 || strcmp(name + length - 3, ".so") != 0)
        return NNG_UNUSABLE(error, "its file must be called NAME.so");
    length -= 3;
    if (length < NNG_PLUGIN_NAME_SIZE) {
        memcpy(base, name, length);
        base[length] = '\0';
        if (nng_plugin_name_valid(base))
            return NNG_OK;
    }
    return NNG_UNUSABLE(error,
                        "its file must be called NAME.so, with a NAME of the form [a-z][a-z0-9_]* and shorter "
                        "than %d bytes",
                        NNG_PLUGIN_NAME_SIZE);
}

/* What dlopen says, without the file's name in front. */
static enum nng_status fail_loading(const char *file, struct nng_error *error)
{
    const char *text = dlerror();
    size_t length = strlen(file);
    if (text == NULL)
        text = "the loader does not say why";
    else if (strncmp(text, file, length) == 0 && strncmp(text + length, ": ", 2) == 0)
        text += length + 2;
    return nng_fail(error, NNG_INPUT, "cannot be loaded: %s", text);
}

static enum nng_status load(const char *file, const struct nng_plugin **plugin, struct nng_error *error)
{
    char here[NNG_PLUGIN_NAME_SIZE + 8];
    if (strchr(file, '/') == NULL) { /* dlopen would search the system's directories */
        snprintf(here, sizeof here, "./%s", file);
        file = here;
    }
    void *object = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (object == NULL)
        return fail_loading(file, error);
    *plugin = dlsym(object, "nng_plugin");
    if (*plugin == NULL)
        return NNG_UNUSABLE(error, "it has no symbol 'nng_plugin'");
    return NNG_OK;
}

static enum nng_status open_object(const char *file, const struct nng_plugin **plugin, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char base[NNG_PLUGIN_NAME_SIZE];
    const char *problem = file_problem(file);
    if (problem != NULL)
        return nng_fail(error, NNG_INPUT, "cannot be loaded: %s", problem);
    NNG_TRY(base_name(file, base, error));
    NNG_TRY(load(file, plugin, error));
    NNG_TRY(nng_plugin_validate(*plugin, base, error));
fail:
    return status;
}

enum nng_status nng_object_open(const char *file, const struct nng_plugin **plugin, struct nng_error *error)
{
    struct nng_error reason = {0};
    enum nng_status status = open_object(file, plugin, &reason);
    if (status != NNG_OK)
        return nng_fail_at(error, status, file, 0, 0, NULL, "%s", reason.text);
    return NNG_OK;
}
