/* scratch.h - a directory of a test's own, with plugins placed in it, and a host that looks there and nowhere else. */
#ifndef NNG_TESTS_SCRATCH_H
#define NNG_TESTS_SCRATCH_H

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nngrad/nngrad.h>

/* The plugins of tests/badplugins. */
#define BAD BINARY_DIR "/tests/badplugins/"

static char scratch[256];

static inline void setup_scratch(void)
{
    unsetenv("NNGRAD_PLUGIN_PATH");
    unsetenv("XDG_DATA_HOME");
    snprintf(scratch, sizeof scratch, "%s", BINARY_DIR "/tests/scratch-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(scratch));
    setenv("HOME", scratch, 1);
}

static inline int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info, (void)kind, (void)walk;
    return remove(path);
}

static inline void remove_scratch(void)
{
    ck_assert_int_eq(nftw(scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* SCRATCH/relative; the buffer is used in turn with three others. */
static inline char *in_scratch(const char *relative)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", scratch, relative);
    return path;
}

static inline void make_directory(const char *relative)
{
    ck_assert_int_eq(mkdir(in_scratch(relative), 0700), 0);
}

/* SCRATCH/to is the fixture NAME.so. */
static inline void place(const char *fixture, const char *to)
{
    char from[512];
    snprintf(from, sizeof from, "%s%s.so", BAD, fixture);
    ck_assert_int_eq(symlink(from, in_scratch(to)), 0);
}

static inline struct nng_host *new_host(const char *directory)
{
    struct nng_host *host = NULL;
    struct nng_error error = {0};
    ck_assert_msg(nng_host_new(&directory, directory != NULL, &host, &error) == NNG_OK, "%s", error.text);
    return host;
}

/* Writes a file in the scratch directory or elsewhere. */
static inline void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

/* Finding a plugin by name must fail, with a text that begins like this and has that in it. */
static inline void miss(const char *directory, enum nng_plugin_kind kind, const char *name, const char *begin,
                        const char *within)
{
    struct nng_host *host = new_host(directory);
    struct nng_method method;
    struct nng_error error = {0};
    ck_assert_int_eq(nng_method_new(host, kind, name, &method, &error), NNG_INPUT);
    ck_assert_msg(strncmp(error.text, begin, strlen(begin)) == 0, "'%s' does not begin with '%s'", error.text, begin);
    ck_assert_msg(strstr(error.text, within) != NULL, "'%s' is not in '%s'", within, error.text);
    ck_assert_str_eq(error.file, "");
    nng_host_free(host);
}

#endif
