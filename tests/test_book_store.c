/* test_book_store.c - where a chapter's results are kept and made: digests, the cache, folders, processes. */
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <utime.h>

#include "base/file.h"
#include "cache.h"
#include "folder.h"
#include "process.h"
#include "scratch.h"
#include "sha256.h"

static void digest(const char *bytes, size_t length, char hex[SHA256_HEX])
{
    struct sha256 hash;
    unsigned char bytes_of[SHA256_BYTES];
    sha256_begin(&hash);
    for (size_t i = 0; i < length; i += 7) /* in pieces that fit no block */
        sha256_add(&hash, bytes + i, length - i < 7 ? length - i : 7);
    sha256_end(&hash, bytes_of);
    sha256_hex(bytes_of, hex);
}

/* The examples of FIPS 180-4, and lengths around that of a block (from coreutils' sha256sum). */
START_TEST(sha256)
{
    char hex[SHA256_HEX], many[1000];
    digest("", 0, hex);
    ck_assert_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    digest("abc", 3, hex);
    ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hex);
    ck_assert_str_eq(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    memset(many, 'a', sizeof many);
    digest(many, 55, hex);
    ck_assert_str_eq(hex, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    digest(many, 64, hex);
    ck_assert_str_eq(hex, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    digest(many, 1000, hex);
    ck_assert_str_eq(hex, "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}
END_TEST

static const unsigned char key[SHA256_BYTES] = {1, 2, 3};

START_TEST(cache)
{
    struct nng_arena *arena = nng_arena_new();
    char path[600];
    setenv("XDG_CACHE_HOME", in_scratch("cache"), 1);
    const char *directory = cache_open(arena);
    ck_assert_str_eq(directory, in_scratch("cache/nngrad/chapters"));
    struct record_step steps[] = {{0, "said\n"}, {1, ""}};
    struct record_file files[] = {{"a/b.bin", "\0\n file 1 2\n", 12}, {"gone.txt", NULL, 0}, {"empty", "", 0}};
    struct record kept = {.steps = steps, .step_count = 2, .files = files, .file_count = 3}, found;
    ck_assert(!cache_get(directory, key, arena, &found));
    cache_put(directory, key, &kept);
    ck_assert(cache_get(directory, key, arena, &found));
    ck_assert_uint_eq(found.step_count, 2);
    ck_assert_str_eq(found.steps[0].output, "said\n");
    ck_assert_int_eq(found.steps[1].status, 1);
    ck_assert_str_eq(found.steps[1].output, "");
    ck_assert_uint_eq(found.file_count, 3);
    ck_assert_str_eq(found.files[0].path, "a/b.bin");
    ck_assert_uint_eq(found.files[0].length, 12);
    ck_assert(memcmp(found.files[0].bytes, files[0].bytes, 12) == 0);
    ck_assert_ptr_null(found.files[1].bytes);
    ck_assert_ptr_nonnull(found.files[2].bytes);

    /* A byte that changed, and every length that a full disk may leave. */
    char hex[SHA256_HEX];
    struct nng_file file;
    sha256_hex(key, hex);
    snprintf(path, sizeof path, "%s/%s", directory, hex);
    ck_assert_int_eq(nng_file_read(path, 1 << 20, &file, NULL), NNG_OK);
    for (size_t i = 0; i < file.length; i++) {
        write_file(path, file.bytes, i);
        ck_assert_msg(!cache_get(directory, key, arena, &found), "cut after %zu bytes", i);
        file.bytes[i] ^= 1;
        write_file(path, file.bytes, file.length);
        ck_assert_msg(!cache_get(directory, key, arena, &found), "byte %zu changed", i);
        file.bytes[i] ^= 1;
    }
    write_file(path, file.bytes, file.length);
    ck_assert(cache_get(directory, key, arena, &found));
    nng_release(file.bytes);

    /* What nobody asked for in a month goes. */
    struct utimbuf long_ago = {.actime = time(NULL), .modtime = time(NULL) - 31 * 24 * 3600};
    ck_assert_int_eq(utime(path, &long_ago), 0);
    ck_assert_ptr_nonnull(cache_open(arena));
    ck_assert(!cache_get(directory, key, arena, &found));
    ck_assert(!cache_get(NULL, key, arena, &found));
    cache_put(NULL, key, &kept);
    setenv("XDG_CACHE_HOME", "relative", 1);
    unsetenv("HOME");
    ck_assert_ptr_null(cache_open(arena));
    nng_arena_free(arena);
}
END_TEST

static enum nng_status list(struct nng_arena *arena, enum folder_kind kind, struct folder *folder,
                            struct nng_error *error)
{
    return folder_list(arena, in_scratch("from"), kind, folder, error);
}

START_TEST(folders)
{
    struct nng_arena *arena = nng_arena_new();
    struct nng_error error = {0};
    struct folder folder, copy;
    make_directory("from");
    ck_assert_int_eq(folder_write(in_scratch("from"), "b/c.txt", "c", 1, &error), NNG_OK);
    ck_assert_int_eq(folder_write(in_scratch("from"), "a.txt", "a", 1, &error), NNG_OK);
    ck_assert_int_eq(folder_write(in_scratch("from"), ".git/x", "x", 1, &error), NNG_OK);
    ck_assert_int_eq(folder_write(in_scratch("from"), "runs/x", "x", 1, &error), NNG_OK);
    ck_assert_int_eq(list(arena, FOLDER_CHAPTER, &folder, &error), NNG_OK);
    ck_assert_uint_eq(folder.count, 2);
    ck_assert_str_eq(folder.files[0].path, "a.txt");
    ck_assert_str_eq(folder.files[1].path, "b/c.txt");
    ck_assert_ptr_eq(folder_find(&folder, "b/c.txt"), &folder.files[1]);
    ck_assert_ptr_null(folder_find(&folder, "b"));
    make_directory("to");
    ck_assert_int_eq(folder_copy(&folder, in_scratch("from"), in_scratch("to"), &error), NNG_OK);
    ck_assert_int_eq(folder_list(arena, in_scratch("to"), FOLDER_WORK, &copy, &error), NNG_OK);
    ck_assert_uint_eq(copy.count, 2);
    ck_assert(memcmp(copy.files[1].digest, folder.files[1].digest, SHA256_BYTES) == 0);
    ck_assert_int_eq(list(arena, FOLDER_WORK, &folder, &error), NNG_OK);
    ck_assert_uint_eq(folder.count, 3); /* with runs/x */

    ck_assert_int_eq(folder_note(arena, &copy, "a.txt", NULL, 0, &error), NNG_OK);
    ck_assert_int_eq(folder_note(arena, &copy, "0.txt", "a", 1, &error), NNG_OK);
    ck_assert_int_eq(folder_note(arena, &copy, "b/c.txt", "a", 1, &error), NNG_OK);
    ck_assert_uint_eq(copy.count, 2);
    ck_assert_str_eq(copy.files[0].path, "0.txt");
    ck_assert(memcmp(copy.files[0].digest, copy.files[1].digest, SHA256_BYTES) == 0);

    ck_assert_int_eq(symlink("/etc/passwd", in_scratch("from/link")), 0);
    ck_assert_int_eq(list(arena, FOLDER_CHAPTER, &folder, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "a symbolic link: a chapter's folder holds all its files itself");
    ck_assert_int_eq(list(arena, FOLDER_SYSTEM, &folder, &error), NNG_OK);
    ck_assert_int_eq(unlink(in_scratch("from/link")), 0);
    ck_assert_int_eq(mkfifo(in_scratch("from/pipe"), 0600), 0);
    ck_assert_int_eq(list(arena, FOLDER_CHAPTER, &folder, &error), NNG_INPUT);
    ck_assert_int_eq(unlink(in_scratch("from/pipe")), 0);
    ck_assert_int_eq(folder_write(in_scratch("from"), "1/2/3/4/5/6/7/8/9/x", "x", 1, &error), NNG_OK);
    ck_assert_int_eq(list(arena, FOLDER_CHAPTER, &folder, &error), NNG_INPUT);
    ck_assert_int_eq(symlink(in_scratch("to"), in_scratch("from/link")), 0);
    folder_remove(in_scratch("from"));
    ck_assert_int_ne(access(in_scratch("from"), F_OK), 0);
    ck_assert_int_eq(access(in_scratch("to/a.txt"), F_OK), 0); /* links are not followed */
    nng_arena_free(arena);
}
END_TEST

/* Runs a script of sh, which stands for a command that does anything. */
static enum nng_status run_script(const char *script, int seconds, int *status, struct nng_text *out,
                                  struct nng_error *error)
{
    static const char *const environment[] = {"PATH=/usr/bin:/bin", "GREETING=hello", NULL};
    const char *const words[] = {"sh", "-c", script, NULL};
    struct process process = {
        .program = "/bin/sh", .words = words, .directory = scratch, .environment = environment, .seconds = seconds};
    return process_run(&process, status, out, error);
}

START_TEST(processes)
{
    struct nng_text out = {0};
    struct nng_error error = {0};
    int status = -1;
    ck_assert_int_eq(run_script("echo $GREETING $HOME; echo there >&2; cat; exit 7", 60, &status, &out, &error),
                     NNG_OK);
    ck_assert_int_eq(status, 7);
    ck_assert_str_eq(out.data, "hello\nthere\n"); /* nothing to read, and no HOME */
    ck_assert_int_eq(run_script("kill -9 $$", 60, &status, &out, &error), NNG_OK);
    ck_assert_int_eq(status, 137);
    time_t begun = time(NULL);
    ck_assert_int_eq(run_script("sleep 50 & sleep 50", 1, &status, &out, &error), NNG_NUMERIC);
    ck_assert_msg(strstr(error.text, "it took too long") != NULL, "%s", error.text);
    ck_assert_int_lt(time(NULL) - begun, 20);
    ck_assert_int_eq(
        run_script("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done", 60,
                   &status, &out, &error),
        NNG_NUMERIC);
    ck_assert_msg(strstr(error.text, "it said too much") != NULL, "%s", error.text);
    nng_text_free(&out);
}
END_TEST

RUN_SUITE_BETWEEN("book_store", setup_scratch, remove_scratch, sha256, cache, folders, processes)
