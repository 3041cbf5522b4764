/* program.c - running another program: by its words, never through a shell. */
#include "program.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

extern char **environ;

enum nng_status program_run(const char *const *words, const int streams[3], int *ended, struct nng_error *error)
{
    static const int ours[3] = {STDIN_FILENO, STDERR_FILENO, STDERR_FILENO};
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    int status = 0, problem = 0;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return nng_fail_memory(error);
    for (int i = 0; i < 3 && problem == 0; i++)
        problem = posix_spawn_file_actions_adddup2(&actions, (streams != NULL ? streams : ours)[i], i);
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
