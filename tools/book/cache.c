/* cache.c - results kept by what they were computed from.
 *
 * A record is a file whose name is the key, in hexadecimal. Its first line is the digest of the rest:
 *
 *     DIGEST
 *     step STATUS LENGTH        and LENGTH bytes: what the command said
 *     file PATHLENGTH LENGTH    and the path, and the bytes of a file that is new or changed
 *     gone PATHLENGTH 0         and the path of a file that is there no more
 */
#include "cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/save.h"
#include "base/memory.h"
#include "folder.h"

enum { RECORD_BYTES = 512 << 20, MONTH_SECONDS = 30 * 24 * 3600 };

static void remove_old(const char *directory)
{
    DIR *entries = opendir(directory);
    time_t now = time(NULL);
    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;) {
        char path[4096];
        struct stat about;
        int length = snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        if (length > 0 && (size_t)length < sizeof path && stat(path, &about) == 0 && S_ISREG(about.st_mode) &&
            now - about.st_mtime > MONTH_SECONDS)
            unlink(path);
    }
    if (entries != NULL)
        closedir(entries);
}

const char *cache_open(struct nng_arena *arena)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    struct stat about;
    if (base == NULL || base[0] != '/')
        base = home != NULL && home[0] == '/' ? nng_arena_print(arena, "%s/.cache", home) : NULL;
    const char *directory = base != NULL ? nng_arena_print(arena, "%s/nngrad/chapters", base) : NULL;
    if (directory == NULL || folder_make_parents(directory, "x", NULL) != NNG_OK || stat(directory, &about) != 0 ||
        access(directory, W_OK) != 0)
        return NULL;
    remove_old(directory);
    return directory;
}

static bool record_path(const char *cache, const unsigned char key[SHA256_BYTES], char path[4096])
{
    char hex[SHA256_HEX];
    sha256_hex(key, hex);
    int length = cache != NULL ? snprintf(path, 4096, "%s/%s", cache, hex) : -1;
    return length > 0 && length < 4096;
}

static void digest_of(const char *bytes, size_t length, char hex[SHA256_HEX])
{
    struct sha256 hash;
    unsigned char digest[SHA256_BYTES];
    sha256_begin(&hash);
    sha256_add(&hash, bytes, length);
    sha256_end(&hash, digest);
    sha256_hex(digest, hex);
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

/* "WORD A B\n", where one begins; false at anything else. */
static bool read_head(const char **at, const char *end, const char *word, size_t *a, size_t *b)
{
    size_t length = strlen(word);
    char *after;
    if ((size_t)(end - *at) <= length + 1 || strncmp(*at, word, length) != 0 || (*at)[length] != ' ')
        return false;
    *a = strtoul(*at + length + 1, &after, 10);
    *b = strtoul(after, &after, 10);
    if (after >= end || *after != '\n')
        return false;
    *at = after + 1;
    return true;
}

static const char *take(struct nng_arena *arena, const char **at, const char *end, size_t length)
{
    if ((size_t)(end - *at) < length)
        return NULL;
    *at += length;
    return nng_arena_text_n(arena, *at - length, length);
}

/* The digest said that this is what was written. */
static bool read_record(struct nng_arena *arena, const char *at, const char *end, struct record *record)
{
    size_t heads = 0, a, b;
    for (const char *s = at; s < end; s++)
        heads += *s == '\n';
    *record = (struct record){.steps = nng_arena_take(arena, heads + 1, sizeof *record->steps),
                              .files = nng_arena_take(arena, heads + 1, sizeof *record->files)};
    while (record->steps != NULL && record->files != NULL && at < end) {
        struct record_step *step = &record->steps[record->step_count];
        struct record_file *file = &record->files[record->file_count];
        if (read_head(&at, end, "step", &a, &b)) {
            step->status = (int)a;
            if ((step->output = take(arena, &at, end, b)) == NULL)
                return false;
            record->step_count++;
        } else if (read_head(&at, end, "file", &a, &b)) {
            file->length = b;
            if ((file->path = take(arena, &at, end, a)) == NULL || (file->bytes = take(arena, &at, end, b)) == NULL)
                return false;
            record->file_count++;
        } else if (read_head(&at, end, "gone", &a, &b)) {
            if ((file->path = take(arena, &at, end, a)) == NULL)
                return false;
            record->file_count++;
        } else {
            return false;
        }
    }
    return at == end;
}

bool cache_get(const char *cache, const unsigned char key[SHA256_BYTES], struct nng_arena *arena, struct record *record)
{
    char path[4096], hex[SHA256_HEX];
    struct nng_file file;
    if (!record_path(cache, key, path) || nng_file_read(path, RECORD_BYTES, &file, NULL) != NNG_OK)
        return false;
    size_t head = SHA256_HEX; /* the digest's line */
    bool well = file.length >= head;
    if (well) {
        digest_of(file.bytes + head, file.length - head, hex);
        well = strncmp(file.bytes, hex, head - 1) == 0 && file.bytes[head - 1] == '\n' &&
               read_record(arena, file.bytes + head, file.bytes + file.length, record);
    }
    nng_release(file.bytes);
    if (well)
        utimensat(AT_FDCWD, path, NULL, 0); /* it was asked for today */
    return well;
}

/* ---- writing ------------------------------------------------------------------------------------------------- */

void cache_put(const char *cache, const unsigned char key[SHA256_BYTES], const struct record *record)
{
    char path[4096], hex[SHA256_HEX];
    struct nng_text body = {0}, whole = {0};
    if (!record_path(cache, key, path))
        return;
    for (size_t i = 0; i < record->step_count; i++)
        nng_text_print(&body, "step %d %zu\n%s", record->steps[i].status, strlen(record->steps[i].output),
                       record->steps[i].output);
    for (size_t i = 0; i < record->file_count; i++) {
        const struct record_file *file = &record->files[i];
        nng_text_print(&body, "%s %zu %zu\n%s", file->bytes != NULL ? "file" : "gone", strlen(file->path), file->length,
                       file->path);
        if (file->bytes != NULL)
            nng_text_add_n(&body, file->bytes, file->length);
    }
    if (!body.failed && body.data != NULL) {
        digest_of(body.data, body.length, hex);
        nng_text_print(&whole, "%s\n", hex);
        nng_text_add_n(&whole, body.data, body.length);
    }
    /* a result that cannot be kept is computed again: no reason to fail */
    if (!whole.failed && whole.data != NULL && nng_file_write(path, whole.data, whole.length, NULL) != NNG_OK)
        unlink(path);
    nng_text_free(&body);
    nng_text_free(&whole);
}
