/* program.c - running another program: by its words, never through a shell. */
#include "program.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

extern char **environ;

enum nng_status program_run(const char *const *words, int *ended, struct nng_error *error)
{
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    int status = 0;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return nng_fail_memory(error);
    int problem = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    if (problem == 0)
        problem = posix_spawnp(&child, words[0], &actions, NULL, (char *const *)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (problem != 0)
        return nng_fail(error, NNG_ENVIRONMENT, "cannot run '%s': %s", words[0],
                        problem == ENOENT ? "no such program" : strerror(problem));
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return nng_fail(error, NNG_ENVIRONMENT, "cannot wait for '%s': %s", words[0], strerror(errno));
    *ended = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return NNG_OK;
}
