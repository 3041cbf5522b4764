/* process.c - running one command of a chapter.
 *
 * It gets a process group of its own, so that all that it started can be ended with it.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "progress.h"

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* In the child: never returns. */
static void become(const struct process *process, int out)
{
    int null = open("/dev/null", O_RDWR);
    setpgid(0, 0);
    if (null >= 0 && chdir(process->directory) == 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
        dup2(process->apart ? null : out, STDERR_FILENO) >= 0)
        execve(process->program, (char *const *)process->words, (char *const *)process->environment);
    _exit(127);
}

/* Why it must end now; NULL as long as it may go on. */
static const char *reason_to_stop(const struct process *process, double begun, const struct nng_text *out,
                                  size_t before)
{
    if (progress_was_interrupted())
        return "interrupted";
    if (seconds_now() - begun > process->seconds)
        return "it took too long";
    if (out->length - before > PROCESS_OUTPUT)
        return "it said too much";
    return NULL;
}

/* Reads what it says till it says no more, or until there is a reason to stop it, which is returned. */
static const char *listen(const struct process *process, int in, struct nng_text *out)
{
    enum { TICK_MILLISECONDS = 100 };
    char bytes[16384];
    const char *reason = NULL;
    double begun = seconds_now();
    size_t before = out->length;
    while (reason == NULL) {
        struct pollfd one = {.fd = in, .events = POLLIN};
        if (poll(&one, 1, TICK_MILLISECONDS) > 0) {
            ssize_t n = read(in, bytes, sizeof bytes);
            if (n == 0 || (n < 0 && errno != EINTR))
                return NULL;
            nng_text_add_n(out, bytes, n > 0 ? (size_t)n : 0);
        }
        reason = reason_to_stop(process, begun, out, before);
    }
    return reason;
}

static enum nng_status fail_stopped(const struct process *process, const char *reason, struct nng_error *error)
{
    if (progress_was_interrupted())
        return nng_fail(error, NNG_INTERRUPTED, "interrupted");
    return nng_fail(error, NNG_NUMERIC, "it was ended: %s (at most %d seconds and %d bytes are let go by)", reason,
                    process->seconds, PROCESS_OUTPUT);
}

enum nng_status process_run(const struct process *process, int *status, struct nng_text *out, struct nng_error *error)
{
    int ends[2], ended = 0;
    if (pipe(ends) != 0)
        return nng_fail(error, NNG_ENVIRONMENT, "cannot open a pipe: %s", strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t child = fork();
    if (child == 0)
        become(process, ends[1]);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return nng_fail(error, NNG_ENVIRONMENT, "cannot start a process: %s", strerror(errno));
    }
    setpgid(child, child); /* whoever of the two comes first */
    const char *reason = listen(process, ends[0], out);
    close(ends[0]);
    if (reason != NULL)
        kill(-child, SIGKILL);
    while (waitpid(child, &ended, 0) < 0 && errno == EINTR) {
    }
    if (reason != NULL)
        return fail_stopped(process, reason, error);
    *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
    return out->failed ? nng_fail_memory(error) : NNG_OK;
}
