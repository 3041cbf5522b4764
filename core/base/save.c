/* save.c - writing a whole file: all of it, or nothing. */
#include "base/save.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

static enum nng_status fail_errno(const char *path, int number, struct nng_error *error)
{
    return nng_fail_at(error, NNG_ENVIRONMENT, path, 0, 0, NULL, "cannot write: %s",
                       number == ENOENT ? "no such directory" : strerror(number));
}

int nng_write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        size_t some = length < SSIZE_MAX ? length : SSIZE_MAX;
        ssize_t n = write(descriptor, bytes, some);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}

static enum nng_status write_directly(const char *path, const void *bytes, size_t length, struct nng_error *error)
{
    int descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0)
        return fail_errno(path, errno, error);
    int number = nng_write_all(descriptor, bytes, length);
    if (close(descriptor) != 0 && number == 0)
        number = errno;
    return number != 0 ? fail_errno(path, number, error) : NNG_OK;
}

int nng_temporary_open(const char *target, char *name, size_t size)
{
    enum { ATTEMPTS = 100 };
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        snprintf(name, size, "%s.%ld-%d.tmp", target, (long)getpid(), attempt);
        int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor >= 0 || errno != EEXIST)
            return descriptor;
    }
    return -1;
}

/* Of a name that ends in .PID-N.tmp the PID; otherwise 0. */
static pid_t writer_of(const char *name)
{
    size_t end = strlen(name), begin;
    if (end < 4 || strcmp(name + end - 4, ".tmp") != 0)
        return 0;
    for (begin = end - 4; begin > 0 && strchr("0123456789-", name[begin - 1]) != NULL; begin--)
        ;
    char *dash, *last;
    long pid = strtol(name + begin, &dash, 10);
    bool is_ours = begin > 0 && name[begin - 1] == '.' && pid > 0 && pid < INT_MAX && *dash == '-' &&
                   strtol(dash + 1, &last, 10) >= 0 && last == name + end - 4 && last > dash + 1;
    return is_ours ? (pid_t)pid : 0;
}

void nng_temporaries_remove(const char *directory)
{
    DIR *stream = opendir(directory);
    if (stream == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        pid_t writer = writer_of(entry->d_name);
        if (writer > 0 && kill(writer, 0) != 0 && errno == ESRCH)
            unlinkat(dirfd(stream), entry->d_name, 0);
    }
    closedir(stream);
}

/* The rename itself must survive a power cut; a file system that cannot promise it is no error. */
static void sync_directory(char *name)
{
    char *slash = strrchr(name, '/');
    if (slash != NULL)
        slash[slash == name] = '\0';
    int descriptor = open(slash != NULL ? name : ".", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    fsync(descriptor);
    close(descriptor);
}

/* target: a regular file or nothing yet; about: what stands there, or NULL; name: room for the temporary name */
static int replace(const char *target, const struct stat *about, char *name, size_t size, const void *bytes,
                   size_t length)
{
    int descriptor = nng_temporary_open(target, name, size);
    if (descriptor < 0)
        return errno;
    int number = nng_write_all(descriptor, bytes, length);
    if (number == 0 && about != NULL && fchmod(descriptor, about->st_mode & 07777) != 0)
        number = errno;
    if (number == 0 && fsync(descriptor) != 0)
        number = errno;
    if (close(descriptor) != 0 && number == 0)
        number = errno;
    if (number == 0 && rename(name, target) != 0)
        number = errno;
    if (number != 0)
        unlink(name);
    else
        sync_directory(name);
    return number;
}

enum nng_status nng_file_write(const char *path, const void *bytes, size_t length, struct nng_error *error)
{
    struct stat about;
    bool exists = stat(path, &about) == 0;
    if (exists && S_ISDIR(about.st_mode))
        return fail_errno(path, EISDIR, error);
    if (exists && !S_ISREG(about.st_mode))
        return write_directly(path, bytes, length, error);
    if (exists && access(path, W_OK) != 0) /* rename would not mind that the file is read-only */
        return fail_errno(path, errno, error);

    char real[PATH_MAX];
    const char *target = exists && realpath(path, real) != NULL ? real : path;
    size_t size = strlen(target) + 64;
    char *name = nng_allocate(size, 1);
    if (name == NULL)
        return nng_fail_memory(error);
    int number = replace(target, exists ? &about : NULL, name, size, bytes, length);
    nng_release(name);
    return number != 0 ? fail_errno(path, number, error) : NNG_OK;
}
