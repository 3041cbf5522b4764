/* folder.c - the files of a folder: listed, copied, removed. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

static enum nng_status join(char to[PATH_MAX], const char *directory, const char *path, struct nng_error *error)
{
    int length = snprintf(to, PATH_MAX, "%s%s%s", directory, path[0] != '\0' ? "/" : "", path);
    if (length >= 0 && length < PATH_MAX)
        return NNG_OK;
    return nng_fail_at(error, NNG_INPUT, directory, 0, 0, NULL, "the path of a file in it is too long");
}

/* ---- listing ------------------------------------------------------------------------------------------------- */

struct listing {
    struct nng_arena *arena;
    const char *root;
    enum folder_kind kind;
    struct folder *folder;
};

static void digest(const char *bytes, size_t length, unsigned char to[SHA256_BYTES])
{
    struct sha256 hash;
    sha256_begin(&hash);
    sha256_add(&hash, bytes, length);
    sha256_end(&hash, to);
}

/* Adds a file at the end of the list. */
static enum nng_status add(struct nng_arena *arena, struct folder *folder, const char *path, const char *bytes,
                           size_t length, struct nng_error *error)
{
    if (folder->count == folder->room) {
        size_t room = folder->room == 0 ? 64 : 2 * folder->room;
        struct folder_file *files = nng_arena_take(arena, room, sizeof *files);
        if (files == NULL)
            return nng_fail_memory(error);
        if (folder->count > 0)
            memcpy(files, folder->files, folder->count * sizeof *files);
        folder->files = files;
        folder->room = room;
    }
    struct folder_file *added = &folder->files[folder->count];
    added->path = nng_arena_text(arena, path);
    if (added->path == NULL)
        return nng_fail_memory(error);
    digest(bytes, length, added->digest);
    folder->count++;
    return NNG_OK;
}

static enum nng_status add_file(struct listing *listing, const char *relative, const char *path,
                                struct nng_error *error)
{
    struct nng_file file;
    if (listing->folder->count == FOLDER_FILES)
        return nng_fail_at(error, NNG_INPUT, listing->root, 0, 0, NULL, "it holds more than %d files", FOLDER_FILES);
    enum nng_status status = nng_file_read(path, FOLDER_FILE_BYTES, &file, error);
    if (status != NNG_OK)
        return status;
    status = add(listing->arena, listing->folder, relative, file.bytes, file.length, error);
    nng_release(file.bytes);
    return status;
}

static enum nng_status walk(struct listing *listing, const char *relative, int depth, struct nng_error *error);

static enum nng_status add_entry(struct listing *listing, const char *relative, int depth, struct nng_error *error)
{
    char path[PATH_MAX];
    struct stat about;
    enum nng_status status = join(path, listing->root, relative, error);
    if (status != NNG_OK)
        return status;
    if ((listing->kind == FOLDER_SYSTEM ? stat(path, &about) : lstat(path, &about)) != 0)
        return nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "cannot read: %s", strerror(errno));
    if (S_ISLNK(about.st_mode))
        return nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL,
                           "a symbolic link: a chapter's folder holds all its files itself");
    if (S_ISDIR(about.st_mode))
        return walk(listing, relative, depth + 1, error);
    if (!S_ISREG(about.st_mode))
        return nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "neither a file nor a directory");
    return add_file(listing, relative, path, error);
}

static enum nng_status walk(struct listing *listing, const char *relative, int depth, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char path[PATH_MAX], inside[PATH_MAX];
    DIR *directory = NULL;
    NNG_TRY(join(path, listing->root, relative, error));
    if (depth > FOLDER_DEPTH)
        NNG_TRY(nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "folders are nested more than %d deep", FOLDER_DEPTH));
    directory = opendir(path);
    if (directory == NULL)
        NNG_TRY(nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "cannot read: %s",
                            errno == ENOENT ? "no such directory" : strerror(errno)));
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        bool runs = listing->kind == FOLDER_CHAPTER && depth == 0 && strcmp(entry->d_name, "runs") == 0;
        if (entry->d_name[0] == '.' || runs)
            continue;
        if (relative[0] == '\0')
            snprintf(inside, sizeof inside, "%s", entry->d_name);
        else
            NNG_TRY(join(inside, relative, entry->d_name, error));
        NNG_TRY(add_entry(listing, inside, depth, error));
    }
