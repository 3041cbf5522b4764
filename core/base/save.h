/* save.h - writing a whole file: all of it, or nothing. */
#ifndef NNG_BASE_SAVE_H
#define NNG_BASE_SAVE_H

#include <nngrad/nngrad.h>

/* Replaces the file by these bytes: a temporary file in the same directory, fsync, rename, so that whoever looks sees
 * the old file or the new one, and a failure leaves the old one. A symbolic link is followed; a pipe or a device (such
 * as /dev/stdout) is written directly. Any failure is NNG_ENVIRONMENT, with the file in the error's place. */
NNG_MUST_USE enum nng_status nng_file_write(const char *path, const void *bytes, size_t length,
                                            struct nng_error *error);

/* Creates the empty file TARGET.PID-N.tmp, which did not exist before, for whoever writes it to rename it to TARGET.
 * Returns its descriptor; -1, with errno, when it cannot. */
int nng_temporary_open(const char *target, char *name, size_t size);

/* Removes from a directory the temporary files of processes that died before they had written them. What cannot be
 * removed stays. */
void nng_temporaries_remove(const char *directory);

/* Writes them all to what is open. 0, or errno */
int nng_write_all(int descriptor, const char *bytes, size_t length);

#endif