fail:
    if (directory != NULL)
        closedir(directory);
    return status;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct folder_file *)a)->path, ((const struct folder_file *)b)->path);
}

enum nng_status folder_list(struct nng_arena *arena, const char *path, enum folder_kind kind, struct folder *folder,
                            struct nng_error *error)
{
    struct listing listing = {.arena = arena, .root = path, .kind = kind, .folder = folder};
    *folder = (struct folder){0};
    enum nng_status status = walk(&listing, "", 0, error);
    if (status == NNG_OK && folder->count > 0)
        qsort(folder->files, folder->count, sizeof *folder->files, by_path);
    return status;
}

enum nng_status folder_note(struct nng_arena *arena, struct folder *folder, const char *path, const char *bytes,
                            size_t length, struct nng_error *error)
{
    struct folder_file *file = (struct folder_file *)folder_find(folder, path);
    if (file != NULL && bytes != NULL) {
        digest(bytes, length, file->digest);
    } else if (file != NULL) {
        size_t after = folder->count - (size_t)(file - folder->files) - 1;
        memmove(file, file + 1, after * sizeof *file);
        folder->count--;
    } else if (bytes != NULL) {
        enum nng_status status = add(arena, folder, path, bytes, length, error);
        if (status != NNG_OK)
            return status;
        qsort(folder->files, folder->count, sizeof *folder->files, by_path);
    }
    return NNG_OK;
}

const struct folder_file *folder_find(const struct folder *folder, const char *path)
{
    struct folder_file wanted = {.path = path};
    return folder->count > 0 ? bsearch(&wanted, folder->files, folder->count, sizeof wanted, by_path) : NULL;
}

/* ---- writing ------------------------------------------------------------------------------------------------- */

enum nng_status folder_make_parents(const char *directory, const char *path, struct nng_error *error)
{
    char whole[PATH_MAX];
    enum nng_status status = join(whole, directory, path, error);
    if (status != NNG_OK)
        return status;
    for (char *slash = strchr(whole + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(whole, 0777) != 0 && errno != EEXIST)
            return nng_fail_at(error, NNG_ENVIRONMENT, whole, 0, 0, NULL, "cannot be made: %s", strerror(errno));
        *slash = '/';
    }
    return NNG_OK;
}

enum nng_status folder_write(const char *directory, const char *path, const void *bytes, size_t length,
                             struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char whole[PATH_MAX];
    NNG_TRY(join(whole, directory, path, error));
    NNG_TRY(folder_make_parents(directory, path, error));
    FILE *file = fopen(whole, "wb");
    bool well = file != NULL && fwrite(bytes, 1, length, file) == length;
    int number = errno;
    if (file != NULL && fclose(file) != 0 && well) {
        well = false;
        number = errno;
    }
    if (!well)
        NNG_TRY(nng_fail_at(error, NNG_ENVIRONMENT, whole, 0, 0, NULL, "cannot write: %s", strerror(number)));
fail:
    return status;
}

enum nng_status folder_copy(const struct folder *folder, const char *from, const char *to, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char path[PATH_MAX];
    for (size_t i = 0; i < folder->count; i++) {
        struct nng_file file;
        NNG_TRY(join(path, from, folder->files[i].path, error));
        NNG_TRY(nng_file_read(path, FOLDER_FILE_BYTES, &file, error));
        status = folder_write(to, folder->files[i].path, file.bytes, file.length, error);
        nng_release(file.bytes);
        NNG_TRY(status);
    }
fail:
    return status;
}

void folder_remove(const char *path)
{
    char inside[PATH_MAX];
    struct stat about;
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            join(inside, path, entry->d_name, NULL) != NNG_OK || lstat(inside, &about) != 0)
            continue;
        if (S_ISDIR(about.st_mode))
            folder_remove(inside);
        else
            unlink(inside);
    }
    if (directory != NULL)
        closedir(directory);
    rmdir(path);
}
